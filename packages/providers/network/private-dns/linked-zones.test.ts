/** R7 and R5 at every write that can leave a linked zone without names, and each once more with --strict-dns. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Settings } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import type { Answer, ArmWorld } from '@tombolo/testkit/arm-world';
import { group, network, newWorld, putScope, scopeId } from '../../hybrid-compute/topology.testkit.ts';
import { codeOf } from '../network.testkit.ts';

const zoneId = (name: string, at = network): string => `${at}/privateDnsZones/${name}`;
const zones = ['his.arc', 'guestconfiguration', 'dp.kubernetesconfiguration'].map((name) =>
  zoneId(`privatelink.${name}.azure.com`),
);
const [his, gas] = zones as [string, string];
const vnet = (name: string): string => `${network}/virtualNetworks/${name}`;
const endpoint = (name: string): string => `${network}/privateEndpoints/${name}`;
const groupOf = (name: string): string => `${endpoint(name)}/privateDnsZoneGroups/default`;
const linkId = (zone: string, name = 'link'): string => `${zone}/virtualNetworkLinks/${name}`;
const linkTo = (networkName: string, more: JsonObject = {}) => ({
  location: 'global',
  properties: { virtualNetwork: { id: vnet(networkName) }, registrationEnabled: false, ...more },
});
const configs = (...ids: readonly string[]) => ({
  properties: {
    privateDnsZoneConfigs: ids.map((privateDnsZoneId, index) => ({
      name: `zone-${index}`,
      properties: { privateDnsZoneId },
    })),
  },
});
const addresses = (...all: readonly string[]) => ({
  properties: { ttl: 10, aRecords: all.map((ipv4Address) => ({ ipv4Address })) },
});

const ok = async (answer: Promise<Answer>): Promise<readonly string[]> => {
  const { status, json, headers } = await answer;
  assert.ok(status < 300, JSON.stringify(json));
  return headers['x-tombolo-warning']?.split(' | ') ?? [];
};

const putNetwork = (world: ArmWorld, name: string, location: string, second: number) =>
  ok(
    world.put(vnet(name), {
      location,
      properties: {
        addressSpace: { addressPrefixes: [`10.${second}.0.0/16`] },
        subnets: [{ name: 'quay', properties: { addressPrefix: `10.${second}.1.0/24` } }],
      },
    }),
  );
const putEndpoint = async (
  world: ArmWorld,
  name: string,
  networkName: string,
  location: string,
  to = scopeId,
) => {
  const privateLinkServiceConnections = [
    { name: 'arc', properties: { privateLinkServiceId: to, groupIds: ['hybridcompute'] } },
  ];
  const subnet = { id: `${vnet(networkName)}/subnets/quay` };
  const warnings = await ok(
    world.put(endpoint(name), { location, properties: { subnet, privateLinkServiceConnections } }),
  );
  await world.settle();
  return warnings;
};

/** Scope in Japan East, hub and spoke in West Europe, the zones there and full, linked to nothing. */
const openWorld = async (settings: Partial<Settings> = {}): Promise<ArmWorld> => {
  const world = await newWorld({ settings });
  await putScope(world);
  await putNetwork(world, 'hub', 'westeurope', 0);
  await putNetwork(world, 'spoke', 'westeurope', 1);
  for (const zone of zones) await ok(world.put(zone, { location: 'global' }));
  await putEndpoint(world, 'pe', 'hub', 'westeurope');
  assert.deepEqual(await ok(world.put(groupOf('pe'), configs(...zones))), []);
  await world.settle();
  return world;
};
const linked = async (world: ArmWorld, ...networks: readonly string[]): Promise<ArmWorld> => {
  for (const zone of zones)
    for (const name of networks) assert.deepEqual(await ok(world.put(linkId(zone, name), linkTo(name))), []);
  return world;
};
const lostIn = (warnings: readonly string[]) =>
  warnings.map((text) =>
    /there (.*) do not resolve/
      .exec(text)?.[1]
      ?.split(', ')
      .map((name) => name.split('.')[0]),
  );

describe('R4, R7: linking a zone', () => {
  test('is judged by the names of the scope’s region, not of the network’s, where it has an endpoint and beyond', async () => {
    await linked(await openWorld(), 'hub', 'spoke');
  });

  test('warns of the name that is really missing, at PUT and PATCH', async () => {
    const world = await openWorld();
    await ok(world.remove(`${his}/A/je`));
    assert.deepEqual(lostIn(await ok(world.put(linkId(his), linkTo('hub')))), [['je']]);
    assert.deepEqual(lostIn(await ok(world.patch(linkId(his), { tags: { a: 'b' } }))), [['je']]);
    const policy = { properties: { resolutionPolicy: 'NxDomainRedirect' } };
    assert.match((await ok(world.patch(linkId(his), policy)))[0]!, /resolve to public addresses/);
  });

  test('judges an empty zone by the network’s region as long as nothing says of which the scope will be', async () => {
    const world = await newWorld();
    await putScope(world);
    await putNetwork(world, 'hub', 'westeurope', 0);
    await ok(world.put(gas, { location: 'global' }));
    assert.deepEqual(lostIn(await ok(world.put(linkId(gas), linkTo('hub')))), [
      ['agentserviceapi', 'westeurope-gas'],
    ]);
    const said = await putEndpoint(world, 'pe', 'hub', 'westeurope');
    assert.deepEqual(lostIn(said), [['japaneast-gas']], 'the endpoint says it');
    assert.deepEqual(
      await putEndpoint(world, 'pe2', 'hub', 'westeurope'),
      [],
      'and the second one nothing new',
    );
    assert.deepEqual(await ok(world.put(groupOf('pe'), configs(gas))), []);
    assert.deepEqual(await ok(world.put(linkId(gas), linkTo('hub'))), []);
  });

  test('warns of zones above the names of Arc, unless a longer zone has them', async () => {
    const world = await openWorld();
    const parent = zoneId('arc.azure.com');
    await ok(world.put(parent, { location: 'global' }));
    const [warning] = await ok(world.put(linkId(parent), linkTo('hub')));
    assert.match(
      warning!,
      /takes names of Azure Arc and does not have them: there gbl\.his\.arc\.azure\.com, je/,
    );
    const own = zoneId('his.arc.azure.com');
    await ok(world.put(own, { location: 'global' }));
    for (const name of ['gbl', 'je', 'japan-ats'])
      await ok(world.put(`${own}/A/${name}`, addresses('10.0.1.9')));
    assert.deepEqual(await ok(world.put(linkId(own), linkTo('hub'))), []);
    assert.deepEqual(await ok(world.put(linkId(parent), linkTo('hub'))), []);
  });
});

test('R7: of a zone that very many networks are linked to, a write looks at a hundred', async () => {
  const world = await openWorld();
  const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
  for (const [index, name] of names.entries()) await putNetwork(world, name, 'japaneast', index);
  for (const name of names) await ok(world.put(linkId(his, name), linkTo(name)));
  const [warning, ...others] = await ok(world.remove(`${his}/A/je`));
  assert.deepEqual(others, []);
  assert.match(warning!, / and 97 more /, 'three are named');
});

describe('R7: unlinking a zone', () => {
  test('above the names of Arc says which of them nothing answers any more', async () => {
    const world = await openWorld();
    await ok(world.remove(`${his}/A/je`));
    const parent = zoneId('his.arc.azure.com');
    await ok(world.put(parent, { location: 'global' }));
    for (const name of ['gbl', 'je', 'japan-ats'])
      await ok(world.put(`${parent}/A/${name}`, addresses('10.0.1.9')));
    assert.deepEqual(await ok(world.put(linkId(parent), linkTo('hub'))), []);
    assert.deepEqual(await ok(world.put(linkId(his), linkTo('hub'))), [], 'nobody asks there');
    assert.deepEqual(await ok(world.remove(`${his}/A/gbl`)), []);
    assert.deepEqual(lostIn(await ok(world.remove(linkId(parent)))), [['gbl', 'je']]);
    assert.deepEqual(
      await ok(world.remove(linkId(his))),
      [],
      'of a private-link zone the names are public again',
    );
  });
});

describe('R7: a record of a linked zone', () => {
  test('says as it goes which name no longer resolves, and where', async () => {
    const world = await linked(await openWorld(), 'hub', 'spoke');
    const [warning, ...more] = await ok(world.remove(`${his}/A/gbl`));
    assert.deepEqual(more, []);
    assert.match(
      warning!,
      /linked to virtual networks '.*\/hub', '.*\/spoke' is incomplete: there gbl\.his\.arc\.azure\.com do/,
    );
    assert.deepEqual(lostIn(await ok(world.remove(`${his}/A/je`))), [['je']]);
    await ok(world.remove(linkId(his, 'hub')));
    await ok(world.remove(linkId(his, 'spoke')));
    assert.deepEqual(await ok(world.remove(`${his}/A/japan-ats`)), [], 'not linked any more');
  });

  test('says nothing where nobody needs it, or another type or a wildcard answers', async () => {
    const world = await linked(await openWorld(), 'hub');
    for (const name of ['we', 'www', '*']) await ok(world.put(`${his}/A/${name}`, addresses('10.0.1.9')));
    for (const name of ['we', 'www', 'gbl', 'je'])
      assert.deepEqual(await ok(world.remove(`${his}/A/${name}`)), []);
    const aaaa = { properties: { ttl: 10, aaaaRecords: [{ ipv6Address: '2001:db8::1' }] } };
    await ok(world.put(`${his}/AAAA/je`, aaaa));
    assert.deepEqual(lostIn(await ok(world.remove(`${his}/A/*`))), [['gbl']]);
    assert.deepEqual(lostIn(await ok(world.remove(`${his}/AAAA/je`))), [['je']]);
    assert.deepEqual(
      await ok(world.put(`${his}/TXT/je`, { properties: { ttl: 10, txtRecords: [{ value: ['x'] }] } })),
      [],
    );
  });

  test('that is emptied is gone as well', async () => {
    const world = await linked(await openWorld(), 'hub');
    const said = await ok(world.put(`${gas}/A/agentserviceapi`, addresses()));
    assert.match(said[0]!, /which private endpoint 'pe \(.*\)' wrote, now answers with other addresses/);
    assert.deepEqual(lostIn(said.slice(1)), [['agentserviceapi']]);
    assert.deepEqual(await ok(world.remove(`${gas}/A/agentserviceapi`)), [], 'it answered nothing before');
    await ok(world.put(`${gas}/A/agentserviceapi`, addresses('10.0.1.9')));
    assert.deepEqual(lostIn(await ok(world.patch(`${gas}/A/agentserviceapi`, addresses()))), [
      ['agentserviceapi'],
    ]);
  });

  test('R5: by hand over a zone group’s says that machines no longer come by that endpoint', async () => {
    const world = await openWorld();
    assert.match(
      (await ok(world.put(`${his}/A/gbl`, addresses('10.9.9.9'))))[0]!,
      /no longer come by that endpoint/,
    );
    assert.deepEqual(await ok(world.put(`${his}/A/gbl`, addresses('10.9.9.8'))), []);
  });
});

describe('R7: a zone group', () => {
  test('that is narrowed, deleted, or goes with its endpoint says which names no longer resolve', async () => {
    const narrowed = await linked(await openWorld(), 'hub', 'spoke');
    const [said, ...more] = await ok(narrowed.put(groupOf('pe'), configs(gas)));
    assert.match(
      said!,
      /privatelink\.his.*'.*\/hub', '.*\/spoke' is empty: there gbl.*, je.*, japan-ats.* do not resolve/,
    );
    assert.equal(more.length, 1, 'of the zone for Kubernetes');
    assert.deepEqual(lostIn(await ok(narrowed.remove(groupOf('pe')))), [
      ['agentserviceapi', 'japaneast-gas'],
    ]);
    const deleted = await linked(await openWorld(), 'hub');
    const names = [['gbl', 'je', 'japan-ats'], ['agentserviceapi', 'japaneast-gas'], ['japaneast']];
    assert.deepEqual(lostIn(await ok(deleted.remove(groupOf('pe')))), names);
    const alone = await linked(await openWorld(), 'spoke');
    assert.deepEqual(lostIn(await ok(alone.remove(endpoint('pe')))), names);
  });

  test('says nothing where its zones are linked to nothing, or the records are another’s by now', async () => {
    const world = await openWorld();
    assert.deepEqual(await ok(world.remove(groupOf('pe'))), []);
    const other = await linked(await openWorld(), 'hub');
    await putEndpoint(other, 'pe2', 'hub', 'westeurope');
    assert.equal((await ok(other.put(groupOf('pe2'), configs(...zones)))).length, 3, 'R5');
    assert.deepEqual(await ok(other.remove(endpoint('pe'))), []);
    assert.equal((await ok(other.remove(endpoint('pe2')))).length, 3);
  });

  test('that names a zone of no member says that it writes nothing there', async () => {
    const world = await openWorld();
    const corp = zoneId('corp.example');
    await ok(world.put(corp, { location: 'global' }));
    const [said, ...more] = await ok(world.put(groupOf('pe'), configs(...zones, corp)));
    assert.deepEqual(more, []);
    assert.match(
      said!,
      /writes no record into '.*corp\.example': no member .* are privatelink\.his\.arc\.azure\.com, /,
    );
  });

  test('R5: of a second scope says that it cuts the first one’s machines off', async () => {
    const world = await linked(await openWorld(), 'spoke');
    await putScope(world, {}, `${scopeId}-2`, 'westeurope');
    await putEndpoint(world, 'pe2', 'spoke', 'westeurope', `${scopeId}-2`);
    const said = await ok(world.put(groupOf('pe2'), configs(his)));
    assert.match(said[0]!, /replaces 'gbl' of zone .* those of another private link scope are refused/);
  });
});

describe('with --strict-dns what takes names away is refused, and changes nothing', () => {
  const refusedBy = async (answer: Promise<Answer>, code = '409 LinkedZoneIncomplete') =>
    assert.equal(codeOf(await answer), code);
  const strict = { strictDns: true };

  test('a record, a narrowed group, a group, an endpoint, a link', async () => {
    const world = await linked(await openWorld(strict), 'hub');
    await refusedBy(world.remove(`${his}/A/gbl`));
    await refusedBy(world.put(`${his}/A/gbl`, addresses('10.9.9.9')), '409 ZoneRecordsHeldByAnother');
    await refusedBy(world.put(groupOf('pe'), configs(gas)));
    await refusedBy(world.remove(groupOf('pe')));
    await refusedBy(world.remove(endpoint('pe')));
    assert.equal((await world.listAll(`${his}/A`)).length, 3);
    for (const zone of zones) await ok(world.remove(linkId(zone, 'hub')));
    await ok(world.remove(`${his}/A/gbl`));
    await refusedBy(world.put(linkId(his), linkTo('hub')));
    await ok(world.put(linkId(his), linkTo('hub', { resolutionPolicy: 'NxDomainRedirect' })));
    await ok(world.remove(endpoint('pe')));
  });

  test('a zone of no member', async () => {
    const world = await openWorld(strict);
    await ok(world.put(zoneId('corp.example'), { location: 'global' }));
    await refusedBy(
      world.put(groupOf('pe'), configs(...zones, zoneId('corp.example'))),
      '409 ZoneOfNoMember',
    );
  });

  test('but not the order in which clients make things, nor a resource group that goes as a whole', async () => {
    const world = await newWorld({ settings: strict });
    await putScope(world);
    await putNetwork(world, 'hub', 'japaneast', 0);
    await ok(world.put(`${group}-dns`, { location: 'japaneast' }));
    const elsewhere = his.replace(group, `${group}-dns`);
    await ok(world.put(elsewhere, { location: 'global' }));
    await ok(world.put(linkId(elsewhere), linkTo('hub')));
    await putEndpoint(world, 'pe', 'hub', 'japaneast');
    await ok(world.put(groupOf('pe'), configs(elsewhere)));
    await world.settle();
    await ok(world.remove(group));
    await world.settle();
    assert.equal((await world.get(group)).status, 404);
  });
});

describe('R7: deleting a resource group', () => {
  const pier = group.replace(/[^/]+$/, 'pier');
  const inPier = `${pier}/providers/Microsoft.Network/privateEndpoints/pe`;
  /** An endpoint in a group of its own, whose records stand in the zones of another. */
  const openPier = async (): Promise<ArmWorld> => {
    const world = await openWorld();
    await ok(world.remove(endpoint('pe')));
    await world.settle();
    await ok(world.put(pier, { location: 'westeurope' }));
    const properties = { privateLinkServiceId: scopeId, groupIds: ['hybridcompute'] };
    await ok(
      world.put(inPier, {
        location: 'westeurope',
        properties: {
          subnet: { id: `${vnet('hub')}/subnets/quay` },
          privateLinkServiceConnections: [{ name: 'arc', properties }],
        },
      }),
    );
    await world.settle();
    await ok(world.put(`${inPier}/privateDnsZoneGroups/default`, configs(...zones)));
    await world.settle();
    return linked(world, 'hub', 'spoke');
  };
  const deleted = async (world: ArmWorld, what: string) => {
    const { status, headers } = await world.remove(what);
    assert.equal(status, 202);
    await world.settle();
    const ended = await world.get(headers.location!);
    assert.ok(ended.status < 300, JSON.stringify(ended.json));
    return ended.headers['x-tombolo-warning']?.split(' | ') ?? [];
  };

  test('warns, where its end is polled, of the names that networks outside of it have lost', async () => {
    const said = await deleted(await openPier(), pier);
    assert.equal(said.length, 3, said.join('\n'));
    assert.match(said[0]!, /privatelink\.his\.arc\.azure\.com' linked to .*hub.*spoke/);
    assert.deepEqual(lostIn(said)[0], ['gbl', 'je', 'japan-ats']);
  });

  test('says nothing of networks and zones that go with it', async () => {
    const world = await linked(await openWorld(), 'hub', 'spoke');
    assert.deepEqual(await deleted(world, group), []);
  });
});
