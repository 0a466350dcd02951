/** One name of an endpoint: read in either of its forms, public or privatelink. */

import { type CloudSuffixes, isPrivateLinkZone, privateLinkZone } from '@tombolo/private-link';
import { isSafeHostName, privateLinkSuffixes } from './host-name.ts';
import { DocumentProblem, shown } from './problem.ts';

export interface EndpointName {
  /** What agents ask for: `gbl.his.arc.azure.com`, in lower case. */
  readonly fqdn: string;
  /** Relative to the suffix and to its privatelink zone alike: `gbl`. */
  readonly record: string;
  /** `his.arc.azure.com` */
  readonly suffix: string;
  /** `privatelink.his.arc.azure.com` */
  readonly zone: string;
  /** IPv4 and IPv6, each once. */
  readonly addresses: readonly string[];
}

/** A name with its addresses as some source has it. */
export interface NamedAddresses {
  /** Public or privatelink name. */
  readonly fqdn: string;
  readonly ipAddresses: readonly string[];
  /** Where it stands in the input: `properties.customDnsConfigs[0]`. */
  readonly where: string;
}

/** Throws DocumentProblem on what is no host name, and on a name of another service. */
export const readEndpointName = (
  { fqdn, where }: NamedAddresses,
  suffixes: CloudSuffixes,
): Omit<EndpointName, 'addresses'> => {
  const name = fqdn.toLowerCase().replace(/\.$/, '');
  if (!isSafeHostName(name))
    throw new DocumentProblem(
      'Invalid',
      `${where}: ${shown(fqdn)} is no host name.`,
      'Write whole names of letters, digits, hyphens and dots, like gbl.his.arc.azure.com.',
    );
  for (const suffix of privateLinkSuffixes(suffixes)) {
    const zone = privateLinkZone(suffix);
    for (const end of [`.${zone}`, `.${suffix}`]) {
      if (!name.endsWith(end)) continue;
      const record = name.slice(0, -end.length);
      if (isPrivateLinkZone(record)) continue;
      return { fqdn: `${record}.${suffix}`, record, suffix, zone };
    }
  }
  throw new DocumentProblem(
    'Invalid',
    `${where}: ${name} is no name of Azure Arc: it is below none of ${privateLinkSuffixes(suffixes).join(', ')}.`,
    'Leave out other services. For another cloud say which: --cloud, or "cloud" or "suffixes" in a description by hand.',
  );
};
