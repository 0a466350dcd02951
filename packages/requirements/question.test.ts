/** Names behind patterns, explanations, and what is refused of a question. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { members, realClouds, regionsOf } from '@tombolo/private-link';
import fc from 'fast-check';
import { answerQuery } from './answer.ts';
import { seedCatalogue } from './catalogue.ts';
import { endpointsOf } from './endpoint.ts';
import { explainHost } from './explanation.ts';
import { parseHost } from './host-input.ts';
import { matchHost } from './host-pattern.ts';
import { RequirementsProblem } from './problem.ts';
import { type QueryInput, readQuery } from './query.ts';
import { regionNames } from './region.ts';
import { cloudNames } from './requirement.ts';

const ask = (input: QueryInput) => answerQuery(seedCatalogue, readQuery(input, seedCatalogue));
const expansion = (input: QueryInput, host: string) =>
  ask(input).in.find(({ requirement }) => requirement.host === host)?.expansion;
const names = (input: QueryInput, host: string) => expansion(input, host)?.names.map(({ name }) => name);

describe('names behind patterns', () => {
  const privately: QueryInput = {
    products: ['servers'],
    connectivity: 'private-endpoint',
    region: 'Japan East',
  };

  test('a verified region: the members of a private endpoint, and no pattern is left', () => {
    const his = expansion(privately, '*.his.arc.azure.com');
    assert.deepEqual(
      his?.names.map(({ name, memberName }) => [name, memberName]),
      [
        ['gbl.his.arc.azure.com', 'HybridCompute.Global'],
        ['je.his.arc.azure.com', 'HybridCompute.Server'],
        ['japan-ats.his.arc.azure.com', 'HybridCompute.TokenService'],
      ],
    );
    assert.equal(his?.pattern, undefined);
    assert.deepEqual(names(privately, '*.guestconfiguration.azure.com'), [
      'agentserviceapi.guestconfiguration.azure.com',
      'japaneast-gas.guestconfiguration.azure.com',
    ]);
  });

  test('every region of the table: its members as far as their names are evidenced, and the pattern stays where one is not', () => {
    for (const region of regionsOf('AzureCloud')) {
      const input = { ...privately, region: region.name };
      const known = members(region, realClouds.AzureCloud!.suffixes).filter(({ made }) => !made);
      assert.deepEqual(
        names(input, '*.his.arc.azure.com'),
        known.filter(({ zone }) => zone === 'privatelink.his.arc.azure.com').map(({ fqdn }) => fqdn),
      );
      const his = expansion(input, '*.his.arc.azure.com');
      const seen = region.his !== undefined && region.his.evidence !== 'third-party';
      assert.equal(his?.pattern === undefined, seen && region.tokenService !== undefined, region.name);
      assert.equal(
        his?.names.every(({ verified }) => verified),
        region.his?.evidence !== 'third-party',
        region.name,
      );
      if (his?.pattern !== undefined)
        assert.match(his.note!, /gbl\.his\.arc\.azure\.com\/discovery\?location=/);
      assert.equal(expansion(input, '*.guestconfiguration.azure.com')?.pattern, undefined, region.name);
    }
  });

  test('a region where Arc-enabled servers are not offered is answered for, and said to be one', () => {
    const warnings = (cloud: string, region: string) =>
      ask({ products: ['servers'], cloud, region }).warnings.join();
    assert.match(warnings('AzureUSGovernment', 'usgovtexas'), /not offered in US Gov Texas \(.*2025-05-13\)/);
    assert.doesNotMatch(warnings('AzureUSGovernment', 'usgovvirginia'), /not offered/);
    assert.doesNotMatch(warnings('AzureUSGovernment', 'usdodeast'), /not offered/);
  });

  test('a region without known codes gives the names that need none, and keeps the pattern', () => {
    const his = expansion({ ...privately, region: 'switzerlandnorth' }, '*.his.arc.azure.com');
    assert.deepEqual(
      his?.names.map(({ name }) => name),
      ['gbl.his.arc.azure.com'],
    );
    assert.equal(his?.pattern, '*.his.arc.azure.com');
    assert.deepEqual(names({ ...privately, region: 'switzerlandnorth' }, '*.guestconfiguration.azure.com'), [
      'agentserviceapi.guestconfiguration.azure.com',
      'switzerlandnorth-gas.guestconfiguration.azure.com',
    ]);
  });

  test("an installation's names are all known: it gives those that Azure's are unknown of", () => {
    const profile = { ...realClouds.AzureCloud!, publicAddresses: ['127.0.0.2'] };
    const input = { ...privately, region: 'westus', profile };
    assert.deepEqual(names(input, '*.his.arc.azure.com'), [
      'gbl.his.arc.azure.com',
      'tombolo-westus.his.arc.azure.com',
      'tombolo-westus-ats.his.arc.azure.com',
    ]);
    assert.equal(expansion(input, '*.his.arc.azure.com')?.pattern, undefined);
    assert.match(ask(input).warnings.join(), /tombolo-westus\.his.*this installation's own/);
    const call = 'https://gbl.his.arc.azure.com/discovery?location=westus&api-version=2.1';
    assert.ok(ask({ ...privately, region: 'westus' }).warnings[0]?.includes(call));
    assert.deepEqual(ask(privately).warnings, []);
  });

  test("the endpoint's own list stands over the table, with its addresses", () => {
    const endpointMembers = [
      { fqdn: 'gbl.his.arc.azure.com', addresses: ['10.0.1.4'] },
      { fqdn: 'SEA.his.arc.azure.com', addresses: ['10.0.1.5', 'fd00::5'] },
      { fqdn: 'example.org', addresses: ['10.0.1.6'] },
    ];
    const input = { ...privately, region: 'southeastasia', endpointMembers };
    assert.deepEqual(names(input, '*.his.arc.azure.com'), ['gbl.his.arc.azure.com', 'sea.his.arc.azure.com']);
    const endpoint = endpointsOf(ask(input)).find(({ host }) => host === 'sea.his.arc.azure.com');
    assert.deepEqual([endpoint?.via, endpoint?.addresses], ['private', ['10.0.1.5', 'fd00::5']]);
    // The zone that the endpoint says nothing of is said so, not guessed.
    const gas = expansion(input, '*.guestconfiguration.azure.com');
    assert.deepEqual([gas?.names, gas?.pattern], [[], '*.guestconfiguration.azure.com']);
  });

  test('over the public route the names are offered beside the pattern', () => {
    const his = expansion({ products: ['servers'], region: 'japaneast' }, '*.his.arc.azure.com');
    assert.equal(his?.names.length, 3);
    assert.equal(his?.pattern, '*.his.arc.azure.com');
  });

  test('the allow-list translates the relay wildcards, each by its own names', () => {
    const allowList = [
      'azgn-japaneast-1.servicebus.windows.net',
      'g0-prod.servicebus.windows.net',
      'a.example',
    ];
    const input: QueryInput = { products: ['ssh'], region: 'japaneast', allowList };
    assert.deepEqual(names(input, 'azgn*.servicebus.windows.net'), [
      'azgn-japaneast-1.servicebus.windows.net',
    ]);
    assert.deepEqual(names(input, '*.servicebus.windows.net'), allowList.slice(0, 2));
    assert.equal(expansion(input, '*.servicebus.windows.net')?.pattern, undefined);
    assert.equal(expansion(input, '*.waconazure.com'), undefined);
    assert.equal(
      expansion({ products: ['ssh'] }, '*.servicebus.windows.net')?.pattern,
      '*.servicebus.windows.net',
    );
  });

  test('region and parameters are put in; without them the placeholder is left and said', () => {
    const region = { products: ['kubernetes'], region: 'East US 2', features: ['cluster-connect'] };
    assert.deepEqual(names(region, '<region>.obo.arc.azure.com'), ['eastus2.obo.arc.azure.com']);
    assert.deepEqual(names(region, '<region>.dp.kubernetesconfiguration.azure.com'), [
      'eastus2.dp.kubernetesconfiguration.azure.com',
    ]);
    assert.match(
      expansion({ products: ['kubernetes'] }, '<region>.login.microsoft.com')?.note ?? '',
      /region/,
    );
    const parameters = { 'vcenter-address': 'vc.corp.example' };
    assert.deepEqual(names({ products: ['vmware'], parameters }, '{vcenter-address}'), ['vc.corp.example']);
    assert.match(expansion({ products: ['vmware'] }, '{vcenter-address}')?.note ?? '', /vcenter-address/);
    const sql = expansion(
      { products: ['sql-server'], region: 'eastus2' },
      'san-af-<region>-prod.azurewebsites.net',
    );
    assert.deepEqual(
      sql?.names.map(({ name }) => name),
      ['san-af-eastus2-prod.azurewebsites.net'],
    );
  });

  test('an installation of its own names and port: its services move, the rest stays', () => {
    const cloud = realClouds.AzureCloud!;
    const profile = {
      ...cloud,
      name: 'island',
      suffixes: {
        his: 'his.island.example',
        guestConfiguration: 'gc.island.example',
        kubernetesConfiguration: 'dp.island.example',
        notification: 'gns.island.example',
        relay: 'relay.island.example',
      },
      resourceManager: 'https://arm.island.example:8444',
      activeDirectory: 'https://login.island.example:8444',
      ports: { https: 8443, dns: 5354 },
    };
    const found = endpointsOf(ask({ ...privately, profile, agentVersion: '1.67' })).map(
      ({ host, port }) => `${host}:${port}`,
    );
    assert.ok(found.includes('je.his.island.example:8443'));
    assert.ok(found.includes('japaneast-gas.gc.island.example:8443'));
    assert.ok(found.includes('gns.island.example:8443'));
    assert.ok(
      found.includes('azgn*.relay.island.example:8443'),
      'it says nowhere that it is public: no installation',
    );
    assert.ok(found.includes('arm.island.example:8444'));
    assert.ok(found.includes('login.island.example:8444'));
    assert.ok(found.includes('pas.windows.net:443'));
    assert.ok(!found.some((name) => name.includes('arc.azure.com')));
  });
});

describe('explain', () => {
  const answer = ask({ products: ['servers'], connectivity: 'private-endpoint', region: 'japaneast' });
  const rows = (host: string) =>
    explainHost(answer, host).rows.map(
      ({ judged, match }) =>
        `${judged.included ? 'in' : 'out'} ${match} ${judged.requirement.product} ${judged.requirement.host}`,
    );

  test('a member of the private endpoint: the row, the member, and the rows of other products as out', () => {
    const [row] = explainHost(answer, 'JE.his.arc.azure.com.').rows;
    assert.equal(row?.name?.memberName, 'HybridCompute.Server');
    assert.deepEqual(rows('je.his.arc.azure.com'), [
      'in name servers *.his.arc.azure.com',
      'out pattern esu *.his.arc.azure.com',
      'out pattern kubernetes *.his.arc.azure.com',
      'out pattern resource-bridge *.his.arc.azure.com',
    ]);
  });

  test('a host of which only a path is needed says so, and not for a URL within the path', () => {
    const row = (host: string) =>
      explainHost(ask({ products: ['esu'] }), host).rows.find(({ judged }) => judged.included);
    const limits = (host: string) => {
      const found = row(host);
      assert.equal(found?.needed, found?.limits.length === 0, host);
      return found?.limits;
    };
    assert.match(row('www.microsoft.com')?.notes[0] ?? '', /only \/pkiops\/certs/);
    assert.deepEqual(limits('www.microsoft.com'), []);
    assert.match(limits('https://www.microsoft.com')?.[0] ?? '', /only/);
    assert.match(limits('https://www.microsoft.com/pkiops/certsx')?.[0] ?? '', /only/);
    assert.deepEqual(limits('http://www.microsoft.com/pkiops/certs/a.crt'), []);
    assert.deepEqual(limits('www.microsoft.com:80/pkiops/certs'), []);
    assert.match(limits('www.microsoft.com:8080/pkiops/certs')?.[0] ?? '', /port 8080/);
    assert.match(
      limits('https://www.microsoft.com:80/pkiops/certs')?.[0] ?? '',
      /https is not needed: port 80/,
    );
    assert.match(limits('ftp://www.microsoft.com/pkiops/certs')?.[0] ?? '', /not for ftp/);
  });

  test("a URL is needed with a row's scheme and port, a bare name with the name alone", () => {
    const needed = (text: string) =>
      explainHost(answer, text).rows.find(({ judged }) => judged.included)?.needed;
    const name = 'gbl.his.arc.azure.com';
    for (const text of [name, `https://${name}`, `https://${name}/discovery`, `${name}:443`, `wss://${name}`])
      assert.equal(needed(text), true, text);
    for (const text of [
      `http://${name}`,
      `${name}:80`,
      `https://${name}:8443`,
      `http://${name}:443`,
      `ldap://${name}`,
    ])
      assert.equal(needed(text), false, text);
  });

  test('patterns, regions and what the page itself writes are understood', () => {
    assert.deepEqual(rows('mcr.microsoft.com').length, 2);
    assert.deepEqual(rows('eus2.data.mcr.microsoft.com'), [
      'out pattern kubernetes *.data.mcr.microsoft.com',
    ]);
    const [regional] = explainHost(answer, 'san-af-westeurope-prod.azurewebsites.net').rows;
    assert.equal(regional?.region, 'westeurope');
    assert.deepEqual(explainHost(answer, 'san-af-atlantis-prod.azurewebsites.net').rows, []);
    assert.equal(explainHost(answer, 'san-af-<region>-prod.azurewebsites.net').rows[0]?.match, 'name');
    assert.ok(
      rows('azgnrelay-1.servicebus.windows.net').includes('in pattern servers azgn*.servicebus.windows.net'),
    );
  });

  test('an unknown name brings the nearest ones', () => {
    const { rows: none, nearest } = explainHost(answer, 'managment.azure.com');
    assert.deepEqual(none, []);
    assert.equal(nearest[0], 'management.azure.com');
  });

  test('a wildcard covers names below it and nothing else', () => {
    const cases = [
      ['*.his.arc.azure.com', 'a.his.arc.azure.com', true],
      ['*.his.arc.azure.com', 'a.b.his.arc.azure.com', true],
      ['*.his.arc.azure.com', 'his.arc.azure.com', false],
      ['*.his.arc.azure.com', 'xhis.arc.azure.com', false],
      ['*.his.arc.azure.com', 'a.his.arc.azure.com.evil.example', false],
      ['*.his.arc.azure.com', 'a.hisxarc.azure.com', false],
      ['azgn*.servicebus.windows.net', 'azgn.servicebus.windows.net', true],
      ['azgn*.servicebus.windows.net', 'azgn1.x.servicebus.windows.net', false],
      ['{vcenter-address}', 'vc.corp.example', false],
    ] as const;
    for (const [pattern, host, covered] of cases)
      assert.equal(matchHost(pattern, host) !== undefined, covered, `${pattern} ${host}`);
  });

  test('every name that an answer lists is explained by the row that lists it', () => {
    for (const entry of answer.in) {
      for (const { name } of entry.expansion.names) {
        assert.ok(
          explainHost(answer, name).rows.some(({ judged }) => judged.requirement.id === entry.requirement.id),
          name,
        );
      }
    }
  });
});

describe('bad input', () => {
  const refused = (input: QueryInput, code: string, nearest?: string): void => {
    assert.throws(
      () => readQuery(input, seedCatalogue),
      (error: RequirementsProblem) => {
        assert.equal(error.code, code, JSON.stringify(input));
        if (nearest !== undefined) assert.equal(error.nearest[0], nearest);
        assert.ok(error.fix.length > 10);
        return true;
      },
    );
  };

  test('unknown names are refused with the nearest', () => {
    refused({ products: ['sevrers'] }, 'UnknownProduct', 'servers');
    refused({ products: ['servers', 'kubernets'] }, 'UnknownProduct', 'kubernetes');
    refused({ cloud: 'AzureGermany' }, 'UnknownCloud');
    refused({ features: ['cluster-conect'] }, 'UnknownFeature', 'cluster-connect');
    refused({ region: 'japaneats' }, 'UnknownRegion', 'japaneast');
    refused({ region: 'usgovvirginia' }, 'UnknownRegion');
    refused({ region: 'japaneast', cloud: 'AzureUSGovernment' }, 'UnknownRegion');
    refused({ phase: 'later' }, 'UnknownName');
    refused({ operatingSystem: 'solaris' }, 'UnknownName');
    refused({ connectivity: 'privat-endpoint' }, 'UnknownName', 'private-endpoint');
    refused({ extensionVersions: { mysql: '1' } }, 'UnknownName');
    refused({ parameters: { vcenter: 'x' } }, 'UnknownName', 'vcenter-address');
    refused({ products: ['__proto__'] }, 'UnknownProduct');
  });

  test('a product that no seed states for a cloud is refused, never answered with the names of another', () => {
    for (const product of ['kubernetes', 'sql-server', 'vmware', 'resource-bridge', 'data-services']) {
      for (const cloud of ['AzureUSGovernment', 'AzureChinaCloud'])
        refused({ products: [product], cloud }, 'NotStatedForCloud');
    }
    refused({ products: ['ssh'], cloud: 'AzureUSGovernment' }, 'NotStatedForCloud');
    refused({ products: ['esu'], cloud: 'AzureChinaCloud' }, 'NotStatedForCloud');
  });

  test('versions and addresses that are none', () => {
    for (const agentVersion of ['', 'latest', '1.x', 'v1.4', '1..2', '9'.repeat(400)])
      refused({ agentVersion }, 'InvalidVersion');
    for (const date of ['2024', '2024-13-01', '12.03.2024', '1.1.2'])
      refused({ extensionVersions: { 'sql-server': date } }, 'InvalidVersion');
    refused({ extensionVersions: { arcappliance: '0.2.x' } }, 'InvalidVersion');
    for (const value of [
      '',
      'a b',
      '*.corp.example',
      'https://vc',
      'x'.repeat(300),
      '-vc.example',
      'vc;rm',
    ]) {
      refused({ parameters: { 'vcenter-address': value } }, 'InvalidParameter');
    }
    for (const value of ['10.0.0.9', 'fd00::9', 'vc', 'VC.corp.example.'])
      readQuery({ parameters: { 'vcenter-address': value } }, seedCatalogue);
  });

  test('no text makes parseHost do anything but answer or refuse', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          assert.match(parseHost(text).host, /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/);
        } catch (error) {
          assert.ok(error instanceof RequirementsProblem && error.code === 'InvalidHost', String(error));
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
    for (const text of [
      '',
      ' ',
      'https://',
      'a..b',
      '-a.example',
      'a.example:99999',
      'a.example:0',
      'x'.repeat(3_000),
    ]) {
      assert.throws(() => parseHost(text), RequirementsProblem, text);
    }
  });

  test('region names: the segment is the display name without spaces in lower case, and each is there once', () => {
    for (const { name, displayName } of regionNames)
      assert.equal(name, displayName.split(' ').join('').toLowerCase());
    assert.equal(new Set(regionNames.map(({ name }) => name)).size, regionNames.length);
  });

  test('every region that exists is taken in its own cloud, by name and display name, and in no other', () => {
    for (const { name, displayName, cloud } of regionNames) {
      for (const region of [name, displayName, displayName.toUpperCase()])
        assert.equal(readQuery({ cloud, region }, seedCatalogue).region?.name, name);
      for (const other of cloudNames.filter((entry) => entry !== cloud))
        refused({ cloud: other, region: name }, 'UnknownRegion');
    }
  });
});
