import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { lookInto } from '@tombolo/store/sqlite/stored-file.testkit';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { type Arm, type ArmBody, signIn } from './arm.ts';
import { createWorkload, readMarks, seeded, subjectsIn, versions } from './crash-workload.ts';
import { fixedAddresses } from './fixed-addresses.ts';
import { type ServerProcess, startServer } from './server.ts';
import { membersOf } from './topology.ts';

const total = 1_000;
const kills = 10;
const width = 10;
const location = 'japaneast';
const state = join(directoryOfFile(), 'state');

const groupOf = (arm: Arm): string => `${arm.subscription}/resourceGroups/base`;
const networkOf = (arm: Arm): string => `${groupOf(arm)}/providers/Microsoft.Network`;
const scopeOf = (arm: Arm, name: string): string =>
  `${groupOf(arm)}/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;

/** What the stream of writes stands on and never changes. */
const prepare = async (arm: Arm): Promise<void> => {
  await arm.done('PUT', groupOf(arm) + versions.group, { location });
  for (const scope of ['scope-a', 'scope-b'])
    await arm.done('PUT', scopeOf(arm, scope) + versions.scope, { location });
  for (const index of [0, 1, 2]) {
    await arm.done('PUT', `${networkOf(arm)}/virtualNetworks/base-${index}${versions.network}`, {
      location,
      properties: {
        addressSpace: { addressPrefixes: [`127.${60 + index}.0.0/16`] },
        subnets: [{ name: 'endpoints', properties: { addressPrefix: `127.${60 + index}.1.0/24` } }],
      },
    });
  }
  for (const zone of ['records.example', 'privatelink.his.arc.azure.com'])
    await arm.done('PUT', `${networkOf(arm)}/privateDnsZones/${zone}${versions.zone}`, {
      location: 'global',
    });
  await arm.done(
    'PUT',
    `${networkOf(arm)}/privateEndpoints/fixed${versions.network}`,
    endpointBody(arm, 'scope-a'),
  );
};

const endpointBody = (arm: Arm, scope: string, base = 0, address?: string) => ({
  location,
  properties: {
    subnet: { id: `${networkOf(arm)}/virtualNetworks/base-${base}/subnets/endpoints` },
    privateLinkServiceConnections: [
      { name: 'c', properties: { privateLinkServiceId: scopeOf(arm, scope), groupIds: ['hybridcompute'] } },
    ],
    ...(address === undefined ? {} : { ipConfigurations: fixedAddresses(address) }),
  },
});

const zoneGroup = (arm: Arm): string =>
  `${networkOf(arm)}/privateEndpoints/fixed/privateDnsZoneGroups/default${versions.network}`;

const idsIn = (items: unknown): string[] => (items as readonly ArmBody[]).map(({ id }) => id!.toLowerCase());
const addressesOf = (networkInterface: ArmBody): string[] =>
  (networkInterface.properties!.ipConfigurations as readonly ArmBody[]).map(
    ({ properties }) => properties!.privateIPAddress as string,
  );

/** An endpoint is its interface, its connection, its addresses and its claims: all of them or none. */
const assertWhole = async (arm: Arm, server: ServerProcess): Promise<void> => {
  const [endpoints, interfaces, connections, records] = await Promise.all([
    arm.list(`${networkOf(arm)}/privateEndpoints${versions.network}`),
    arm.list(`${networkOf(arm)}/networkInterfaces${versions.network}`),
    arm.list(`${scopeOf(arm, 'scope-a')}/privateEndpointConnections${versions.scope}`),
    arm.list(`${networkOf(arm)}/privateDnsZones/privatelink.his.arc.azure.com/A${versions.zone}`),
  ]);
  for (const { name, properties } of endpoints)
    assert.equal(properties?.provisioningState, 'Succeeded', name);
  const byEndpoint = (connection: ArmBody): string =>
    (connection.properties!.privateEndpoint as { id: string }).id.toLowerCase();
  assert.deepEqual(
    connections.map(byEndpoint).sort(),
    idsIn(endpoints).sort(),
    'one connection for each endpoint',
  );
  const owned = endpoints.flatMap(({ properties }) => idsIn(properties!.networkInterfaces));
  assert.deepEqual(owned.sort(), idsIn(interfaces).sort(), 'one interface for each endpoint');

  const addresses = interfaces.flatMap(addressesOf).sort();
  assert.equal(new Set(addresses).size, addresses.length, 'no address is given twice');
  assert.equal(addresses.length, endpoints.length * 6, 'six members each');

  const zoneGroupIsThere = (await arm.send('GET', zoneGroup(arm))).status === 200;
  const fixed = endpoints.find(({ name }) => name === 'fixed')!;
  const [own] = idsIn(fixed.properties!.networkInterfaces);
  const his = membersOf(interfaces.find(({ id }) => id!.toLowerCase() === own)!).filter(({ fqdn }) =>
    fqdn.endsWith('.his.arc.azure.com'),
  );
  assert.ok(his.length > 0);
  assert.equal(
    (fixed.properties!.customDnsConfigs as readonly unknown[]).length,
    zoneGroupIsThere ? 0 : 6,
    'names of its own, or those of its zone group',
  );
  assert.deepEqual(
    records
      .flatMap(({ properties }) =>
        (properties!.aRecords as readonly { ipv4Address: string }[]).map((entry) => entry.ipv4Address),
      )
      .sort(),
    zoneGroupIsThere ? his.map(({ address }) => address).sort() : [],
    'all records of the zone group, or none',
  );

  const { documents, claims: all, integrity } = lookInto(join(state, 'control', 'store.db'));
  const claims = all.flatMap(({ key }) => (/^address of /i.test(key) ? [key.split(' ').at(-1)!] : []));
  const orphans = all.filter(
    ({ holder }) =>
      /^\/subscriptions\//i.test(holder) &&
      !documents.has(holder.toLowerCase()) &&
      !/\/ipconfigurations\//i.test(holder),
  );
  assert.deepEqual(claims.sort(), addresses, 'each address is claimed, and nothing else');
  assert.deepEqual(orphans, [], 'no claim of a resource that is not there');
  assert.equal(integrity, 'ok');

  const status = await server.tomboloHere('status');
  assert.equal(status.code, 0, status.stdout);
  const gateway = (
    status.json.followers as readonly { name: string; report: { listening: string[] } }[]
  ).find(({ name }) => name === 'gateway')!;
  assert.deepEqual(
    [...gateway.report.listening].sort(),
    addresses,
    'the gateway stands at each address and at no other',
  );
};

/** R1 and the addresses are claims: what held before the crash holds after it. */
const assertClaimsHold = async (arm: Arm): Promise<void> => {
  const other = await arm.send(
    'PUT',
    `${networkOf(arm)}/privateEndpoints/rival${versions.network}`,
    endpointBody(arm, 'scope-b'),
  );
  assert.ok(
    other.status === 400 || other.status === 409,
    `R1: ${other.status} ${JSON.stringify(other.body)}`,
  );
  const interfaces = await arm.list(`${networkOf(arm)}/networkInterfaces${versions.network}`);
  const taken = addressesOf(interfaces.find(({ name }) => name!.startsWith('fixed.'))!)[0]!;
  const twice = await arm.send(
    'PUT',
    `${networkOf(arm)}/privateEndpoints/rival${versions.network}`,
    endpointBody(arm, 'scope-a', 0, taken),
  );
  assert.equal(twice.status, 400, JSON.stringify(twice.body));
  assert.equal(twice.body.error!.code, 'PrivateIPAddressIsAllocated');
};

/** Operations that nobody was told of too: the store knows them all. */
const operationsEnded = (): Promise<unknown> =>
  until(
    'no operation is in progress',
    () => lookInto(join(state, 'control', 'store.db')).inProgress.length === 0,
  );

test(`kill -9 of every process, ${kills} times in the middle of ${total} mixed ARM writes: what was acknowledged is there, nothing is half there, operations end, claims hold, followers converge`, async (t) => {
  const random = seeded(20_261_122);
  let server = await startServer(state);
  let arm = await signIn(state, server.ready.resourceManager);
  await prepare(arm);
  const workload = createWorkload(
    [
      ...subjectsIn(arm.subscription, groupOf(arm)),
      {
        name: 'zone group',
        put: () => ({
          method: 'PUT',
          path: zoneGroup(arm),
          body: {
            properties: {
              privateDnsZoneConfigs: [
                {
                  name: 'his',
                  properties: {
                    privateDnsZoneId: `${networkOf(arm)}/privateDnsZones/privatelink.his.arc.azure.com`,
                  },
                },
              ],
            },
          },
          after: 'there',
        }),
        remove: { method: 'DELETE', path: zoneGroup(arm), after: undefined },
      },
    ],
    random,
  );
  let running = 0;
  let unsure = 0;
  const check = async (): Promise<void> => {
    running += workload.operations().length;
    const outcomes = await Promise.all(workload.operations().map((address) => arm.finished(address)));
    assert.deepEqual(
      outcomes.filter((outcome) => outcome !== 'Succeeded'),
      [],
      'operations that were running have ended well',
    );
    await operationsEnded();
    const waited = await server.tomboloHere('wait');
    assert.equal(waited.code, 0, waited.stdout);
    const marks = new Map(await readMarks(arm, groupOf(arm)));
    if ((await arm.send('GET', zoneGroup(arm))).status === 200) marks.set('zone group', 'there');
    const { unanswered, made } = workload.reconcile(marks);
    unsure += unanswered;
    t.diagnostic(`${workload.acknowledged()} acknowledged; of ${unanswered} unanswered ${made} were made`);
    await assertWhole(arm, server);
    await assertClaimsHold(arm);
  };

  for (let kill = 1; kill <= kills; kill += 1) {
    const at = Math.round((total * (kill - 0.5 + random() * 0.5)) / (kills + 1));
    let killed: Promise<void> | undefined;
    await workload.run(arm, {
      width,
      total,
      onAcknowledged: (count) => {
        if (count >= at) killed ??= server.killAll();
      },
    });
    assert.ok(killed, `kill ${kill} came before the writes ended`);
    await killed;
    server = await startServer(state, []);
    arm = await signIn(state, server.ready.resourceManager);
    await check();
  }
  await workload.run(arm, { width, total, onAcknowledged: () => {} });
  assert.ok(workload.acknowledged() >= total);
  assert.ok(unsure >= kills && running > 0, `the kills came amid ${unsure} writes and ${running} operations`);
  await check();
  assert.equal(await server.stop(), 0);
});
