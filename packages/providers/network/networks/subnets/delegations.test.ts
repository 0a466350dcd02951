/** To whom subnets are delegated, and that they stay so under what stands in them: in every order of writes. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { refused, stored } from '../../../put-input.testkit.ts';
import {
  codeOf,
  createPlacedWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';
import { checkDelegations, checkDelegationsKept, delegatedServices } from './delegations.ts';

const resolvers = 'Microsoft.Network/dnsResolvers';
const farms = 'Microsoft.Web/serverFarms';
const to = (...services: string[]): JsonObject => ({
  delegations: services.map((serviceName, index) => ({ name: `d${index}`, properties: { serviceName } })),
});
const body = (...services: string[]) => subnetBody('10.0.1.0/24', to(...services));
const pe = inGroup('privateEndpoints', 'pe');
const resolver = inGroup('dnsResolvers', 'resolver');
const place = `${networkId}/subnets/dns`;
const endpoints = {
  [`${resolver}/inboundEndpoints/in`]: { ipConfigurations: [{ subnet: { id: place } }] },
  [`${resolver}/outboundEndpoints/out`]: { subnet: { id: place } },
};

test('a subnet is delegated to the services that its delegations name', () =>
  assert.deepEqual(
    delegatedServices({
      delegations: [
        { properties: { serviceName: 'a' } },
        {},
        'x',
        { properties: { serviceName: 7 } },
      ] as never,
    }),
    ['a'],
  ));

describe('delegations without a store', () => {
  const kept = (before: string[], after: string[], taken: string[] = [], users: string[] = []) => {
    const refusal = checkDelegationsKept('/s', before, after, {
      taken: taken.map((value) => ({ key: 'k', value, holders: [] })),
      users,
    });
    return refusal && `${refusal.code}: ${refusal.message}`;
  };
  test('may change in an empty subnet; what says the same is no change', () => {
    assert.equal(kept([], [farms]), undefined);
    assert.equal(kept([farms], [farms.toUpperCase()], ['/nic/ipConfigurations/a']), undefined);
    assert.equal(kept([farms, resolvers], [resolvers, farms], ['/nic/ipConfigurations/a']), undefined);
  });
  test('stay under an address, and under what has none; the refusal names both lists and the user', () => {
    assert.equal(
      kept([], [farms], ['/nic/ipConfigurations/a', '/nic/ipConfigurations/b'], ['/pe']),
      'SubnetDelegationsCannotChangeWhenSubnetUsedByResource: Delegations of subnet /s cannot be changed from [] to [Microsoft.Web/serverFarms] because it is being used by the resource /nic/ipConfigurations/a. Delete that first, or use another subnet.',
    );
    assert.match(kept([farms], [], [], ['/user'])!, /^SubnetDelegationsCannotChange.* resource \/user\./);
    assert.match(kept([farms], [farms, resolvers], [], ['/user'])!, /^SubnetDelegationsCannotChange/);
  });
  test('what an earlier version stored can be sent back, and nothing new of it be made', () => {
    const nobody = { taken: [], users: [] };
    const had = stored(subnetId, to('Old/service'));
    const plan = { id: subnetId, properties: to('Old/service') };
    assert.equal(checkDelegations(plan, had, nobody), undefined);
    assert.match(
      refused(() => checkDelegations(plan, undefined, nobody)),
      /^400 InvalidServiceNameOnDelegation/,
    );
  });
});

describe('the name of a delegation', () => {
  const named = (...names: string[]): JsonObject => ({
    delegations: names.map((name) => ({ name, properties: { serviceName: farms } })),
  });

  test('is there once in a subnet, in any case', async () => {
    const world = await createPlacedWorld();
    const answer = await world.put(subnetId, subnetBody('10.0.1.0/24', named('d', 'e', 'D')));
    assert.equal(codeOf(answer), '400 InvalidRequestFormat');
    assert.equal(answer.json.error.details[0].code, 'DuplicateResourceName');
    assert.equal((await world.put(subnetId, subnetBody('10.0.1.0/24', named('d', 'e')))).status, 200);
  });

  test('that an earlier version stored twice can be sent back', () => {
    const nobody = { taken: [], users: [] };
    const plan = { id: subnetId, properties: named('d', 'd') };
    assert.equal(checkDelegations(plan, stored(subnetId, named('d', 'd')), nobody), undefined);
    assert.match(
      refused(() => checkDelegations(plan, stored(subnetId, named('d')), nobody)),
      /^400 InvalidRequestFormat/,
    );
    for (const more of [named('d', 'd', 'e', 'e'), named('d', 'd', 'd')])
      assert.match(
        refused(() =>
          checkDelegations({ ...plan, properties: more }, stored(subnetId, named('d', 'd')), nobody),
        ),
        /^400 InvalidRequestFormat/,
        'and nothing more with it',
      );
  });
});

describe('the service of a delegation', () => {
  test('is one that Azure knows, in any case; the refusal names it, its delegation and those that there are', async () => {
    const world = await createPlacedWorld();
    assert.equal((await world.put(subnetId, body('microsoft.netapp/Volumes'))).status, 200);
    for (const service of ['Microsoft.Network/dnsResolver', 'Microsoft.Network/managedResolvers', 'x']) {
      const answer = await world.put(subnetId, body(service));
      assert.equal(codeOf(answer), '400 InvalidServiceNameOnDelegation');
      assert.match(
        answer.json.error.message,
        new RegExp(`${service} .*/subnets/default/delegations/d0 .*Microsoft\\.Web/serverFarms,`),
      );
    }
    const nameless = { ...subnetBody('10.0.1.0/24', { delegations: [{ name: 'd' }] }) };
    assert.equal(codeOf(await world.put(subnetId, nameless)), '400 InvalidServiceNameOnDelegation');
    const inline = networkBody('10.0.0.0/16', [{ name: 'default', ...body('x') }]);
    assert.equal(codeOf(await world.put(networkId, inline)), '400 InvalidServiceNameOnDelegation');
  });
});

describe('a private endpoint and a delegation', () => {
  test('exclude each other, whichever is first, by the subnet’s PUT and by its network’s', async () => {
    const world = await createPlacedWorld();
    const inline = (...services: string[]) =>
      networkBody('10.0.0.0/16', [{ name: 'default', ...body(...services) }]);
    await world.put(subnetId, body(farms));
    const refusal = await world.put(pe, endpointBody());
    assert.equal(codeOf(refusal), '400 PrivateEndpointCreationNotAllowedAsSubnetIsDelegated');
    await world.put(subnetId, body());
    assert.equal((await world.put(pe, endpointBody())).status, 201);
    for (const answer of [await world.put(subnetId, body(farms)), await world.put(networkId, inline(farms))])
      assert.equal(codeOf(answer), '400 SubnetDelegationsCannotChangeWhenSubnetUsedByResource');
    assert.equal((await world.put(subnetId, body())).status, 200);
    assert.equal((await world.put(networkId, inline())).status, 200);
    await world.settle();
    assert.equal((await world.remove(pe)).status, 202);
    await world.settle();
    assert.equal((await world.put(subnetId, body(farms))).status, 200);
  });

  test('made at once agree on who was first', async () => {
    for (const endpointFirst of [true, false]) {
      const world = await createPlacedWorld();
      const make = () => world.put(pe, endpointBody());
      const delegate = () => world.put(subnetId, body(farms));
      const answers = await Promise.all(endpointFirst ? [make(), delegate()] : [delegate(), make()]);
      assert.equal(answers.filter(({ status }) => status < 300).length, 1, answers.map(codeOf).join());
    }
  });
});

describe('a resolver’s endpoint', () => {
  for (const [id, properties] of Object.entries(endpoints)) {
    const kind = id.split('/').at(-2)!;
    const located = { location: 'japaneast', properties };
    const createResolverWorld = async (...services: string[]) => {
      const world = await createPlacedWorld();
      await world.put(place, subnetBody('10.0.2.0/28', to(...services)));
      await world.put(resolver, { location: 'japaneast', properties: { virtualNetwork: { id: networkId } } });
      return world;
    };

    test(`of ${kind} keeps its subnet delegated to resolvers until it goes`, async () => {
      const world = await createResolverWorld(resolvers);
      assert.equal((await world.put(id, located)).status, 201);
      const without = [subnetBody('10.0.2.0/28'), subnetBody('10.0.2.0/28', to(farms))];
      for (const written of without) {
        assert.equal(codeOf(await world.put(place, written)), '400 SubnetMissingRequiredDelegation');
        const inline = [
          { name: 'default', ...body() },
          { name: 'dns', ...written },
        ];
        assert.equal(
          codeOf(await world.put(networkId, networkBody('10.0.0.0/16', inline))),
          '400 SubnetMissingRequiredDelegation',
        );
      }
      const more = await world.put(place, subnetBody('10.0.2.0/28', to(resolvers, farms)));
      assert.equal(codeOf(more), '400 SubnetDelegationsCannotChangeWhenSubnetUsedByResource');
      assert.equal((await world.put(place, (await world.get(place)).json)).status, 200);
      assert.equal((await world.remove(id)).status, 200);
      assert.equal((await world.put(place, without[0]!)).status, 200);
    });

    test(`of ${kind} stands in no subnet of another service, nor beside a private endpoint`, async () => {
      const world = await createResolverWorld(farms);
      assert.equal(codeOf(await world.put(id, located)), '400 SubnetMissingRequiredDelegation');
      assert.equal((await world.put(place, subnetBody('10.0.2.0/28'))).status, 200);
      assert.equal((await world.put(pe, endpointBody({ subnet: { id: place } }))).status, 201);
      assert.equal(
        codeOf(await world.put(id, located)),
        '400 SubnetDelegationsCannotChangeWhenSubnetUsedByResource',
      );
    });
  }
});
