import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Answer, ArmWorld } from '@tombolo/testkit/arm-world';
import {
  codeOf,
  createNetworkWorld,
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');
const pe2 = inGroup('privateEndpoints', 'pe2');

const addressesOf = async (world: ArmWorld, endpoint = pe): Promise<string[]> =>
  (await world.get(endpoint)).json.properties.customDnsConfigs.flatMap(
    (config: { ipAddresses: string[] }) => config.ipAddresses,
  );

describe('addresses', () => {
  const configuration = (memberName: string, privateIPAddress: string) => ({
    name: memberName,
    properties: { groupId: 'hybridcompute', memberName, privateIPAddress },
  });

  /** All six members: `first` for the first, then 10.0.1.100 and up. */
  const all = (first: string) =>
    [
      'hybridcompute.global',
      'HybridCompute.Server',
      'HybridCompute.TokenService',
      'GuestConfig.GlobalService',
      'GuestConfig.AgentService.japaneast',
      'HybridCompute.K8sConfiguration',
    ].map((memberName, index) => configuration(memberName, index === 0 ? first : `10.0.1.${100 + index}`));

  test('static ones are taken, in whatever order they are given', async () => {
    const world = await createPlacedWorld();
    const ipConfigurations = all('10.0.1.200').toReversed();
    assert.equal((await world.put(pe, endpointBody({ ipConfigurations }))).status, 201);
    await world.settle();
    assert.deepEqual(await addressesOf(world), [
      '10.0.1.200',
      '10.0.1.101',
      '10.0.1.102',
      '10.0.1.103',
      '10.0.1.104',
      '10.0.1.105',
    ]);
    const shown = (await world.get(pe)).json.properties.ipConfigurations;
    assert.equal(shown[0].name, 'hybridcompute.global');
    assert.equal((await world.put(pe, (await world.get(pe)).json)).status, 200);
  });

  test('for some members only are refused, and nothing is made', async () => {
    const world = await createPlacedWorld();
    const answer = await world.put(pe, endpointBody({ ipConfigurations: all('10.0.1.4').slice(1) }));
    assert.equal(codeOf(answer), '400 PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps');
    assert.match(answer.json.error.message, /GroupId: hybridcompute, MemberName: HybridCompute\.Global\]/);
    assert.equal((await world.get(pe)).status, 404);
    assert.deepEqual(await world.store.claimsUnder('address of '), []);
  });

  for (const [what, address, code] of [
    ['outside of the subnet', '10.0.2.4', 'PrivateIPAddressNotInSubnet'],
    ['that is no address', 'ten', 'PrivateIPAddressNotInSubnet'],
    ['among the first four', '10.0.1.3', 'PrivateIPAddressInReservedRange'],
    ['that is the last', '10.0.1.255', 'PrivateIPAddressInReservedRange'],
    ['that another has', '10.0.1.4', 'PrivateIPAddressIsAllocated'],
  ] as const) {
    test(`one ${what} is refused`, async () => {
      const world = await createPlacedWorld();
      await world.put(pe2, endpointBody());
      const body = endpointBody({ ipConfigurations: all(address) });
      assert.equal(codeOf(await world.put(pe, body)), `400 ${code}`);
    });
  }

  test('those of the installation itself are given to nobody, and refused where they are asked for', async () => {
    const settings = { ownAddresses: ['10.0.1.5', '10.0.1.7', '127.0.0.2'] };
    const world = await createPlacedWorld({ settings });
    const asked = endpointBody({ ipConfigurations: all('10.0.1.7') });
    const refused = await world.put(pe, asked);
    assert.equal(codeOf(refused), '400 PrivateIPAddressInReservedRange');
    assert.match(refused.json.error.message, /this installation itself listens there/);
    assert.equal((await world.put(pe, endpointBody())).status, 201);
    await world.settle();
    assert.deepEqual((await addressesOf(world)).sort(), [
      '10.0.1.10',
      '10.0.1.11',
      '10.0.1.4',
      '10.0.1.6',
      '10.0.1.8',
      '10.0.1.9',
    ]);
  });

  test('of an unknown member, or twice for one, are refused', async () => {
    const world = await createPlacedWorld();
    const configurations = all('10.0.1.9');
    for (const another of ['blob', 'HybridCompute.Global']) {
      const ipConfigurations = [...configurations, configuration(another, '10.0.1.10')];
      const answer = await world.put(pe, endpointBody({ ipConfigurations }));
      assert.equal(codeOf(answer), '400 InvalidPrivateEndpoint');
    }
  });

  test('endpoints made at the same time never share one', async () => {
    const world = await createPlacedWorld();
    const endpoints = ['a', 'b', 'c', 'd', 'e'].map((name) => inGroup('privateEndpoints', name));
    const answers = await Promise.all(endpoints.map((id) => world.put(id, endpointBody())));
    assert.deepEqual(answers.map(codeOf), Array(5).fill('201'));
    await world.settle();
    const given = (await Promise.all(endpoints.map((id) => addressesOf(world, id)))).flat();
    assert.equal(new Set(given).size, 30);
  });

  test('a full subnet says so', async () => {
    const world = await createNetworkWorld();
    await world.put(
      networkId,
      networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/28') }]),
    );
    assert.equal((await world.put(pe, endpointBody())).status, 201);
    // 16 addresses, 5 of them reserved, 6 taken: 5 are left for 6 members.
    assert.equal(codeOf(await world.put(pe2, endpointBody())), '400 SubnetIsFull');
  });

  test('the interface takes the name that is asked for, unless it is taken', async () => {
    const world = await createPlacedWorld();
    const body = endpointBody({ customNetworkInterfaceName: 'my-nic' });
    assert.equal(
      (await world.put(pe, body)).json.properties.networkInterfaces[0].id,
      inGroup('networkInterfaces', 'my-nic'),
    );
    assert.equal(codeOf(await world.put(pe2, body)), '409 Conflict');
    assert.equal((await world.put(pe, body)).status, 200);
  });
});

describe('addresses and their subnet at the same time', () => {
  const changes: readonly (readonly [string, (world: ArmWorld) => Promise<Answer>])[] = [
    ['moves', (world) => world.put(subnetId, subnetBody('10.0.9.0/24'))],
    ['goes', (world) => world.remove(subnetId)],
    ['is left out of its network', (world) => world.put(networkId, networkBody('10.0.0.0/16', []))],
    ['loses its network', (world) => world.remove(networkId)],
  ];
  for (const [what, change] of changes) {
    test(`an endpoint and a subnet that ${what} agree on who was first`, async () => {
      for (const endpointFirst of [true, false]) {
        const world = await createPlacedWorld();
        const make = () => world.put(pe, endpointBody());
        const answers = endpointFirst
          ? await Promise.all([make(), change(world)])
          : (await Promise.all([change(world), make()])).toReversed();
        const [made, changed] = answers.map(({ status }) => status < 300);
        const endpoint = await world.get(pe);
        assert.equal(endpoint.status === 200, made);
        if (what !== 'moves') assert.notEqual(made, changed, answers.map(codeOf).join());
        const taken = await world.store.claimsUnder('address of ');
        const prefix = (await world.get(subnetId)).json.properties?.addressPrefix ?? 'none';
        const within = prefix.replace(/0\/24$/, '');
        for (const { key } of taken) assert.ok(key.includes(` ${within}`), `${key} is not in ${prefix}`);
      }
    });
  }
});
