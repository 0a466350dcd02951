/** The least that a change can cost: one commit that is synced to disk, and one exchange over a Unix socket with another process. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startOwn } from './peers.ts';

export interface Floor {
  /** Does both; milliseconds. */
  readonly once: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export const openFloor = async (directory: string): Promise<Floor> => {
  const database = new DatabaseSync(join(directory, 'floor.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (body TEXT) STRICT');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const path = join(directory, 'echo.sock');
  const echo = await startOwn('any', './echo-server.ts', { path });
  const socket = connect(path);
  await once(socket, 'connect');
  const body = 'x'.repeat(500);
  return {
    once: async () => {
      const start = performance.now();
      insert.run(body);
      const back = once(socket, 'data');
      socket.write(body);
      await back;
      return performance.now() - start;
    },
    close: async () => {
      socket.destroy();
      await echo.stop();
      database.close();
    },
  };
};
