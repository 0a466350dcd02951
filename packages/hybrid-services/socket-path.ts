/** A Unix socket's place: a directory that only we can enter, and no socket of a process that is gone. */

import { lstat, mkdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';

/** Linux: sun_path has 108 bytes with the closing zero (unix(7)). */
const longestPath = 107;

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** @throws Error that says what is wrong with the path and what to do */
export const prepareSocketPath = async (path: string): Promise<void> => {
  if (Buffer.byteLength(path) > longestPath) {
    throw new Error(
      `The socket path '${path}' is longer than ${longestPath} bytes. Use a shorter state directory.`,
    );
  }
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { mode, uid } = await lstat(directory);
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) {
    throw new Error(
      `The directory '${directory}' must belong to this user with mode 0700, since whoever reaches the socket in it can claim any private endpoint. Run chmod 700 on it.`,
    );
  }
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`'${path}' is there and is no socket. Remove it.`);
  if (await answers(path)) throw new Error(`Another process serves '${path}'. Stop it first.`);
  await unlink(path);
};
