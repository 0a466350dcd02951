/** Ends work, as SIGKILL would, at any step that is seen outside of the process: a file that is changed, a request, its answer, a program. */

import { AsyncLocalStorage } from 'node:async_hooks';
import childProcess from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import files from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

export interface Faulted {
  /** Each step that was about to be taken, the one at which it ended last. */
  readonly steps: readonly string[];
  /** It came to its step, and did not end before. */
  readonly reached: boolean;
}

interface Run {
  readonly steps: string[];
  readonly at: number;
  /** Undefined: it is killed; else what this one step meets, and it lives on. */
  readonly error: Error | undefined;
  dead: boolean;
  reached: boolean;
}

const current = new AsyncLocalStorage<Run>();
/** Of a program that is to be killed for good. */
let fatal: string | undefined;

class Killed extends Error {
  override readonly name = 'Killed';
}

/** From here on nothing of this run reaches anything outside: what a `catch` or a `finally` would do, a dead process does not. */
const step = (name: string): void => {
  if (name === fatal) process.kill(process.pid, 'SIGKILL');
  const run = current.getStore();
  if (run === undefined) return;
  if (run.dead) throw new Killed();
  run.steps.push(name);
  if (run.steps.length - 1 !== run.at) return;
  run.reached = true;
  if (run.error !== undefined) throw run.error;
  run.dead = true;
  throw new Killed();
};

/** `.key.pem.4711-99.3f` is key.pem on its way. */
const shown = (path: unknown): string => basename(String(path)).replace(/^\.(.+)\.\d+-\d+\.[0-9a-f]+$/, '$1');

const originals = { ...files };

/** A file's content goes out in two halves. */
const inHalves = (handle: FileHandle, name: string): FileHandle => {
  const whole = handle.writeFile.bind(handle);
  handle.writeFile = async (content) => {
    const bytes = Buffer.from(content as string);
    const half = Math.ceil(bytes.length / 2);
    const counted = current.getStore() !== undefined || fatal !== undefined;
    if (counted) await whole(bytes.subarray(0, half));
    step(`half of ${name}`);
    await whole(counted ? bytes.subarray(half) : bytes);
  };
  return handle;
};

const patched = {
  open: async (...given: Parameters<typeof files.open>) => {
    const [path, flags] = given;
    if (flags === undefined || flags === 'r') return originals.open(...given);
    step(`open ${shown(path)}`);
    return inHalves(await originals.open(...given), shown(path));
  },
  rename: async (...given: Parameters<typeof files.rename>) => {
    step(`rename ${shown(given[1])}`);
    return originals.rename(...given);
  },
  link: async (...given: Parameters<typeof files.link>) => {
    step(`link ${shown(given[1])}`);
    return originals.link(...given);
  },
  unlink: async (...given: Parameters<typeof files.unlink>) => {
    step(`unlink ${shown(given[0])}`);
    return originals.unlink(...given);
  },
  rm: async (...given: Parameters<typeof files.rm>) => {
    step(`rm ${shown(given[0])}`);
    return originals.rm(...given);
  },
  writeFile: async (...given: Parameters<typeof files.writeFile>) => {
    step(`write ${shown(given[0])}`);
    return originals.writeFile(...given);
  },
};

const originalRequest = https.request;
const request = (...given: readonly unknown[]): ClientRequest => {
  const run = current.getStore();
  const [url, { method = 'GET' } = {}] = given as [URL | string, { method?: string }?];
  const what = `${method} ${new URL(url).pathname.split('/').slice(-2).join('/')}`;
  step(`send ${what}`);
  const outgoing = Reflect.apply(originalRequest, https, given) as ClientRequest;
  if (run === undefined) return outgoing;
  const emit = outgoing.emit.bind(outgoing);
  outgoing.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    try {
      if (event === 'response') current.run(run, () => step(`answer to ${what}`));
    } catch (error) {
      outgoing.destroy(error as Error);
      return true;
    }
    return emit(event, ...(values as []));
  };
  return outgoing;
};

const originalSpawn = childProcess.spawn;
const spawn = (...given: readonly unknown[]): unknown => {
  step('spawn');
  return Reflect.apply(originalSpawn, childProcess, given);
};

let patchedOnce = false;
const patch = (): void => {
  if (patchedOnce) return;
  patchedOnce = true;
  Object.assign(files, patched);
  Object.assign(https, { request });
  Object.assign(childProcess, { spawn });
  syncBuiltinESMExports();
};

/**
 * Does the work until the step of this number (from 0) is about to be taken. A step meets `error`, where there is one, and else the
 * work ends there. What the work answers or throws is nothing to go by: a process that was killed says nothing.
 */
export const faultAt = async (at: number, work: () => Promise<unknown>, error?: Error): Promise<Faulted> => {
  patch();
  const run: Run = { steps: [], at, error, dead: false, reached: false };
  await current.run(run, work).catch((thrown: unknown) => {
    if (!run.reached) throw thrown;
  });
  return run;
};

/** The whole process ends before the first step of this name, by SIGKILL: for a program of a test's own (`--import`). */
export const dieBefore = (name: string): void => {
  fatal = name;
  patch();
};

/** The steps of work that is left alone. */
export const stepsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> =>
  (await faultAt(Number.POSITIVE_INFINITY, work)).steps;

const nobody = 999_999_999;

/** The locks and the files on their way that it left in this directory are those of a process that is gone. */
export const bury = (directory: string): void => {
  for (const name of readdirSync(directory, { recursive: true }).map(String)) {
    const path = join(directory, name);
    if (/\.lock$/.test(name)) writeFileSync(path, JSON.stringify({ pid: nobody, start: '1' }));
    const left = name.replace(/\.\d+-(\d+\.[0-9a-f]+)$/, `.${nobody}-$1`);
    if (left !== name) renameSync(path, join(directory, left));
  }
};
