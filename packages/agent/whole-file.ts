/** Files of a directory of the agent's own: each written whole or not at all, 0600. */

import { randomBytes } from 'node:crypto';
import { open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from './process-start.ts';

export const syncPath = async (target: string): Promise<void> => {
  const handle = await open(target, 'r');
  await handle.sync().finally(() => handle.close());
};

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Made anew, 0600: through nothing that lies there already. */
export const writeOwned = async (
  path: string,
  content: string,
  owner: FileOwner | undefined,
  durable = false,
): Promise<void> => {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
    if (durable) await handle.sync();
  } finally {
    await handle.close();
  }
};

/** On its way to `name`, and whose it is: in a container every agent has the same process number. Nobody can lie in wait there. */
export const temporaryName = async (name: string): Promise<string> =>
  `.${name}.${process.pid}-${(await startOf(process.pid)) ?? 0}.${randomBytes(8).toString('hex')}`;

/** Half a file, and maybe half a key, of a process that was killed. */
export const removeAbandoned = async (directory: string): Promise<void> => {
  // Where the system does not say which process is which, nothing is known to be abandoned.
  if ((await startOf(process.pid)) === undefined) return;
  for (const name of await readdir(directory).catch(() => [])) {
    const [, pid, start] = /^\..+\.(\d{1,10})-(\d{1,20})\.[0-9a-f]{16}$/.exec(name) ?? [];
    if (pid !== undefined && (await startOf(Number(pid))) !== start)
      await unlink(join(directory, name)).catch(() => {});
  }
};

type WriteWhole = (name: string, content: string, durable?: boolean) => Promise<void>;

/**
 * `durable`: it survives a power cut once this resolves; else it may be the former one.
 * @param explain what is thrown where the system refuses
 * @param owner of the files where it is another than who writes them
 */
export const wholeFiles = (
  directory: string,
  explain: (error: unknown) => unknown = (error) => error,
  owner?: FileOwner,
): WriteWhole => {
  return async (name, content, durable = true) => {
    const temporary = join(directory, await temporaryName(name));
    try {
      await writeOwned(temporary, content, owner, durable);
      await rename(temporary, join(directory, name));
      if (durable) await syncPath(directory);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw explain(error);
    }
  };
};
