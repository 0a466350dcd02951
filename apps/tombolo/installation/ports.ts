/** One HTTPS and one DNS port for all addresses of an installation. */

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../shell/command-error.ts';

const tcp = (address: string, port: number): Promise<number | NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = (server.address() as { port: number }).port;
      server.close(() => resolve(bound));
    });
  });

const udp = (address: string, port: number): Promise<number | NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', resolve);
    socket.bind({ address, port, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });

export interface PortRequest {
  /** What it is for, in words of a sentence. */
  readonly purpose: string;
  /** Each has to be free; 0: any; `preferred` are tried in turn when nothing was asked for. */
  readonly asked: number | undefined;
  readonly preferred: readonly number[];
  readonly addresses: readonly string[];
  readonly datagrams: boolean;
  /** Milliseconds for which a taken port is tried again: processes of before may still be ending. */
  readonly patienceMs?: number;
}

const free = async (request: PortRequest, port: number): Promise<number | NodeJS.ErrnoException> => {
  let chosen = port;
  for (const address of request.addresses) {
    const bound = await tcp(address, chosen);
    if (typeof bound !== 'number') return bound;
    chosen = bound;
    if (!request.datagrams) continue;
    const datagram = await udp(address, chosen);
    if (typeof datagram !== 'number') return datagram;
  }
  return chosen;
};

const retryMs = 50;

const freeSoon = async (request: PortRequest, port: number): Promise<number | NodeJS.ErrnoException> => {
  for (let waited = 0; ; waited += retryMs) {
    const bound = await free(request, port);
    if (typeof bound === 'number' || bound.code !== 'EADDRINUSE') return bound;
    if (waited >= (request.patienceMs ?? 0)) return bound;
    await delay(retryMs);
  }
};

/**
 * Any port is one of these while one is free: systems take the ports of outgoing connections from above (Linux from 32768,
 * others from 49152, RFC 6335 §6), and an installation comes back to its port after it was down.
 */
const quietPorts = { first: 20_000, end: 30_000 } as const;
const attempts = 20;

const anyPort = (attempt: number): number =>
  attempt < attempts ? randomInt(quietPorts.first, quietPorts.end) : 0;

/** The port to use. Throws PortTaken in one sentence where the asked one cannot be bound. */
export const choosePort = async (request: PortRequest): Promise<number> => {
  if (request.asked !== undefined && request.asked !== 0) {
    const bound = await freeSoon(request, request.asked);
    if (typeof bound === 'number') return bound;
    const why =
      bound.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be bound (${bound.code})`;
    throw new CommandError(
      'PortTaken',
      `Port ${request.asked} for ${request.purpose} ${why} on ${request.addresses.join(' or ')}.`,
      'Stop what holds it, or choose another port (0 takes any free one).',
    );
  }
  for (const port of request.asked === 0 ? [] : request.preferred) {
    const bound = await free(request, port);
    if (typeof bound === 'number') return bound;
  }
  for (let attempt = 0; attempt < 2 * attempts; attempt += 1) {
    const bound = await free(request, anyPort(attempt));
    if (typeof bound === 'number') return bound;
    if (bound.code !== 'EADDRINUSE')
      throw new CommandError(
        'PortTaken',
        `No port for ${request.purpose} can be bound on ${request.addresses.join(', ')}: ${bound.code}.`,
        'Check that these addresses are on this machine.',
      );
  }
  throw new CommandError(
    'PortTaken',
    `No free port for ${request.purpose} was found on ${request.addresses.join(', ')}.`,
    'Name one with the port flags.',
  );
};
