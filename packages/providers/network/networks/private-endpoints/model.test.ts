/** What a private endpoint's PUT makes of it and of what stands around it, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { propertiesIn } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup, otherScopeId, scopeId } from '../../network.testkit.ts';
import type { ConnectionRequest } from './connection.ts';
import { createEndpoint, type LoadedEndpoint, updateEndpoint } from './model.ts';
import { type LoadedForRemoval, removeEndpoint } from './removal.ts';
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
const alone: LoadedEndpoint = {
  request,
  network,
  held: undefined,
  heldIdentity: undefined,
  taken: [],
  networkInterface: undefined,
  connection: undefined,
  links: [],
};
const wanted = (properties: Partial<EndpointProperties>) =>
  ({ subnet: { id: subnet.id.toUpperCase() }, ...properties }) as EndpointProperties;
const static9 = {
  name: 'mine',
  properties: {
    memberName: 'hybridcompute.GLOBAL',
    groupId: 'HybridCompute' as string | undefined,
    privateIPAddress: '10.0.1.9',
  },
};
/** The other members, in the service's order. */
const others = [
  'HybridCompute.Server',
  'HybridCompute.TokenService',
  'GuestConfig.GlobalService',
  'GuestConfig.AgentService.japaneast',
  'HybridCompute.K8sConfiguration',
].map((memberName, index) => ({
  name: `other${index}`,
  properties: { memberName, groupId: 'hybridcompute', privateIPAddress: `10.0.1.${20 + index}` },
}));

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
    // R4: names follow the scope's region.
    const names = `names of ${network.id.toLowerCase()} japaneast`;
    assert.ok((claims ?? []).some(({ key, value }) => key === names && value === 'japaneast'));
    assert.equal(claims?.length, 9);
  });

  test('shows the static addresses that it asked for, under the members’ own names', () => {
    const { ipConfigurations, customNetworkInterfaceName } = decided(
      create({ ipConfigurations: [...others, static9], customNetworkInterfaceName: 'Nic' }),
    ).properties;
    assert.equal(customNetworkInterfaceName, 'Nic');
    assert.equal((ipConfigurations as unknown[]).length, 6);
    assert.deepEqual((ipConfigurations as unknown[]).slice(0, 1), [
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

  test('has fixed addresses for all members or for none, each with its group and member', () => {
    const asked = (...ipConfigurations: NonNullable<EndpointProperties['ipConfigurations']>) =>
      refused(() => create({ ipConfigurations }));
    assert.equal(
      asked(static9, ...others.slice(2)),
      `400 PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps ipConfigurations: Private Endpoint ${id} contains static ipconfigurations: [PrivateIPAddress: 10.0.1.9, GroupId: HybridCompute, MemberName: hybridcompute.GLOBAL; PrivateIPAddress: 10.0.1.22, GroupId: hybridcompute, MemberName: GuestConfig.GlobalService; PrivateIPAddress: 10.0.1.23, GroupId: hybridcompute, MemberName: GuestConfig.AgentService.japaneast; PrivateIPAddress: 10.0.1.24, GroupId: hybridcompute, MemberName: HybridCompute.K8sConfiguration] and its missing these membernames/groupids requested by Private Link service [GroupId: hybridcompute, MemberName: HybridCompute.Server; GroupId: hybridcompute, MemberName: HybridCompute.TokenService]. Give every member an address with its groupId and memberName, or none.`,
    );
    for (const groupId of [undefined, 'blob'])
      assert.match(
        asked({ ...static9, properties: { ...static9.properties, groupId } }, ...others),
        /^400 PrivateEndpointIpConfigurationMissing.* service \[GroupId: hybridcompute, MemberName: HybridCompute.Global\]/,
      );
    const blob = { ...static9, properties: { ...static9.properties, memberName: 'blob' } };
    assert.match(
      asked(static9, ...others, blob),
      /^400 InvalidPrivateEndpoint .* the member 'blob' of group 'HybridCompute', which there is not/,
    );
    assert.match(
      asked(static9, ...others, static9),
      /^400 InvalidPrivateEndpoint .* 'hybridcompute.GLOBAL' twice/,
    );
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
  const approved = stored(`${scopeId}/privateEndpointConnections/Pier.kept`, {
    privateLinkServiceConnectionState: { status: 'Approved' },
  });
  const update = (properties: Partial<EndpointProperties> = {}, loaded: Partial<LoadedEndpoint> = {}) => {
    const existing = stored(id, before);
    return updateEndpoint(
      putInput({
        id,
        properties: wanted(properties),
        loaded: { ...alone, networkInterface, connection: approved, ...loaded },
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

  test('stays what it is of IP versions: it shows none that its addresses are not of', () => {
    for (const ipVersionType of ['IPv6', 'DualStack'] as const)
      assert.match(
        refused(() => update({ ipVersionType })),
        new RegExp(`^501 NotImplemented: ipVersionType ${ipVersionType} `),
      );
    decided(update({ ipVersionType: 'IPv4' }));
  });

  test('moves nothing of it', () => {
    const fixed = (what: string) =>
      `400 PrivateEndpointCannotBeChanged ${id}: The ${what} of private endpoint '${id}' cannot be changed. Delete the endpoint and create it anew.`;
    const asking = (more: Partial<ConnectionRequest>) =>
      refused(() => update({}, { request: { ...request, ...more } }));
    assert.equal(
      refused(() => update({ subnet: { id: `${subnet.id}2` } })),
      `400 CannotChangeSubnetOnExistingPrivateEndpoint ${id}: Cannot change the subnet in which the network interface for private endpoint ${id} is created. Current subnet: '${subnet.id}.' Requested subnet: '${subnet.id}2.' Delete the endpoint and create it anew.`,
    );
    const connected = `400 CannotChangePrivateLinkConnectionOnPrivateEndpoint ${id}: Cannot change the private link connection on private endpoint ${id}. Please ensure you are not updating the details of existing private link connection: '${id}/privateLinkServiceConnections/arc'. That is not allowed. Delete the endpoint and create it anew.`;
    for (const other of [{ scopeId: otherScopeId }, { mode: 'manual' }, { name: 'other' }] as const)
      assert.equal(asking(other), connected);
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
  const removed = (loaded: LoadedForRemoval) => decided(removeEndpoint(endpoint, loaded, false));
  const gone = [connection, networkInterface, record].map((document) => document.id);
  assert.deepEqual(removed({ connection, networkInterface, records: [record], losing: [] }), {
    warnings: [],
    effects: {
      expect: [{ id: record.id, version: 7 }],
      deletes: gone,
      releases: gone.map((holder) => ({ holder: holder.toLowerCase() })),
    },
    operation: { kind: 'network.converge', state: { resourceGuid: 'guid' } },
  });
  const { effects } = removed({
    connection: undefined,
    networkInterface: undefined,
    records: [],
    losing: [],
  });
  assert.deepEqual(effects, { expect: [], deletes: [], releases: [] });
});
