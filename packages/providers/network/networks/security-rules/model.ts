/** Decides security rules: priorities of their own in each direction, ports and prefixes of a usable form. */

import type { ArmError } from '@tombolo/arm';
import { readAddress } from '@tombolo/ip/address';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
import { nameOf, withValues } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import type { RuleProperties } from './schema.ts';

export interface RulePlan {
  readonly id: string;
  readonly properties: JsonObject;
}

const isPortRange = (text: string): boolean => {
  if (text === '*') return true;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  // Without a match both are NaN, and no comparison with it holds.
  return from <= to && to <= 65_535;
};

/** `*`, an address, a prefix or a service tag (`VirtualNetwork`, `Storage.JapanEast`). */
const isAddressPrefix = (text: string): boolean =>
  text === '*' ||
  readAddressPrefix(text) !== undefined ||
  readAddress(text) !== undefined ||
  /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/.test(text);

/** Each side of a rule says ports and addresses once, by one value or by a list. */
const checkSide = (
  name: string,
  rule: RuleProperties,
  side: 'source' | 'destination',
): ArmError | undefined => {
  const ports = [rule[`${side}PortRange`], rule[`${side}PortRanges`]?.length ? 'list' : undefined];
  const groups = rule[`${side}ApplicationSecurityGroups`];
  const addresses = [
    rule[`${side}AddressPrefix`],
    rule[`${side}AddressPrefixes`]?.length ? 'list' : undefined,
    groups?.length ? 'groups' : undefined,
  ];
  const given = (values: readonly (string | undefined)[]): number =>
    values.filter((value) => value !== undefined && value !== '').length;
  if (given(ports) !== 1)
    return networkError(
      'SecurityRuleInvalid',
      [name, `give either ${side}PortRange or ${side}PortRanges.`],
      `${side}PortRange`,
    );
  if (given(addresses) !== 1)
    return networkError(
      'SecurityRuleInvalid',
      [
        name,
        `give one of ${side}AddressPrefix, ${side}AddressPrefixes and ${side}ApplicationSecurityGroups.`,
      ],
      `${side}AddressPrefix`,
    );
  const port = [rule[`${side}PortRange`] || [], rule[`${side}PortRanges`] ?? []]
    .flat()
    .find((text) => !isPortRange(text));
  if (port !== undefined)
    return networkError(
      'SecurityRuleInvalid',
      [name, `'${port}' is no port, port range or *.`],
      `${side}PortRange`,
    );
  const prefix = [rule[`${side}AddressPrefix`] || [], rule[`${side}AddressPrefixes`] ?? []]
    .flat()
    .find((text) => !isAddressPrefix(text));
  return prefix === undefined
    ? undefined
    : networkError(
        'SecurityRuleInvalid',
        [name, `'${prefix}' is no address prefix, service tag or *.`],
        `${side}AddressPrefix`,
      );
};

export const planRule = (id: string, rule: RuleProperties): RulePlan | ArmError => {
  const name = nameOf(id);
  if (rule.priority < 100 || rule.priority > 4096)
    return networkError('SecurityRuleInvalidPriority', [name, String(rule.priority)], 'priority');
  const refused = checkSide(name, rule, 'source') ?? checkSide(name, rule, 'destination');
  if (refused) return refused;
  const properties = withValues({
    ...(rule as Record<string, Json | undefined>),
    sourcePortRanges: rule.sourcePortRanges ?? [],
    destinationPortRanges: rule.destinationPortRanges ?? [],
    sourceAddressPrefixes: rule.sourceAddressPrefixes ?? [],
    destinationAddressPrefixes: rule.destinationAddressPrefixes ?? [],
    provisioningState: 'Succeeded',
  });
  return { id, properties };
};

/** The first two rules with one priority and direction. */
export const checkRules = (rules: readonly RulePlan[]): ArmError | undefined => {
  const seen = new Map<string, string>();
  for (const rule of rules) {
    const direction = String(rule.properties.direction);
    const key = `${rule.properties.priority} ${direction}`;
    const other = seen.get(key);
    if (other !== undefined)
      return networkError(
        'SecurityRuleConflict',
        [nameOf(rule.id), other, String(rule.properties.priority), direction],
        rule.id,
      );
    seen.set(key, nameOf(rule.id));
  }
  return undefined;
};
