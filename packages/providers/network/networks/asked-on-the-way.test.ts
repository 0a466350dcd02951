/** What clients ask of networks and locations beside resources: addresses, usages, what is available, an interface's tags. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '@tombolo/store/port';
import { subscriptionId } from '@tombolo/testkit/arm-world';
import {
  createPlacedWorld,
  endpointBody,
  group,
  inGroup,
  networkId,
  subnetBody,
  subnetId,
} from '../network.testkit.ts';

const nic = inGroup('networkInterfaces', 'pe-nic');
const pe = inGroup('privateEndpoints', 'pe');
const withEndpoint = async (ownAddresses: readonly string[] = []) => {
  const world = await createPlacedWorld({ settings: { ownAddresses } });
  await world.put(pe, endpointBody({ customNetworkInterfaceName: 'pe-nic' }));
  await world.settle();
  return world;
};
const codeOf = ({ status, json }: { status: number; json: { error?: { code: string } } }): string =>
  `${status} ${json.error?.code}`;

test('CheckIPAddressAvailability: free, taken, reserved, in no subnet', async () => {
  const world = await withEndpoint(['10.0.1.9']);
  const check = (address: string) =>
    world.get(`${networkId}/CheckIPAddressAvailability?ipAddress=${address}`);
  const taken = (await world.get(nic)).json.properties.ipConfigurations.length;
  assert.ok(taken >= 3);
  assert.deepEqual((await check('10.0.1.50')).json, { available: true, isPlatformReserved: false });
  const used = (await check('10.0.1.4')).json;
  assert.equal(used.available, false);
  assert.equal(used.isPlatformReserved, false);
  assert.equal(used.availableIPAddresses.length, 5);
  assert.ok(
    !used.availableIPAddresses.includes('10.0.1.4') && !used.availableIPAddresses.includes('10.0.1.9'),
  );
  for (const address of ['10.0.1.0', '10.0.1.3', '10.0.1.255', '10.0.1.9']) {
    const { available, isPlatformReserved } = (await check(address)).json;
    assert.deepEqual([available, isPlatformReserved], [false, true], address);
  }
  assert.equal(codeOf(await check('10.0.2.4')), '400 PrivateIPAddressNotInAnySubnet');
  assert.equal(codeOf(await check('lamp')), '400 InvalidQueryParameter');
  assert.equal(
    codeOf(await world.get(`${networkId}/CheckIPAddressAvailability`)),
    '400 InvalidQueryParameter',
  );
  const none = await world.get(
    `${inGroup('virtualNetworks', 'none')}/CheckIPAddressAvailability?ipAddress=10.0.1.4`,
  );
  assert.equal(none.status, 404);
  const small = `${networkId}/subnets/small`;
  await world.put(small, subnetBody('10.0.2.0/29'));
  assert.deepEqual((await check('10.0.2.0')).json.availableIPAddresses, ['10.0.2.4', '10.0.2.5', '10.0.2.6']);
});

test('usages: addresses of each subnet, and what there is of each kind in a location', async () => {
  const world = await withEndpoint();
  const taken = (await world.get(nic)).json.properties.ipConfigurations.length;
  const [usage, ...others] = (await world.get(`${networkId}/usages`)).json.value;
  assert.deepEqual(others, []);
  assert.deepEqual([usage.id, usage.currentValue, usage.limit], [subnetId, taken, 251]);
  const location = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations`;
  const counts = async (name: string) =>
    Object.fromEntries(
      (await world.get(`${location}/${name}/usages`)).json.value.map(
        ({ name: { value }, currentValue }: { name: { value: string }; currentValue: number }) => [
          value,
          currentValue,
        ],
      ),
    );
  const here = await counts('japaneast');
  assert.deepEqual([here.VirtualNetworks, here.PrivateEndpoints, here.NetworkInterfaces], [1, 1, 1]);
  assert.equal((await counts('Japan West')).VirtualNetworks, 0);
  assert.equal(codeOf(await world.get(`${location}/lamp/usages`)), '400 LocationNotAvailableForResourceType');
});

test('what is available in a location, of a subscription and of a group', async () => {
  const world = await createPlacedWorld();
  for (const scope of [`/subscriptions/${subscriptionId}`, group]) {
    const names = async (what: string): Promise<readonly string[]> =>
      (await world.listAll(`${scope}/providers/Microsoft.Network/locations/japaneast/${what}`)).map((item) =>
        String(item.resourceName ?? item.serviceName ?? item.name),
      );
    assert.deepEqual(await names('availablePrivateEndpointTypes'), [
      'Microsoft.HybridCompute/privateLinkScopes',
    ]);
    assert.ok((await names('availableDelegations')).includes('Microsoft.Network/dnsResolvers'));
    assert.ok((await names('virtualNetworkAvailableEndpointServices')).includes('Microsoft.Storage'));
    assert.deepEqual(await names('availableServiceAliases'), []);
  }
});

test('a private endpoint’s interface takes back what it is with other tags, and nothing else', async () => {
  const world = await withEndpoint();
  const shown = (await world.get(nic)).json as JsonObject;
  const written = await world.put(nic, { ...shown, tags: { lamp: 'red' } });
  assert.equal(written.status, 200, JSON.stringify(written.json));
  assert.deepEqual(written.json.tags, { lamp: 'red' });
  assert.deepEqual((await world.get(nic)).json, written.json);
  assert.notEqual(written.json.etag, shown.etag);
  const properties = shown.properties as JsonObject;
  const [first, ...rest] = properties.ipConfigurations as readonly JsonObject[];
  const moved = { ...(first!.properties as JsonObject), privateIPAddress: '10.0.1.99' };
  const spoilt: readonly [Json, string][] = [
    [
      { ipConfigurations: [{ ...first, properties: moved }, ...rest] },
      'properties.ipConfigurations[0].properties.privateIPAddress',
    ],
    [{ ipConfigurations: rest }, 'properties.ipConfigurations'],
    [{ enableIPForwarding: true }, 'properties.enableIPForwarding'],
    [{ networkSecurityGroup: { id: subnetId } }, 'properties.networkSecurityGroup'],
    [{ dnsSettings: { dnsServers: ['10.0.0.9'] } }, 'properties.dnsSettings.dnsServers'],
  ];
  for (const [changed, path] of spoilt) {
    const refused = await world.put(nic, { location: 'japaneast', properties: changed });
    assert.equal(codeOf(refused), '400 CannotModifyNicAttachedToPrivateEndpoint', path);
    assert.equal(refused.json.error.target, path);
  }
  const elsewhere = await world.put(nic, { location: 'japanwest' });
  assert.equal(elsewhere.json.error.target, 'location');
  assert.equal((await world.put(nic, { location: 'Japan East', tags: null })).status, 200);
  assert.deepEqual((await world.get(nic)).json.tags, {});
  assert.equal((await world.patch(nic, { tags: { a: 'b' } })).status, 200);
  const made = await world.put(inGroup('networkInterfaces', 'own'), { location: 'japaneast' });
  assert.equal(codeOf(made), '501 NotImplemented');
});
