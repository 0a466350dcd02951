import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createNetworkWorld,
  endpointBody,
  hisZone,
  inGroup,
  networkBody,
  networkId,
  scopeId,
  subnetBody,
  subnetId,
} from './network.testkit.ts';

/** As some clients write ids: everything in lower case but the names. */
const lower = (id: string): string =>
  id
    .split('/')
    .map((segment, index) =>
      index % 2 === 1 || segment === 'Microsoft.Network' ? segment.toLowerCase() : segment,
    )
    .join('/');

test('ids in any case mean the same resources, and are answered in the canonical one', async () => {
  const world = await createNetworkWorld();
  const pe = inGroup('privateEndpoints', 'PE');
  const zoneGroup = `${pe}/privateDnsZoneGroups/default`;
  const subnets = [{ name: 'default', ...subnetBody('10.0.1.0/24') }];
  assert.equal((await world.put(lower(networkId), networkBody('10.0.0.0/16', subnets))).json.id, networkId);
  assert.equal((await world.get(subnetId.toUpperCase())).json.id, subnetId);
  assert.equal((await world.put(lower(hisZone), { location: 'Global' })).json.id, hisZone);
  const body = endpointBody(
    { subnet: { id: subnetId.toLowerCase() } },
    'privateLinkServiceConnections',
    scopeId.toUpperCase(),
  );
  const created = await world.put(lower(pe), body);
  assert.equal(created.status, 201);
  assert.equal(created.json.id, pe);
  assert.equal(created.json.properties.subnet.id, subnetId);
  await world.settle();
  const [item] = (await world.get(pe)).json.properties.privateLinkServiceConnections;
  assert.equal(item.properties.privateLinkServiceId, scopeId);
  assert.equal(item.id, `${pe}/privateLinkServiceConnections/arc`);
  const configs = [{ name: 'his', properties: { privateDnsZoneId: hisZone.toLowerCase() } }];
  assert.equal(
    (await world.put(lower(zoneGroup), { properties: { privateDnsZoneConfigs: configs } })).status,
    201,
  );
  assert.equal((await world.get(`${hisZone}/a/GBL`)).json.id, `${hisZone}/A/gbl`);
  await world.settle();
  assert.equal((await world.remove(pe.toUpperCase())).status, 202);
  await world.settle();
  assert.deepEqual(await world.listAll(`${hisZone}/A`), []);
  assert.deepEqual(await world.store.claimsUnder('address of '), []);
});
