/** One HTTPS and one DNS port for all addresses of an installation. */

import { setTimeout as delay } from 'node:timers/promises';
import { chooseAnyPort, type PortPlaces, portIfFree, reservePort } from '@tombolo/ports';
import { CommandError } from '../shell/command-error.ts';
import { portFix, whyNot } from './port-trouble.ts';

export interface PortRequest extends PortPlaces {
  /** What it is for, in words of a sentence. */
  readonly purpose: string;
  /** What another one is asked for with. */
  readonly flag: string;
  /** Takes a sentence where it is another than the first of `preferred`, and none was asked for. */
  readonly progress?: (sentence: string) => void;
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
    throw new CommandError(
      'PortTaken',
      `Port ${request.asked} for ${request.purpose} ${whyNot(bound.code)} on ${request.addresses.join(' or ')}.`,
      portFix(bound.code, request.asked, request),
    );
  }
  const passedOver: string[] = [];
  const chosen = (port: number): number => {
    if (passedOver.length > 0)
      request.progress?.(
        `${request.purpose} is at port ${port}: ${passedOver.join(', ')}. ${request.flag} asks for another.`,
      );
    return port;
  };
  for (const port of request.asked === 0 ? [] : request.preferred) {
    const bound = await portIfFree(port, request);
    if (typeof bound === 'number' && (await reservePort(bound))) return chosen(bound);
    passedOver.push(
      `${port} ${typeof bound === 'number' ? "is another installation's" : whyNot(bound.code)}`,
    );
  }
  const any = await chooseAnyPort(request);
  if (typeof any === 'number') return chosen(any);
  if (any.code === 'EADDRINUSE')
    throw new CommandError(
      'PortTaken',
      `No free port for ${request.purpose} was found on ${request.addresses.join(', ')}.`,
      `Name one with ${request.flag}.`,
    );
  throw new CommandError(
    'PortTaken',
    `No port for ${request.purpose} can be bound on ${request.addresses.join(', ')}: ${any.code}.`,
    portFix(any.code, 0, request),
  );
};
