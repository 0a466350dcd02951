/** Sends back what it gets over a Unix socket: a process to exchange with. */

import { createServer } from 'node:net';

process.once('message', ({ path }: { path: string }) => {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(path, () => process.send?.({}));
  process.once('SIGTERM', () => process.exit());
  process.once('disconnect', () => process.exit());
});
