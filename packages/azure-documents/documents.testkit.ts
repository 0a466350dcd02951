/** Documents for tests: what the product itself answers to GET, and the forms that clients print of those answers. */

import assert from 'node:assert/strict';
import { parseResourceId } from '@tombolo/arm/resource-id';
import {
  connectEndpoint,
  endpointId,
  network,
  newWorld,
  onlyConnection,
  putScope,
} from '@tombolo/providers/hybrid-compute/topology.testkit';
import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import type { ArmWorld } from '@tombolo/testkit/arm-world';

export type ConnectionStatus = 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';

export interface Answers {
  readonly endpoint: JsonObject;
  readonly endpoints: JsonObject;
  /** The list of the endpoint's zone groups. */
  readonly zoneGroups: JsonObject;
  readonly zoneGroup: JsonObject;
  readonly networkInterface: JsonObject;
  readonly securityGroup: JsonObject;
  readonly scope: JsonObject;
  readonly connections: JsonObject;
  readonly virtualNetwork: JsonObject;
  readonly serviceTags: JsonObject;
  /** Resources without properties, as a group's list shows them. */
  readonly resources: JsonObject;
}

const decided = async (world: ArmWorld, status: ConnectionStatus): Promise<void> => {
  if (status === 'Pending') return;
  const { id } = await onlyConnection(world);
  if (status === 'Disconnected') await world.remove(id);
  else
    assert.equal(
      (await world.put(id, { properties: { privateLinkServiceConnectionState: { status } } })).status,
      200,
    );
  await world.settle();
};

const zoneNames = ['his.arc', 'guestconfiguration', 'dp.kubernetesconfiguration'].map(
  (name) => `privatelink.${name}.azure.com`,
);

/** An endpoint `pier` in Japan East with a zone group, and what stands around it. */
export const createAnswers = async (status: ConnectionStatus = 'Approved'): Promise<Answers> => {
  const world = await newWorld();
  await putScope(world);
  await connectEndpoint(world, { manual: status === 'Pending' });
  await decided(world, status);
  const get = async (path: string): Promise<JsonObject> => {
    const answer = await world.get(path);
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    return answer.json;
  };
  const put = async (path: string, body: JsonObject): Promise<void> => {
    const answer = await world.put(path, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.json));
    await world.settle();
  };
  // Before there is a zone group: beside one, Azure leaves the endpoint's own list empty.
  const endpoint = await get(endpointId);
  const endpoints = await get(`${network}/privateEndpoints`);
  for (const name of zoneNames) await put(`${network}/privateDnsZones/${name}`, { location: 'global' });
  await put(`${endpointId}/privateDnsZoneGroups/default`, {
    properties: {
      privateDnsZoneConfigs: zoneNames.map((name) => ({
        name: name.replaceAll('.', '-'),
        properties: { privateDnsZoneId: `${network}/privateDnsZones/${name}` },
      })),
    },
  });
  const rule = (name: string, priority: number, destinationAddressPrefix: string) => ({
    name,
    properties: {
      priority,
      direction: 'Outbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourceAddressPrefix: 'VirtualNetwork',
      sourcePortRange: '*',
      destinationAddressPrefix,
      destinationPortRange: '443',
    },
  });
  await put(`${network}/networkSecurityGroups/seawall`, {
    location: 'japaneast',
    properties: {
      securityRules: [
        rule('AllowAADOutboundAccess', 150, 'AzureActiveDirectory'),
        rule('AllowAzOutboundAccess', 151, 'AzureResourceManager'),
      ],
    },
  });
  const [nic] = (endpoint.properties as { readonly networkInterfaces: readonly { readonly id: string }[] })
    .networkInterfaces;
  const scope = parseResourceId(endpointId)!.parent!.text;
  return {
    endpoint,
    endpoints,
    zoneGroups: await get(`${endpointId}/privateDnsZoneGroups`),
    zoneGroup: await get(`${endpointId}/privateDnsZoneGroups/default`),
    networkInterface: await get(nic!.id),
    securityGroup: await get(`${network}/networkSecurityGroups/seawall`),
    scope: await get(`${scope}/providers/Microsoft.HybridCompute/privateLinkScopes/dunes`),
    connections: await get(
      `${scope}/providers/Microsoft.HybridCompute/privateLinkScopes/dunes/privateEndpointConnections`,
    ),
    virtualNetwork: await get(`${network}/virtualNetworks/shore`),
    serviceTags: {
      name: 'Public',
      id: `${parseResourceId(scope)!.parent!.text}/providers/Microsoft.Network/serviceTags/Public`,
      type: 'Microsoft.Network/serviceTags',
      changeNumber: '7',
      cloud: 'Public',
      values: [
        {
          name: 'AzureActiveDirectory',
          id: 'AzureActiveDirectory',
          properties: { region: '', systemService: 'AzureAD', addressPrefixes: ['192.0.2.0/24'] },
        },
      ],
    },
    resources: await get(`${scope}/resources`),
  };
};

/** Deeply: `properties` stand in their resource. */
const flattened = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(flattened);
  if (!isObject(value)) return value;
  const { properties, ...rest } = value;
  const merged = isObject(properties)
    ? { ...properties, ...rest }
    : { ...rest, ...(properties === undefined ? {} : { properties }) };
  return Object.fromEntries(Object.entries(merged).map(([key, entry]) => [key, flattened(entry as Json)]));
};

/** What az adds, and the order in which it prints: names sorted, the group's name beside every id in one. */
export const sortedWithGroup = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sortedWithGroup);
  if (!isObject(value)) return value;
  const group = typeof value.id === 'string' ? /\/resourceGroups\/([^/]+)\//i.exec(value.id)?.[1] : undefined;
  const entries = Object.entries(group === undefined ? value : { ...value, resourceGroup: group });
  return Object.fromEntries(
    entries
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, entry]) => [key, sortedWithGroup(entry as Json)]),
  );
};

/** A list answers as a list: az takes the envelope away. */
export const asAz = (answer: Json): Json => {
  const list = isObject(answer) && Array.isArray(answer.value) ? answer.value : answer;
  return sortedWithGroup(flattened(list as Json));
};

const pascal = (key: string): string =>
  (key[0]!.toUpperCase() + key.slice(1)).replace(/IP(?=[A-Z])/g, 'Ip').replace(/^Tags$/, 'Tag');

/** Of rules, PowerShell's objects have lists where REST has one value. */
const listsInRules = [
  'SourceAddressPrefix',
  'SourcePortRange',
  'DestinationAddressPrefix',
  'DestinationPortRange',
];

const pascalNames = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(pascalNames);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      // Its rules know no plural forms.
      .filter(([key]) => !/^(source|destination)(AddressPrefixes|PortRanges)$/.test(key))
      .map(([key, entry]) => {
        const name = pascal(key);
        const made = pascalNames(entry as Json);
        return [name, listsInRules.includes(name) && !Array.isArray(made) ? [made] : made];
      }),
  );
};

/** `Get-Az… | ConvertTo-Json -Depth 10`. */
export const asPowerShell = (answer: Json): Json => {
  const list = isObject(answer) && Array.isArray(answer.value) ? answer.value : answer;
  return pascalNames(flattened(list as Json));
};

/** What Windows PowerShell 5.1 makes of a list. */
export const asWindowsPowerShellList = (answer: Json): Json => {
  const list = asPowerShell(answer);
  return Array.isArray(list) ? { value: list, Count: list.length } : list;
};

/** "Export template": no ids, names by parameter, every type at the top level. */
export const asTemplate = (...answers: readonly JsonObject[]): JsonObject => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: {},
  variables: {},
  resources: answers.map((answer) => {
    const { type, properties, location } = answer;
    const name = `[parameters('${String(type).split('/').at(-1)}_${String(answer.name)}_name')]`;
    return {
      type: type ?? null,
      apiVersion: '2024-05-01',
      name,
      ...(location === undefined ? {} : { location }),
      properties: properties ?? null,
    };
  }),
});

/** `az graph query`: types in lower case, resources as REST has them. */
export const asGraph = (...answers: readonly JsonObject[]): JsonObject => ({
  count: answers.length,
  data: answers.map((answer) => ({ ...answer, type: String(answer.type).toLowerCase() })),
  skip_token: null,
  total_records: answers.length,
});
