/** The tables of Microsoft's pages: how many rows and hosts each had when it was read, what came and went, and the state of a day. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerQuery } from './answer.ts';
import { catalogueAsOf } from './as-of.ts';
import { currentCatalogue } from './catalogue.ts';
import { endpointsOf } from './endpoint.ts';
import { explainHost } from './explanation.ts';
import type { RequirementsProblem } from './problem.ts';
import { type QueryInput, readQuery } from './query.ts';
import { target } from './requirement.ts';

const today = '2026-11-27';
const ask = (input: QueryInput, asOf?: string) => {
  const catalogue = catalogueAsOf(currentCatalogue, asOf, today);
  return answerQuery(catalogue, readQuery(input, catalogue));
};
const hosts = (answer: ReturnType<typeof ask>): readonly string[] =>
  answer.in.map(({ requirement }) => target(requirement));
const reason = (answer: ReturnType<typeof ask>, host: string, product: string) =>
  answer.out.find(({ requirement }) => requirement.product === product && target(requirement) === host)
    ?.reason;

/** Counted on the pages themselves: table, product, cloud, day, rows, hosts in them (footnotes with them). */
const published = `
URLs, Azure cloud platform | servers | AzureCloud | 2026-06-24 | 17 | 20
URLs, Azure Government | servers | AzureUSGovernment | 2026-06-24 | 11 | 11
URLs, Azure operated by 21Vianet | servers | AzureChinaCloud | 2026-06-24 | 13 | 14
Subset of endpoints for ESU only, Azure cloud platform | esu | AzureCloud | 2026-08-05 | 9 | 9
Subset of endpoints for ESU only, Azure Government | esu | AzureUSGovernment | 2026-08-05 | 7 | 7
Azure Arc-enabled Kubernetes endpoints, Azure Cloud | kubernetes | AzureCloud | 2026-06-11 | 14 | 22
Azure Arc-enabled Kubernetes endpoints, Azure Government | kubernetes | AzureUSGovernment | 2026-06-11 | 10 | 14
Azure Arc-enabled Kubernetes endpoints, Azure operated by 21Vianet | kubernetes | AzureChinaCloud | 2026-06-11 | 12 | 20
Azure Arc-enabled data services | data-services | AzureCloud | 2026-06-23 | 3 | 8
Inbound connectivity requirements | resource-bridge | AzureCloud | 2026-08-10 | 7 | 7
Firewall/Proxy URL allowlist | resource-bridge | AzureCloud | 2026-08-10 | 29 | 32
Azure Arc-enabled VMware vSphere | vmware | AzureCloud | 2025-05-27 | 6 | 7
Azure Arc-enabled System Center Virtual Machine Manager | scvmm | AzureCloud | 2026-02-09 | 2 | 2
Required deployment endpoints, East US | azure-local | AzureCloud | 2026-07-14 | 83 | 83
Required deployment endpoints, US Gov Virginia | azure-local | AzureUSGovernment | 2026-07-14 | 80 | 80
Arc gateway endpoint list | arc-gateway | AzureCloud | 2026-02-17 | 180 | 180
Arc gateway (preview) firewall/proxy endpoint allow list | arc-gateway | AzureCloud | 2026-10-04 | 1 | 1
Arc resource bridge with Arc gateway (preview) firewall and proxy endpoints allow list | arc-gateway | AzureCloud | 2026-10-04 | 20 | 23
Device can't access update files | update-manager | AzureCloud | 2023-12-26 | 7 | 7
Azure CLI endpoints for proxy bypass | azure-cli | AzureCloud | 2025-09-12 | 1 | 2
Endpoints, Public Cloud | azure-cli | AzureCloud | 2025-09-12 | 19 | 19
Endpoint suffixes, Public Cloud | azure-cli | AzureCloud | 2025-09-12 | 13 | 13
Extensions | azure-cli | AzureCloud | 2025-09-12 | 3 | 4
Extensions with a host of their own | azure-cli | AzureCloud | 2025-09-12 | 26 | 26
Endpoints, U.S. Government Cloud | azure-cli | AzureUSGovernment | 2025-09-12 | 17 | 17
Endpoint suffixes, U.S. Government Cloud | azure-cli | AzureUSGovernment | 2025-09-12 | 10 | 10
Extensions with a host of their own | azure-cli | AzureUSGovernment | 2025-09-12 | 26 | 26
Endpoints, Azure China Cloud | azure-cli | AzureChinaCloud | 2025-09-12 | 17 | 17
Endpoint suffixes, Azure China Cloud | azure-cli | AzureChinaCloud | 2025-09-12 | 9 | 9
Extensions with a host of their own | azure-cli | AzureChinaCloud | 2025-09-12 | 26 | 26
Streamlined connectivity, commercial | defender | AzureCloud | 2025-12-25 | 8 | 12
Streamlined connectivity, US Government | defender | AzureUSGovernment | 2025-12-25 | 7 | 9
Supported endpoints | machine-configuration | AzureUSGovernment | 2025-11-07 | 3 | 10
Supported endpoints | machine-configuration | AzureChinaCloud | 2025-11-07 | 4 | 13`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe("the pages' tables", () => {
  for (const [table, product, cloud, date, rows, count] of published) {
    test(`${product} in ${cloud}: ${table}, ${rows} rows and ${count} hosts on ${date}`, () => {
      const found = currentCatalogue.requirements.filter(
        (entry) =>
          entry.product === product &&
          entry.cloud === cloud &&
          entry.page?.table === table &&
          entry.page?.withdrawn === undefined,
      );
      assert.deepEqual(
        [new Set(found.map(({ page }) => page?.row)).size, found.length],
        [Number(rows), Number(count)],
      );
      for (const { page } of found) assert.equal(page?.date, date);
    });
  }

  test('each entry says its page, day and commit, and which days it was there', () => {
    for (const { id, page, status } of currentCatalogue.requirements) {
      assert.ok(page, id);
      assert.match(
        page.path,
        /^(?:articles|HCI|support|docs-ref-conceptual|defender-endpoint|WindowsServerDocs)\b/,
      );
      assert.match(page.commit ?? '', /^[0-9a-f]{9}$/, id);
      assert.ok(page.knownFrom <= page.date, id);
      assert.equal(status !== 'current', page.withdrawn !== undefined, id);
      assert.ok((page.since ?? page.knownFrom) < (page.withdrawn ?? '9999'), id);
    }
  });

  test('every place that only the reader can fill in is a parameter of its entry', () => {
    for (const { id, host, parameters = [] } of currentCatalogue.requirements) {
      for (const [, name] of host.matchAll(/\{([a-z-]+)\}/g))
        assert.ok(
          parameters.some((each) => each === name),
          id,
        );
    }
  });
});

describe('what the pages say today', () => {
  test('servers in AzureCloud: what came since the seeds is in, what left is out with its day', () => {
    const answer = ask({ products: ['sql-server'], features: ['hotpatching'] });
    for (const host of [
      '*.login.microsoft.com',
      'dls.microsoft.com',
      '{key-vault-name}.vault.azure.net',
      'graph.microsoft.com',
    ])
      assert.ok(hosts(answer).includes(host), host);
    for (const [host, day] of [
      ['aka.ms', '2025-01-14'],
      ['login.windows.net', '2024-11-05'],
      ['*.blob.core.windows.net', '2026-02-13'],
    ] as const) {
      assert.ok(!hosts(answer).includes(host), host);
      assert.equal(reason(answer, host, 'servers')?.code, 'withdrawn');
      assert.match(reason(answer, host, 'servers')?.text ?? '', new RegExp(day));
    }
    const run = ask({ products: ['servers'], phase: 'run' });
    assert.ok(hosts(run).includes('packages.microsoft.com'), 'updates of the agent need it too');
  });

  test('the ESU subset in AzureUSGovernment has seven hosts, and none of the rest of servers', () => {
    const answer = ask({ products: ['esu'], cloud: 'AzureUSGovernment', features: ['sql-server'] });
    assert.deepEqual([...hosts(answer)].sort(), [
      '*.blob.core.usgovcloudapi.net',
      '*.guestconfiguration.azure.us',
      '*.his.arc.azure.us',
      'download.microsoft.com',
      'login.microsoftonline.us',
      'management.usgovcloudapi.net',
      'www.microsoft.com/pkiops/certs',
    ]);
  });

  test('a host for two features together is not needed for one of them', () => {
    const obo = (...features: string[]) =>
      hosts(ask({ products: ['kubernetes'], features })).includes('<region>.obo.arc.azure.com');
    assert.deepEqual(
      [obo('cluster-connect'), obo('azure-rbac'), obo('cluster-connect', 'azure-rbac')],
      [false, false, true],
    );
  });

  test('early versions of the extension for SQL Server keep their telemetry host', () => {
    const answer = ask({ products: ['sql-server'], extensionVersions: { 'sql-server': '2024-02-13' } });
    assert.ok(hosts(answer).includes('telemetry.<region>.arcdataservices.com'));
    assert.ok(!hosts(answer).includes('*.<region>.arcdataservices.com'));
  });

  test('what stands beside Arc is answered by its name only', () => {
    const products = new Set(ask({}).in.map(({ requirement }) => requirement.product));
    assert.ok(products.has('servers') && products.has('azure-local') && !products.has('defender'));
    const names = [
      'arc-gateway',
      'azure-monitor-agent',
      'defender',
      'update-manager',
      'automation',
      'key-vault',
      'custom-script',
      'machine-configuration',
      'azure-cli',
    ];
    for (const name of names) assert.ok(ask({ products: [name] }).in.length > 0, name);
  });

  test('Azure CLI: sign-in, Resource Manager and Graph of each cloud; command groups and extensions where they are asked for', () => {
    for (const [cloud, own, group, foreign] of [
      ['AzureCloud', 'login.microsoftonline.com', 'management.core.windows.net', 'login.microsoftonline.us'],
      ['AzureUSGovernment', 'login.microsoftonline.us', '*.vault.usgovcloudapi.net', 'management.azure.com'],
      ['AzureChinaCloud', 'login.chinacloudapi.cn', '*.vault.azure.cn', 'management.azure.com'],
    ] as const) {
      const plain = hosts(ask({ products: ['azure-cli'], cloud }));
      for (const host of [
        own,
        'pypi.org',
        'azcliprod.blob.core.windows.net',
        'azurearcdatacli.blob.core.windows.net',
      ])
        assert.ok(plain.includes(host), `${cloud} ${host}`);
      for (const host of [group, foreign, 'github.com']) assert.ok(!plain.includes(host), `${cloud} ${host}`);
      const whole = ask({ products: ['azure-cli'], cloud, features: ['command-groups', 'cli-extensions'] });
      for (const host of [group, 'github.com']) assert.ok(hosts(whole).includes(host), `${cloud} ${host}`);
    }
    const ports = endpointsOf(ask({ products: ['azure-cli'], features: ['command-groups'] })).filter(
      ({ host }) => host === 'management.core.windows.net',
    );
    assert.deepEqual(ports.map(({ port }) => port).sort(), [443, 8443]);
  });

  test('Windows Update in the clear and encrypted, as the page has it', () => {
    const answer = ask({ products: ['update-manager'] });
    const portsOf = (host: string) =>
      answer.in
        .find(({ requirement }) => requirement.host === host)
        ?.requirement.ports.map(({ port }) => port);
    for (const host of ['*.windowsupdate.com', '*.dl.delivery.mp.microsoft.com', 'emdl.ws.microsoft.com'])
      assert.deepEqual(portsOf(host), [80], host);
    for (const host of ['*.delivery.mp.microsoft.com', '*.update.microsoft.com'])
      assert.deepEqual(portsOf(host), [443], host);
  });

  test('VMware behind the Arc gateway: rows of the bridge that it does not carry, only where VMware is asked for', () => {
    const source = 'msk8s.api.cdp.microsoft.com';
    assert.ok(!hosts(ask({ products: ['arc-gateway'] })).includes(source));
    const answer = ask({ products: ['arc-gateway'], features: ['vmware-vsphere'] });
    assert.ok(hosts(answer).includes(source));
    const time = answer.in.find(({ requirement }) => requirement.host === 'time.windows.com');
    assert.equal(time?.requirement.ports[0]?.protocol, 'UDP');
    // Before the day of the page nothing is known of it.
    const before = catalogueAsOf(currentCatalogue, '2026-09-01', today);
    assert.ok(!before.requirements.some(({ page }) => page?.date === '2026-10-04'));
  });

  test('the Arc gateway carries 180 names: they are out, and explained so', () => {
    const answer = ask({ products: ['arc-gateway'] });
    const carried = answer.out.filter((entry) => entry.reason.code === 'carried-by-gateway');
    assert.equal(carried.length, 180);
    const { rows } = explainHost(answer, 'japaneast-gas.guestconfiguration.azure.com');
    const row = rows.find(({ judged }) => judged.requirement.product === 'arc-gateway');
    assert.equal(row?.needed, false);
    assert.match(row?.judged.reason.text ?? '', /through the Arc gateway/);
    assert.ok(hosts(answer).includes('{gateway-prefix}.gw.arc.azure.com'));
  });

  test('machine configuration: a region has its own hosts and none of another', () => {
    const answer = ask({ products: ['machine-configuration'], region: 'francecentral' });
    assert.deepEqual([...hosts(answer)].sort(), [
      'agentserviceapi.guestconfiguration.azure.com',
      'fc-gas.guestconfiguration.azure.com',
      'francecentral-gas.guestconfiguration.azure.com',
      'oaasguestconfigfcs1.blob.core.windows.net',
      'oaasguestconfigwcuss1.blob.core.windows.net',
    ]);
  });

  test('the resource bridge: ports, ranges, UDP and what stays within the site', () => {
    const answer = ask({
      products: ['resource-bridge'],
      connectivity: 'proxy',
      parameters: { 'appliance-vm-address': '10.0.0.5+10.0.0.6' },
    });
    const endpoints = endpointsOf(answer);
    const found = endpoints.find(({ host, port }) => host === '10.0.0.6' && port === 2379);
    assert.deepEqual(
      [found?.through, found?.protocol, found?.via, found?.direction, found?.sources],
      [2380, 'TCP', 'local', 'both', ['appliance-vm']],
    );
    const time = endpoints.find(({ host }) => host === 'time.windows.com');
    assert.deepEqual([time?.port, time?.protocol, time?.via, time?.tls], [123, 'UDP', 'public', false]);
    const ports = endpoints.filter(({ host }) => host === '10.0.0.5').map(({ port }) => port);
    assert.deepEqual(ports, [22, 2379, 6443, 10250, 10257, 10259]);
    const dns = endpoints.filter(({ host }) => host === '{dns-server-address}');
    assert.deepEqual(dns.map(({ protocol, local }) => `${protocol} ${local}`).sort(), [
      'TCP true',
      'UDP true',
    ]);
  });
});

describe('--as-of', () => {
  const servers = (asOf: string) => hosts(ask({ products: ['servers'] }, asOf));

  test('a day: what was there then, and nothing that came later', () => {
    assert.ok(servers('2024-11-04').includes('login.windows.net'));
    assert.ok(!servers('2024-11-05').includes('login.windows.net'));
    assert.ok(!servers('2024-10-05').includes('*.login.microsoft.com'));
    assert.ok(servers('2024-10-06').includes('*.login.microsoft.com'));
    assert.deepEqual(
      ['2025-01-13', '2025-01-14'].map((day) => servers(day).includes('aka.ms')),
      [true, false],
    );
    const certificates = hosts(ask({ products: ['servers'], features: ['esu'] }, '2024-01-18'));
    assert.ok(certificates.includes('microsoft.com/pkiops/certs'));
    assert.ok(!certificates.includes('www.microsoft.com/pkiops/certs'));
  });

  test('the day of the newest sources is today; seeds are the seeds', () => {
    assert.deepEqual(servers(today), hosts(ask({ products: ['servers'] })));
    const seeds = ask({ products: ['servers'] }, 'seeds');
    assert.equal(seeds.catalogue.version, '2.0.0');
    assert.deepEqual(seeds.catalogue.sources, { oldest: '2023-01-17', newest: '2023-01-17', undated: 0 });
    assert.throws(
      () => ask({ products: ['kubernetes'], cloud: 'AzureUSGovernment' }, 'seeds'),
      (error: RequirementsProblem) => error.code === 'NotStatedForCloud',
    );
    assert.throws(
      () => ask({ products: ['defender'] }, 'seeds'),
      (error: RequirementsProblem) => error.code === 'UnknownProduct',
    );
  });

  test('what is not known of a day is said, and a day before everything is refused', () => {
    const { warnings } = ask({ products: ['vmware'] }, '2024-06-03');
    assert.ok(
      warnings.some((warning) =>
        /not known.*vmware in AzureCloud \(known from 2024-06-04 on\)/.test(warning),
      ),
    );
    for (const asOf of ['2022-12-15', '2026-02-30', '2026-11-28', 'yesterday', '2025-6-1'])
      assert.throws(
        () => ask({}, asOf),
        (error: RequirementsProblem) => error.code === 'InvalidDate' && error.fix.includes('seeds'),
        asOf,
      );
  });

  test('an answer says how old its sources are', () => {
    assert.deepEqual(ask({ products: ['esu'] }).catalogue.sources, {
      oldest: '2026-08-05',
      newest: '2026-08-05',
      undated: 0,
    });
    assert.deepEqual(ask({ products: ['kubernetes', 'vmware'] }).catalogue.sources, {
      oldest: '2025-05-27',
      newest: '2026-08-10',
      undated: 0,
    });
  });
});
