/** The clients of go-azure-sdk that azurerm 5.2 is made of, as far as it manages what is here. */

import type { Family } from './session.ts';

const of =
  (version: string) =>
  (client: string, ...options: readonly string[]): Family => ({ client, version, options });
const network = of('2025-01-01');
const resolver = of('2022-07-01');

export const families = {
  groups: { ...of('2023-07-01')('resourcegroups', 'DELETE') },
  groupContents: { ...of('2023-07-01')('resourcegroups', 'GET') },
  subscriptions: of('2022-12-01')('subscriptions'),
  providers: of('2022-09-01')('providers', 'GET'),
  networks: network('virtualnetworks', 'GET'),
  subnets: network('subnets', 'GET'),
  peerings: network('virtualnetworkpeerings', 'PUT'),
  securityGroups: network('networksecuritygroups', 'GET'),
  securityRules: network('securityrules'),
  routeTables: network('routetables', 'GET'),
  applicationSecurityGroups: network('applicationsecuritygroups'),
  endpoints: network('privateendpoints', 'GET'),
  zoneGroups: network('privatednszonegroups'),
  interfaces: network('networkinterfaces', 'GET'),
  serviceTags: network('servicetags'),
  zones: { ...of('2024-06-01')('privatezones', 'PUT', 'DELETE'), conditions: true },
  records: { ...of('2024-06-01')('privatedns', 'PUT', 'DELETE'), conditions: true },
  zoneLinks: { ...of('2024-06-01')('virtualnetworklinks', 'PUT', 'DELETE'), conditions: true },
  resolvers: resolver('dnsresolvers', 'PUT', 'DELETE'),
  inboundEndpoints: resolver('inboundendpoints', 'PUT', 'DELETE'),
  outboundEndpoints: resolver('outboundendpoints', 'PUT', 'DELETE'),
  rulesets: resolver('dnsforwardingrulesets', 'PUT', 'DELETE'),
  rules: resolver('forwardingrules', 'PUT', 'DELETE'),
  rulesetLinks: resolver('virtualnetworklinks', 'PUT', 'DELETE'),
  scopes: of('2022-11-10')('privatelinkscopes'),
  machines: of('2024-07-10')('machines', 'GET', 'PUT'),
  roleAssignments: of('2022-04-01')('roleassignments', 'GET', 'DELETE'),
  roleDefinitions: of('2022-05-01-preview')('roledefinitions'),
  roleLookup: of('2022-05-01-preview')('roledefinitions', 'GET'),
} as const satisfies Record<string, Family>;
