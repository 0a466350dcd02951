/** Effective security rules in Azure's form: each group that applies, with tags and groups written out as prefixes. */

import { covers } from '@tombolo/ip/range-set';
import { everything, placedPrefixes } from './address.ts';
import type { AppliedGroups } from './judge-flow.ts';
import type { RuleSide, SecurityGroup, SecurityRule } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';
import { isTagName } from './tag-name.ts';
import { createVocabulary, type Vocabulary, virtualNetworkPrefixes } from './vocabulary.ts';

/** `EffectiveNetworkSecurityRule` of the published contract. */
interface EffectiveRule {
  readonly name: string;
  readonly protocol: string;
  readonly sourcePortRange?: string;
  readonly destinationPortRange?: string;
  readonly sourcePortRanges: readonly string[];
  readonly destinationPortRanges: readonly string[];
  readonly sourceAddressPrefix?: string;
  readonly destinationAddressPrefix?: string;
  readonly sourceAddressPrefixes: readonly string[];
  readonly destinationAddressPrefixes: readonly string[];
  readonly expandedSourceAddressPrefix: readonly string[] | null;
  readonly expandedDestinationAddressPrefix: readonly string[] | null;
  readonly access: string;
  readonly priority: number;
  readonly direction: string;
}

export interface EffectiveGroup {
  readonly networkSecurityGroup: { readonly id: string };
  readonly association: {
    readonly subnet?: { readonly id: string };
    readonly networkInterface?: { readonly id: string };
  };
  readonly effectiveSecurityRules: readonly EffectiveRule[];
  /** Tag → its prefixes. */
  readonly tagMap: Readonly<Record<string, readonly string[]>>;
}

/** As Azure writes them: `443` is `443-443`, `*` is `0-65535`. */
const portRange = (text: string): string =>
  text === '*' ? '0-65535' : text.includes('-') ? text : `${text}-${text}`;

const addressWord = (text: string): string => (text === '*' ? '0.0.0.0/0' : text);

/** null where there is nothing to write out: literal prefixes and `*` say it themselves. */
const expanded = (side: RuleSide, vocabulary: Vocabulary): readonly string[] | null => {
  const isLiteral = side.applicationSecurityGroups.length === 0 && !side.prefixes.some(isTagName);
  const { certain } = vocabulary.ofRule(side);
  if (isLiteral || covers(certain, everything)) return null;
  return placedPrefixes(certain).map(({ text }) => text);
};

const shown = (rule: SecurityRule, vocabulary: Vocabulary): EffectiveRule => {
  const [sources, destinations] = [
    rule.source.prefixes.map(addressWord),
    rule.destination.prefixes.map(addressWord),
  ];
  const [sourcePorts, destinationPorts] = [
    rule.source.ports.map(portRange),
    rule.destination.ports.map(portRange),
  ];
  return {
    name: `${rule.isDefault ? 'defaultSecurityRules' : 'securityRules'}/${rule.name}`,
    protocol: rule.protocol === '*' ? 'All' : rule.protocol,
    ...(sourcePorts.length === 1 ? { sourcePortRange: sourcePorts[0]! } : {}),
    ...(destinationPorts.length === 1 ? { destinationPortRange: destinationPorts[0]! } : {}),
    sourcePortRanges: sourcePorts,
    destinationPortRanges: destinationPorts,
    ...(sources.length === 1 ? { sourceAddressPrefix: sources[0]! } : {}),
    ...(destinations.length === 1 ? { destinationAddressPrefix: destinations[0]! } : {}),
    sourceAddressPrefixes: sources,
    destinationAddressPrefixes: destinations,
    expandedSourceAddressPrefix: expanded(rule.source, vocabulary),
    expandedDestinationAddressPrefix: expanded(rule.destination, vocabulary),
    access: rule.access,
    priority: rule.priority,
    direction: rule.direction,
  };
};

/** `targets`: the ids of the subnet and the interface that the groups are applied to. */
export const effectiveGroups = (
  groups: AppliedGroups,
  targets: { readonly subnet: string; readonly networkInterface: string },
  around: Surroundings,
): readonly EffectiveGroup[] => {
  const show = (group: SecurityGroup, association: EffectiveGroup['association']): EffectiveGroup => {
    const words = group.rules.flatMap((rule) => [...rule.source.prefixes, ...rule.destination.prefixes]);
    const vocabulary = createVocabulary(around, words);
    return {
      networkSecurityGroup: { id: group.id },
      association,
      effectiveSecurityRules: group.rules.map((rule) => shown(rule, vocabulary)),
      tagMap: { VirtualNetwork: [...new Set(virtualNetworkPrefixes(around))] },
    };
  };
  return [
    ...(groups.subnet ? [show(groups.subnet, { subnet: { id: targets.subnet } })] : []),
    ...(groups.networkInterface
      ? [show(groups.networkInterface, { networkInterface: { id: targets.networkInterface } })]
      : []),
  ];
};
