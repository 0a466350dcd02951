/** Which service and region a host name means, by the suffixes of the cloud profile. */

import type { CloudProfile, Region } from '@tombolo/private-link';
import { packageHost, regions, relayNamespace, servedLabels } from '@tombolo/private-link';

export type ServiceKind = 'gbl' | 'his' | 'ats' | 'agentserviceapi' | 'gas' | 'dp' | 'gns' | 'relay' | 'blob';

export interface ServiceName {
  readonly kind: ServiceKind;
  /** Lower case, without port and final dot. */
  readonly fqdn: string;
  /** Of his, gas and dp. */
  readonly region?: Region;
}

type NamingProfile = Pick<CloudProfile, 'suffixes' | 'regions'>;

/** The regions that a profile offers. */
export const offeredRegions = (profile: Pick<CloudProfile, 'regions'>): readonly Region[] =>
  regions.filter((region) => profile.regions.includes(region.name));

/** A Host header or SNI name without its port and final dot, in lower case. */
export const bareHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');

/** The label before the suffix: `je` of `je.his.arc.azure.com`; undefined where it is another suffix or deeper. */
const labelUnder = (fqdn: string, suffix: string): string | undefined => {
  const tail = `.${suffix.toLowerCase()}`;
  if (!fqdn.endsWith(tail)) return undefined;
  const label = fqdn.slice(0, -tail.length);
  return label === '' || label.includes('.') ? undefined : label;
};

/** @returns undefined for a name that is not ours (the answer is 421). */
export const resolveHost = (host: string, profile: NamingProfile): ServiceName | undefined => {
  const fqdn = bareHost(host);
  if (fqdn === packageHost) return { kind: 'blob', fqdn };
  const { suffixes } = profile;
  const offered = offeredRegions(profile);
  const his = labelUnder(fqdn, suffixes.his);
  if (his !== undefined) {
    if (his === 'gbl') return { kind: 'gbl', fqdn };
    const region = offered.find((entry) => servedLabels(entry).his.includes(his));
    if (region) return { kind: 'his', fqdn, region };
    const known = offered.some((entry) => servedLabels(entry).tokenService.includes(his));
    return known ? { kind: 'ats', fqdn } : undefined;
  }
  const guest = labelUnder(fqdn, suffixes.guestConfiguration);
  if (guest !== undefined) {
    if (guest === 'agentserviceapi') return { kind: 'agentserviceapi', fqdn };
    const region = offered.find((entry) => `${entry.name}-gas` === guest);
    return region && { kind: 'gas', fqdn, region };
  }
  const data = labelUnder(fqdn, suffixes.kubernetesConfiguration);
  if (data !== undefined) {
    const region = offered.find((entry) => entry.name === data);
    return region && { kind: 'dp', fqdn, region };
  }
  const notification = suffixes.notification?.toLowerCase();
  if (notification !== undefined && (fqdn === notification || labelUnder(fqdn, notification) !== undefined)) {
    return { kind: 'gns', fqdn };
  }
  const relayed = offered.some((entry) => relayNamespace(entry.name, suffixes)?.toLowerCase() === fqdn);
  return relayed ? { kind: 'relay', fqdn } : undefined;
};
