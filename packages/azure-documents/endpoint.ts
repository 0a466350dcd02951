/** The names of one private endpoint and where each of them listens: checked, in one form, each once. */

import type { CloudSuffixes } from '@tombolo/private-link';
import { readAddress } from './address.ts';
import { type EndpointName, type NamedAddresses, readEndpointName } from './endpoint-name.ts';
import { warningsOf } from './endpoint-warnings.ts';
import { privateLinkSuffixes } from './host-name.ts';
import { DocumentProblem, type DocumentWarning } from './problem.ts';

export interface EndpointDns {
  readonly suffixes: CloudSuffixes;
  /** Sorted by suffix (in the order of the zones) and name; never empty. */
  readonly names: readonly EndpointName[];
  readonly warnings: readonly DocumentWarning[];
  /** Where the document says it. */
  readonly subnetId?: string;
}

/** An endpoint has at most six names today; what is far over that is no endpoint. */
const mostNames = 256;
const mostAddresses = 16;

const checkedAddress = (text: string, where: string): string => {
  const read = readAddress(text);
  if (typeof read === 'string') return read;
  throw new DocumentProblem('Invalid', `${where}: ${read.problem}`, read.fix);
};

const isSameSet = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((entry) => right.includes(entry));

/**
 * Names checked, brought to their public form and merged: a zone group's record sets and an endpoint's own list name the
 * same thing twice. Throws DocumentProblem on a bad name or address, on two different answers for one name, and where
 * nothing is left (seed 001: no empty records as preparation).
 */
export const endpointDns = (
  found: readonly NamedAddresses[],
  suffixes: CloudSuffixes,
  warnings: readonly DocumentWarning[] = [],
): EndpointDns => {
  const names = new Map<string, EndpointName & { readonly where: string }>();
  if (found.length > mostNames * 4)
    throw new DocumentProblem(
      'TooLarge',
      `It holds ${found.length} names.`,
      'Give one private endpoint at a time.',
    );
  for (const entry of found) {
    const name = readEndpointName(entry, suffixes);
    if (entry.ipAddresses.length > mostAddresses)
      throw new DocumentProblem(
        'TooLarge',
        `${entry.where}: ${name.fqdn} has ${entry.ipAddresses.length} addresses; ${mostAddresses} are the most.`,
        'Give one private endpoint at a time.',
      );
    const addresses = [
      ...new Set(entry.ipAddresses.map((text) => checkedAddress(text, `${entry.where} (${name.fqdn})`))),
    ];
    if (addresses.length === 0) continue;
    const before = names.get(name.fqdn);
    if (before && !isSameSet(before.addresses, addresses))
      throw new DocumentProblem(
        'Contradictory',
        `${name.fqdn} is ${before.addresses.join(', ')} in ${before.where} and ${addresses.join(', ')} in ${entry.where}.`,
        'All machines behind one DNS view use one private endpoint: give the names of that one only.',
      );
    if (!before) names.set(name.fqdn, { ...name, addresses, where: entry.where });
  }
  if (names.size === 0)
    throw new DocumentProblem(
      'Incomplete',
      'The endpoint has no name with an address, and empty zones or records would override the public names and cut machines off.',
      'Give its DNS configuration: names with addresses, as az network private-endpoint show prints them.',
    );
  if (names.size > mostNames)
    throw new DocumentProblem(
      'TooLarge',
      `It holds ${names.size} names; ${mostNames} are the most.`,
      'Give one private endpoint at a time.',
    );
  const order = privateLinkSuffixes(suffixes);
  const sorted = [...names.values()]
    .map(({ where: _, ...name }) => name)
    .sort(
      (left, right) =>
        order.indexOf(left.suffix) - order.indexOf(right.suffix) || (left.fqdn < right.fqdn ? -1 : 1),
    );
  return { suffixes, names: sorted, warnings: [...warnings, ...warningsOf(sorted, suffixes)] };
};
