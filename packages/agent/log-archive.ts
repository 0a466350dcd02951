/** `logs`: the agent's logs and what helps to read them, in one ZIP archive without anything secret. */

import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Settings } from './configuration.ts';
import { AgentFailure } from './failure.ts';
import { operatingSystemFacts } from './machine-facts.ts';
import { redacted } from './redaction.ts';
import type { StateReader } from './state-directory.ts';

export interface LogArchiveOptions {
  readonly state: StateReader;
  /** What `show` says. */
  readonly shown: string;
  /** All log files; else the two newest of each log, as azcmagent 1.17 and later do. */
  readonly full: boolean;
  /** Where it goes; undefined: under azcmagent's name in `directory`. */
  readonly output?: string;
  readonly directory: string;
  readonly now: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Of one file in the archive; of a longer one its end, where the newest lines are. */
const longest = 8 * 1024 * 1024;
const newest = 2;

const tail = async (path: string): Promise<string> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, longest);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
};

/** `a.log`, `a.log.1`, …: the newest of each log come first. */
const logFiles = async (directory: string, full: boolean): Promise<readonly string[]> => {
  const names = await readdir(directory).catch(() => []);
  const numbered = names.flatMap((name) => {
    const found = /^([\w.-]+?\.log)(?:\.(\d{1,3}))?$/.exec(name);
    return found === null ? [] : [{ name, log: found[1]!, age: Number(found[2] ?? 0) }];
  });
  const kept = full
    ? numbered
    : numbered.filter(
        ({ log, age }) => numbered.filter((other) => other.log === log && other.age < age).length < newest,
      );
  return kept.map(({ name }) => name).toSorted();
};

/** The secrets that this machine has, by their value. */
const secretsOf = async (state: StateReader, env: NodeJS.ProcessEnv): Promise<readonly string[]> => {
  const key = ((await state.readKey()) ?? '').split('\n').filter((line) => !line.startsWith('-----'));
  const settings: Settings = await state.readSettings().catch(() => ({}));
  const proxies = [settings['proxy.url'], env.HTTPS_PROXY, env.https_proxy];
  const passwords = proxies.flatMap((url) => {
    const password = /^[^/]*\/\/[^/@:]*:([^/]*)@/.exec(url ?? '')?.[1];
    return password === undefined
      ? []
      : [password, decodeURIComponent(password.replace(/%(?![\da-f]{2})/gi, '%25'))];
  });
  return [...key, ...passwords, env.AZCMAGENT_SERVICE_PRINCIPAL_SECRET ?? ''];
};

/** @returns where the archive is. @throws AgentFailure 18, 23 */
export const archiveLogs = async (options: LogArchiveOptions): Promise<string> => {
  const { state, now } = options;
  const secrets = await secretsOf(state, options.env);
  const contents: Record<string, string> = {
    'show.json': options.shown,
    'operating-system.json': JSON.stringify(operatingSystemFacts(), undefined, 2),
    'settings.json': JSON.stringify(await state.readSettings().catch(() => ({})), undefined, 2),
    'status.json': JSON.stringify((await state.readStatus()) ?? {}, undefined, 2),
  };
  const directory = dirname(state.logFile);
  for (const name of await logFiles(directory, options.full))
    contents[`log/${name}`] = await tail(join(directory, name));
  const time = new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15);
  const computer = hostname()
    .replace(/[^\w.-]/g, '_')
    .slice(0, 64);
  const path = options.output ?? join(options.directory, `azcmagent-${time}-${computer}.zip`);
  const files = Object.entries(contents).map(([name, text]) => [name, strToU8(redacted(text, secrets))]);
  await writeWhole(path, zipSync(Object.fromEntries(files), { mtime: now }));
  return path;
};

/** One of the same name is replaced, and stays as it was where this fails. */
const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  const refuse = (why: string): AgentFailure =>
    new AgentFailure(23, `The archive cannot be written to '${path}': ${why}.`, {
      fix: 'Name a file in a directory that you may write to, with --output.',
    });
  if ((await stat(path).catch(() => undefined))?.isDirectory()) throw refuse('it is a directory');
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    await handle.writeFile(bytes).finally(() => handle.close());
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw refuse((error as Error).message);
  }
};
