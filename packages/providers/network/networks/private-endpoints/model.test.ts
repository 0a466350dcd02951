/** What a private endpoint's PUT makes of it and of what stands around it, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { propertiesIn } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup, otherScopeId, scopeId } from '../../network.testkit.ts';
import type { ConnectionRequest } from './connection.ts';
import { createEndpoint, type LoadedEndpoint, removeEndpoint, updateEndpoint } from './model.ts';
import type { EndpointProperties } from './schema.ts';

const id = inGroup('privateEndpoints', 'Pier');
const nicId = inGroup('networkInterfaces', 'Nic');
const network = stored(inGroup('virtualNetworks', 'VNet'), {}, { location: 'japaneast' });
const subnet = stored(`${network.id}/subnets/Default`, { addressPrefix: '10.0.1.0/24' });
const scope = stored(scopeId, {}, { location: 'japaneast' });
const request: ConnectionRequest = {
  name: 'arc',
  mode: 'auto',
  scopeId: scopeId.toUpperCase(),
  groupIds: ['hybridcompute'],
  requestMessage: undefined,
};
const alone: LoadedEndpoint = { request, network, held: undefined, taken: [], networkInterface: undefined };
const wanted = (properties: Partial<EndpointProperties>) =>
  ({ subnet: { id: subnet.id.toUpperCase() }, ...properties }) as EndpointProperties;
const static9 = {
  name: 'mine',
  properties: { memberName: 'hybridcompute.GLOBAL', groupId: undefined, privateIPAddress: '10.0.1.9' },
};

describe('a new private endpoint', () => {
  const create = (
    properties: Partial<EndpointProperties> = {},
    loaded: Partial<LoadedEndpoint> = {},
    place: { subnet?: Document; scope?: Document; location?: string } = {},
  ) =>
    createEndpoint(
      putInput({
        id,
        properties: wanted(properties),
        loaded: { ...alone, ...loaded },
        location: place.location ?? 'japaneast',
        referenced: [place.subnet ?? subnet, place.scope ?? scope],
      }),
    );

  test('is Updating, shows its subnet, its connection and its interface, and settles by an operation', () => {
    const { properties, operation, warnings } = decided(create());
    const { privateLinkServiceConnections, networkInterfaces, ...rest } = properties;
    assert.deepEqual(rest, {
      ipVersionType: 'IPv4',
      provisioningState: 'Updating',
      resourceGuid: 'guid-1',
      subnet: { id: subnet.id },
      manualPrivateLinkServiceConnections: [],
      ipConfigurations: [],
      customNetworkInterfaceName: '',
    });
    const [connection, second] = privateLinkServiceConnections as readonly JsonObject[];
    assert.equal(connection!.name, 'arc');
    assert.equal(propertiesIn(connection!).privateLinkServiceId, scopeId, 'as the scope spells it');
    assert.equal(second, undefined);
    assert.deepEqual(networkInterfaces, [{ id: inGroup('networkInterfaces', 'Pier.nic.guid-2') }]);
    // Operations outlive the process that starts them: their kind is stored.
    assert.deepEqual(operation, {
      kind: 'network.privateEndpoint.provision',
      state: { resourceGuid: 'guid-1' },
    });
    assert.deepEqual(warnings, []);
  });

  test('claims its addresses and its network’s scope; nobody chose of the subnet meanwhile', () => {
    const { expect, puts, claims } = decided(create({ customNetworkInterfaceName: 'Nic' })).effects!;
    const connection = `${scopeId}/privateEndpointConnections/Pier.guid-1`;
    assert.deepEqual(expect, [
      { id: subnet.id, version: 7 },
      { id: network.id, version: 'present' },
      { id: nicId, version: 'absent' },
      { id: connection, version: 'absent' },
    ]);
    assert.deepEqual(
      puts?.map((document) => document.id),
      [subnet.id, nicId, connection],
    );
    const addresses = (claims ?? []).filter(({ key }) => key.startsWith('address of '));
    assert.deepEqual(
      addresses.map(({ key }) => key),
      [4, 5, 6, 7, 8, 9].map((last) => `address of ${subnet.id.toLowerCase()} 10.0.1.${last}`),
    );
    assert.equal(addresses[0]?.value, `${nicId}/ipConfigurations/privateEndpointIpConfig.guid-2`);
    assert.ok((claims ?? []).some(({ key }) => key === 'link identifier 16843009'));
    assert.equal(claims?.length, 8);
  });

  test('shows the static addresses that it asked for, under the members’ own names', () => {
    const { ipConfigurations, customNetworkInterfaceName } = decided(
      create({ ipConfigurations: [static9], customNetworkInterfaceName: 'Nic' }),
    ).properties;
    assert.equal(customNetworkInterfaceName, 'Nic');
    assert.deepEqual(ipConfigurations, [
      {
        name: 'mine',
        id: `${id}/ipConfigurations/mine`,
        type: 'Microsoft.Network/privateEndpoints/ipConfigurations',
        properties: {
          provisioningState: 'Succeeded',
          groupId: 'hybridcompute',
          memberName: 'HybridCompute.Global',
          privateIPAddress: '10.0.1.9',
        },
      },
    ]);
  });

  test('is refused where it cannot stand', () => {
    assert.equal(
      refused(() => create({ ipVersionType: 'IPv6' })),
      '501 NotImplemented: ipVersionType IPv6 of private endpoints is not implemented by Tombolo. docs/coverage.md lists what is.',
    );
    const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.Web/serverFarms' } }];
    const delegated = stored(subnet.id, { addressPrefix: '10.0.1.0/24', delegations });
    assert.equal(
      refused(() => create({}, {}, { subnet: delegated })),
      `400 PrivateEndpointCreationNotAllowedAsSubnetIsDelegated ${subnet.id}: Private endpoint '${id}' cannot stand in subnet '${subnet.id}', which is delegated to Microsoft.Web/serverFarms. Use another subnet.`,
    );
    assert.match(
      refused(() => create({}, {}, { location: 'japanwest' })),
      /^400 InvalidResourceReference/,
    );
    assert.equal(
      refused(() => create({}, {}, { scope: stored(scopeId, {}, { location: 'nowhere' }) })),
      `400 InvalidPrivateEndpoint ${scopeId}: Private endpoint '${id}' is invalid: the scope's region 'nowhere' is unknown.`,
    );
    assert.equal(
      refused(() => create({ customNetworkInterfaceName: 'Nic' }, { networkInterface: stored(nicId, {}) })),
      `409 Conflict: A network interface '${nicId}' is there already. Give another customNetworkInterfaceName.`,
    );
  });
});

describe('a PUT of a private endpoint that is there', () => {
  const connection = (name = 'arc') => [
    { name, properties: { privateLinkServiceId: scopeId, groupIds: ['hybridcompute'] } },
  ];
  const before = {
    subnet: { id: subnet.id },
    privateLinkServiceConnections: connection(),
    customDnsConfigs: [{ fqdn: 'kept' }],
    resourceGuid: 'kept',
    provisioningState: 'Succeeded',
  };
  const networkInterface = stored(nicId, {
    ipConfigurations: [
      {
        properties: {
          privateIPAddress: '10.0.1.9',
          privateLinkConnectionProperties: { requiredMemberName: 'HybridCompute.Global' },
        },
      },
    ],
  });
  const update = (properties: Partial<EndpointProperties> = {}, loaded: Partial<LoadedEndpoint> = {}) => {
    const existing = stored(id, before);
    return updateEndpoint(
      putInput({
        id,
        properties: wanted(properties),
        loaded: { ...alone, networkInterface, ...loaded },
        existing,
      }),
      existing,
    );
  };

  test('keeps what it has, and takes groups and SKU', () => {
    const applicationSecurityGroups = [{ id: inGroup('applicationSecurityGroups', 'asg') }];
    const written = { applicationSecurityGroups, billingSku: 'Standard' };
    const { properties, ...rest } = decided(
      update({ ...written, customNetworkInterfaceName: 'NIC', ipConfigurations: [static9] }),
    );
    const { privateLinkServiceConnections, ...kept } = properties;
    const { privateLinkServiceConnections: _, ...was } = before;
    assert.deepEqual(kept, { ...was, ...written, ipVersionType: 'IPv4' });
    const [{ name, properties: to }] = privateLinkServiceConnections as [
      { name: string; properties: JsonObject },
    ];
    assert.deepEqual([name, to.privateLinkServiceId], ['arc', scopeId]);
    assert.deepEqual(rest, {}, 'nothing is written beside it');
    decided(update({ customNetworkInterfaceName: 'any' }, { networkInterface: undefined }));
  });

  test('moves nothing of it', () => {
    const fixed = (what: string) =>
      `400 PrivateEndpointCannotBeChanged ${id}: The ${what} of private endpoint '${id}' cannot be changed. Delete the endpoint and create it anew.`;
    const asking = (more: Partial<ConnectionRequest>) =>
      refused(() => update({}, { request: { ...request, ...more } }));
    assert.equal(
      refused(() => update({ subnet: { id: `${subnet.id}2` } })),
      fixed('subnet'),
    );
    assert.equal(asking({ scopeId: otherScopeId }), fixed('private link service'));
    assert.equal(asking({ mode: 'manual' }), fixed('connection'));
    assert.equal(asking({ name: 'other' }), fixed('connection'));
    assert.equal(
      refused(() => update({ customNetworkInterfaceName: 'other' })),
      fixed('customNetworkInterfaceName'),
    );
    const address = (properties: Partial<(typeof static9)['properties']>) =>
      refused(() =>
        update({
          ipConfigurations: [{ name: 'mine', properties: { ...static9.properties, ...properties } }],
        }),
      );
    assert.equal(address({ privateIPAddress: '10.0.1.10' }), fixed("address of 'hybridcompute.GLOBAL'"));
    assert.equal(address({ memberName: 'other' }), fixed("address of 'other'"));
    assert.equal(address({ memberName: undefined as never }), fixed("address of ''"));
  });
});

test('R21: with an endpoint go its interface, its connection and its own records, by an operation', () => {
  const [connection, networkInterface] = [
    stored(`${scopeId}/privateEndpointConnections/C`, {}),
    stored(nicId, {}),
  ];
  const record = stored(`${inGroup('privateDnsZones', 'z')}/A/Gbl`, {});
  const endpoint = stored(id, { resourceGuid: 'guid' });
  const gone = [connection, networkInterface, record].map((document) => document.id);
  assert.deepEqual(removeEndpoint(endpoint, { connection, networkInterface, records: [record] }), {
    effects: {
      expect: [{ id: record.id, version: 7 }],
      deletes: gone,
      releases: gone.map((holder) => ({ holder: holder.toLowerCase() })),
    },
    operation: { kind: 'network.converge', state: { resourceGuid: 'guid' } },
  });
  const { effects } = removeEndpoint(endpoint, {
    connection: undefined,
    networkInterface: undefined,
    records: [],
  });
  assert.deepEqual(effects, { expect: [], deletes: [], releases: [] });
});
