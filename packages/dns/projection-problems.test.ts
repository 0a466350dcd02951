/** What of the documents is served, and what is left out with its reason. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document, JsonObject } from '@tombolo/store/port';
import { projectDnsState } from './projection.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  networkDocument,
  quickstartDocuments,
  resolverDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { typeCodes } from './type-codes.ts';

const hubKey = idOf('virtualNetworks/hub').toLowerCase();
const hubOf = (documents: readonly Document[]) => projectDnsState(documents).networks.get(hubKey)!;
const problems = (documents: readonly Document[]) => projectDnsState(documents).problems;

describe('forwarding rules', () => {
  const server = { ipAddress: '10.1.0.1' };
  const rules = (given: Parameters<typeof rulesetDocuments>[1]) => [
    ...quickstartDocuments(),
    ...rulesetDocuments('hub', given),
  ];
  const ruleId = (name: string) => idOf(`dnsForwardingRulesets/rules/forwardingRules/${name}`);

  test('have the servers that are addresses with a port, 53 where none is said', () => {
    const servers: JsonObject[] = [
      server,
      { ipAddress: 'fd00::53', port: 1 },
      { ipAddress: '10.1.0.2', port: 65_535 },
      { ipAddress: '10.1.0.3', port: 0 },
      { ipAddress: '10.1.0.4', port: 65_536 },
      { ipAddress: '10.1.0.5', port: '53' },
      { ipAddress: 'ns.example' },
      {},
    ];
    assert.deepEqual(hubOf(rules({ a: { domain: 'a.example.', servers } })).rules.get('a.example'), {
      id: ruleId('a'),
      domain: 'a.example',
      servers: [
        { address: '10.1.0.1', port: 53 },
        { address: 'fd00::53', port: 1 },
        { address: '10.1.0.2', port: 65_535 },
      ],
    });
  });

  test('count while they are enabled, in any case, or say nothing', () => {
    const given = rules({
      on: { domain: 'on.example.', servers: [server], state: 'ENABLED' },
      off: { domain: 'off.example.', servers: [server], state: 'disabled' },
    });
    const silent = document('dnsForwardingRulesets/rules/forwardingRules/silent', {
      domainName: 'silent.example.',
      targetDnsServers: [server],
    });
    assert.deepEqual([...hubOf([...given, silent]).rules.keys()].sort(), ['on.example', 'silent.example']);
  });

  test('without a name or a server are left out and reported', () => {
    const message = 'rule left out: it needs a domain name and at least one target server';
    assert.deepEqual(
      problems(
        rules({
          empty: { domain: '', servers: [server] },
          name: { domain: 'a..b', servers: [server] },
          none: { domain: 'none.example.', servers: [] },
          root: { domain: '.', servers: [server] },
        }),
      ),
      ['empty', 'name', 'none'].map((name) => ({ id: ruleId(name), message })),
    );
  });

  test('of a ruleset count as long as one of its outbound endpoints is there', () => {
    const [ruleset, ...rest] = rules({ a: { domain: 'a.example.', servers: [server] } }).toSorted((one) =>
      one.type.endsWith('/dnsForwardingRulesets') ? -1 : 1,
    );
    const withEndpoints = (...ids: unknown[]): Document[] => [
      {
        ...ruleset!,
        body: { properties: { dnsResolverOutboundEndpoints: ids.map((id) => ({ id }) as JsonObject) } },
      },
      ...rest,
    ];
    const living = idOf('dnsResolvers/of-hub/outboundEndpoints/out');
    assert.equal(hubOf(withEndpoints('/gone', living)).rules.size, 1);
    assert.equal(hubOf(withEndpoints('/gone', 7)).rules.size, 0);
    assert.deepEqual(problems(withEndpoints('/gone')), [
      { id: ruleset!.id, message: 'ruleset left out: none of its outbound endpoints exists' },
    ]);
  });

  test('of one suffix in two rulesets: the first link by id counts', () => {
    const first = rules({ a: { domain: 'a.example.', servers: [server] } });
    const other = rulesetDocuments('hub', {
      b: { domain: 'a.example.', servers: [{ ipAddress: '10.1.0.9' }] },
    }).map((entry) => ({ ...entry, id: entry.id.replace('Rulesets/rules', 'Rulesets/other') }));
    for (const order of [
      [...first, ...other],
      [...other, ...first],
    ])
      assert.equal(hubOf(order).rules.get('a.example')?.servers[0]?.address, '10.1.0.9');
  });
});

describe('links', () => {
  test('without their zone or their network are left out and reported', () => {
    const message = 'link left out: its zone or its virtual network does not exist';
    const lost = linkDocument(hisZone, 'nowhere');
    const noNetwork = document(`privateDnsZones/${hisZone}/virtualNetworkLinks/none`);
    assert.deepEqual(
      problems([...quickstartDocuments(), lost, noNetwork])
        .map(({ id, message: said }) => `${id} ${said}`)
        .sort(),
      [lost, noNetwork].map(({ id }) => `${id} ${message}`).sort(),
    );
  });

  test('redirect only where their policy says so, in any case', () => {
    const policyOf = (policy: string) =>
      hubOf([
        networkDocument('hub', '10.0.0.0/16'),
        document(`privateDnsZones/${hisZone}`),
        linkDocument(hisZone, 'hub', policy),
      ]).zones.get(hisZone)?.resolutionPolicy;
    assert.equal(policyOf('nxdomainredirect'), 'NxDomainRedirect');
    for (const other of ['Default', '', 'Redirect']) assert.equal(policyOf(other), 'Default');
  });

  test('of two zones of one name: what is left out says so (R23)', () => {
    const twice = quickstartDocuments()
      .filter(({ type }) => type.includes('privateDnsZones'))
      .map((entry) => ({ ...entry, id: entry.id.replace('/Net/', '/Other/') }));
    assert.deepEqual(
      problems([...twice, ...quickstartDocuments()]).map(({ message }) => message),
      [`link left out: another zone ${hisZone} is linked (R23)`],
    );
  });
});

test('a network has its prefixes and its own servers; what is no text is passed over', () => {
  const network = document('virtualNetworks/hub', {
    addressSpace: { addressPrefixes: ['10.0.0.0/16', 7] },
    dhcpOptions: { dnsServers: ['10.0.0.4', null] },
  });
  const { zones, rules, ...view } = hubOf([network]);
  assert.deepEqual(view, {
    virtualNetworkId: network.id,
    clientPrefixes: ['10.0.0.0/16'],
    customDnsServers: ['10.0.0.4'],
  });
  assert.deepEqual([zones.size, rules.size], [0, 0]);
});

test('of a network’s prefixes those that are private as a whole are clients’', () => {
  const clientsOf = (prefix: string) =>
    hubOf([document('virtualNetworks/hub', { addressSpace: { addressPrefixes: [prefix] } })]).clientPrefixes;
  for (const prefix of ['10.0.0.0/8', '172.16.0.0/12', '192.168.7.0/24', '127.32.0.0/16', 'fd00::/8'])
    assert.deepEqual(clientsOf(prefix), [prefix]);
  for (const prefix of [
    '8.0.0.0/8',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/7',
    '172.16.0.0/11',
    '2001:db8::/32',
    '10.0.0.0',
  ])
    assert.deepEqual(clientsOf(prefix), [], prefix);
});

describe('inbound endpoints', () => {
  const endpoint = document('dnsResolvers/of-hub/inboundEndpoints/in', {
    ipConfigurations: [
      { subnet: { id: idOf('virtualNetworks/other/subnets/dns') }, privateIpAddress: '10.0.1.4' },
      { subnet: { id: idOf('virtualNetworks/other/subnets/dns') } },
      { privateIpAddress: '10.0.1.5' },
    ],
  });
  const of = (...documents: readonly Document[]) =>
    projectDnsState(documents).inboundEndpoints.map(
      ({ address, virtualNetworkId }) => `${address} ${virtualNetworkId}`,
    );
  test('are in the network of their resolver, or of their subnet where that is not there', () => {
    const [resolver] = resolverDocuments('hub', '10.0.1.4');
    const hub = idOf('virtualNetworks/hub');
    assert.deepEqual(of(resolver!, endpoint), [`10.0.1.4 ${hub}`, `10.0.1.5 ${hub}`]);
    assert.deepEqual(of(endpoint), [`10.0.1.4 ${idOf('virtualNetworks/other')}`]);
  });
});

describe('zones', () => {
  const zone = 'corp.example';
  const base = [
    networkDocument('hub', '10.0.0.0/16'),
    document(`privateDnsZones/${zone}`),
    linkDocument(zone, 'hub'),
  ];
  const served = (...documents: readonly Document[]) => hubOf([...base, ...documents]).zones.get(zone)!.zone;

  test('have the SOA of their own record set, or Azure’s', () => {
    const soa = document(`privateDnsZones/${zone}/SOA/@`, {
      ttl: 30,
      soaRecord: { host: 'ns.example', serialNumber: 4 },
    });
    const { ttl, data } = served(soa).soa;
    assert.deepEqual([ttl, data.primary, data.serial, data.minimum], [30, 'ns.example', 4, 10]);
    assert.deepEqual([served().soa.ttl, served().soa.data.primary], [3600, 'azureprivatedns.net']);
  });

  test('have their records under full names in lower case, at the apex too; one without records is not there', () => {
    const { nodes } = served(
      aDocument(zone, 'WWW', '10.0.0.4'),
      aDocument(zone, '@', '10.0.0.5'),
      aDocument(zone, '*.Wild', '10.0.0.6'),
      aDocument(zone, 'empty'),
    );
    assert.deepEqual([...nodes.keys()].sort(), [
      '*.wild.corp.example',
      'corp.example',
      'wild.corp.example',
      'www.corp.example',
    ]);
    assert.deepEqual(
      [...nodes.get('corp.example')!.keys()].sort((a, b) => a - b),
      [typeCodes.A, typeCodes.SOA],
    );
  });

  test('leave out records that cannot be served, with the reason', () => {
    const long = `${'x'.repeat(63)}.`.repeat(4).slice(0, -1);
    const bad = [
      aDocument(zone, 'bad', '10.0.0.999'),
      aDocument(zone, 'a..b', '10.0.0.1'),
      aDocument(zone, long, '10.0.0.1'),
      aDocument(zone, 'x'.repeat(64), '10.0.0.1'),
    ];
    const found = problems([...base, ...bad]);
    assert.deepEqual(
      found.map(({ id, message }) => `${bad.findIndex((one) => one.id === id)} ${message}`).sort(),
      [
        '0 record set left out: aRecords.ipv4Address: an IPv4 address is needed',
        ...[1, 2, 3].map((at) => `${at} record set left out: its name is no domain name`),
      ],
    );
    const name = 'x'.repeat(63);
    assert.ok(served(aDocument(zone, name, '10.0.0.1')).nodes.has(`${name}.${zone}`));
  });

  test('whose name is none are left out, with the reason', () => {
    const none = document('privateDnsZones/a..b');
    assert.deepEqual(problems([none]), [
      { id: none.id, message: 'zone left out: its name is no domain name' },
    ]);
  });
});
