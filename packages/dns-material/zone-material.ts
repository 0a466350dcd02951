/** Zone files and what makes BIND, NSD and Knot load them; for Windows DNS a script. */

import { type EndpointDns, isSafeHostName } from '@tombolo/azure-documents';
import { isWithin } from '@tombolo/dns-records';
import { commentLines } from './comment.ts';
import { checkedWith, checkFolder, type Material, type MaterialFile, type ZoneFormat } from './material.ts';
import { MaterialProblem } from './problem.ts';
import { windowsZones } from './windows-dns.ts';
import { type MaterialZone, type ZoneStyle, zoneRemarks, zoneStyleWarnings, zonesOf } from './zone.ts';
import { zoneFile } from './zone-file.ts';

export interface ZoneMaterialOptions {
  readonly style: ZoneStyle;
  readonly serial: number;
  /** Seconds, 0 to a week. */
  readonly ttl: number;
  /** Host name for NS and SOA; default `localhost`, which nobody outside follows. */
  readonly nameServer?: string;
  /** Where the server finds the zone files; default: where it looks by itself. */
  readonly folder?: string;
  /** Where the names are from; shown in a comment. */
  readonly source: string;
}

const fileNameOf = ({ origin }: MaterialZone): string => `${origin}.zone`;

/** NSD and Knot are authoritative only: somebody else has to send the questions here. */
const authoritativeRemark =
  'This server follows no CNAME and resolves nothing else: point a stub zone of your resolver (Unbound) for each zone at it.';

const bindStanza = (zone: MaterialZone, path: string): string =>
  `zone "${zone.origin}" {\n    type primary;\n    file "${path}";\n    allow-update { none; };\n    notify no;\n};`;

const nsdStanza = (zone: MaterialZone, path: string): string =>
  `zone:\n    name: "${zone.origin}"\n    zonefile: "${path}"`;

const knotStanza = (zone: MaterialZone, path: string): string =>
  `  - domain: "${zone.origin}"\n    file: "${path}"\n    zonefile-load: whole\n    journal-content: none\n    semantic-checks: on`;

const configuration = {
  bind: { name: 'named.conf.tombolo', mark: '//', before: [], stanza: bindStanza, more: [] },
  nsd: { name: 'nsd.tombolo.conf', mark: '#', before: [], stanza: nsdStanza, more: [authoritativeRemark] },
  knot: {
    name: 'knot.tombolo.conf',
    mark: '#',
    before: ['zone:'],
    stanza: knotStanza,
    more: [authoritativeRemark],
  },
} as const;

const checkOptions = (
  { serial, ttl, nameServer }: ZoneMaterialOptions,
  zones: readonly MaterialZone[],
): string => {
  if (!Number.isInteger(serial) || serial < 0 || serial > 0xffffffff)
    throw new MaterialProblem(`${serial} is no serial.`, 'A serial is a number from 0 to 4294967295.');
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 604_800)
    throw new MaterialProblem(`${ttl} is no time to live.`, 'Give seconds, 0 to 604800.');
  const server = (nameServer ?? 'localhost').toLowerCase().replace(/\.$/, '');
  if (server !== 'localhost' && !isSafeHostName(server))
    throw new MaterialProblem(
      `${JSON.stringify((nameServer ?? '').slice(0, 80))} is no host name.`,
      'Give the full name of the server that has the zones.',
    );
  const holding = zones.find(({ origin }) => isWithin(server, origin));
  if (holding)
    throw new MaterialProblem(
      `${server} is in zone ${holding.origin}, which has no address record for it.`,
      'Give a server whose name is elsewhere, or leave it out.',
    );
  return server;
};

/** Throws MaterialProblem on options that no server takes. */
export const zoneMaterial = (
  format: ZoneFormat,
  endpoint: EndpointDns,
  options: ZoneMaterialOptions,
): Material => {
  const { style, source } = options;
  const zones = zonesOf(endpoint, style);
  const nameServer = checkOptions(options, zones);
  const remarks = zoneRemarks(source, style);
  return {
    format,
    files:
      format === 'windows-dns'
        ? [{ name: 'tombolo-zones.ps1', content: windowsZones(zones, options.ttl, remarks) }]
        : serverFiles(format, zones, { ...options, nameServer }, remarks),
    checkedWith: checkedWith[format],
    warnings: [...endpoint.warnings, ...zoneStyleWarnings(zones, style)],
  };
};

const serverFiles = (
  format: Exclude<ZoneFormat, 'windows-dns'>,
  zones: readonly MaterialZone[],
  options: ZoneMaterialOptions & { readonly nameServer: string },
  remarks: readonly string[],
): readonly MaterialFile[] => {
  const { serial, ttl, nameServer, folder } = options;
  const { name, mark, before, stanza, more } = configuration[format];
  const path = (zone: MaterialZone): string =>
    folder === undefined ? fileNameOf(zone) : `${checkFolder(folder)}/${fileNameOf(zone)}`;
  return [
    {
      name,
      content: `${[...commentLines(mark, [...remarks, ...more]), ...before, ...zones.map((zone) => stanza(zone, path(zone)))].join('\n')}\n`,
    },
    ...zones.map((zone) => ({
      name: fileNameOf(zone),
      content: zoneFile(zone, { serial, ttl, nameServer, remarks: remarks.slice(0, 1) }),
    })),
  ];
};
