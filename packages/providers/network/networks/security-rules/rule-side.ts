/** One side of a security rule: ports and addresses, by one value or by a list, each said once. */

import type { ArmError } from '@tombolo/arm';
import { readAddress } from '@tombolo/ip/address';
import { type AddressPrefix, isExact, overlaps, readAddressPrefix } from '@tombolo/ip/address-prefix';
import { hasTagForm, isPortRange } from '@tombolo/network-rules';
import { didYouMean, nearestNames } from '@tombolo/private-link';
import { isObject, type Members, nameOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import type { RuleProperties } from './schema.ts';
import type { TagList } from './tag-list.ts';

export type Side = 'source' | 'destination';

interface SideInput {
  readonly id: string;
  readonly rule: RuleProperties;
  readonly side: Side;
  readonly tags: TagList | undefined;
}

const given = (values: readonly (string | undefined)[]): number =>
  values.filter((value) => value !== undefined && value !== '').length;

/** In Azure's words (Azure/azure-cli#8615). */
const exactlyOne = (id: string, side: Side, ways: readonly string[], target: string): ArmError => {
  const names = ways.map((way) => `${side === 'source' ? 'Source' : 'Destination'}${way}`);
  return networkError(
    'SecurityRuleInvalid',
    [id, `must specify a non empty value for exactly one of: ${names.join(', ')}`],
    target,
  );
};

const checkPorts = ({ id, rule, side }: SideInput): ArmError | undefined => {
  const target = `${side}PortRange`;
  const [one, many] = [rule[`${side}PortRange`], rule[`${side}PortRanges`] ?? []];
  if (given([one, many.length > 0 ? 'list' : undefined]) !== 1)
    return exactlyOne(id, side, ['PortRanges', 'PortRange'], target);
  const bad = [one || [], many].flat().find((text) => !isPortRange(text));
  if (bad !== undefined) return networkError('SecurityRuleInvalidPortRange', [nameOf(id), bad], target);
  return many.includes('*')
    ? networkError('SecurityRuleParameterContainsInvalidPortRanges', [`${side}PortRanges`, id], target)
    : undefined;
};

/** An address is a prefix of one. */
const asPrefix = (text: string): AddressPrefix | undefined => {
  const prefix = readAddressPrefix(text);
  if (prefix) return prefix;
  const address = readAddress(text);
  return address && readAddressPrefix(`${text}/${address.family === 4 ? 32 : 128}`);
};

/** A tag's name, as far as letters go; `any` is none, though people write it (ernestio/ernest#473). */
const mayBeTag = (text: string): boolean => hasTagForm(text) && text.toLowerCase() !== 'any';

const byPlace = (left: AddressPrefix, right: AddressPrefix): number =>
  left.family === right.family ? Number(left.first - right.first) : left.family - right.family;

/** Sorted, the first overlap is of neighbours: those before it stand apart, so that each reaches farther than the last. */
const findOverlap = (
  prefixes: readonly AddressPrefix[],
): readonly [AddressPrefix, AddressPrefix] | undefined => {
  let before: AddressPrefix | undefined;
  for (const prefix of prefixes.toSorted(byPlace)) {
    if (before && overlaps(before, prefix)) return [before, prefix];
    before = prefix;
  }
  return undefined;
};

const checkAddresses = ({ id, rule, side, tags }: SideInput): ArmError | undefined => {
  const target = `${side}AddressPrefix`;
  const [one, many] = [rule[`${side}AddressPrefix`], rule[`${side}AddressPrefixes`] ?? []];
  const groups = rule[`${side}ApplicationSecurityGroups`];
  if (given([one, many.length > 0 ? 'list' : undefined, groups?.length ? 'groups' : undefined]) !== 1)
    return exactlyOne(id, side, ['AddressPrefixes', 'AddressPrefix', 'ApplicationSecurityGroups'], target);
  const invalid = (value: string, why: string): ArmError =>
    networkError('SecurityRuleInvalidAddressPrefix', [id, value, why], target);
  for (const word of [one || [], many].flat()) {
    const prefix = asPrefix(word);
    if (prefix && !isExact(prefix)) return invalid(word, 'It has bits set behind its length.');
    if (prefix || word === '*') continue;
    if (!mayBeTag(word)) return invalid(word, 'It is no address, prefix, service tag or *.');
    if (tags?.lacks(word))
      return invalid(
        word,
        `The list of service tags that is served here, ${tags.name}, does not have it. ${didYouMean(nearestNames(word, tags.names))}`.trimEnd(),
      );
  }
  const word = many.find((text) => asPrefix(text) === undefined);
  const list = `${side === 'source' ? 'Source' : 'Destination'}AddressPrefix`;
  if (word !== undefined)
    return networkError('SecurityRuleParameterContainsUnsupportedValue', [list, id, word], target);
  const overlap = findOverlap(many.flatMap((text) => asPrefix(text) ?? []));
  return (
    overlap &&
    networkError(
      'OverlappingSubnetsNotPermittedInSecurityRule',
      [list, id, overlap[0].text, overlap[1].text],
      target,
    )
  );
};

/** One side's ports or addresses, in every way to say them; of a reference, its id, which compares without case. */
const said = (properties: Members, side: Side, ways: readonly string[]): string =>
  JSON.stringify(
    ways.map((way) =>
      [properties[`${side}${way}`] ?? []]
        .flat()
        .filter((value) => value !== '')
        .map((value) => (isObject(value) ? String(value.id).toLowerCase() : value)),
    ),
  );

const portWays = ['PortRange', 'PortRanges'];
const addressWays = ['AddressPrefix', 'AddressPrefixes', 'ApplicationSecurityGroups'];

/**
 * What was stored already can be sent back, by whatever rules it was taken: whole, in every way to say it. Else a rule that
 * has a prefix could get groups beside it, and one that has groups lose them for nothing.
 */
const unchanged = (
  { rule, side }: SideInput,
  before: Document | undefined,
  ways: readonly string[],
): boolean => before !== undefined && said(propertiesOf(before), side, ways) === said(rule, side, ways);

export const checkSide = (input: SideInput, before: Document | undefined): ArmError | undefined =>
  (unchanged(input, before, portWays) ? undefined : checkPorts(input)) ??
  (unchanged(input, before, addressWays) ? undefined : checkAddresses(input));
