import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readEndpointDocument } from './endpoint-document.ts';
import type { EndpointDns } from './index.ts';
import { MaterialProblem } from './problem.ts';
import { described, sampleAddresses } from './programs.testkit.ts';

const flat = (endpoint: EndpointDns): Record<string, string> =>
  Object.fromEntries(endpoint.names.map(({ fqdn, addresses }) => [fqdn, addresses.join(' ')]));
const expected = Object.fromEntries(sampleAddresses);
const codes = (endpoint: EndpointDns): readonly string[] => endpoint.warnings.map(({ code }) => code);

const refused = (value: unknown, message: RegExp): void =>
  assert.throws(
    () => readEndpointDocument(value),
    (error) => {
      assert.ok(error instanceof MaterialProblem, String(error));
      assert.match(error.message, message);
      assert.ok(error.fix.length > 10);
      return true;
    },
  );

const privateLinkName = (fqdn: string): string => fqdn.replace(/^([^.]+)\./, '$1.privatelink.');

const endpointAnswer = (status: string, configs: readonly unknown[]) => ({
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe',
  properties: {
    privateLinkServiceConnections: [
      { name: 'pe', properties: { privateLinkServiceConnectionState: { status } } },
    ],
    customDnsConfigs: configs,
  },
});
const configs = [...sampleAddresses].map(([fqdn, address]) => ({ fqdn, ipAddresses: [address] }));
const zoneGroupAnswer = {
  name: 'default',
  properties: {
    privateDnsZoneConfigs: [
      {
        name: 'all',
        properties: {
          recordSets: [...sampleAddresses].map(([fqdn, address]) => ({
            recordType: 'A',
            fqdn: privateLinkName(fqdn),
            ttl: 10,
            ipAddresses: [address],
          })),
        },
      },
    ],
  },
};
const interfaceAnswer = {
  properties: {
    ipConfigurations: [...sampleAddresses].map(([fqdn, address]) => ({
      properties: { privateIPAddress: address, privateLinkConnectionProperties: { fqdns: [fqdn] } },
    })),
  },
};

describe('an endpoint is read from a document', () => {
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
    'rows with one address': [...sampleAddresses].map(([fqdn, ipAddress]) => ({ fqdn, ipAddress })),
    'the endpoint as ARM shows it': endpointAnswer('Approved', configs),
    'its zone group, by privatelink names': zoneGroupAnswer,
    'its network interface': interfaceAnswer,
    'a list of them all, which say the same': [
      endpointAnswer('Approved', configs),
      { value: [zoneGroupAnswer] },
      interfaceAnswer,
    ],
    'an endpoint whose names are only in its zone group': [endpointAnswer('Approved', []), zoneGroupAnswer],
    'answers under their own key': { cloud: 'AzureCloud', answers: [interfaceAnswer] },
  };
  for (const [name, value] of Object.entries(forms)) {
    test(name, () => {
      const endpoint = readEndpointDocument(value);
      assert.deepEqual(flat(endpoint), expected);
      assert.deepEqual(codes(endpoint), []);
    });
  }

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

  test('R7: missing zones and names, public addresses and connections not approved are warned about', () => {
    const lacking = readEndpointDocument([
      endpointAnswer('Rejected', [
        { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['20.0.0.4'] },
        { fqdn: 'je.his.arc.azure.com', ipAddresses: ['10.0.1.5'] },
      ]),
    ]);
    assert.deepEqual([...codes(lacking)].sort(), [
      'connection-not-approved',
      'incomplete-zone',
      'missing-zone',
      'missing-zone',
      'public-address',
    ]);
    assert.match(lacking.warnings.find(({ code }) => code === 'incomplete-zone')!.message, /token service/);
  });

  test('R4: a short code that no public record shows is said to be derived', () => {
    const endpoint = readEndpointDocument({
      region: 'Japan West',
      members: { 'hybridcompute.server': '10.0.0.5' },
    });
    assert.deepEqual(flat(endpoint), { 'jw.his.arc.azure.com': '10.0.0.5' });
    assert.ok(codes(endpoint).includes('derived-name'));
  });
});

describe('what is no endpoint is refused', () => {
  const one = (fqdn: string, address: string) => ({ dnsConfiguration: { [fqdn]: address } });
  const cases: Readonly<Record<string, readonly [unknown, RegExp]>> = {
    'seed 001: no names, so that no empty zone is made': [
      endpointAnswer('Pending', []),
      /no name with an address/,
    ],
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
      /error answer.*ResourceNotFound/,
    ],
    'some other resource': [{ properties: { addressSpace: {} } }, /no private endpoint/],
    'a number': [7, /no object/],
    'a list of numbers': [[7], /\[0\] is no object/],
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
      assert.match((error as MaterialProblem).fix, /japaneast/);
    }
  });
});
