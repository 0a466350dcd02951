/** Scripts for Windows DNS servers: zones with their records, and conditional forwarders. Not executed here. */

import { commentLines } from './comment.ts';
import { notExecuted } from './material.ts';
import { quoted, quotedList, script, storeParameter } from './powershell.ts';
import type { MaterialZone } from './zone.ts';

/** What the cmdlet of the type calls its value. */
const parameterOf = { A: 'IPv4Address', AAAA: 'IPv6Address' } as const;

const recordSet = (zone: MaterialZone, name: string, ttl: number): readonly string[] => {
  const own = zone.addresses.filter((entry) => entry.name === name);
  const types = [...new Set(own.map(({ data }) => data.kind))];
  const where = `-ZoneName ${quoted(zone.origin)}`;
  return types.flatMap((type) => [
    // What an earlier run wrote goes first, so that the script can be run again with other addresses.
    `Get-DnsServerResourceRecord ${where} -Name ${quoted(name)} -RRType ${type} -Node -ErrorAction SilentlyContinue | Remove-DnsServerResourceRecord ${where} -Force`,
    ...own
      .filter((entry) => entry.data.kind === type)
      .map(
        ({ data }) =>
          `Add-DnsServerResourceRecord${type} ${where} -Name ${quoted(name)} -${parameterOf[type]} ${quoted(data.address)} -TimeToLive ([TimeSpan]::FromSeconds(${ttl}))`,
      ),
  ]);
};

const zoneLines = (zone: MaterialZone, ttl: number): readonly string[] => [
  '',
  `if (-not (Get-DnsServerZone -Name ${quoted(zone.origin)} -ErrorAction SilentlyContinue)) {`,
  `    if ($Store -eq 'Local') { Add-DnsServerPrimaryZone -Name ${quoted(zone.origin)} -ZoneFile ${quoted(`${zone.origin}.dns`)} -DynamicUpdate None }`,
  `    else { Add-DnsServerPrimaryZone -Name ${quoted(zone.origin)} -ReplicationScope $Store -DynamicUpdate None }`,
  '}',
  ...[...new Set(zone.addresses.map(({ name }) => name))].flatMap((name) => recordSet(zone, name, ttl)),
];

export const windowsZones = (
  zones: readonly MaterialZone[],
  ttl: number,
  remarks: readonly string[],
): string =>
  script([
    ...commentLines('#', [...remarks, notExecuted]),
    ...storeParameter,
    ...zones.flatMap((zone) => zoneLines(zone, ttl)),
  ]);

export const windowsForwarders = (
  suffixes: readonly string[],
  addresses: readonly string[],
  remarks: readonly string[],
): string =>
  script([
    ...commentLines('#', [...remarks, notExecuted]),
    ...storeParameter,
    ...suffixes.flatMap((suffix) => [
      '',
      `if (Get-DnsServerZone -Name ${quoted(suffix)} -ErrorAction SilentlyContinue) {`,
      `    Set-DnsServerConditionalForwarderZone -Name ${quoted(suffix)} -MasterServers ${quotedList(addresses)}`,
      '}',
      `elseif ($Store -eq 'Local') { Add-DnsServerConditionalForwarderZone -Name ${quoted(suffix)} -MasterServers ${quotedList(addresses)} }`,
      `else { Add-DnsServerConditionalForwarderZone -Name ${quoted(suffix)} -MasterServers ${quotedList(addresses)} -ReplicationScope $Store }`,
    ]),
  ]);
