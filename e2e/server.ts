/** One `tombolo up` as a child process on a state directory: its processes by id, its log, kills and restarts. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
// Bounds for what hangs; two gates at once on a small machine may take many times what one takes alone.
const stopLimitMs = 60_000;
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

/** A directory that is removed after the tests of the file. */
export const scratchDirectory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'tombolo-e2e-'));
  after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
};

/** Runs the command line to its end. */
export const tombolo = (
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    // Bounded: a server that starts although it should not would stay.
    const options = { env: environment(more.env), timeout: commandLimitMs };
    const child = execFile(process.execPath, [bin, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr, json: parse(stdout) }),
    );
  });

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

const running = new Set<ChildProcess>();
// For the whole file, whichever of its tests are run.
after(async () => {
  await Promise.all([...running].map(end));
});
process.once('exit', () => {
  for (const child of running)
    for (const pid of [...descendants(child.pid!), child.pid!]) signal(pid, 'SIGKILL');
});

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
  const child = spawn(file!, args, {
    // With the channel it ends when this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: environment(more.env),
  });
  running.add(child);
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log = (log + chunk).slice(-logRoom);
  });
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const stop = async (): Promise<number | null> => {
    await end(child);
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

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(late);
};

/** Sends a signal; false where the process is gone. */
export const signal = (pid: number, name: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};

/** Stopped by a signal: it has its sockets, and does nothing. */
export const isStopped = (pid: number): boolean => statOf(pid)?.state === 'T';

const statOf = (pid: number | string): { parent: number; state: string } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), state };
  } catch {
    return undefined;
  }
};

export const parentOf = (pid: number): number | undefined => statOf(pid)?.parent;

/** A zombie is dead: it only waits for its parent to look. */
export const isAlive = (pid: number): boolean => {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
};

export const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** Children and their children, as /proc knows them. */
export const descendants = (pid: number): number[] => {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(name)?.parent === pid)
    .map(Number)
    .filter(isAlive);
  return children.flatMap((child) => [child, ...descendants(child)]);
};

const childByName = (pid: number, name: ChildName): number | undefined =>
  descendants(pid).find((child) => commandLineOf(child).includes(`processes/${name}.ts`));

/** Polls a condition that nothing announces; throws after a generous bound. */
export const until = async <T>(
  what: string,
  condition: () => T | Promise<T>,
  boundMs = 120_000,
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadline) throw new Error(`Not within ${boundMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
