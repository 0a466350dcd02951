/** The zones that an endpoint's names make: one for each privatelink suffix, or one for each public name. */

import type { EndpointDns } from '@tombolo/azure-documents';
import type { RecordDataOf } from '@tombolo/dns-records';
import type { MaterialWarning } from './problem.ts';

export const zoneStyles = ['privatelink', 'public'] as const;
export type ZoneStyle = (typeof zoneStyles)[number];

interface ZoneAddress {
  /** Relative to the origin; `@` is the origin itself. */
  readonly name: string;
  readonly data: RecordDataOf<'A' | 'AAAA'>;
}

export interface MaterialZone {
  /** Without the final dot. */
  readonly origin: string;
  /** Never empty. */
  readonly addresses: readonly ZoneAddress[];
}

const addressesOf = (name: string, addresses: readonly string[]): readonly ZoneAddress[] =>
  addresses.map((address) => ({ name, data: { kind: address.includes(':') ? 'AAAA' : 'A', address } }));

/**
 * `privatelink`: the zones to which the public names lead by CNAME; records are relative. `public`: a zone for each exact
 * name, with its addresses at the apex, so that every other name of the suffix still resolves in public. A zone without
 * records is never made: it would answer NXDOMAIN for all names of its suffix.
 */
export const zonesOf = (endpoint: EndpointDns, style: ZoneStyle): readonly MaterialZone[] => {
  if (style === 'public')
    return endpoint.names.map(({ fqdn, addresses }) => ({
      origin: fqdn,
      addresses: addressesOf('@', addresses),
    }));
  return [...new Set(endpoint.names.map(({ zone }) => zone))].map((origin) => ({
    origin,
    addresses: endpoint.names
      .filter(({ zone }) => zone === origin)
      .flatMap(({ record, addresses }) => addressesOf(record, addresses)),
  }));
};

/**
 * R7: public DNS leads Arc's names through the privatelink names whether there is an endpoint or not, so a zone of one
 * endpoint hides the names of all others (other regions, other scopes) from every client of the server.
 */
export const zoneStyleWarnings = (
  zones: readonly MaterialZone[],
  style: ZoneStyle,
): readonly MaterialWarning[] =>
  style === 'public'
    ? []
    : zones.map(({ origin, addresses }) => ({
        code: 'hides-other-names',
        message:
          `A server with zone ${origin} answers NXDOMAIN for every name in it but ${[...new Set(addresses.map(({ name }) => name))].join(', ')}. ` +
          'Public names of other regions and endpoints lead there too, so they stop resolving for all of its clients. ' +
          'Where that hurts use --zones public.',
      }));

/** What stands at the head of whatever makes a server answer with these zones. */
export const zoneRemarks = (source: string, style: ZoneStyle): readonly string[] => [
  `Written by tombolo dns export from ${source}`,
  'Every machine that asks this server gets the private addresses, and is refused unless it is associated with the scope.',
  ...(style === 'public'
    ? ['One zone for each exact name: all other names still resolve as before.']
    : [
        'For servers that follow the public CNAMEs into their own zones, as BIND does. One that passes on what its',
        'upstream answers (dnsmasq) gives the public address at the end of the chain: use --zones public, or forward.',
      ]),
];
