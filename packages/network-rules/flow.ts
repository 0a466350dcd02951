/** A flow to be judged: one connection, or many at once where a side is a prefix, a tag or `*`. */

import { placedPrefix } from './address.ts';
import { type Protocol, portSet, protocols } from './port.ts';
import type { Direction } from './security-rule.ts';
import { hasTagForm, isTagName } from './tag-name.ts';

export interface Flow {
  readonly direction: Direction;
  readonly protocol: Protocol;
  /** An address, a prefix, a service tag or `*`. */
  readonly source: string;
  /** `443`, `80-90`, `*`. */
  readonly sourcePort: string;
  readonly destination: string;
  readonly destinationPort: string;
}

export interface FlowProblem {
  readonly problem: string;
}

const form = 'write it like "tcp 10.0.0.4:* -> AzureResourceManager:443"; IPv6 in brackets: [fd00::4]:*';

/** The flow of separate texts, or what is wrong with them. */
export const checkFlow = (
  flow: Omit<Flow, 'protocol'> & { readonly protocol: string },
): Flow | FlowProblem => {
  const wanted = flow.protocol.toLowerCase();
  const protocol = protocols.find((known) => known.toLowerCase() === (wanted === 'any' ? '*' : wanted));
  if (!protocol)
    return { problem: `'${flow.protocol}' is no protocol: ${protocols.slice(1).join(', ')}, or * for any` };
  for (const side of ['source', 'destination'] as const) {
    const word = flow[side];
    if (isTagName(word) && !hasTagForm(word))
      return { problem: `${side} '${word}' is no address, prefix, service tag or *` };
    const port = flow[`${side}Port`];
    if (portSet(port) === undefined) return { problem: `${side} port '${port}' is no port, range or *` };
  }
  return { ...flow, protocol };
};

const longest = 1024;

const readSide = (text: string): readonly [string, string] | undefined => {
  const bracketed = /^\[([^\]]+)\](?::([\d*-]+))?$/.exec(text);
  if (bracketed) return [bracketed[1]!, bracketed[2] ?? '*'];
  // An IPv6 address without brackets has no port: its colons are its own.
  if (placedPrefix(text)?.family === 6) return [text, '*'];
  const match = /^([^:\s]+)(?::([\d*-]+))?$/.exec(text);
  return match ? [match[1]!, match[2] ?? '*'] : undefined;
};

/**
 * `tcp 10.0.0.4:* -> AzureResourceManager:443`; a leading `in` or `out` says the direction, which is outbound
 * unless said otherwise. A port that is left out is `*`.
 */
export const parseFlow = (text: string): Flow | FlowProblem => {
  // Cut short it would be another flow, and its verdict none of this one.
  if (text.length > longest)
    return { problem: `'${text.slice(0, 80)}…' is no flow: it has more than ${longest} characters` };
  const match = /^\s*(?:(in|out)(?:bound)?\s+)?(\S+)\s+(\S+)\s*->\s*(\S+)\s*$/i.exec(text);
  if (!match) return { problem: `'${text.slice(0, 80)}' is no flow: ${form}` };
  const [, direction, protocol, left, right] = match;
  const [source, destination] = [readSide(left!), readSide(right!)];
  if (!source || !destination) return { problem: `'${text.slice(0, 80)}' is no flow: ${form}` };
  return checkFlow({
    direction: direction?.toLowerCase() === 'in' ? 'Inbound' : 'Outbound',
    protocol: protocol!,
    source: source[0],
    sourcePort: source[1],
    destination: destination[0],
    destinationPort: destination[1],
  });
};

export const flowText = (flow: Flow): string => {
  const side = (word: string, port: string): string => `${word.includes(':') ? `[${word}]` : word}:${port}`;
  const protocol = flow.protocol === '*' ? 'any' : flow.protocol.toLowerCase();
  return `${flow.direction === 'Inbound' ? 'in ' : ''}${protocol} ${side(flow.source, flow.sourcePort)} -> ${side(flow.destination, flow.destinationPort)}`;
};
