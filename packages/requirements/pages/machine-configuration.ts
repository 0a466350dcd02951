/**
 * Machine configuration by region: the page of 2025-11-07 (49 rows), which names for each region two assignment hosts and the
 * accounts of its built-in packages. A line here is a row: number, region, short label, account labels.
 */

import type { CloudName } from '../requirement.ts';
import { type PageRow, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const lines = `
 1 eastasia ea eas1 seas1
 2 southeastasia sea eas1 seas1
 3 australiaeast ae ases1 aes1
 4 australiasoutheast ae ases1 aes1
 5 brazilsouth brs brss1
 6 canadacentral cc ccs1 ces1
 7 canadaeast ce ccs1 ces1
 8 chinaeast2 chne2 chne2s2
 9 chinanorth chnn chnns2
10 chinanorth2 chnn2 chnn2s2
11 chinanorth3 chnn3 chnn3s1
12 northeurope ne nes1 wes1
13 westeurope we nes1 wes1
14 francecentral fc fcs1
15 germanynorth gen gens1 gewcs1
16 germanywestcentral gewc gens1 gewcs1
17 centralindia cid cids1 sids1
18 southindia sid cids1 sids1
19 israelcentral ilc ilcs1
20 italynorth itn itns1
21 japaneast jpe jpws1 jpes1
22 japanwest jpw jpws1 jpes1
23 koreacentral kc kcs1
24 mexicocentral mxc mxcs1
25 norwayeast noe noes2
26 polandcentral plc
27 qatarcentral qac qacs1
28 southafricanorth san sans1 saws1
29 southafricawest saw sans1 saws1
30 spaincentral spc spcs1
31 swedencentral swc swcs1
32 switzerlandnorth stzn stzns1
33 switzerlandwest stzw stzns1
34 taiwannorth twn twns1
35 uaenorth uaen uaens1
36 uksouth uks ukss1 ukws1
37 ukwest ukw ukss1 ukws1
38 eastus eus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
39 eastus2 eus2 euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
40 westus wus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
41 westus2 wus2 euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
42 westus3 wus3 euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
43 centralus cus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
44 northcentralus ncus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
45 southcentralus scus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
46 westcentralus wcus euss1 eus2s1 wuss1 wus2s1 ncuss1 cuss1 scuss1 wus3s1
47 usgovarizona usga usgas1
48 usgovtexas usgt usgts1
49 usgovvirginia usgv usgvs1
`;

interface Line {
  readonly number: number;
  readonly region: string;
  readonly label: string;
  readonly accounts: readonly string[];
}

const read: readonly Line[] = lines
  .trim()
  .split('\n')
  .map((line) => {
    const [number = '', region = '', label = '', ...accounts] = line.trim().split(/\s+/);
    return { number: Number(number), region, label, accounts };
  });

const clouds: readonly (readonly [cloud: CloudName, of: RegExp, domain: string, blobs: string])[] = [
  ['AzureCloud', /^(?!china|usgov)/, 'azure.com', 'core.windows.net'],
  ['AzureUSGovernment', /^usgov/, 'azure.us', 'core.usgovcloudapi.net'],
  ['AzureChinaCloud', /^china/, 'azure.cn', 'core.chinacloudapi.cn'],
];

/** The page has one region that uses the hosts of another. */
const hostRegion: Readonly<Record<string, string>> = { australiasoutheast: 'australiaeast' };

/** One row a host: it is for every region whose line names it, and has the number of the first. */
const rowsBy = (
  of: readonly Line[],
  hosts: (line: Line) => readonly string[],
  purpose: string,
  more: Partial<PageRow>,
): readonly PageRow[] => {
  const found = new Map<string, readonly Line[]>();
  for (const line of of) {
    for (const host of hosts(line)) found.set(host, [...(found.get(host) ?? []), line]);
  }
  return [...found].map(([host, named]) =>
    row(named[0]?.number ?? 1, host, purpose, {
      ...more,
      ...(named.length === of.length ? {} : { regions: named.map(({ region }) => region) }),
    }),
  );
};

export const machineConfigurationPages: readonly PageTable[] = clouds.map(
  ([cloud, belongs, domain, blobs]): PageTable => {
    const own = read.filter(({ region }) => belongs.test(region));
    const suffix = `guestconfiguration.${domain}`;
    const accounts = (line: Line): readonly string[] =>
      // Every commercial region has the account of West Central US beside its own.
      cloud === 'AzureCloud' ? [...line.accounts, 'wcuss1'] : line.accounts;
    return {
      page: sources.machineConfiguration,
      table: 'Supported endpoints',
      product: 'machine-configuration',
      cloud,
      source: ['server'],
      rows: [
        row(own[0]?.number ?? 1, `agentserviceapi.${suffix}`, 'Machine configuration, global', {
          serviceTag: 'AzureArcInfrastructure',
        }),
        ...rowsBy(
          own,
          ({ region, label }) => [`${hostRegion[region] ?? region}-gas.${suffix}`, `${label}-gas.${suffix}`],
          'Guest assignments of the region',
          { serviceTag: 'AzureArcInfrastructure' },
        ),
        ...rowsBy(
          own,
          (line) => accounts(line).map((account) => `oaasguestconfig${account}.blob.${blobs}`),
          'Packages of built-in configurations',
          // By private link the packages come over it, outside of Azure too.
          { serviceTag: 'Storage', ...(cloud === 'AzureChinaCloud' ? {} : { privateLink: 'unused' }) },
        ),
      ],
    };
  },
);
