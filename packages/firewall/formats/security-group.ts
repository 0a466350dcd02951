/** Network security group rules: the same list for the ARM template and for Terraform. */

import { securityRules } from '@tombolo/requirements';
import type { Capability, Fitted } from '../fit.ts';
import { type AddressRule, portRange, ruleName } from '../plan.ts';
import { described } from './described.ts';
import { allPrefixes, type Format, headLines, inParts, type RenderOptions } from './format.ts';

export const tagsAndAddresses: Capability = {
  names: false,
  patterns: 'none',
  paths: 'none',
  addresses: true,
  inbound: true,
  tags: true,
};

export interface GroupRule {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly protocol: 'Tcp' | 'Udp' | '*';
  readonly access: 'Allow' | 'Deny';
  readonly port: string;
  readonly direction: 'Outbound' | 'Inbound';
  /** One service tag, or prefixes: where an outbound rule leads, where an inbound one comes from. */
  readonly destinations: readonly string[];
}

/** Azure takes at most 4,000 addresses in a security group's rule. */
const largest = 4_000;
const firstPriority = 160;
const denyPriority = 4_000;

const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const addressRule = (rule: AddressRule): Omit<GroupRule, 'priority'>[] => {
  const parts = inParts(allPrefixes(rule), largest);
  return parts.map((destinations, at) => ({
    name: `Allow${ruleName(rule).split('-').map(title).join('')}${parts.length > 1 ? `Part${at + 1}` : ''}`,
    description: described(rule.of, 140),
    protocol: rule.protocol === 'udp' ? 'Udp' : 'Tcp',
    access: 'Allow',
    port: portRange(rule),
    direction: rule.inbound === true ? 'Inbound' : 'Outbound',
    destinations,
  }));
};

/** The two rules of R22 keep their names and priorities; the deny has a larger number than every allow. */
export const groupRules = (fitted: Fitted, enforce: boolean): readonly GroupRule[] => {
  const named = (tag: string, port: number) =>
    port === 443 ? securityRules.find((rule) => rule.destinationServiceTag === tag) : undefined;
  type Unplaced = Omit<GroupRule, 'priority'> & { readonly priority?: number };
  const tags = fitted.tags.map(({ tag, port, hosts, reason }): Unplaced => {
    const known = named(tag, port);
    return {
      name: known?.name ?? `Allow${tag.replaceAll('.', '')}${port}OutBound`,
      description: described(hosts.length === 0 ? [reason] : hosts, 140),
      protocol: 'Tcp',
      access: 'Allow',
      port: String(port),
      direction: 'Outbound',
      destinations: [tag],
      ...(known === undefined ? {} : { priority: known.priority }),
    };
  });
  let next = firstPriority;
  const placed: readonly Unplaced[] = [...tags, ...fitted.addresses.flatMap(addressRule)];
  const rules = placed.map((rule): GroupRule => {
    if (rule.priority !== undefined) return { ...rule, priority: rule.priority };
    next += 1;
    return { ...rule, priority: next };
  });
  const deny: GroupRule = {
    name: 'DenyInternetOutBound',
    description: 'All other traffic to the internet',
    priority: denyPriority,
    protocol: '*',
    access: 'Deny',
    port: '*',
    direction: 'Outbound',
    destinations: ['Internet'],
  };
  return [...rules.toSorted((a, b) => a.priority - b.priority), ...(enforce ? [deny] : [])];
};

/** One side is the virtual network, the other the rule's prefixes. */
const sides = (direction: GroupRule['direction'], prefixes: readonly string[]) => {
  const [near, far] = direction === 'Outbound' ? ['source', 'destination'] : ['destination', 'source'];
  return {
    [`${near}AddressPrefix`]: 'VirtualNetwork',
    ...(prefixes.length === 1
      ? { [`${far}AddressPrefix`]: prefixes[0] }
      : { [`${far}AddressPrefixes`]: prefixes }),
  };
};

const properties = ({ destinations, port, name: _, ...rule }: GroupRule) => ({
  ...rule,
  sourcePortRange: '*',
  ...sides(rule.direction, destinations),
  destinationPortRange: port,
});

const render = (fitted: Fitted, options: RenderOptions, format: Format) => {
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: { comments: headLines(fitted, format) },
    resources: [
      {
        type: 'Microsoft.Network/networkSecurityGroups',
        apiVersion: '2024-05-01',
        name: options.name,
        location: options.location ?? fitted.plan.query.region ?? '[resourceGroup().location]',
        properties: {
          securityRules: groupRules(fitted, options.enforce).map((rule) => ({
            name: rule.name,
            properties: properties(rule),
          })),
        },
      },
    ],
  };
  return [{ name: `${options.name}-nsg.json`, text: `${JSON.stringify(template, null, 2)}\n` }];
};

export const securityGroup: Format = {
  name: 'nsg',
  title: 'Azure network security group (ARM template)',
  can: tagsAndAddresses,
  checkedBy: "this project's control plane",
  render,
};
