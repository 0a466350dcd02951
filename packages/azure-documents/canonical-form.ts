/** One form of a resource, whoever printed it: REST's names, `properties` merged into the resource, lists as lists. */

import { isObject } from '@tombolo/store/document';
import { DocumentProblem, shown } from './problem.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Every name that a reader asks for, as REST spells it. */
const names = [
  // Any resource, and what lists and templates are made of.
  ...['id', 'name', 'type', 'location', 'value', 'count', 'data', 'resources', 'nextLink', '$schema'],
  ...['error', 'code', 'message', 'newNSG', 'newNIC'],
  // Private endpoints.
  ...['customDnsConfigs', 'privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'],
  ...['privateLinkServiceId', 'privateLinkServiceConnectionState', 'status', 'networkInterfaces', 'subnet'],
  ...['privateEndpoint', 'fqdn', 'ipAddress', 'ipAddresses'],
  // Zone groups.
  ...['privateDnsZoneConfigs', 'recordSets'],
  // Network interfaces.
  ...['ipConfigurations', 'privateIPAddress', 'privateLinkConnectionProperties', 'fqdns'],
  // Security groups.
  ...['securityRules', 'defaultSecurityRules', 'priority', 'direction', 'access', 'protocol'],
  ...['sourceAddressPrefix', 'sourceAddressPrefixes', 'sourcePortRange', 'sourcePortRanges'],
  ...['destinationAddressPrefix', 'destinationAddressPrefixes', 'destinationPortRange'],
  ...['destinationPortRanges', 'sourceApplicationSecurityGroups', 'destinationApplicationSecurityGroups'],
  // Service tags.
  ...['values', 'cloud', 'changeNumber', 'serviceTagChangeNumber', 'addressPrefixes', 'region', 'regionId'],
  ...['platform', 'systemService', 'networkFeatures', 'state'],
] as const;

/** az keeps REST's names, PowerShell writes CustomDnsConfigs, the portal "IP addresses", Terraform ip_addresses. */
const folded = (name: string): string => name.toLowerCase().replace(/[\s_-]+/g, '');
const canonicalNames: ReadonlyMap<string, string> = new Map(names.map((name) => [folded(name), name]));

/** What belongs to the resource itself: inside `properties` the same names mean something else. */
const ofResource: ReadonlySet<string> = new Set(['id', 'name', 'type', 'location']);

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/**
 * The known names of one level; what they hold is as it was. Throws DocumentProblem (Contradictory) where a name is
 * there twice with two values.
 */
export const fieldsOf = (value: Fields, where: string): Fields => {
  const found = new Map<string, unknown>();
  const take = (entries: Fields, isOwn: boolean): void => {
    for (const [name, entry] of Object.entries(entries)) {
      const canonical = canonicalNames.get(folded(name));
      if (canonical === undefined || (entry ?? undefined) === undefined) continue;
      const before = found.get(canonical);
      if (before !== undefined && !isOwn && ofResource.has(canonical)) continue;
      if (before !== undefined && !same(before, entry))
        throw new DocumentProblem(
          'Contradictory',
          `${where || 'It'} has ${shown(canonical)} twice, with two values.`,
          'Print it again instead of editing or joining it by hand.',
        );
      found.set(canonical, entry);
    }
  };
  take(value, true);
  for (const [name, entry] of Object.entries(value))
    if (name.toLowerCase() === 'properties' && isObject(entry)) take(entry, false);
  return Object.fromEntries(found);
};

/** PowerShell writes a type's name where ConvertTo-Json's depth (2 by default) is at its end. */
const cutOff =
  /^(@\{|System\.(Collections|Object|String)\b|Microsoft\.(Azure\.(Commands|Management|PowerShell)|WindowsAzure)\.)/;

/** All levels. Windows PowerShell's {"value": […], "Count": n} is a list. */
export const canonicalForm = (value: unknown, where = ''): unknown => {
  if (Array.isArray(value)) return value.map((entry, index) => canonicalForm(entry, `${where}[${index}]`));
  if (typeof value === 'string' && cutOff.test(value))
    throw new DocumentProblem(
      'Incomplete',
      `${where || 'It'} is ${shown(value)}: PowerShell left out what is below.`,
      'Print it with ConvertTo-Json -Depth 10.',
    );
  if (!isObject(value)) return value;
  const fields = fieldsOf(value, where);
  if (Array.isArray(fields.value) && typeof fields.count === 'number')
    return canonicalForm(fields.value, where);
  return Object.fromEntries(
    Object.entries(fields).map(([name, entry]) => [
      name,
      canonicalForm(entry, where === '' ? name : `${where}.${name}`),
    ]),
  );
};
