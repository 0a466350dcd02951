/** What a network's view does not hold itself: the site's names by forwarding rules, public names by fallback. */

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { decode, encode } from 'dns-packet';
import { poll } from './clients.ts';
import { createNetwork, createResolver } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { dnsResolver: dns } = world;
const location = 'westeurope';

/** The name server of the site: every name under corp.example is 192.0.2.7. */
const site = createSocket('udp4');
endsWithFile(() => site.close());
const asked: string[] = [];
site.on('message', (packet, from) => {
  const { id, questions = [] } = decode(packet);
  const name = questions[0]?.name ?? '';
  asked.push(name.toLowerCase());
  const answers = [{ type: 'A' as const, name, ttl: 1, data: '192.0.2.7' }];
  site.send(
    encode({ type: 'response', id: id ?? 0, flags: 0x0480, questions, answers }),
    from.port,
    from.address,
  );
});
site.bind(0, '127.0.0.1');
await once(site, 'listening');

const group = await world.createGroup();
const { network } = await createNetwork(world, group, '127.127');
const subnets = await Promise.all(
  [2, 3].map((third) =>
    world.network.subnets.createOrUpdate(
      group,
      'vnet',
      `dns${third}`,
      { addressPrefix: `127.127.${third}.0/28` },
      poll,
    ),
  ),
);
const inbound = await createResolver(world, group, { networkId: network.id!, subnetId: subnets[0]!.id! });
const outbound = await dns.outboundEndpoints.beginCreateOrUpdateAndWait(
  group,
  'resolver',
  'out',
  { location, subnet: { id: subnets[1]!.id! } },
  poll,
);
await dns.dnsForwardingRulesets.beginCreateOrUpdateAndWait(
  group,
  'ruleset',
  { location, dnsResolverOutboundEndpoints: [{ id: outbound.id! }] },
  poll,
);
await dns.forwardingRules.createOrUpdate(group, 'ruleset', 'corp', {
  domainName: 'corp.example.',
  targetDnsServers: [{ ipAddress: '127.0.0.1', port: site.address().port }],
});

const port = world.installation.ready.dns.split(':').at(-1)!;
const view = new Resolver({ timeout: 10_000, tries: 3 });
view.setServers([`${inbound.ipConfigurations[0]!.privateIpAddress}:${port}`]);

const outcome = async (name: string): Promise<string> => {
  try {
    return (await view.resolve4(name)).join();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a forwarding ruleset', () => {
  test('has no effect on a network that it is not linked to', async () => {
    await world.settled();
    assert.notEqual(await outcome('db.corp.example'), '192.0.2.7');
    assert.deepEqual(asked, []);
  });

  test("sends names under its rule to the site's own servers once it is linked", async () => {
    await dns.virtualNetworkLinks.beginCreateOrUpdateAndWait(
      group,
      'ruleset',
      'link',
      { virtualNetwork: { id: network.id! } },
      poll,
    );
    await world.settled();
    assert.equal(await outcome('db.corp.example'), '192.0.2.7');
    assert.ok(asked.includes('db.corp.example'));
  });

  test('sends no other name there', async () => {
    const before = asked.length;
    assert.equal(await outcome('gbl.his.arc.azure.com'), world.installation.ready.services.split(':')[0]);
    assert.equal(asked.length, before);
  });

  test('gives way to a private zone with a longer name', async () => {
    await world.privateDns.privateZones.createOrUpdate(
      group,
      'lab.corp.example',
      { location: 'global' },
      poll,
    );
    await world.privateDns.recordSets.createOrUpdate(group, 'lab.corp.example', 'A', 'host', {
      ttl: 1,
      aRecords: [{ ipv4Address: '10.20.30.40' }],
    });
    await world.privateDns.virtualNetworkLinks.createOrUpdate(
      group,
      'lab.corp.example',
      'link',
      { location: 'global', virtualNetwork: { id: network.id! }, registrationEnabled: false },
      poll,
    );
    await world.settled();
    assert.equal(await outcome('host.lab.corp.example'), '10.20.30.40');
    assert.equal(await outcome('new.corp.example'), '192.0.2.7');
  });

  test('stops with its rule Disabled', async () => {
    await dns.forwardingRules.update(group, 'ruleset', 'corp', { forwardingRuleState: 'Disabled' });
    await world.settled();
    const before = asked.length;
    assert.notEqual(await outcome('later.corp.example'), '192.0.2.7');
    assert.equal(asked.length, before);
  });
});

describe('a linked privatelink zone without the record', () => {
  const zone = 'privatelink.his.arc.azure.com';
  const link = (resolutionPolicy: string) =>
    world.privateDns.virtualNetworkLinks.createOrUpdate(
      group,
      zone,
      'link',
      {
        location: 'global',
        virtualNetwork: { id: network.id! },
        registrationEnabled: false,
        resolutionPolicy,
      },
      poll,
    );

  test('answers NXDOMAIN, or falls back to the public answer where the link says NxDomainRedirect', async () => {
    await world.privateDns.privateZones.createOrUpdate(group, zone, { location: 'global' }, poll);
    await link('Default');
    await world.settled();
    assert.equal(await outcome('je.his.arc.azure.com'), 'ENOTFOUND');
    await link('NxDomainRedirect');
    await world.settled();
    assert.equal(await outcome('je.his.arc.azure.com'), world.installation.ready.services.split(':')[0]);
  });
});
