/** Runs a program apart from the daemon: own session, bounded output, ended with all that it has started. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { CpuLimit } from './cpu-limit.ts';
import { endMarked, markerName } from './marked-processes.ts';

export interface ScriptRun {
  /** Program and arguments; nothing secret is in them. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; absent: it is empty. */
  readonly input?: string;
  readonly timeoutMs: number;
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface ScriptResult {
  /** Absent: it was ended by a signal. */
  readonly exitCode?: number;
  readonly ended: 'itself' | 'timed-out' | 'stopped';
  /** The last 4 KB of each. */
  readonly stdout: string;
  readonly stderr: string;
}

/** As much of each stream as Azure's instance views show. */
const keptBytes = 4_096;
/** Between SIGTERM and SIGKILL. */
const graceMs = 2_000;
/** A child that was left running may hold the pipes: what the program wrote is read by then. */
const drainMs = 500;

/** The last bytes of a stream, cut at a character. */
const tailOf = (stream: Readable): (() => string) => {
  let kept = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    const all = Buffer.concat([kept, chunk.subarray(-keptBytes)]);
    kept = all.subarray(Math.max(0, all.length - keptBytes));
  });
  stream.on('error', () => {});
  return () => {
    let from = 0;
    // RFC 3629 §3: octets 10xxxxxx continue a character.
    while (from < 4 && ((kept[from] ?? 0) & 0xc0) === 0x80) from += 1;
    return kept.subarray(from).toString('utf8');
  };
};

export interface RunnerOptions {
  /** In the environment of the program and of all that it starts, so that they are found again. */
  readonly marker: string;
  readonly limit: CpuLimit;
  readonly signal: AbortSignal;
}

/** Waits until the program is where it has to be: what it starts at once would stay outside. Without the agent nothing runs. */
const gate = 'read -r _ <&3 || exit 125; exec 3<&-; exec "$@"';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @throws the system's error where the program cannot be started */
export const runScript = async (run: ScriptRun, options: RunnerOptions): Promise<ScriptResult> => {
  const { marker, signal } = options;
  const { limited } = options.limit;
  const [program, ...args]: ScriptRun['command'] = limited
    ? ['/bin/sh', '-c', gate, 'sh', ...run.command]
    : run.command;
  if (signal.aborted) return { ended: 'stopped', stdout: '', stderr: '' };
  const child = spawn(program, args, {
    cwd: run.cwd,
    // Nothing of the daemon's environment, which may hold secrets.
    env: { PATH: path, LANG: 'C.UTF-8', HOME: run.cwd, ...run.env, [markerName]: marker },
    // setsid(2): a group and session of its own.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', ...(limited ? ['pipe' as const] : [])],
    ...run.user,
    // Its type knows of three at most.
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
  // Who does not read it may close it.
  child.stdin.on('error', () => {}).end(run.input ?? '');
  const stdout = tailOf(child.stdout);
  const stderr = tailOf(child.stderr);
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const closed = once(child, 'close').catch(() => undefined);
  const { pid } = child;
  if (pid !== undefined && options.limit.limited) {
    await options.limit.enter(pid).catch(() => {});
    (child.stdio[3] as Writable).on('error', () => {}).end('\n');
  }
  let ended: ScriptResult['ended'] = 'itself';
  let kill: NodeJS.Timeout | undefined;
  const end = (why: 'timed-out' | 'stopped'): void => {
    if (ended !== 'itself' || pid === undefined) return;
    ended = why;
    signalGroup(pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  };
  const stop = (): void => end('stopped');
  signal.addEventListener('abort', stop);
  // It may have come while the group was entered.
  if (signal.aborted) stop();
  const limit = setTimeout(() => end('timed-out'), run.timeoutMs);
  try {
    const [code] = await exit;
    // What left the group, or outlived the program, goes with it where it was ended.
    if (ended !== 'itself' && pid !== undefined) {
      signalGroup(pid, 'SIGKILL');
      if (options.limit.limited) await options.limit.end();
      await endMarked(marker);
    }
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMs))]);
    return {
      ...(code === null || ended !== 'itself' ? {} : { exitCode: code }),
      ended,
      stdout: stdout(),
      stderr: stderr(),
    };
  } finally {
    clearTimeout(limit);
    clearTimeout(kill);
    signal.removeEventListener('abort', stop);
    child.stdout.destroy();
    child.stderr.destroy();
  }
};

/** Those that are gone need no signal. */
const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {}
};
