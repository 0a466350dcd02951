/** Ends a socket with RST, so that its peer sees ECONNRESET rather than an end that looks orderly. */

import type { Socket } from 'node:net';

/**
 * Resets a TCP socket at once, whatever is still queued; destroys a pipe, which knows no reset. While a shutdown is
 * under way the kernel's reset is refused (libuv answers EINVAL) and Node then leaks the handle: so it is let finish
 * first, which takes one turn of the event loop. A socket that still has queued writes has not begun its shutdown.
 */
export const resetSocket = (socket: Socket): void => {
  if (socket.destroyed) return;
  if (socket.connecting) {
    // Nobody is there to be told, and a reset would wait for the connection.
    socket.destroy();
    return;
  }
  if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) {
    socket.once('finish', () => resetSocket(socket));
    return;
  }
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
};
