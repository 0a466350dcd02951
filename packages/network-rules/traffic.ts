/** Sets of packets: a box has a set of values in each of five dimensions; traffic is a list of disjoint boxes. */

import { covers, difference, intersection, type RangeSet } from '@tombolo/ip/range-set';
import { type Prefix, placedPrefixes } from './address.ts';
import type { Flow } from './flow.ts';
import { allProtocols, noPort, numberedPorts, portSet, portSets, protocolSet, withPorts } from './port.ts';
import type { SecurityRule } from './security-rule.ts';
import type { Vocabulary } from './vocabulary.ts';

/** protocol, source, source port, destination, destination port. */
export type Box = readonly [RangeSet, RangeSet, RangeSet, RangeSet, RangeSet];
export type Traffic = readonly Box[];

const isEmpty = (box: Box): boolean => box.some((set) => set.length === 0);

/** `with` of a tuple gives an array: its type forgets that there are five. */
export const withSet = (box: Box, index: number, set: RangeSet): Box =>
  box.with(index, set) as unknown as Box;

const meet = (left: Box, right: Box): Box => [
  intersection(left[0], right[0]),
  intersection(left[1], right[1]),
  intersection(left[2], right[2]),
  intersection(left[3], right[3]),
  intersection(left[4], right[4]),
];

export const traffic = (...boxes: readonly Box[]): Traffic => boxes.filter((box) => !isEmpty(box));

export const common = (boxes: Traffic, box: Box): Traffic => traffic(...boxes.map((own) => meet(own, box)));

/** `own` without `box`: at most one piece a dimension. */
const without = (own: Box, box: Box): Traffic => {
  if (isEmpty(meet(own, box))) return [own];
  const pieces: Box[] = [];
  let rest = own;
  for (const [index, set] of box.entries()) {
    if (covers(set, rest[index]!)) continue;
    pieces.push(withSet(rest, index, difference(rest[index]!, set)));
    rest = withSet(rest, index, intersection(rest[index]!, set));
  }
  return traffic(...pieces);
};

export const remaining = (boxes: Traffic, box: Box): Traffic => boxes.flatMap((own) => without(own, box));

export const ruleBox = (rule: SecurityRule, source: RangeSet, destination: RangeSet): Box => [
  protocolSet(rule.protocol),
  source,
  portSets(rule.source.ports),
  destination,
  portSets(rule.destination.ports),
];

/** TCP and UDP have the ports asked for; other protocols have none. */
export const flowTraffic = (flow: Flow, source: RangeSet, destination: RangeSet): Traffic => {
  const asked = protocolSet(flow.protocol);
  const port = (text: string): RangeSet => intersection(portSet(text) ?? [], numberedPorts);
  return traffic(
    [intersection(asked, withPorts), source, port(flow.sourcePort), destination, port(flow.destinationPort)],
    [intersection(asked, difference(allProtocols, withPorts)), source, noPort, destination, noPort],
  );
};

/** A single address is shown as one. */
const shown = ({ text, family, length }: Prefix): string =>
  length === (family === 4 ? 32 : 128) ? text.slice(0, text.indexOf('/')) : text;

/** For people: where the first packets of some traffic go. */
export const example = (boxes: Traffic, vocabulary: Vocabulary, flow: Flow): string => {
  const [box] = boxes;
  if (!box) return 'nothing';
  const side = (set: RangeSet, word: string): string => {
    if (covers(set, vocabulary.ofFlow(word).certain)) return word;
    const all = placedPrefixes(set);
    const more = all.length > 1 ? ` and ${all.length - 1} more` : '';
    return all[0] ? `${shown(all[0])}${more}` : `a part of ${word}`;
  };
  const port = (set: RangeSet): string => {
    const [first] = set;
    if (!first || first.first === noPort[0]!.first) return '*';
    if (covers(set, numberedPorts)) return '*';
    return first.first === first.last ? String(first.first) : `${first.first}-${first.last}`;
  };
  return `${side(box[1], flow.source)}:${port(box[2])} -> ${side(box[3], flow.destination)}:${port(box[4])}`;
};
