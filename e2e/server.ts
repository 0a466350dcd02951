/** One `tombolo up` as a child process on a state directory: its processes by id, its log, kills and restarts. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childOfFile } from '@tombolo/testkit/ends-with-file';
import { commandLineOf, descendants, endChild, isAlive, signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { runInProcess } from '../apps/tombolo/commands/command-line.testkit.ts';

export const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
// A bound for what hangs; two gates at once on a small machine may take many times what one takes alone.
const commandLimitMs = 180_000;
const logRoom = 200_000;

export const childNames = ['control', 'dns', 'gateway', 'hybrid'] as const;
export type ChildName = (typeof childNames)[number];

/** What `tombolo up --json` prints when it is ready. */
interface Ready {
  readonly pid: number;
  /** `https://localhost:8443` */
  readonly resourceManager: string;
  /** `127.0.0.2:8443` */
  readonly services: string;
  /** `127.0.0.1:5354` */
  readonly dns: string;
  readonly processes: Readonly<Record<ChildName, number>>;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output parsed; an empty object where it is no JSON. */
  readonly json: Record<string, unknown>;
}

export interface ServerProcess {
  readonly ready: Ready;
  readonly state: string;
  /** Standard output so far. */
  readonly output: () => string;
  /** The end of standard error. */
  readonly log: () => string;
  /** The child by its name as it runs now; undefined while it is down. */
  readonly pid: (name: ChildName) => number | undefined;
  readonly tombolo: (...args: readonly string[]) => Promise<Outcome>;
  /** The same without a process of its own. */
  readonly tomboloHere: (...args: readonly string[]) => Promise<Outcome>;
  /** SIGKILL to the supervisor and all its children, at once; resolves when none is left. */
  readonly killAll: () => Promise<void>;
  /** SIGTERM; the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

/** The caller's environment must not configure what is tested. */
export const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TOMBOLO_|AZURE_|ARM_|NODE_TEST_CONTEXT)/.test(name)),
  ),
  ...more,
});

/** Runs the command line to its end. */
export const tombolo = (
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly limitMs?: number } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    // Bounded: a server that starts although it should not would stay.
    const options = { env: environment(more.env), timeout: more.limitMs ?? commandLimitMs };
    const child = childOfFile(
      execFile(process.execPath, [bin, ...args], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr, json: parse(stdout) }),
      ),
    );
  });

/** The command line in this process, which has loaded it: for what a test needs, and where another test starts the program. */
export const tomboloHere = async (args: readonly string[]): Promise<Outcome> => {
  const { code, out: stdout, err: stderr } = await runInProcess(...args);
  return { code, stdout, stderr, json: parse(stdout) };
};

/** How long followers take is the machine's; what never comes is for the limit of the command. */
const patiently = (args: readonly string[]): readonly string[] =>
  args[0] === 'wait' && !args.includes('--timeout') ? [...args, '--timeout', '150'] : args;

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Throws with the exit code and the end of the log where it does not get ready. */
export const startServer = async (
  state: string,
  flags: readonly string[] = ['--https-port', '0', '--dns-port', '0'],
  more: {
    readonly env?: Readonly<Record<string, string>>;
    /** How many descriptors each process may have. */
    readonly descriptors?: number;
  } = {},
): Promise<ServerProcess> => {
  const command = [process.execPath, bin, 'up', '--state', state, ...flags, '--json'];
  const limited = ['sh', '-c', `ulimit -n ${more.descriptors}; exec "$@"`, 'sh', ...command];
  const [file, ...args] = more.descriptors === undefined ? command : limited;
  const child = childOfFile(
    spawn(file!, args, {
      // With the channel it ends when this process is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: environment(more.env),
    }),
  );
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log = (log + chunk).slice(-logRoom);
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const stop = async (): Promise<number | null> => {
    await endChild(child);
    return ended;
  };
  let output = '';
  child.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  const lines = createInterface({ input: child.stdout! });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), ended]);
  if (typeof first !== 'string')
    throw new Error(`The server ended with exit code ${first}.\n${log.slice(-4_000)}`);
  const ready = parse(first) as unknown as Ready;
  if (ready.pid === undefined) {
    await ended;
    throw new Error(`The server was not ready: ${output}\n${log.slice(-4_000)}`);
  }
  return {
    ready,
    state,
    output: () => output,
    log: () => log,
    pid: (name) => childByName(child.pid!, name),
    tombolo: (...args) => tombolo([...patiently(args), '--state', state, '--json']),
    tomboloHere: (...args) => tomboloHere([...patiently(args), '--state', state, '--json']),
    killAll: async () => {
      const all = [child.pid!, ...descendants(child.pid!)];
      for (const pid of all) signal(pid, 'SIGKILL');
      await ended;
      await until('every process is gone', () => all.every((pid) => !isAlive(pid)));
    },
    stop,
    ended,
  };
};

const childByName = (pid: number, name: ChildName): number | undefined =>
  descendants(pid).find((child) => commandLineOf(child).includes(`processes/${name}.ts`));
