/** Files of a directory of the agent's own: each written whole or not at all, 0600. */

import { open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

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
  let counter = 0;
  return async (name, content, durable = true) => {
    counter += 1;
    const temporary = join(directory, `.${name}.${process.pid}.${counter}`);
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
