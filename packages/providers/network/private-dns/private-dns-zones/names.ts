/** Names of zones and record sets. */

import { label } from '@tombolo/dns-records';

/** Two to 34 labels (Learn: dns-private-privatednszone). */
export const zoneName = {
  pattern: new RegExp(`^(?=.{1,253}$)(?:${label}\\.){1,33}${label}$`),
  rule: '2 to 34 labels of 1 to 63 letters, digits, hyphens and underscores, separated by periods.',
} as const;

/** As Azure DNS says it of one label (crossplane-contrib/provider-upjet-azure#19, #88). */
export const whatIsWrongWithZoneName = (name: string): string =>
  name.includes('.')
    ? `The zone name '${name}' is invalid: it has to be ${zoneName.rule}`
    : `The zone name '${name}' does not have enough labels. Zone names must have two or more labels.`;

/** `@`, or labels relative to the zone, the first of which may be `*`. */
export const recordSetName = {
  pattern: new RegExp(`^(?:@|(?=.{1,253}$)(?:\\*|${label})(?:\\.${label})*)$`),
  rule: '@ for the zone itself, or labels of 1 to 63 letters, digits, hyphens and underscores; the first may be *.',
} as const;

/** With the final dot, as answers show it. */
export const fqdnOf = (name: string, zone: string): string =>
  name === '@' ? `${zone}.` : `${name}.${zone}.`;

/**
 * Names that Azure keeps for itself (Learn: dns-private-privatednszone, restrictions, a row of each cloud; `azure-api.net`:
 * MicrosoftDocs/azure-docs#102958). Their children are free: zones of private links are below them.
 */
const reservedNames: ReadonlySet<string> = new Set([
  ...['azclient.ms', 'azure.com', 'cloudapp.net', 'core.windows.net', 'microsoft.com', 'msidentity.com'],
  ...['trafficmanager.net', 'windows.net', 'azure-api.net'],
  ...['azclient.us', 'azure.us', 'usgovcloudapp.net', 'core.usgovcloudapi.net', 'microsoft.us'],
  ...['msidentity.us', 'usgovtrafficmanager.net', 'usgovcloudapi.net'],
  ...['azclient.cn', 'azure.cn', 'chinacloudapp.cn', 'core.chinacloudapi.cn', 'microsoft.cn'],
  ...['msidentity.cn', 'trafficmanager.cn', 'chinacloudapi.cn'],
]);

export const isReservedZoneName = (name: string): boolean => reservedNames.has(name.toLowerCase());
