/** What an installation does when it is told to: --strict-dns (R5), --strict-api-versions, --skip-polling-delay. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, refusedRaw } from './expect.ts';
import {
  createEndpoint,
  createNetwork,
  createScope,
  createZoneGroup,
  createZones,
  zoneNames,
} from './topology.ts';
import { openWorld } from './world.ts';

const world = await openWorld(['--strict-dns', '--strict-api-versions', '--skip-polling-delay']);

test("R5: a zone group that would replace another endpoint's records is refused, and changes none", async () => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const { subnet } = await createNetwork(world, group, '127.126');
  const at = { scopeId: scope.id!, subnetId: subnet.id! };
  const zones = await createZones(world, group);
  await createEndpoint(world, group, 'one', at);
  await createEndpoint(world, group, 'two', at);
  await createZoneGroup(world, group, 'one', zones);
  await refused(createZoneGroup(world, group, 'two', zones), {
    status: 409,
    code: 'ZoneRecordsHeldByAnother',
    says: /one/,
  });
  const record = await world.privateDns.recordSets.get(group, zoneNames[0], 'A', 'gbl');
  assert.deepEqual(record.aRecords, [{ ipv4Address: '127.126.1.4' }]);
});

test('a newer api-version is NoRegisteredProviderFound', async () => {
  const path = `/subscriptions/${world.subscriptionId}/providers/Microsoft.HybridCompute/privateLinkScopes`;
  const answer = await world.send({ path: `${path}?api-version=2031-01-01` });
  refusedRaw(answer, { status: 400, code: 'NoRegisteredProviderFound', says: /2025-01-13/ });
});

test('the answers that azurerm polls tell it not to wait between its looks', async () => {
  const path = `/subscriptions/${world.subscriptionId}/resourceGroups/nobody?api-version=2023-07-01`;
  const answer = await world.send({ path });
  assert.deepEqual([answer.status, answer.headers['x-go-azure-sdk-skip-polling-delay']], [404, 'true']);
});
