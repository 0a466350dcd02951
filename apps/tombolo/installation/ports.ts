/** One HTTPS and one DNS port for all addresses of an installation. */

import { setTimeout as delay } from 'node:timers/promises';
import { chooseAnyPort, type PortPlaces, portIfFree, reservePort } from '@tombolo/ports';
import { CommandError } from '../shell/command-error.ts';

export interface PortRequest extends PortPlaces {
  /** What it is for, in words of a sentence. */
  readonly purpose: string;
  /** Each has to be free; 0: any; `preferred` are tried in turn when nothing was asked for. */
  readonly asked: number | undefined;
  readonly preferred: readonly number[];
  /** Milliseconds for which a taken port is tried again: processes of before may still be ending. */
  readonly patienceMs?: number;
}

const retryMs = 50;

const freeSoon = async (request: PortRequest, port: number): Promise<number | NodeJS.ErrnoException> => {
  for (let waited = 0; ; waited += retryMs) {
    const bound = await portIfFree(port, request);
    if (typeof bound === 'number' || bound.code !== 'EADDRINUSE') return bound;
    if (waited >= (request.patienceMs ?? 0)) return bound;
    await delay(retryMs);
  }
};

/** It was asked for by its number, so that it does not matter whether somebody else has chosen it: whoever listens first has it. */
const reserved = async (port: number): Promise<number> => {
  await reservePort(port);
  return port;
};

/** The port to use. Throws PortTaken in one sentence where the asked one cannot be bound. */
export const choosePort = async (request: PortRequest): Promise<number> => {
  if (request.asked !== undefined && request.asked !== 0) {
    const bound = await freeSoon(request, request.asked);
    if (typeof bound === 'number') return reserved(bound);
    const why =
      bound.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be bound (${bound.code})`;
    throw new CommandError(
      'PortTaken',
      `Port ${request.asked} for ${request.purpose} ${why} on ${request.addresses.join(' or ')}.`,
      'Stop what holds it, or choose another port (0 takes any free one).',
    );
  }
  for (const port of request.asked === 0 ? [] : request.preferred) {
    const bound = await portIfFree(port, request);
    if (typeof bound === 'number' && (await reservePort(bound))) return bound;
  }
  const any = await chooseAnyPort(request);
  if (typeof any === 'number') return any;
  if (any.code === 'EADDRINUSE')
    throw new CommandError(
      'PortTaken',
      `No free port for ${request.purpose} was found on ${request.addresses.join(', ')}.`,
      'Name one with the port flags.',
    );
  throw new CommandError(
    'PortTaken',
    `No port for ${request.purpose} can be bound on ${request.addresses.join(', ')}: ${any.code}.`,
    'Check that these addresses are on this machine.',
  );
};
