/** What a document is, by its type and id; only where it has neither, by what nothing else has. */

import { parseResourceId } from '@tombolo/arm/resource-id';
import { isObject, textAt } from '@tombolo/store/document';
import type { Fields } from './canonical-form.ts';
import { DocumentProblem, shown } from './problem.ts';

interface KindFacts {
  /** As ARM spells it; absent: no resource. */
  readonly type?: string;
  /** With its article. */
  readonly title: string;
  /** The command that prints one. */
  readonly printedBy: string;
}

export const kinds = {
  'private-endpoint': {
    type: 'Microsoft.Network/privateEndpoints',
    title: 'a private endpoint',
    printedBy: 'az network private-endpoint show --resource-group GROUP --name NAME',
  },
  'zone-group': {
    type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    title: 'a private DNS zone group',
    printedBy:
      'az network private-endpoint dns-zone-group list --resource-group GROUP --endpoint-name ENDPOINT',
  },
  'network-interface': {
    type: 'Microsoft.Network/networkInterfaces',
    title: 'a network interface',
    printedBy: 'az network nic show --resource-group GROUP --name NAME',
  },
  'security-group': {
    type: 'Microsoft.Network/networkSecurityGroups',
    title: 'a network security group',
    printedBy: 'az network nsg show --resource-group GROUP --name NAME',
  },
  'service-tags': {
    type: 'Microsoft.Network/serviceTags',
    title: 'a list of service tags',
    printedBy: 'az network list-service-tags --location REGION',
  },
  names: {
    title: 'a list of names with addresses',
    printedBy: 'az network private-endpoint show --resource-group GROUP --name NAME --query customDnsConfigs',
  },
  described: {
    title: 'an endpoint described by hand',
    printedBy: 'an editor, like {"dnsConfiguration": {"gbl.his.arc.azure.com": "10.0.1.4", …}}',
  },
} as const satisfies Readonly<Record<string, KindFacts>>;

export type Kind = keyof typeof kinds;

export interface Found {
  /** `other`: a resource that no command reads, or nothing that is known. */
  readonly kind: Kind | 'other';
  /** As the document says it, by type or id. */
  readonly type?: string;
  readonly name?: string;
  readonly id?: string;
  /** The place in the document: `value[2]`; empty for the whole. */
  readonly where: string;
  readonly value: unknown;
  /** Why it cannot be read although it is of a kind that can; of weight for who wants that kind. */
  readonly problem?: DocumentProblem;
}

export const kindOfType = (type: string): Kind | undefined =>
  (Object.keys(kinds) as Kind[]).find((kind) => {
    const facts: KindFacts = kinds[kind];
    return facts.type?.toLowerCase() === type.toLowerCase();
  });

const endpointNames = [
  'customDnsConfigs',
  'privateLinkServiceConnections',
  'manualPrivateLinkServiceConnections',
];
const describedNames = ['members', 'dnsConfiguration', 'suffixes', 'cloud', 'region', 'answers'];

/** The kinds that its properties speak for. An endpoint has `ipConfigurations`, too: they speak for an interface only alone. */
const evidence = (fields: Fields): readonly Kind[] => {
  const has = (...names: readonly string[]): boolean => names.some((name) => name in fields);
  const isEndpoint = has(...endpointNames);
  return [
    ...(isEndpoint ? (['private-endpoint'] as const) : []),
    ...(has('privateDnsZoneConfigs') ? (['zone-group'] as const) : []),
    ...(has('ipConfigurations') && !isEndpoint ? (['network-interface'] as const) : []),
    ...(has('securityRules', 'defaultSecurityRules') ? (['security-group'] as const) : []),
    ...(has('addressPrefixes') || (has('values') && has('changeNumber')) ? (['service-tags'] as const) : []),
    ...(has('fqdn') ? (['names'] as const) : []),
  ];
};

const contradictory = (where: string, message: string): DocumentProblem =>
  new DocumentProblem(
    'Contradictory',
    `${where || 'It'} ${message}`,
    'Print it again instead of editing it by hand.',
  );

/**
 * Of one object, by its fields. Throws DocumentProblem (Contradictory) where type, id and properties are of different
 * kinds.
 */
export const classify = (value: Fields, fields: Fields, where: string): Found => {
  const id = textAt(fields, 'id');
  const name = textAt(fields, 'name');
  const typeOfId = id === undefined ? undefined : parseResourceId(id)?.type;
  const type = textAt(fields, 'type') ?? typeOfId;
  const found = (kind: Found['kind']): Found => ({
    kind,
    where,
    value,
    ...(type === undefined ? {} : { type }),
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
  });
  const kind = type === undefined ? undefined : kindOfType(type);
  if (type !== undefined && typeOfId !== undefined && type.toLowerCase() !== typeOfId.toLowerCase()) {
    if (kind !== undefined || kindOfType(typeOfId) !== undefined)
      throw contradictory(where, `is of type ${shown(type)} by its type and ${shown(typeOfId)} by its id.`);
  }
  const speaksFor = evidence(fields);
  if (kind !== undefined) {
    if (speaksFor.includes(kind)) return found(kind);
    const [other] = speaksFor;
    if (other !== undefined)
      throw contradictory(
        where,
        `is ${kinds[kind].title} by its type and has what ${kinds[other].title} has.`,
      );
    return { ...found(kind), problem: withoutProperties(found(kind), kind) };
  }
  if (type !== undefined) return found('other');
  if (speaksFor.length > 1)
    throw contradictory(
      where,
      `has neither type nor id, and what ${speaksFor.map((each) => kinds[each].title).join(' and ')} has.`,
    );
  const [only] = speaksFor;
  if (only !== undefined) return found(only);
  return found(isDescribed(value) ? 'described' : 'other');
};

const withoutProperties = (found: Found, kind: Kind): DocumentProblem =>
  new DocumentProblem(
    'Incomplete',
    `${found.where || 'It'} is ${describe(found)} without its properties, as lists of resources show it.`,
    `Print it whole: ${printedBy(kind, found.id)}.`,
  );

/** Our own form is nobody's resource: it has neither type nor properties. A cloud profile of ours has suffixes, too. */
const isDescribed = (value: Fields): boolean =>
  describedNames.some((key) => key in value) &&
  !('properties' in value) &&
  !('resourceManager' in value) &&
  !isObject(value.metadata);

/** The command that prints such a resource: this very one, where its id can stand in a command line as it is. */
export const printedBy = (kind: Kind, id?: string): string => {
  const parsed = id !== undefined && /^[\w./()-]{1,1000}$/.test(id) ? parseResourceId(id) : undefined;
  const { printedBy: command } = kinds[kind];
  if (parsed?.resourceGroup === undefined) return command;
  const plain = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text}'`);
  const isPart = parsed.type.toLowerCase() === kinds['zone-group'].type.toLowerCase();
  const name = isPart && kind !== 'network-interface' ? (parsed.parent?.name ?? parsed.name) : parsed.name;
  return command.replace('GROUP', plain(parsed.resourceGroup)).replace(/NAME|ENDPOINT/, plain(name));
};

/** What it is, for a sentence. */
export const describe = ({ kind, type, name, value }: Found): string => {
  const named = name === undefined ? '' : ` ${shown(name)}`;
  if (kind !== 'other') return `${kinds[kind].title}${named}`;
  if (type !== undefined) return `a resource of type ${shown(type)}${named}`;
  if (!isObject(value)) return `no object but ${shown(JSON.stringify(value) ?? String(value))}`;
  const keys = Object.keys(value);
  const some = keys.slice(0, 5).map((key) => shown(key));
  if (some.length === 0) return 'an empty object';
  return `an object that nothing here knows, with ${some.join(', ')}${keys.length > some.length ? ', …' : ''}`;
};
