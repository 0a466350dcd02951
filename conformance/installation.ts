/** Starts one installation as a child process, and ends it by its id. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
const stopLimitMs = 60_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What `tombolo up --json` prints. */
interface Ready {
  readonly resourceManager: string;
  readonly services: string;
  /** `127.0.0.1:5354`: the public view. */
  readonly dns: string;
}

export interface Installation {
  readonly ready: Ready;
  readonly state: string;
  /** Runs a `tombolo` command on this installation and gives its JSON. */
  readonly tombolo: (...args: readonly string[]) => Promise<Record<string, unknown>>;
  /** Ends the processes, and removes the state directory unless it is the caller's. */
  readonly stop: () => Promise<void>;
}

/**
 * Throws with the end of the log where it does not get ready.
 * @param kept a state directory of the caller's, which stays; absent: a new one, which goes with the installation
 */
export const startInstallation = async (
  flags: readonly string[] = [],
  kept?: string,
): Promise<Installation> => {
  const state = kept ?? mkdtempSync(join(tmpdir(), 'tombolo-conformance-'));
  const child = spawn(
    process.execPath,
    [bin, 'up', '--state', state, '--https-port', '0', '--dns-port', '0', '--json', ...flags],
    // With the channel it ends when this process is gone.
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: withoutOwnSettings() },
  );
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log = (log + chunk).slice(-8_000);
  });
  // A test that is interrupted leaves nothing behind.
  const remove = () => {
    if (kept === undefined) rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  };
  const abandon = () => {
    child.kill('SIGKILL');
    remove();
  };
  const interrupted = () => process.exit(1);
  process.once('exit', abandon);
  for (const signal of signals) process.once(signal, interrupted);
  const stop = async () => {
    await end(child);
    process.removeListener('exit', abandon);
    for (const signal of signals) process.removeListener(signal, interrupted);
    remove();
  };
  try {
    const ready = await firstLine(child);
    return { ready, state, tombolo: (...args) => runTombolo(state, args), stop };
  } catch (error) {
    await stop();
    throw new Error(`The installation did not get ready: ${(error as Error).message}\n${log}`);
  }
};

/** The caller's environment must not configure what is tested. */
const withoutOwnSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(TOMBOLO_|AZURE_|ARM_|NODE_TEST_CONTEXT)/.test(name)),
  );

/** What it says when it is ready; rejects with all that it said where it ends instead. */
const firstLine = (child: ChildProcess): Promise<Ready> =>
  new Promise((resolve, reject) => {
    let said = '';
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('{"ready"')) resolve(JSON.parse(line) as Ready);
      else said = `${said}${line}\n`.slice(-2_000);
    });
    child.once('close', (code) => reject(new Error(`it ended with exit code ${code}: ${said}`)));
    child.once('error', reject);
  });

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(late);
};

const runTombolo = (state: string, args: readonly string[]): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [bin, ...args, '--state', state, '--json'],
      { env: withoutOwnSettings() },
      (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout) as Record<string, unknown>);
        } catch {
          reject(new Error(`tombolo ${args.join(' ')} gave no JSON: ${error?.message ?? ''} ${stderr}`));
        }
      },
    );
  });
