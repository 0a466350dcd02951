/** What DNS clients that nobody here wrote (node:dns, dig) are told by the public view and by a network's view. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { RecordSet, RecordType } from '@azure/arm-privatedns';
import { poll } from './clients.ts';
import {
  createEndpoint,
  createNetwork,
  createResolver,
  createScope,
  createZoneGroup,
  createZones,
  linkZone,
  zoneNames,
} from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();

const group = await world.createGroup();
const scope = await createScope(world, group);
const { network, subnet } = await createNetwork(world, group, '127.120');
const dnsSubnet = await world.network.subnets.createOrUpdate(
  group,
  'vnet',
  'dns',
  { addressPrefix: '127.120.2.0/28' },
  poll,
);
const inbound = await createResolver(world, group, { networkId: network.id!, subnetId: dnsSubnet.id! });
const zones = await createZones(world, group);
const endpoint = await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
await createZoneGroup(world, group, 'pe', zones);
for (const zone of zoneNames) await linkZone(world, group, zone, network.id!);
await world.privateDns.privateZones.createOrUpdate(group, 'corp.example', { location: 'global' }, poll);
await linkZone(world, group, 'corp.example', network.id!);
const records = {
  A: { aRecords: [{ ipv4Address: '10.1.2.3' }] },
  AAAA: { aaaaRecords: [{ ipv6Address: 'fd00::3' }] },
  TXT: { txtRecords: [{ value: ['hello', 'world'] }] },
  MX: { mxRecords: [{ preference: 10, exchange: 'mail.corp.example' }] },
  SRV: { srvRecords: [{ priority: 1, weight: 2, port: 389, target: 'host.corp.example' }] },
} satisfies Partial<Record<RecordType, RecordSet>>;
for (const [type, body] of Object.entries(records)) {
  await world.privateDns.recordSets.createOrUpdate(group, 'corp.example', type as RecordType, 'host', {
    ttl: 30,
    ...body,
  });
}
await world.privateDns.recordSets.createOrUpdate(group, 'corp.example', 'CNAME', 'alias', {
  ttl: 30,
  cnameRecord: { cname: 'host.corp.example' },
});
await world.settled();

const { dns: publicView, services } = world.installation.ready;
const port = publicView.split(':').at(-1)!;
const networkView = `${inbound.ipConfigurations[0]!.privateIpAddress}:${port}`;
const servicesAddress = services.split(':')[0]!;

const resolverOf = (server: string): Resolver => {
  const resolver = new Resolver({ timeout: 10_000, tries: 3 });
  resolver.setServers([server]);
  return resolver;
};
const fromNetwork = resolverOf(networkView);
const fromPublic = resolverOf(publicView);

const code = async (answer: Promise<unknown>): Promise<string> => {
  try {
    await answer;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'answered';
};

const serviceNames = endpoint.customDnsConfigs!.map(({ fqdn, ipAddresses }) => ({
  fqdn: fqdn!,
  address: ipAddresses![0]!,
}));

test('the endpoint has a name and an address for each of the six members', () => {
  assert.equal(new Set(serviceNames.map(({ fqdn }) => fqdn)).size, 6);
  assert.equal(new Set(serviceNames.map(({ address }) => address)).size, 6);
});

describe('in the linked network', () => {
  for (const { fqdn, address } of serviceNames) {
    test(`${fqdn} is the private address`, async () => {
      assert.deepEqual(await fromNetwork.resolve4(fqdn), [address]);
    });
  }

  test('names are compared without regard to case', async () => {
    assert.deepEqual(await fromNetwork.resolve4('GBL.His.Arc.AZURE.com'), [serviceNames[0]!.address]);
  });

  test('every type of record is answered', async () => {
    assert.deepEqual(await fromNetwork.resolve4('host.corp.example'), ['10.1.2.3']);
    assert.deepEqual(await fromNetwork.resolve6('host.corp.example'), ['fd00::3']);
    assert.deepEqual(await fromNetwork.resolveTxt('host.corp.example'), [['hello', 'world']]);
    const [mail] = await fromNetwork.resolveMx('host.corp.example');
    assert.deepEqual([mail?.priority, mail?.exchange], [10, 'mail.corp.example']);
    const [service] = await fromNetwork.resolveSrv('host.corp.example');
    assert.deepEqual(
      [service?.name, service?.port, service?.priority, service?.weight],
      ['host.corp.example', 389, 1, 2],
    );
    assert.deepEqual(await fromNetwork.resolve4('alias.corp.example'), ['10.1.2.3']);
    const soa = await fromNetwork.resolveSoa('corp.example');
    assert.equal(soa.nsname, 'azureprivatedns.net');
    assert.equal(soa.minttl, 10);
  });

  test('a linked zone without the record answers NXDOMAIN, as real deployments break', async () => {
    assert.equal(await code(fromNetwork.resolve4('je.his.arc.azure.com')), 'ENOTFOUND');
    assert.equal(await code(fromNetwork.resolve4('none.corp.example')), 'ENOTFOUND');
  });

  test('a name without that type is NODATA', async () => {
    assert.equal(await code(fromNetwork.resolve6('gbl.privatelink.his.arc.azure.com')), 'ENODATA');
    assert.equal(await code(fromNetwork.resolveTxt('gbl.privatelink.his.arc.azure.com')), 'ENODATA');
  });
});

test('R11: sign-in, ARM and notifications stay on their public addresses in a linked network', async () => {
  for (const name of [
    'management.azure.com',
    'login.microsoftonline.com',
    'guestnotificationservice.azure.com',
  ]) {
    const answer = await fromNetwork.resolve4(name);
    assert.deepEqual(answer, await fromPublic.resolve4(name), name);
    assert.ok(!answer.some((address) => address.startsWith('127.120.')), name);
  }
});

describe('in the public view', () => {
  test('the services are at their public address, through the privatelink name', async () => {
    for (const { fqdn } of serviceNames) {
      assert.deepEqual(await fromPublic.resolve4(fqdn), [servicesAddress], fqdn);
    }
    assert.deepEqual(await fromPublic.resolveCname('gbl.his.arc.azure.com'), [
      'gbl.privatelink.his.arc.azure.com',
    ]);
  });

  test('nothing of a private zone is seen', async () => {
    assert.notEqual(await code(fromPublic.resolve4('host.corp.example')), 'answered');
  });

  test('the name of ARM is answered', async () => {
    assert.equal((await fromPublic.resolve4('management.azure.com')).length, 1);
  });
});

test('what ARM writes is what the next question gets, once it is applied', async () => {
  for (const last of [7, 8]) {
    await world.privateDns.recordSets.createOrUpdate(group, 'corp.example', 'A', 'moving', {
      ttl: 1,
      aRecords: [{ ipv4Address: `10.9.9.${last}` }],
    });
    await world.settled();
    assert.deepEqual(await fromNetwork.resolve4('moving.corp.example'), [`10.9.9.${last}`]);
  }
  await world.privateDns.recordSets.delete(group, 'corp.example', 'A', 'moving');
  await world.settled();
  assert.equal(await code(fromNetwork.resolve4('moving.corp.example')), 'ENOTFOUND');
});

test('dig gets the same answers, over UDP and TCP', async (t) => {
  const run = promisify(execFile);
  try {
    await run('dig', ['-v']);
  } catch {
    return t.skip('dig is not on this machine');
  }
  const short = async (server: string, ...question: string[]): Promise<string[]> => {
    const [address, at] = server.split(':') as [string, string];
    const { stdout } = await run('dig', [
      `@${address}`,
      '-p',
      at,
      '+short',
      '+time=2',
      '+tries=2',
      ...question,
    ]);
    return stdout.trim().split('\n');
  };
  for (const transport of ['+notcp', '+tcp']) {
    for (const { fqdn, address } of serviceNames) {
      assert.equal((await short(networkView, transport, fqdn)).at(-1), address);
      assert.equal((await short(publicView, transport, fqdn)).at(-1), servicesAddress);
    }
    assert.deepEqual(await short(networkView, transport, 'alias.corp.example'), [
      'host.corp.example.',
      '10.1.2.3',
    ]);
    assert.deepEqual(await short(networkView, transport, 'host.corp.example', 'TXT'), ['"hello" "world"']);
  }
});
