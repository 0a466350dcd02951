/** What a private endpoint to a scope carries: members, their names, their zones and records. */

import type { CloudSuffixes } from './cloud-profile.ts';
import { servedLabels } from './former-labels.ts';
import { privateLinkZone } from './private-link-zone.ts';
import { codedLabels, type HostLabel, type Region } from './regions.ts';

export interface Member {
  /** `HybridCompute.Global`, as the live privateLinkResources answer spells it. */
  readonly memberName: string;
  readonly groupId: 'hybridcompute';
  /** The public name that agents ask for. */
  readonly fqdn: string;
  /** The private DNS zone of the name. */
  readonly zone: string;
  /** The record's name relative to the zone. */
  readonly record: string;
  /** `gbl.privatelink.his.arc.azure.com`: where the public CNAME leads. */
  readonly privateLinkName: string;
  /** Azure's name is unknown: this one is an installation's own, and means nothing elsewhere. */
  readonly made?: true;
}

export const groupId = 'hybridcompute';

/** The three zones in the order of the live `requiredZoneNames`. */
const requiredZoneNames = (suffixes: CloudSuffixes): readonly string[] =>
  [suffixes.his, suffixes.guestConfiguration, suffixes.kubernetesConfiguration].map(privateLinkZone);

/** A member by the public name that agents ask for: its record is the first label, its zone that of the rest. */
export const memberOf = (memberName: string, fqdn: string): Member => {
  const [record = '', ...labels] = fqdn.split('.');
  const zone = privateLinkZone(labels.join('.'));
  return { memberName, groupId, fqdn, zone, record, privateLinkName: `${record}.${zone}` };
};

/**
 * The same as `privateLinkResources` shows them: the live service writes `privatelink.Guestconfiguration.azure.com` with a
 * capital G. For display only; zones compare without regard to case.
 */
export const publishedZoneNames = (suffixes: CloudSuffixes): readonly string[] =>
  requiredZoneNames(suffixes).map((name) =>
    name.replace(privateLinkZone('guestconfiguration.'), privateLinkZone('Guestconfiguration.')),
  );

/** The six members in the order of the live `requiredMembers` (recorded 2024); names follow the scope's region (R4). */
export const members = (region: Region, suffixes: CloudSuffixes): readonly Member[] => {
  const made = (from: HostLabel): Pick<Member, 'made'> => (from.made ? { made: true } : {});
  const coded = codedLabels(region);
  const { his, guestConfiguration, kubernetesConfiguration } = suffixes;
  return [
    memberOf('HybridCompute.Global', `gbl.${his}`),
    { ...memberOf('HybridCompute.Server', `${coded.his.label}.${his}`), ...made(coded.his) },
    {
      ...memberOf('HybridCompute.TokenService', `${coded.tokenService.label}.${his}`),
      ...made(coded.tokenService),
    },
    memberOf('GuestConfig.GlobalService', `agentserviceapi.${guestConfiguration}`),
    memberOf(`GuestConfig.AgentService.${region.name}`, `${region.name}-gas.${guestConfiguration}`),
    memberOf('HybridCompute.K8sConfiguration', `${region.name}.${kubernetesConfiguration}`),
  ];
};

export type ServedName = Pick<Member, 'fqdn' | 'zone' | 'privateLinkName'>;

/** Every name at which an installation serves the region: those of its members, and those that members had before. */
export const servedNames = (region: Region, suffixes: CloudSuffixes): readonly ServedName[] => {
  const { his } = suffixes;
  const { his: servers, tokenService: tokenServices } = servedLabels(region);
  const former = [...servers, ...tokenServices].map(
    (label): ServedName => ({
      fqdn: `${label}.${his}`,
      zone: privateLinkZone(his),
      privateLinkName: `${label}.${privateLinkZone(his)}`,
    }),
  );
  const now = members(region, suffixes);
  return [...now, ...former.filter(({ fqdn }) => !now.some((member) => member.fqdn === fqdn))];
};

/** The request that says a region's hosts, codes included; needs no sign-in. Agents send it with this version. */
export const discoveryCall = (region: Pick<Region, 'name'>, suffixes: Pick<CloudSuffixes, 'his'>): string =>
  `https://gbl.${suffixes.his}/discovery?location=${region.name}&api-version=2.1`;
