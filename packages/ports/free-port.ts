/** Finds a port that is free on each address, and keeps what was chosen from others until it is listened at. */

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

export interface PortPlaces {
  readonly addresses: readonly string[];
  /** For UDP too. */
  readonly datagrams: boolean;
}

const tcp = (address: string, port: number): Promise<number | NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = (server.address() as { port: number }).port;
      server.close(() => resolve(bound));
    });
  });

const bindDatagrams = (address: string, port: number): Promise<Socket | NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', resolve);
    socket.bind({ address, port, exclusive: true }, () => resolve(socket));
  });

const udp = async (address: string, port: number): Promise<number | NodeJS.ErrnoException> => {
  const socket = await bindDatagrams(address, port);
  if (socket instanceof Error) return socket;
  const { port: bound } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return bound;
};

/** @param port 0: one that the system gives. @returns it, or the system's error of the first address where it is not free */
export const portIfFree = async (
  port: number,
  { addresses, datagrams }: PortPlaces,
): Promise<number | NodeJS.ErrnoException> => {
  let chosen = port;
  for (const address of addresses) {
    const bound = await tcp(address, chosen);
    if (typeof bound !== 'number') return bound;
    chosen = bound;
    if (!datagrams) continue;
    const datagram = await udp(address, chosen);
    if (typeof datagram !== 'number') return datagram;
  }
  return chosen;
};

/**
 * The broadcast address of 127.0.0.0/8: nobody is served there, and no subnet gives it to anybody. Linux lets a datagram socket
 * stand there, for this purpose alone: it says that the port of its number is chosen. Elsewhere nothing says so.
 */
const reservations = '127.255.255.255';
/** As long as this process lives; they keep it from nothing. */
const held = new Set<Socket>();

/** Who else chooses any port of this machine does not choose this one. @returns false where somebody has chosen it already */
export const reservePort = async (port: number): Promise<boolean> => {
  const socket = await bindDatagrams(reservations, port);
  if (socket instanceof Error) return socket.code !== 'EADDRINUSE';
  socket.unref();
  held.add(socket);
  return true;
};

/**
 * Any port is one of these while one is free: systems take the ports of outgoing connections from above (Linux from 32768,
 * others from 49152, RFC 6335 §6), and an installation comes back to its port after it was down.
 */
const quietPorts = { first: 20_000, end: 30_000 } as const;
const attempts = 20;

const anyPort = (attempt: number): number =>
  attempt < attempts ? randomInt(quietPorts.first, quietPorts.end) : 0;

/**
 * A free one, which is reserved until this process ends: between the choice and the listener, that of a child process say, others
 * choose too.
 * @param pick the one to try; 0: one that the system gives
 * @returns it, or the system's error where none was found
 */
export const chooseAnyPort = async (
  places: PortPlaces,
  pick: (attempt: number) => number = anyPort,
): Promise<number | NodeJS.ErrnoException> => {
  let last: NodeJS.ErrnoException = Object.assign(new Error('no port was tried'), { code: 'EADDRINUSE' });
  for (let attempt = 0; attempt < 2 * attempts; attempt += 1) {
    const bound = await portIfFree(pick(attempt), places);
    if (typeof bound === 'number') {
      if (await reservePort(bound)) return bound;
      continue;
    }
    last = bound;
    if (last.code !== 'EADDRINUSE') break;
  }
  return last;
};
