/** Starts one installation as a child process, for tests and for measurements: whoever starts it says what ends it. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endChild, killTree } from '@tombolo/testkit/processes';

const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
// A bound for what hangs.
const commandLimitMs = 300_000;

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

/** What ends it in time, and what is done where this process goes at once. */
type Keeper = (end: () => Promise<void>, abandon: () => void) => unknown;

/** What is interrupted leaves nothing behind. */
const endsWithProcess: Keeper = (_end, abandon) => {
  process.once('exit', abandon);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => process.exit(1));
};

/**
 * Throws with the end of the log where it does not get ready.
 * @param kept a state directory of the caller's, which stays; absent: a new one, which goes with the installation
 */
export const startInstallation = async (
  flags: readonly string[] = [],
  kept?: string,
  keep: Keeper = endsWithProcess,
): Promise<Installation> => {
  const state = kept ?? mkdtempSync(join(tmpdir(), 'tombolo-conformance-'));
  const child = spawn(
    process.execPath,
    [bin, 'up', '--state', state, '--https-port', '0', '--dns-port', '0', '--json', ...flags],
    // With the channel it ends when this process is gone.
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: withoutOwnSettings() },
  );
  const remove = () => {
    if (kept === undefined) rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  };
  const stop = async () => {
    await endChild(child);
    remove();
  };
  keep(stop, () => {
    killTree(child);
    remove();
  });
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log = (log + chunk).slice(-8_000);
  });
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

const runTombolo = (state: string, args: readonly string[]): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [bin, ...args, '--state', state, '--json'],
      { env: withoutOwnSettings(), timeout: commandLimitMs },
      (error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout) as Record<string, unknown>);
        } catch {
          reject(new Error(`tombolo ${args.join(' ')} gave no JSON: ${error?.message ?? ''} ${stderr}`));
        }
      },
    );
  });
