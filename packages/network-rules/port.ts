/** Ports and protocols of rules and flows as ranges of numbers. */

import { type RangeSet, union } from '@tombolo/ip/range-set';

/** Where protocols without ports have theirs, so that only `*` takes them in. */
const portless = 65_536n;
const anyPort: RangeSet = [{ first: 0n, last: portless }];
export const numberedPorts: RangeSet = [{ first: 0n, last: portless - 1n }];
export const noPort: RangeSet = [{ first: portless, last: portless }];

/** IANA's numbers of the protocols that a rule can name. */
const protocolNumbers = { Icmp: 1n, Tcp: 6n, Udp: 17n, Esp: 50n, Ah: 51n } as const;

export const protocols = ['*', 'Tcp', 'Udp', 'Icmp', 'Esp', 'Ah'] as const satisfies readonly (
  | '*'
  | keyof typeof protocolNumbers
)[];
export type Protocol = (typeof protocols)[number];

const numbers = (...values: readonly bigint[]): RangeSet =>
  union(values.map((value) => ({ first: value, last: value })));

export const withPorts: RangeSet = numbers(protocolNumbers.Tcp, protocolNumbers.Udp);
export const allProtocols: RangeSet = [{ first: 0n, last: 255n }];

export const protocolSet = (protocol: Protocol): RangeSet =>
  protocol === '*' ? allProtocols : numbers(protocolNumbers[protocol]);

/** `443`, `80-90`, `*`; undefined where it is none of them. */
export const portSet = (text: string): RangeSet | undefined => {
  if (text === '*') return anyPort;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const [first, last] = [BigInt(match[1]!), BigInt(match[2] ?? match[1]!)];
  if (first > last || last >= portless) return undefined;
  return first === 0n && last === portless - 1n ? anyPort : [{ first, last }];
};

export const isPortRange = (text: string): boolean => portSet(text) !== undefined;

export const portSets = (texts: readonly string[]): RangeSet =>
  union(...texts.map((text) => portSet(text) ?? []));
