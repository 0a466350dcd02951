/** Decides a link: one zone of a name per network (R23), one with registration, redirection for privatelink zones only. */

import {
  type ArmError,
  type PutDecision,
  type PutInput,
  type Settings,
  sameId,
  useClaim,
} from '@tombolo/arm';
import { checkZoneLink, findRegion, members, zoneOfNetworkClaim, zoneWarnings } from '@tombolo/private-link';
import { nameOf, parentIdOf, propertiesOf, referenceAt, withValues } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { linkOfNetworkClaim } from '../../network-links.ts';
import { networkError } from '../../refusals.ts';
import { isPrivateLinkZone } from '../private-dns-zones/names.ts';
import type { LinkProperties } from './schema.ts';

export interface LoadedLink {
  readonly zone: Document;
  /** Names of the zone's record sets. */
  readonly recordSetNames: readonly string[];
}

/** A network registers its machines in one zone. */
const registrationClaim = (networkId: string, linkId: string): Claim => ({
  key: `registration zone of ${networkId.toLowerCase()}`,
  value: linkId.toLowerCase(),
  holder: linkId.toLowerCase(),
});

export const registrationTaken = (linkId: string, networkId: string, rival: string): ArmError =>
  networkError(
    'BadRequest',
    [
      `Virtual network '${networkId}' cannot register its machines by link '${linkId}': a network is linked with registration to one zone, and '${rival}' does that already. Turn registrationEnabled off on one of them.`,
    ],
    'registrationEnabled',
  );

/** R23: the refusal of a link whose claim on the zone's name another link holds already. */
export const zoneTaken = (
  linkId: string,
  zoneId: string,
  networkId: string,
  rival: string,
): ArmError | undefined => {
  const existing = [{ id: rival, zoneId: parentIdOf(rival), vnetId: networkId }];
  const refusal = checkZoneLink({ id: linkId, zoneId, vnetId: networkId }, existing);
  return refusal && refusalError(refusal);
};

/** R7: a zone that lacks the region's records hides the public names from the whole network once it is linked. */
const warningsOf = (
  network: Document,
  { zone, recordSetNames }: LoadedLink,
  redirectsToPublic: boolean,
  settings: Settings,
): readonly string[] => {
  const region = findRegion(String(network.body.location));
  if (!region) return [];
  const linked = [{ zoneId: zone.id, recordSetNames, redirectsToPublic }];
  return zoneWarnings(network.id, linked, members(region, settings.suffixes))
    .filter((warning) => warning.kind !== 'zone-not-linked')
    .map((warning) => warning.message);
};

export const putLink = ({
  command,
  loaded,
  referenced,
  settings,
}: PutInput<LinkProperties, LoadedLink>): PutDecision | ArmError => {
  const { zone } = loaded;
  const { existing, properties: written } = command;
  const id = existing?.id ?? `${zone.id}/virtualNetworkLinks/${command.id.name}`;
  const before = existing && propertiesOf(existing);
  if (!written.virtualNetwork)
    return networkError('BadRequest', [`Link '${id}' needs properties.virtualNetwork.id.`], 'virtualNetwork');
  const network = referenced.get(written.virtualNetwork.id.toLowerCase())!;
  if (before && !sameId(referenceAt(before, 'virtualNetwork') ?? '', network.id))
    return networkError(
      'BadRequest',
      [`The virtual network of link '${id}' cannot be changed. Delete the link and create it anew.`],
      'virtualNetwork',
    );
  const policy = written.resolutionPolicy;
  if (policy === 'NxDomainRedirect' && !isPrivateLinkZone(nameOf(zone.id)))
    return networkError(
      'BadRequest',
      [`resolutionPolicy NxDomainRedirect is for privatelink zones only, and '${nameOf(zone.id)}' is none.`],
      'resolutionPolicy',
    );
  const registrationEnabled = written.registrationEnabled ?? false;
  const registration = registrationClaim(network.id, id);
  return {
    properties: withValues({
      virtualNetwork: { id: network.id },
      registrationEnabled,
      resolutionPolicy: policy ?? (isPrivateLinkZone(nameOf(zone.id)) ? 'Default' : undefined),
      virtualNetworkLinkState: 'Completed',
      provisioningState: 'Succeeded',
    }),
    effects: {
      claims: [
        zoneOfNetworkClaim(network.id, nameOf(zone.id), id),
        linkOfNetworkClaim(network.id, id),
        useClaim(zone.id, id),
        ...(registrationEnabled ? [registration] : []),
      ],
      releases: registrationEnabled ? [] : [{ holder: registration.holder, key: registration.key }],
    },
    warnings: warningsOf(network, loaded, policy === 'NxDomainRedirect', settings),
  };
};
