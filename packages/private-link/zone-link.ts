/** R23: a virtual network is linked to at most one private zone of a name. */

import { sameId } from '@tombolo/arm/resource-id';
import { nameOf } from '@tombolo/store/document';
import type { PlacementClaim } from './endpoint-placement.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

const zoneKey = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** DNS names compare without regard to case and to a final dot. */
export const sameZoneName = (left: string, right: string): boolean => zoneKey(left) === zoneKey(right);

/**
 * The claim that a link holds on (network, zone name) while it exists. Its value is the link itself, so that neither a
 * second zone of the name nor a second link to the same zone can agree with it.
 */
export const zoneOfNetworkClaim = (vnetId: string, zoneName: string, linkId: string): PlacementClaim => ({
  key: `zone ${zoneKey(zoneName)} of ${vnetId.toLowerCase()}`,
  value: linkId.toLowerCase(),
  holder: linkId,
});

export interface ZoneLink {
  readonly id: string;
  readonly zoneId: string;
  readonly vnetId: string;
}

/**
 * R23. Namespaces overlap where two zones have one name; a parent zone beside a child zone is well, the longest
 * match answers. A link never stands in its own way.
 */
export const checkZoneLink = (wanted: ZoneLink, existing: readonly ZoneLink[]): Refusal | undefined => {
  const name = nameOf(wanted.zoneId);
  const rival = existing.find(
    (link) =>
      !sameId(link.id, wanted.id) &&
      sameId(link.vnetId, wanted.vnetId) &&
      sameZoneName(nameOf(link.zoneId), name),
  );
  if (rival === undefined) return undefined;
  const why = sameId(rival.zoneId, wanted.zoneId)
    ? 'a network has at most one link to a zone'
    : `a network cannot be linked to several zones with overlapping namespaces, and zone '${rival.zoneId}' has the same name`;
  return refuse(
    'R23',
    'BadRequest',
    `Virtual network '${wanted.vnetId}' cannot be linked to private DNS zone '${wanted.zoneId}': ${why}. ` +
      `Delete link '${rival.id}' first, or put the records into the zone that is linked already.`,
    wanted.id,
  );
};
