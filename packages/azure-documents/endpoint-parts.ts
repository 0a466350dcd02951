/** What the parts of a private endpoint say: the endpoint itself, its zone groups, its network interface, rows of names. */

import { parseResourceId } from '@tombolo/arm/resource-id';
import { z } from 'zod';
import { canonicalForm } from './canonical-form.ts';
import type { NamedAddresses } from './endpoint-name.ts';
import { describe, type Found, type Kind, printedBy } from './kind.ts';
import { DocumentProblem, shown } from './problem.ts';

interface EndpointConnection {
  readonly name: string;
  /** As the document has it; Azure knows Approved, Pending, Rejected and Disconnected. */
  readonly status: string;
  readonly serviceId?: string;
}

export interface EndpointPart {
  readonly found: Found;
  readonly names: readonly NamedAddresses[];
  readonly connections: readonly EndpointConnection[];
  readonly interfaceIds: readonly string[];
  readonly subnetId?: string;
}

/** Where ConvertTo-Json's depth is at its end a list becomes a text, joined by spaces. */
const texts = z.union([
  z.array(z.string()),
  z.string().transform((text) => text.split(/\s+/).filter((part) => part !== '')),
]);
const reference = z.object({ id: z.string().nullish() }).nullish();
const connection = z.object({
  name: z.string().nullish(),
  privateLinkServiceId: z.string().nullish(),
  privateLinkServiceConnectionState: z.object({ status: z.string().nullish() }).nullish(),
});
const named = z.object({ fqdn: z.string().nullish(), ipAddresses: texts.nullish() });

const shapes = {
  'private-endpoint': z.object({
    customDnsConfigs: z.array(named).nullish(),
    privateLinkServiceConnections: z.array(connection).nullish(),
    manualPrivateLinkServiceConnections: z.array(connection).nullish(),
    networkInterfaces: z.array(reference).nullish(),
    subnet: reference,
  }),
  'zone-group': z.object({
    privateDnsZoneConfigs: z.array(z.object({ recordSets: z.array(named).nullish() })).nullish(),
  }),
  'network-interface': z.object({
    ipConfigurations: z.array(
      z.object({
        privateIPAddress: z.string().nullish(),
        privateLinkConnectionProperties: z.object({ fqdns: texts.nullish() }).nullish(),
        subnet: reference,
      }),
    ),
  }),
  names: z.object({ fqdn: z.string(), ipAddress: texts.nullish(), ipAddresses: texts.nullish() }),
} as const;

export type PartKind = keyof typeof shapes;
export const partKinds = Object.keys(shapes) as PartKind[];

/** Throws DocumentProblem (Invalid) that names the place. */
export const checkForm = <T>(schema: z.ZodType<T>, value: unknown, where: string, kind: Kind): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [where, ...(issue?.path ?? []).map(String)].filter(Boolean).join('.');
  throw new DocumentProblem(
    'Invalid',
    `${path || 'The document'}: ${issue?.message}.`,
    kind === 'described'
      ? 'Write {"region": …, "members": {"HybridCompute.Global": "10.0.1.4", …}} or {"dnsConfiguration": {"gbl.his.arc.azure.com": "10.0.1.4", …}}.'
      : `Print it again: ${printedBy(kind)}.`,
  );
};

const at = (where: string, rest: string): string => (where === '' ? rest : `${where}.${rest}`);

const readEndpoint = (found: Found): Omit<EndpointPart, 'found'> => {
  const { where } = found;
  const read = checkForm(shapes['private-endpoint'], canonicalForm(found.value), where, 'private-endpoint');
  const connections = [
    ...(read.privateLinkServiceConnections ?? []),
    ...(read.manualPrivateLinkServiceConnections ?? []),
  ];
  return {
    names: (read.customDnsConfigs ?? []).flatMap(({ fqdn, ipAddresses }, index) =>
      fqdn ? [{ fqdn, ipAddresses: ipAddresses ?? [], where: at(where, `customDnsConfigs[${index}]`) }] : [],
    ),
    connections: connections.map((entry) => ({
      name: entry.name ?? '',
      status: entry.privateLinkServiceConnectionState?.status ?? '',
      ...(entry.privateLinkServiceId ? { serviceId: entry.privateLinkServiceId } : {}),
    })),
    interfaceIds: (read.networkInterfaces ?? []).flatMap((entry) => entry?.id ?? []),
    ...(read.subnet?.id ? { subnetId: read.subnet.id } : {}),
  };
};

const nothingMore = { connections: [], interfaceIds: [] } as const;

const readZoneGroup = ({ where, value }: Found): Omit<EndpointPart, 'found'> => ({
  ...nothingMore,
  names: (
    checkForm(shapes['zone-group'], canonicalForm(value), where, 'zone-group').privateDnsZoneConfigs ?? []
  ).flatMap((config, index) =>
    (config.recordSets ?? []).flatMap(({ fqdn, ipAddresses }, set) =>
      fqdn
        ? [
            {
              fqdn,
              ipAddresses: ipAddresses ?? [],
              where: at(where, `privateDnsZoneConfigs[${index}].recordSets[${set}]`),
            },
          ]
        : [],
    ),
  ),
});

const readInterface = ({ where, value }: Found): Omit<EndpointPart, 'found'> => {
  const { ipConfigurations } = checkForm(
    shapes['network-interface'],
    canonicalForm(value),
    where,
    'network-interface',
  );
  const subnetId = ipConfigurations.find(({ subnet }) => subnet?.id)?.subnet?.id;
  return {
    ...nothingMore,
    names: ipConfigurations.flatMap((config, index) =>
      (config.privateLinkConnectionProperties?.fqdns ?? []).map((fqdn) => ({
        fqdn,
        ipAddresses: config.privateIPAddress ? [config.privateIPAddress] : [],
        where: at(where, `ipConfigurations[${index}]`),
      })),
    ),
    ...(subnetId ? { subnetId } : {}),
  };
};

const readRow = ({ where, value }: Found): Omit<EndpointPart, 'found'> => {
  const row = checkForm(shapes.names, canonicalForm(value), where, 'names');
  return {
    ...nothingMore,
    names: [{ fqdn: row.fqdn, ipAddresses: [...(row.ipAddresses ?? []), ...(row.ipAddress ?? [])], where }],
  };
};

const readers: Readonly<Record<PartKind, (found: Found) => Omit<EndpointPart, 'found'>>> = {
  'private-endpoint': readEndpoint,
  'zone-group': readZoneGroup,
  'network-interface': readInterface,
  names: readRow,
};

/** Throws DocumentProblem: Invalid, Incomplete, Contradictory. */
export const readPart = (found: Found & { readonly kind: PartKind }): EndpointPart => ({
  found,
  ...readers[found.kind](found),
});

const scopeType = 'microsoft.hybridcompute/privatelinkscopes';

/** The other service that an endpoint leads to; undefined where it leads to a scope, or does not say. */
export const otherService = ({ connections }: EndpointPart): string | undefined => {
  const targets = connections.flatMap(({ serviceId }) =>
    serviceId === undefined ? [] : (parseResourceId(serviceId) ?? []),
  );
  const isScope = ({ type }: { readonly type: string }): boolean => type.toLowerCase() === scopeType;
  const [first] = targets;
  return first === undefined || targets.some(isScope) || targets.length < connections.length
    ? undefined
    : `${first.type} ${shown(first.name)}`;
};

/** The fix for a part that names nothing: what else prints the names. */
export const missingNames = (part: EndpointPart): DocumentProblem => {
  const { found, connections, interfaceIds } = part;
  const what = describe(found);
  const waiting = connections.find(({ status }) => status !== 'Approved' && status !== '');
  if (waiting !== undefined)
    return new DocumentProblem(
      'Incomplete',
      `It is ${what} whose connection ${shown(waiting.name)} is ${shown(waiting.status)}: it has no name with an address yet.`,
      `Have the connection approved, then print the endpoint again: ${printedBy('private-endpoint', found.id)}.`,
    );
  if (found.kind === 'private-endpoint') {
    const [interfaceId] = interfaceIds;
    return new DocumentProblem(
      'Incomplete',
      `It is ${what} and has no name with an address: beside a zone group, Azure leaves its own list empty.`,
      `Give what prints them: ${printedBy('network-interface', interfaceId)}; or ${printedBy('zone-group', found.id)}.`,
    );
  }
  const isInterface = found.kind === 'network-interface';
  return new DocumentProblem(
    'Incomplete',
    `It is ${what} and has no name with an address${isInterface ? ': it is no private endpoint’s' : ''}.`,
    `Print the endpoint itself: ${printedBy('private-endpoint')}.`,
  );
};
