/** Security rules as they are judged, read from ARM bodies, and the six that every security group has. */

import { isObject, jsonOf, type Members, objectsAt, propertiesIn, stringsAt } from '@tombolo/store/document';
import { type Protocol, portSet, protocols } from './port.ts';

export const directions = ['Inbound', 'Outbound'] as const;
export const accesses = ['Allow', 'Deny'] as const;
export type Direction = (typeof directions)[number];
export type Access = (typeof accesses)[number];

/** One side of a rule. Several prefixes and ports make it an augmented rule. */
export interface RuleSide {
  /** Addresses, prefixes, service tags, `*`. */
  readonly prefixes: readonly string[];
  /** `443`, `80-90`, `*`. */
  readonly ports: readonly string[];
  /** Ids of application security groups, in lower case. */
  readonly applicationSecurityGroups: readonly string[];
}

export interface SecurityRule {
  readonly id: string;
  readonly name: string;
  /** The smaller number is judged first. */
  readonly priority: number;
  readonly direction: Direction;
  readonly access: Access;
  readonly protocol: Protocol;
  readonly source: RuleSide;
  readonly destination: RuleSide;
  readonly isDefault: boolean;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  /** Defaults included, by priority. */
  readonly rules: readonly SecurityRule[];
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((candidate) => typeof value === 'string' && candidate.toLowerCase() === value.toLowerCase());

/** `prefix` of either property, as one list. */
const either = (body: Members, one: string, many: string): readonly string[] => {
  const single = body[one];
  return [
    ...new Set([...(typeof single === 'string' && single !== '' ? [single] : []), ...stringsAt(body, many)]),
  ];
};

const readSide = (properties: Members, side: 'source' | 'destination'): RuleSide => ({
  prefixes: either(properties, `${side}AddressPrefix`, `${side}AddressPrefixes`),
  ports: either(properties, `${side}PortRange`, `${side}PortRanges`),
  applicationSecurityGroups: objectsAt(properties, `${side}ApplicationSecurityGroups`).flatMap(({ id }) =>
    typeof id === 'string' ? [id.toLowerCase()] : [],
  ),
});

/** What is wrong with a body that should be a security rule or group. */
export interface RuleProblem {
  readonly problem: string;
}

/** From a body of REST's form; other forms are brought to it by azure-documents. */
export const readSecurityRule = (
  body: Members,
  groupId: string,
  isDefault = false,
): SecurityRule | RuleProblem => {
  const properties = propertiesIn(body);
  const name = typeof body.name === 'string' ? body.name : '';
  const kind = isDefault ? 'defaultSecurityRules' : 'securityRules';
  const id = typeof body.id === 'string' ? body.id : `${groupId}/${kind}/${name}`;
  const direction = oneOf(directions, properties.direction);
  const access = oneOf(accesses, properties.access);
  const protocol = oneOf(protocols, properties.protocol);
  const { priority } = properties;
  if (name === '') return { problem: 'a security rule has no name' };
  if (!direction) return { problem: `rule '${name}' has no direction Inbound or Outbound` };
  if (!access) return { problem: `rule '${name}' has no access Allow or Deny` };
  if (!protocol) return { problem: `rule '${name}' has no protocol ${protocols.join(', ')}` };
  if (typeof priority !== 'number' || !Number.isInteger(priority))
    return { problem: `rule '${name}' has no priority` };
  const source = readSide(properties, 'source');
  const destination = readSide(properties, 'destination');
  for (const side of [source, destination]) {
    const bad = side.ports.find((port) => portSet(port) === undefined);
    if (bad !== undefined) return { problem: `rule '${name}' has port '${bad}', which is none` };
    if (side.ports.length === 0) return { problem: `rule '${name}' names no port range` };
    if (side.prefixes.length === 0 && side.applicationSecurityGroups.length === 0)
      return { problem: `rule '${name}' names no source or no destination` };
  }
  return { id, name, priority, direction, access, protocol, source, destination, isDefault };
};

type DefaultRule = readonly [
  name: string,
  priority: number,
  direction: Direction,
  access: Access,
  source: string,
  destination: string,
  description: string,
];

/** The six rules that no group lacks (Learn: network-security-groups-overview). */
// biome-ignore format: a table reads best a row a line.
const defaults: readonly DefaultRule[] = [
  ['AllowVnetInBound', 65000, 'Inbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork', 'Allow inbound traffic from all VMs in VNET'],
  ['AllowAzureLoadBalancerInBound', 65001, 'Inbound', 'Allow', 'AzureLoadBalancer', '*', 'Allow inbound traffic from azure load balancer'],
  ['DenyAllInBound', 65500, 'Inbound', 'Deny', '*', '*', 'Deny all inbound traffic'],
  ['AllowVnetOutBound', 65000, 'Outbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork', 'Allow outbound traffic from all VMs to all VMs in VNET'],
  ['AllowInternetOutBound', 65001, 'Outbound', 'Allow', '*', 'Internet', 'Allow outbound traffic from all VMs to Internet'],
  ['DenyAllOutBound', 65500, 'Outbound', 'Deny', '*', '*', 'Deny all outbound traffic'],
];

export interface RuleBody {
  readonly name: string;
  readonly id: string;
  readonly type: string;
  readonly properties: {
    readonly provisioningState: 'Succeeded';
    readonly description: string;
    readonly protocol: Protocol;
    readonly sourcePortRange: string;
    readonly destinationPortRange: string;
    readonly sourceAddressPrefix: string;
    readonly destinationAddressPrefix: string;
    readonly access: Access;
    readonly priority: number;
    readonly direction: Direction;
    readonly sourcePortRanges: readonly string[];
    readonly destinationPortRanges: readonly string[];
    readonly sourceAddressPrefixes: readonly string[];
    readonly destinationAddressPrefixes: readonly string[];
  };
}

/** As ARM shows them below a group. */
export const defaultRuleBodies = (groupId: string): readonly RuleBody[] =>
  defaults.map(([name, priority, direction, access, source, destination, description]) => ({
    name,
    id: `${groupId}/defaultSecurityRules/${name}`,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    properties: {
      provisioningState: 'Succeeded',
      description,
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: source,
      destinationAddressPrefix: destination,
      access,
      priority,
      direction,
      sourcePortRanges: [],
      destinationPortRanges: [],
      sourceAddressPrefixes: [],
      destinationAddressPrefixes: [],
    },
  }));

/** A group with the rules given and the six defaults. */
export const securityGroup = (
  id: string,
  rules: readonly SecurityRule[],
  name = id.slice(id.lastIndexOf('/') + 1),
): SecurityGroup => {
  const standing = defaultRuleBodies(id).map((body) => readSecurityRule(jsonOf(body), id, true));
  const all = [...rules, ...standing.flatMap((rule) => ('problem' in rule ? [] : [rule]))];
  return { id, name, rules: all.toSorted((left, right) => left.priority - right.priority) };
};

/** A whole group's ARM body; the first rule that cannot be read is the problem. */
export const readSecurityGroup = (body: Members): SecurityGroup | RuleProblem => {
  const properties = propertiesIn(body);
  const name = typeof body.name === 'string' ? body.name : 'network-security-group';
  const id =
    typeof body.id === 'string' ? body.id : `/providers/Microsoft.Network/networkSecurityGroups/${name}`;
  if (!Array.isArray(properties.securityRules))
    return { problem: `'${name}' has no list securityRules: it is no network security group` };
  const rules: SecurityRule[] = [];
  for (const entry of properties.securityRules) {
    const rule = isObject(entry) ? readSecurityRule(entry, id) : { problem: 'a security rule is no object' };
    if ('problem' in rule) return rule;
    rules.push(rule);
  }
  return securityGroup(id, rules, name);
};
