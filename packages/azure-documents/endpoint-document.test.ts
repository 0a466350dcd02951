import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import {
  type Answers,
  asAz,
  asGraph,
  asPowerShell,
  asTemplate,
  asWindowsPowerShellList,
  type ConnectionStatus,
  createAnswers,
} from './documents.testkit.ts';
import { readEndpointDocument } from './endpoint-document.ts';
import type { EndpointDns } from './index.ts';
import { DocumentProblem } from './problem.ts';
import { described, sampleAddresses } from './sample-endpoint.testkit.ts';

const flat = (endpoint: EndpointDns): Record<string, string> =>
  Object.fromEntries(endpoint.names.map(({ fqdn, addresses }) => [fqdn, addresses.join(' ')]));
const expected = Object.fromEntries(sampleAddresses);
const codes = (endpoint: EndpointDns): readonly string[] => endpoint.warnings.map(({ code }) => code);

const refused = (value: unknown, message: RegExp): void =>
  assert.throws(
    () => readEndpointDocument(value),
    (error) => {
      assert.ok(error instanceof DocumentProblem, String(error));
      assert.match(error.message, message);
      assert.ok(error.fix.length > 10);
      return true;
    },
  );

/** What the product answers to GET, by the state of the endpoint's connection. */
const answers = new Map<ConnectionStatus, Answers>();
for (const status of ['Approved', 'Pending', 'Rejected', 'Disconnected'] as const)
  answers.set(status, await createAnswers(status));
const { endpoint, endpoints, zoneGroup, zoneGroups, networkInterface, ...others } = answers.get('Approved')!;
const configs = [...sampleAddresses].map(([fqdn, address]) => ({ fqdn, ipAddresses: [address] }));
const unnamed = { ...endpoint, properties: { ...(endpoint.properties as JsonObject), customDnsConfigs: [] } };
const fixture = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

const printers: Readonly<Record<string, (answer: JsonObject) => unknown>> = {
  'as REST answers': (answer) => answer,
  'as az prints it': asAz,
  'as PowerShell prints it': asPowerShell,
  'as Windows PowerShell prints it': asWindowsPowerShellList,
  'in a list': (answer) => [answer],
  'in an envelope': (answer) => ({ value: [answer] }),
  'out of Resource Graph': (answer) => asGraph(answer),
  'in an exported template': (answer) => asTemplate(answer),
};

/** The same JSON with its names in another order, at every level. */
const reversed = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(reversed)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, entry]) => [key, reversed(entry)]),
        )
      : value;

describe('an endpoint is read from a document', () => {
  const parts = {
    'the endpoint': endpoint,
    'its zone group': zoneGroup,
    'its network interface': networkInterface,
  };
  for (const [part, answer] of Object.entries(parts))
    for (const [printer, print] of Object.entries(printers))
      test(`${part} ${printer}, whatever the order of its names`, () => {
        for (const value of [print(answer), reversed(print(answer))]) {
          const read = readEndpointDocument(value);
          assert.deepEqual(flat(read), expected);
          assert.deepEqual(codes(read), []);
        }
      });

  const forms: Readonly<Record<string, unknown>> = {
    'region and members': described,
    'names and addresses': { dnsConfiguration: expected },
    'names in capitals with a final dot': {
      dnsConfiguration: Object.fromEntries(
        [...sampleAddresses].map(([fqdn, address]) => [`${fqdn.toUpperCase()}.`, address]),
      ),
    },
    'a list of names': { dnsConfiguration: configs },
    'a bare list of names': configs,
    'customDnsConfigs alone': { customDnsConfigs: configs },
    'rows with one address': [...sampleAddresses].map(([fqdn, ipAddress]) => ({ fqdn, ipAddress })),
    'rows under the headings of the portal': [...sampleAddresses].map(([name, address]) => ({
      FQDN: name,
      'IP addresses': address,
    })),
    'the list of all endpoints': endpoints,
    'the list of its zone groups': zoneGroups,
    'the same as az prints it': asAz(zoneGroups),
    'a list of them all, which say the same': [endpoint, zoneGroups, networkInterface],
    'a template with all that stands around it': asTemplate(
      others.virtualNetwork,
      others.securityGroup,
      others.scope,
      endpoint,
      zoneGroup,
    ),
    'an endpoint whose names are only in its zone group': [unnamed, zoneGroup],
    'an endpoint whose names are only in its network interface': [unnamed, networkInterface],
    'answers under their own key': { cloud: 'AzureCloud', answers: [networkInterface] },
  };
  for (const [name, value] of Object.entries(forms)) {
    test(name, () => {
      const read = readEndpointDocument(value);
      assert.deepEqual(flat(read), expected);
      assert.deepEqual(codes(read), []);
    });
  }

  test('what az printed of an endpoint, its zone groups and its interface', () => {
    const names = (name: string) => readEndpointDocument(fixture(name)).names.map(({ fqdn }) => fqdn);
    assert.deepEqual(names('az-private-endpoint').toSorted(), Object.keys(expected).toSorted());
    for (const part of ['az-zone-groups', 'az-network-interface'])
      assert.deepEqual(names(part), ['gbl.his.arc.azure.com', 'je.his.arc.azure.com']);
  });

  test('az’s form of the product’s answer has the names that az printed', () => {
    const printed = fixture('az-private-endpoint');
    const made = asAz(endpoint) as JsonObject;
    for (const key of Object.keys(printed)) assert.ok(key in made, key);
    const [one] = printed.privateLinkServiceConnections as readonly JsonObject[];
    const [other] = made.privateLinkServiceConnections as readonly JsonObject[];
    for (const key of Object.keys(one!)) assert.ok(key in other!, key);
  });

  test('the subnet is told along', () => {
    assert.match(readEndpointDocument(endpoint).subnetId ?? '', /\/virtualNetworks\/shore\/subnets\/quay$/);
    assert.match(readEndpointDocument(asPowerShell(networkInterface)).subnetId ?? '', /\/subnets\/quay$/);
  });

  test('endpoints of other services beside it are passed over', () => {
    const storage = JSON.parse(
      JSON.stringify(endpoint)
        .replaceAll(
          'Microsoft.HybridCompute/privateLinkScopes/dunes',
          'Microsoft.Storage/storageAccounts/sand',
        )
        .replaceAll('/privateEndpoints/pier', '/privateEndpoints/buoy'),
    );
    storage.properties.customDnsConfigs = [
      { fqdn: 'sand.blob.core.windows.net', ipAddresses: ['10.0.1.40'] },
    ];
    assert.deepEqual(flat(readEndpointDocument({ value: [storage, endpoint] })), expected);
    refused(storage, /of Microsoft\.Storage\/storageAccounts "sand"; wanted is one of a Private Link Scope/);
  });

  test('a cloud is known by its names, and held to the one that is asked for', () => {
    const government = [{ fqdn: 'gbl.his.arc.azure.us', ipAddress: '10.0.0.4' }];
    assert.equal(readEndpointDocument(government).names[0]?.zone, 'privatelink.his.arc.azure.us');
    assert.throws(
      () => readEndpointDocument(government, { suffixes: realClouds.AzureCloud!.suffixes }),
      /is below none of his\.arc\.azure\.com/,
    );
    assert.throws(
      () =>
        readEndpointDocument(
          { cloud: 'AzureUSGovernment', dnsConfiguration: { 'gbl.his.arc.azure.us': '10.0.0.4' } },
          { suffixes: realClouds.AzureCloud!.suffixes },
        ),
      /another cloud/,
    );
  });

  for (const status of ['Rejected', 'Disconnected'] as const)
    for (const [printer, print] of Object.entries(printers))
      test(`R15: a connection that is ${status} is warned about, ${printer}`, () => {
        const read = readEndpointDocument(print(answers.get(status)!.endpoint));
        assert.deepEqual(flat(read), expected);
        assert.deepEqual(codes(read), ['connection-not-approved']);
        assert.match(read.warnings[0]!.message, new RegExp(`"${status}"`));
      });

  test('R15: a Pending one has no names yet; those of its interface come with a warning', () => {
    const pending = answers.get('Pending')!;
    for (const print of Object.values(printers)) refused(print(pending.endpoint), /"Pending".*no name/);
    const read = readEndpointDocument([pending.endpoint, pending.networkInterface]);
    assert.deepEqual(codes(read), ['connection-not-approved']);
    assert.match(read.warnings[0]!.message, /"Pending"/);
  });

  test('names of another cloud, and of one with suffixes of its own', () => {
    const government = readEndpointDocument({
      cloud: 'AzureUSGovernment',
      dnsConfiguration: { 'gbl.his.arc.azure.us': '10.0.0.4' },
    });
    assert.equal(government.names[0]?.zone, 'privatelink.his.arc.azure.us');
    const own = readEndpointDocument({
      suffixes: {
        his: 'his.example',
        guestConfiguration: 'gas.example',
        kubernetesConfiguration: 'dp.example',
      },
      dnsConfiguration: { 'a.b.dp.example': ['10.0.0.4', 'fd00:0::4', '10.0.0.4'] },
    });
    assert.deepEqual(own.names, [
      {
        fqdn: 'a.b.dp.example',
        record: 'a.b',
        suffix: 'dp.example',
        zone: 'privatelink.dp.example',
        addresses: ['10.0.0.4', 'fd00::4'],
      },
    ]);
  });

  test('R7: missing zones and names and public addresses are warned about', () => {
    const lacking = readEndpointDocument([
      { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['20.0.0.4'] },
      { fqdn: 'je.his.arc.azure.com', ipAddresses: ['10.0.1.5'] },
    ]);
    assert.deepEqual([...codes(lacking)].sort(), [
      'incomplete-zone',
      'missing-zone',
      'missing-zone',
      'public-address',
    ]);
    assert.match(lacking.warnings.find(({ code }) => code === 'incomplete-zone')!.message, /token service/);
  });

  test('R4: a short code that only a third party says is said to be one, an unknown one is never filled in', () => {
    const endpoint = readEndpointDocument({
      region: 'Brazil South',
      members: { 'hybridcompute.server': '10.0.0.5' },
    });
    assert.deepEqual(flat(endpoint), { 'brs.his.arc.azure.com': '10.0.0.5' });
    assert.ok(codes(endpoint).includes('derived-name'));
    assert.throws(
      () => readEndpointDocument({ region: 'Japan West', members: { 'hybridcompute.server': '10.0.0.5' } }),
      /HybridCompute.Server in japanwest is unknown/,
    );
  });
});

describe('what is no endpoint is refused', () => {
  const one = (fqdn: string, address: string) => ({ dnsConfiguration: { [fqdn]: address } });
  const cases: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'seed 001: no names, so that no empty zone is made': [unnamed, /no name with an address/],
    'no names in a described one': [{ dnsConfiguration: {} }, /no name with an address/],
    'a name without an address': [
      [{ fqdn: 'gbl.his.arc.azure.com', ipAddresses: [] }],
      /no name with an address/,
    ],
    'an address with a prefix length': [
      one('gbl.his.arc.azure.com', '10.0.0.4/32'),
      /"10.0.0.4\/32" is no IP address/,
    ],
    'an address with leading zeros': [one('gbl.his.arc.azure.com', '010.0.0.4'), /no IP address/],
    'an octet too large': [one('gbl.his.arc.azure.com', '10.0.0.256'), /no IP address/],
    'an address with an index': [one('gbl.his.arc.azure.com', 'fe80::1%eth0'), /no IP address/],
    'a multicast address': [one('gbl.his.arc.azure.com', '224.0.0.1'), /multicast/],
    'the unspecified address': [one('gbl.his.arc.azure.com', '0.0.0.0'), /unspecified/],
    'a name with a quote': [one("gbl'.his.arc.azure.com", '10.0.0.4'), /no host name/],
    'a name with a line end': [one('gbl\n.his.arc.azure.com', '10.0.0.4'), /no host name/],
    'a name with a wildcard': [one('*.his.arc.azure.com', '10.0.0.4'), /no host name/],
    'a label over 63 octets': [one(`${'a'.repeat(64)}.his.arc.azure.com`, '10.0.0.4'), /no host name/],
    'a name of another service': [one('x.vault.azure.net', '10.0.0.4'), /no name of Azure Arc/],
    'the suffix alone': [one('his.arc.azure.com', '10.0.0.4'), /no name of Azure Arc/],
    'the zone alone': [one('privatelink.his.arc.azure.com', '10.0.0.4'), /no name of Azure Arc/],
    'two answers for one name': [
      [
        { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['10.0.0.4'] },
        { fqdn: 'gbl.privatelink.his.arc.azure.com', ipAddresses: ['10.0.0.5'] },
      ],
      /10\.0\.0\.4 in .* and 10\.0\.0\.5 in/,
    ],
    'an unknown region': [
      { region: 'japaneats', members: { 'HybridCompute.Global': '10.0.0.4' } },
      /not known/,
    ],
    'no region for members': [{ members: { 'HybridCompute.Global': '10.0.0.4' } }, /is needed/],
    'an unknown member': [{ region: 'japaneast', members: { Global: '10.0.0.4' } }, /"Global" is no member/],
    'an unknown cloud': [{ cloud: '__proto__', dnsConfiguration: {} }, /not known/],
    'a privatelink suffix': [
      {
        suffixes: {
          his: 'privatelink.his.example',
          guestConfiguration: 'g.example',
          kubernetesConfiguration: 'd.example',
        },
      },
      /no public suffix/,
    ],
    'a misspelt key': [{ region: 'japaneast', member: {} }, /member/],
    'an error answer': [
      { error: { code: 'ResourceNotFound', message: 'x' } },
      /error answer, "ResourceNotFound: x"/,
    ],
    'nothing that is known': [{ properties: { addressSpace: {} } }, /nothing here knows, with "properties"/],
    'a security group': [
      others.securityGroup,
      /network security group "seawall"; wanted is a private endpoint/,
    ],
    'a network': [others.virtualNetwork, /type "Microsoft.Network\/virtualNetworks" "shore"/],
    'a group’s resources without properties': [others.resources, /endpoint "pier" without its properties/],
    'an empty list': [{ value: [] }, /empty list/],
    'a list that goes on': [{ value: [endpoint], nextLink: 'https://x' }, /goes on at its nextLink/],
    'an interface of a machine': [
      {
        ...networkInterface,
        properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.0.0.4' } }] },
      },
      /no private endpoint’s/,
    ],
    'an endpoint by its type, something else by its id': [
      { ...endpoint, id: others.securityGroup.id! },
      /by its type and .* by its id/,
    ],
    'an endpoint by its type with the rules of a group': [
      { ...others.securityGroup, type: endpoint.type!, id: null },
      /by its type and has what a network security group has/,
    ],
    'neither type nor id, and properties of two kinds': [
      { customDnsConfigs: [], privateDnsZoneConfigs: [] },
      /neither type nor id/,
    ],
    'a name twice with two values': [
      { ...endpoint, CustomDnsConfigs: configs.slice(1) },
      /"customDnsConfigs" twice/,
    ],
    'what ConvertTo-Json cut off': [
      {
        ...(asPowerShell(endpoint) as JsonObject),
        Subnet: 'Microsoft.Azure.Commands.Network.Models.PSSubnet',
      },
      /PowerShell left out/,
    ],
    'names that are no list': [
      { ...unnamed, properties: { customDnsConfigs: {} } },
      /customDnsConfigs.*array/,
    ],
    'a number': [7, /no object but "7"/],
    'a list of numbers': [[7], /no object but "7"/],
    'far too many names': [
      Array.from({ length: 2000 }, (_, index) => ({
        fqdn: `n${index}.his.arc.azure.com`,
        ipAddress: '10.0.0.4',
      })),
      /2000 names/,
    ],
    'more names than an endpoint has': [
      Array.from({ length: 300 }, (_, index) => ({
        fqdn: `n${index}.his.arc.azure.com`,
        ipAddress: '10.0.0.4',
      })),
      /300 names/,
    ],
    'far too many addresses': [
      {
        dnsConfiguration: {
          'gbl.his.arc.azure.com': Array.from({ length: 17 }, (_, index) => `10.0.0.${index + 1}`),
        },
      },
      /17 addresses/,
    ],
  };
  for (const [name, [value, message]] of Object.entries(cases)) test(name, () => refused(value, message));

  test('the nearest region and the members are named', () => {
    try {
      readEndpointDocument({ region: 'japaneats', members: { x: '10.0.0.4' } });
      assert.fail('accepted');
    } catch (error) {
      assert.match((error as DocumentProblem).fix, /japaneast/);
    }
  });
});
