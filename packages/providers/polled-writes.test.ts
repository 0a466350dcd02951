/** Which writes answer as long operations, and what their clients find who poll them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createArmWorld } from '@tombolo/testkit/arm-world';
import { bodyOfPatch, examples, idOf } from './every-type.testkit.ts';
import { connectEndpoint, endpointId, newWorld, putScope } from './hybrid-compute/topology.testkit.ts';
import { providers } from './index.ts';

/** PUTs that are long in the published contracts of Microsoft.Network; all others answer with what is. */
const long = new Set(
  [
    'virtualNetworks',
    'virtualNetworks/subnets',
    'virtualNetworks/virtualNetworkPeerings',
    'networkSecurityGroups',
    'networkSecurityGroups/securityRules',
    'routeTables',
    'routeTables/routes',
    'applicationSecurityGroups',
    'privateEndpoints',
    'privateEndpoints/privateDnsZoneGroups',
    'privateDnsZones',
    'privateDnsZones/virtualNetworkLinks',
    'dnsResolvers',
    'dnsResolvers/inboundEndpoints',
    'dnsResolvers/outboundEndpoints',
    'dnsForwardingRulesets',
    'dnsForwardingRulesets/virtualNetworkLinks',
  ].map((type) => `Microsoft.Network/${type}`),
);
/** These end with what the machine's agent reports, and not by themselves (`hybrid-compute/extensions/resource.test.ts`). */
const reported = new Set(
  ['extensions', 'runCommands'].map((name) => `Microsoft.HybridCompute/machines/${name}`),
);
const addresses =
  /^https:\/\/management\.test\/subscriptions\/[^/]+\/providers\/Microsoft\.Network\/locations\/(japaneast|global)\/operations\/[0-9a-f-]{36}\?api-version=\d{4}-/;

describe('a PUT', () => {
  test('that clients poll leads to an operation, says Updating, and is done by the first poll', async () => {
    const world = await createArmWorld({ providers });
    for (const example of examples) {
      if (example.body === undefined || reported.has(example.type)) continue;
      const id = await idOf(example, world);
      for (const time of ['first', 'again']) {
        const { status, headers, json } = await world.put(id, example.body);
        assert.ok([200, 201].includes(status), `${id}: ${JSON.stringify(json)}`);
        const address = headers['azure-asyncoperation'];
        if (!long.has(example.type)) {
          assert.equal(address, undefined, `${time} ${id}`);
          continue;
        }
        assert.match(address ?? '', addresses, `${time} ${id}`);
        assert.equal(headers['azure-asyncnotification'], 'Enabled');
        assert.equal(headers['retry-after'], '1');
        assert.equal(headers.location, undefined, 'only what is accepted has a result elsewhere');
        // A zone group has said Succeeded ever since, with its operation beside it.
        if (!id.includes('privateDnsZoneGroups')) assert.equal(json.properties.provisioningState, 'Updating');
        await world.settle();
        const polled = await world.get(address!);
        assert.deepEqual([polled.status, polled.json.status], [200, 'Succeeded'], id);
        assert.equal(polled.headers['retry-after'], undefined);
        assert.match(polled.json.endTime, /^2026-/);
        assert.equal((await world.get(id)).json.properties.provisioningState, 'Succeeded', id);
      }
    }
  });

  test('of all these keeps no operation in the store', async () => {
    let kept = 0;
    const world = await createArmWorld({
      providers,
      around: (store) => ({
        ...store,
        commit: async (batch) => {
          kept += batch.operations?.length ?? 0;
          return store.commit(batch);
        },
      }),
    });
    for (const example of examples) {
      if (example.body === undefined || /privateEndpoint|machines\//.test(example.type)) continue;
      if (example.madeBy === undefined) await world.put(await idOf(example, world), example.body);
    }
    assert.equal(kept, 0);
  });

  test('of an endpoint that is not ready yet is no sooner done than the endpoint', async () => {
    const world = await createArmWorld({ providers });
    const endpoint = examples.find(({ type }) => type === 'Microsoft.Network/privateEndpoints')!;
    for (const example of examples.slice(0, examples.indexOf(endpoint) + 1))
      if (example.body) await world.put(await idOf(example, world), example.body);
    const again = await world.put(await idOf(endpoint, world), endpoint.body!);
    const address = again.headers['azure-asyncoperation']!;
    assert.equal((await world.get(address)).json.status, 'InProgress');
    await world.settle();
    assert.equal((await world.get(address)).json.status, 'Succeeded');
    assert.equal(
      (await world.get(await idOf(endpoint, world))).json.properties.provisioningState,
      'Succeeded',
    );
    assert.deepEqual(world.failures, []);
  });
});

test('a PATCH of tags alone answers with what is', async () => {
  const world = await createArmWorld({ providers });
  for (const example of examples) {
    if (example.body) await world.put(await idOf(example, world), example.body);
    await world.settle();
    const type = world.registry.typeOf(example.type);
    if (type?.patch !== 'tags') continue;
    const { headers, json } = await world.patch(await idOf(example, world), bodyOfPatch(example));
    assert.equal(headers['azure-asyncoperation'], undefined, example.type);
    assert.equal(json.properties.provisioningState, 'Succeeded', example.type);
  }
});

test('an operation that had a row is shown for a day after its end, swept or not', async () => {
  const world = await newWorld();
  await putScope(world);
  await connectEndpoint(world);
  const { headers } = await world.remove(endpointId);
  await world.settle();
  const address = headers['azure-asyncoperation']!;
  const { endTime } = (await world.get(address)).json;
  const left = Date.parse(endTime) + 24 * 60 * 60 * 1000 - world.now();
  world.advance(left - 1);
  assert.equal((await world.get(address)).json.status, 'Succeeded');
  world.advance(1);
  assert.equal((await world.get(address)).json.error.code, 'NotFound');
});
