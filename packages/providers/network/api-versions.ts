/** The api-versions of Microsoft.Network's families of types, ascending. */

const ofYear = (year: number, ...days: readonly string[]): readonly string[] =>
  days.map((day) => `${year}-${day}`);

/** Published stable versions of networks, endpoints, security groups and zone groups; @azure/arm-network 39 sends the last. */
export const networkApiVersions: readonly string[] = [
  ...ofYear(2015, '06-15'),
  ...ofYear(2016, '03-30', '06-01', '07-01', '08-01', '09-01', '10-01', '11-01', '12-01'),
  ...ofYear(2017, '03-01', '04-01', '06-01', '08-01', '09-01', '10-01', '11-01'),
  ...ofYear(2018, '01-01', '02-01', '04-01', '06-01', '07-01', '08-01', '10-01', '11-01', '12-01'),
  ...ofYear(2019, '02-01', '04-01', '06-01', '07-01', '08-01', '09-01', '11-01', '12-01'),
  ...ofYear(2020, '01-01', '03-01', '04-01', '05-01', '06-01', '07-01', '08-01', '11-01'),
  ...ofYear(2021, '02-01', '03-01', '05-01', '08-01', '12-01'),
  ...ofYear(2022, '01-01', '05-01', '07-01', '09-01', '11-01'),
  ...ofYear(2023, '02-01', '04-01', '05-01', '06-01', '09-01', '11-01'),
  ...ofYear(2024, '01-01', '03-01', '05-01', '07-01', '10-01'),
  ...ofYear(2025, '01-01', '03-01', '05-01', '07-01'),
  ...ofYear(2026, '01-01'),
];

/**
 * From here on a network's PUT that leaves out `subnets` keeps them; before, it deleted them (techcommunity.microsoft.com, "Azure
 * Virtual Network now supports updates without subnet property").
 */
export const subnetsKeptSince = '2023-09-01';

/** Of a private endpoint; the published contracts of 2021-02-01, 2021-03-01 and 2021-05-01 differ in these. */
export const endpointPropertiesSince = {
  applicationSecurityGroups: '2021-03-01',
  ipConfigurations: '2021-03-01',
  customNetworkInterfaceName: '2021-05-01',
} as const;

/** Private DNS zones, record sets and links; `resolutionPolicy` begins with the last. */
export const privateDnsApiVersions: readonly string[] = [
  '2018-09-01',
  '2020-01-01',
  '2020-06-01',
  '2024-06-01',
];

export const resolutionPolicySince = '2024-06-01';

/** DNS resolvers and forwarding rulesets. */
export const dnsResolverApiVersions: readonly string[] = [
  '2020-04-01-preview',
  '2022-07-01',
  '2023-07-01-preview',
  '2025-05-01',
];

/** Operations are polled with the version of the request that started them. */
export const operationApiVersions: readonly string[] = [
  ...new Set([...networkApiVersions, ...privateDnsApiVersions, ...dnsResolverApiVersions]),
].sort();
