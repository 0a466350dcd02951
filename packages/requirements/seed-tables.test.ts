/**
 * Each table of seeds 003 and 004, row for row, against a transcription made from the seeds' text and not from the data
 * files: `row | hosts | when | private link` (and ports or sources where the table has such a column).
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogues, seedCatalogue } from './catalogue.ts';
import type { CloudName, Product, Requirement } from './requirement.ts';

const [first, current] = [catalogues[0]!, seedCatalogue];

/** `host path?` of an entry as the seed prints it, without scheme and port. */
const printed = (entry: Requirement): string => `${entry.host}${entry.path ?? ''}`;

interface Cell {
  readonly row: number;
  readonly hosts: readonly string[];
  readonly rest: readonly string[];
}

const parse = (text: string): readonly Cell[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [row = '', hosts = '', ...rest] = line.split('|').map((part) => part.trim());
      return { row: Number(row), hosts: hosts.split(/\s+/), rest };
    });

/** Entries of one table, grouped by row in the order of the data. */
const rowsOf = (entries: readonly Requirement[], seed: string, product: Product, cloud: CloudName) => {
  const own = entries.filter(
    (entry) => entry.seed!.name === seed && entry.product === product && entry.cloud === cloud,
  );
  const rows = new Map<number, Requirement[]>();
  for (const entry of own) rows.set(entry.seed!.row, [...(rows.get(entry.seed!.row) ?? []), entry]);
  return [...rows].sort(([left], [right]) => left - right);
};

const install = 'At installation time, only';
const connect = 'When connecting or disconnecting a server, only';
const unless = 'Public, unless a resource management private link is also configured';
const never = 'Not used when private link is configured';

/** What the seeds' words in "When required" mean in the data. */
const checkWhen = (entry: Requirement, words: string): void => {
  const { required, agentVersion } = entry;
  const where = `${entry.id}: ${words}`;
  switch (words) {
    case install:
      assert.equal(required.phase, 'install', where);
      break;
    case connect:
      assert.equal(required.phase, 'connect', where);
      break;
    case 'Always':
      assert.equal(required.phase, 'always', where);
      break;
    case 'Always, except when using private endpoints':
      assert.equal(required.phase, 'always', where);
      assert.equal(required.exceptPrivateEndpoint, true, where);
      break;
    case 'Optional, not used in agent versions 1.24+':
      assert.equal(required.phase, 'optional', where);
      assert.deepEqual(agentVersion, { before: '1.24' }, where);
      break;
    case 'If using SSH or Windows Admin Center from Azure':
      assert.deepEqual(required.features, ['ssh', 'windows-admin-center'], where);
      break;
    case 'If using Windows Admin Center':
      assert.deepEqual(required.features, ['windows-admin-center'], where);
      break;
    case 'SQL Server':
      assert.deepEqual(required.features, ['sql-server'], where);
      break;
    case 'ESU':
      assert.deepEqual(required.features, ['esu'], where);
      break;
    default:
      assert.fail(`unknown words: ${words}`);
  }
};

const uses: Readonly<Record<string, string>> = {
  Public: 'public',
  Private: 'private',
  [unless]: 'public-unless-resource-management-private-link',
  [never]: 'unused',
  '-': 'not-stated',
};

const servers003 = `
 1 | aka.ms | ${install} | Public
 2 | download.microsoft.com | ${install} | Public
 3 | packages.microsoft.com | ${install} | Public
 4 | login.windows.net | Always | Public
 5 | login.microsoftonline.com | Always | Public
 6 | pas.windows.net | Always | Public
 7 | management.azure.com | ${connect} | ${unless}
 8 | *.his.arc.azure.com | Always | Private
 9 | *.guestconfiguration.azure.com | Always | Private
10 | guestnotificationservice.azure.com *.guestnotificationservice.azure.com | Always | Public
11 | azgn*.servicebus.windows.net | Always | Public
12 | *.servicebus.windows.net | If using SSH or Windows Admin Center from Azure | Public
13 | *.waconazure.com | If using Windows Admin Center | Public
14 | *.blob.core.windows.net | Always, except when using private endpoints | ${never}
15 | dc.services.visualstudio.com | Optional, not used in agent versions 1.24+ | Public
16 | san-af-<region>-prod.azurewebsites.net | SQL Server | Public
17 | telemetry.<region>.arcdataservices.com | SQL Server | Public
18 | microsoft.com/pkiops/certs | ESU | Public`;

/** The footnote's host belongs to row 16. */
const servers004 = `
 1 | aka.ms | ${install} | Public
 2 | download.microsoft.com | ${install} | Public
 3 | packages.microsoft.com | ${install} | Public
 4 | login.windows.net | Always | Public
 5 | login.microsoftonline.com | Always | Public
 6 | pas.windows.net | Always | Public
 7 | management.azure.com | ${connect} | ${unless}
 8 | *.his.arc.azure.com | Always | Private
 9 | *.guestconfiguration.azure.com | Always | Private
10 | guestnotificationservice.azure.com *.guestnotificationservice.azure.com | Always | Public
11 | azgn*.servicebus.windows.net | Always | Public
12 | *.servicebus.windows.net | If using SSH or Windows Admin Center from Azure | Public
13 | *.waconazure.com | If using Windows Admin Center | Public
14 | *.blob.core.windows.net | Always, except when using private endpoints | ${never}
15 | dc.services.visualstudio.com | Optional, not used in agent versions 1.24+ | Public
16 | *.<region>.arcdataservices.com san-af-<region>-prod.azurewebsites.net | SQL Server | Public
17 | www.microsoft.com/pkiops/certs | ESU | Public`;

const government = `
 1 | aka.ms | ${install} | Public
 2 | download.microsoft.com | ${install} | Public
 3 | packages.microsoft.com | ${install} | Public
 4 | login.microsoftonline.us | Always | Public
 5 | pasff.usgovcloudapi.net | Always | Public
 6 | management.usgovcloudapi.net | ${connect} | ${unless}
 7 | *.his.arc.azure.us | Always | Private
 8 | *.guestconfiguration.azure.us | Always | Private
 9 | *.blob.core.usgovcloudapi.net | Always, except when using private endpoints | ${never}
10 | dc.applicationinsights.us | Optional, not used in agent versions 1.24+ | Public
11 | www.microsoft.com/pkiops/certs | ESU | Public`;

const china = `
 1 | aka.ms | ${install} | -
 2 | download.microsoft.com | ${install} | -
 3 | packages.microsoft.com | ${install} | -
 4 | login.chinacloudapi.cn | Always | -
 5 | login.partner.chinacloudapi.cn | Always | -
 6 | pas.chinacloudapi.cn | Always | -
 7 | management.chinacloudapi.cn | ${connect} | -
 8 | *.his.arc.azure.cn | Always | -
 9 | *.guestconfiguration.azure.cn | Always | -
10 | guestnotificationservice.azure.cn *.guestnotificationservice.azure.cn | Always | -
11 | azgn*.servicebus.chinacloudapi.cn | Always | -
12 | *.servicebus.chinacloudapi.cn | If using SSH or Windows Admin Center from Azure | -
13 | *.blob.core.chinacloudapi.cn | Always, except when using private endpoints | -
14 | dc.applicationinsights.azure.cn | Optional, not used in agent versions 1.24+ | -`;

const esu = `
1 | aka.ms | ${install} | Public
2 | download.microsoft.com | ${install} | Public
3 | login.windows.net | Always | Public
4 | login.microsoftonline.com | Always | Public
5 | management.azure.com | ${connect} | ${unless}
6 | *.his.arc.azure.com | Always | Private
7 | *.guestconfiguration.azure.com | Always | Private
8 | microsoft.com/pkiops/certs | ESU | Public`;

describe('tables with "When required" and "Endpoint used with private link"', () => {
  const cases = [
    ['003', 'servers', 'AzureCloud', servers003, 18, 19, first],
    ['004', 'servers', 'AzureCloud', servers004, 17, 19, current],
    ['004', 'servers', 'AzureUSGovernment', government, 11, 11, current],
    ['004', 'servers', 'AzureChinaCloud', china, 14, 15, current],
    ['003', 'esu', 'AzureCloud', esu, 8, 8, first],
    ['003', 'esu', 'AzureCloud', esu, 8, 8, current],
  ] as const;
  for (const [seed, product, cloud, text, rows, hosts, catalogue] of cases) {
    test(`seed ${seed}: ${product} in ${cloud}, ${rows} rows, ${hosts} hosts (catalogue ${catalogue.version})`, () => {
      const expected = parse(text);
      const found = rowsOf(catalogue.requirements, seed, product, cloud);
      assert.equal(expected.length, rows);
      assert.deepEqual(
        found.map(([row, entries]) => [row, entries.map(printed)]),
        expected.map((cell) => [cell.row, cell.hosts]),
      );
      assert.equal(found.flatMap(([, entries]) => entries).length, hosts);
      for (const [index, [, entries]] of found.entries()) {
        const [when = '', use = ''] = expected[index]!.rest;
        for (const entry of entries) {
          checkWhen(entry, when);
          assert.equal(entry.privateLink, uses[use], `${entry.id}: ${use}`);
          assert.deepEqual(entry.source, ['server']);
        }
      }
    });
  }
});

const kubernetes = `
 1 | management.azure.com | 443 | -
 2 | <region>.dp.kubernetesconfiguration.azure.com | 443 | -
 3 | login.microsoftonline.com <region>.login.microsoft.com login.windows.net | 443 | -
 4 | mcr.microsoft.com *.data.mcr.microsoft.com | 443 | -
 5 | gbl.his.arc.azure.com | 443 | -
 6 | *.his.arc.azure.com | 443 | -
 7 | k8connecthelm.azureedge.net | 443 | -
 8 | guestnotificationservice.azure.com *.guestnotificationservice.azure.com sts.windows.net k8sconnectcsp.azureedge.net | 443 | cluster-connect custom-locations
 9 | *.servicebus.windows.net | 443 | cluster-connect custom-locations
10 | graph.microsoft.com | 443 | azure-rbac
11 | *.arc.azure.net | 443 | -
12 | <region>.obo.arc.azure.com | 8084 | cluster-connect
13 | dl.k8s.io | 443 | automatic-upgrade`;

const dataServices = `
1 | arcdataservicesrow1.azurecr.io | 443 | direct-mode
2 | *.ods.opinsights.azure.com *.oms.opinsights.azure.com *.monitoring.azure.com | 443 | -
3 | san-af-<region>-prod.azurewebsites.net | 443 | -`;

const appliance = 'appliance-vm';
const both = 'management-machine appliance-vm';
const resourceBridge = `
 1 | msk8s.api.cdp.microsoft.com | 443 | - | ${both}
 2 | *.dp.prod.appliances.azure.com | 443 | - | ${appliance}
 3 | *.blob.core.windows.net ecpacr.azurecr.io | 443 | - | ${appliance}
 4 | *.his.arc.azure.com | 443 | - | ${appliance}
 5 | msk8s.b.tlu.dl.delivery.mp.microsoft.com | 80 | - | ${both}
 6 | msk8s.sb.tlu.dl.delivery.mp.microsoft.com | 443 | - | ${both}
 7 | azurearcfork8s.azurecr.io | 443 | - | ${appliance}
 8 | adhs.events.data.microsoft.com | 443 | - | ${appliance}
 9 | v20.events.data.microsoft.com | 443 | - | ${appliance}
10 | linuxgeneva-microsoft.azurecr.io | 443 | - | ${appliance}
11 | azurearcfork8sdev.azurecr.io | 443 | - | ${appliance}
12 | kvamanagementoperator.azurecr.io | 443 | - | ${appliance}
13 | mcr.microsoft.com | 443 | - | ${both}
14 | packages.microsoft.com | 443 | - | ${appliance}
15 | sts.windows.net | 443 | - | ${appliance}
16 | *.pypi.org | 443 | - | management-machine
17 | *.pythonhosted.org | 443 | - | management-machine
18 | gcs.prod.monitoring.core.windows.net | 443 | - | ${appliance}`;

const fromBoth = 'appliance-vm control-plane';

describe('tables with ports, features and sources', () => {
  const cases = [
    ['kubernetes', kubernetes, 13, 19],
    ['data-services', dataServices, 3, 5],
    ['resource-bridge', resourceBridge, 18, 19],
    ['vmware', `1 | {vcenter-address} | 443 | - | ${fromBoth}`, 1, 1],
    ['scvmm', `1 | {scvmm-address} | 443 | - | ${fromBoth}`, 1, 1],
  ] as const;
  for (const catalogue of [first, current]) {
    for (const [product, text, rows, hosts] of cases) {
      test(`seed 003: ${product}, ${rows} rows, ${hosts} hosts (catalogue ${catalogue.version})`, () => {
        const expected = parse(text);
        const found = rowsOf(catalogue.requirements, '003', product, 'AzureCloud');
        assert.equal(expected.length, rows);
        assert.deepEqual(
          found.map(([row, entries]) => [row, entries.map(printed)]),
          expected.map((cell) => [cell.row, cell.hosts]),
        );
        assert.equal(found.flatMap(([, entries]) => entries).length, hosts);
        for (const [index, [, entries]] of found.entries()) {
          const [ports = '', features = '', source] = expected[index]!.rest;
          for (const entry of entries) {
            assert.equal(entry.ports.map(({ port }) => port).join(' '), ports, entry.id);
            assert.equal(entry.required.features?.join(' ') ?? '-', features, entry.id);
            if (source !== undefined) assert.equal(entry.source.join(' '), source, entry.id);
            assert.equal(entry.privateLink, 'not-stated', entry.id);
          }
        }
      });
    }
  }
});

describe('details that the tables state beside the columns', () => {
  const one = (id: string): Requirement => {
    const found = current.requirements.find((entry) => entry.id === id);
    assert.ok(found, id);
    return found;
  };

  test('the certificate download keeps its path and both ports, in AzureCloud and AzureUSGovernment', () => {
    for (const id of ['servers/AzureCloud/004/17', 'servers/AzureUSGovernment/004/11']) {
      const entry = one(`${id}/www.microsoft.com/pkiops/certs`);
      assert.equal(entry.host, 'www.microsoft.com');
      assert.equal(entry.path, '/pkiops/certs');
      assert.deepEqual(
        entry.ports.map(({ port, tls }) => [port, tls]),
        [
          [80, false],
          [443, true],
        ],
      );
    }
  });

  test('san-af is bounded until 2024-02-13 and not superseded; arcdataservices is used from 2024-03-12 and allows TLS 1.3', () => {
    const before = one('servers/AzureCloud/004/16/san-af-<region>-prod.azurewebsites.net');
    assert.equal(before.status, 'current');
    assert.deepEqual(before.extensionVersion, { extension: 'sql-server', until: '2024-02-13' });
    assert.deepEqual(
      before.alsoIn?.map(({ name, row }) => `${name} ${row}`),
      ['003 16'],
    );
    const later = one('servers/AzureCloud/004/16/*.<region>.arcdataservices.com');
    assert.deepEqual(later.extensionVersion, { extension: 'sql-server', from: '2024-03-12' });
    assert.equal(later.allowsTls13, true);
  });

  test("where 004 names another host, 003's row stays as superseded by it", () => {
    assert.deepEqual(
      current.requirements
        .filter((entry) => entry.status === 'superseded')
        .map((entry) => [entry.id, entry.supersededBy]),
      [
        [
          'servers/AzureCloud/003/17/telemetry.<region>.arcdataservices.com',
          'servers/AzureCloud/004/16/*.<region>.arcdataservices.com',
        ],
        [
          'servers/AzureCloud/003/18/microsoft.com/pkiops/certs',
          'servers/AzureCloud/004/17/www.microsoft.com/pkiops/certs',
        ],
        [
          'esu/AzureCloud/003/8/microsoft.com/pkiops/certs',
          'servers/AzureCloud/004/17/www.microsoft.com/pkiops/certs',
        ],
      ],
    );
  });

  test("nothing of 003 is lost: every row of its servers' table is an entry or confirmed by one", () => {
    const kept = current.requirements
      .filter((entry) => entry.product === 'servers' && entry.cloud === 'AzureCloud')
      .flatMap((entry) => [entry.seed, ...(entry.alsoIn ?? [])])
      .filter((seed) => seed?.name === '003')
      .map((seed) => seed?.row ?? 0);
    assert.deepEqual(
      [...new Set(kept)].sort((left, right) => left - right),
      Array.from({ length: 18 }, (_, index) => index + 1),
    );
  });

  test('only *.servicebus.windows.net of Kubernetes asks for WebSockets; only two rows open port 80, one 8084', () => {
    const having = (test: (port: Requirement['ports'][number]) => boolean) =>
      current.requirements.filter((entry) => entry.ports.some(test)).map((entry) => entry.id);
    assert.deepEqual(
      having((port) => port.webSocket === true),
      ['kubernetes/AzureCloud/003/9/*.servicebus.windows.net'],
    );
    assert.deepEqual(
      having((port) => port.port === 80),
      [
        'servers/AzureCloud/004/17/www.microsoft.com/pkiops/certs',
        'servers/AzureUSGovernment/004/11/www.microsoft.com/pkiops/certs',
        'resource-bridge/AzureCloud/003/5/msk8s.b.tlu.dl.delivery.mp.microsoft.com',
      ],
    );
    assert.deepEqual(
      having((port) => port.port === 8084),
      ['kubernetes/AzureCloud/003/12/<region>.obo.arc.azure.com'],
    );
  });

  test('R16: every port with TLS asks for 1.2, and a row without one says so', () => {
    for (const entry of current.requirements) {
      assert.equal(entry.minimumTls, entry.ports.some(({ tls }) => tls) ? '1.2' : 'none', entry.id);
    }
  });

  test('the old OS image name is bounded by the appliance extension 0.2.32', () => {
    const entry = one('resource-bridge/AzureCloud/003/5/msk8s.b.tlu.dl.delivery.mp.microsoft.com');
    assert.deepEqual(entry.extensionVersion, { extension: 'arcappliance', until: '0.2.32' });
  });

  test('nothing is invented: all entries are of the tables above', () => {
    const counts = (catalogue: typeof current) =>
      Object.entries(
        Object.groupBy(
          catalogue.requirements,
          (entry) => `${entry.seed!.name} ${entry.product} ${entry.cloud}`,
        ),
      ).map(([name, entries]) => `${name}: ${entries?.length}`);
    assert.deepEqual(counts(first), [
      '003 servers AzureCloud: 19',
      '003 esu AzureCloud: 8',
      '003 kubernetes AzureCloud: 19',
      '003 data-services AzureCloud: 5',
      '003 resource-bridge AzureCloud: 19',
      '003 vmware AzureCloud: 1',
      '003 scvmm AzureCloud: 1',
    ]);
    assert.deepEqual(counts(current), [
      '004 servers AzureCloud: 19',
      '003 servers AzureCloud: 2',
      '004 servers AzureUSGovernment: 11',
      '004 servers AzureChinaCloud: 15',
      '003 esu AzureCloud: 8',
      '003 kubernetes AzureCloud: 19',
      '003 data-services AzureCloud: 5',
      '003 resource-bridge AzureCloud: 19',
      '003 vmware AzureCloud: 1',
      '003 scvmm AzureCloud: 1',
    ]);
  });
});
