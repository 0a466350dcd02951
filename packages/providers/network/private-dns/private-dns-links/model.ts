/** Decides a link: one zone of a name per network (R23), one with registration, redirection for privatelink zones only. */

import {
  ArmError,
  type PutDecision,
  type PutInput,
  type RemoveDecision,
  sameId,
  useClaim,
} from '@tombolo/arm';
import {
  checkZoneLink,
  isPrivateLinkZone,
  type Member,
  refuseHiddenNames,
  zoneOfNetworkClaim,
  zoneWarnings,
} from '@tombolo/private-link';
import { nameOf, parentIdOf, propertiesOf, referenceAt, withValues } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { linkOfNetworkClaim } from '../../network-links.ts';
import { networkError } from '../../refusals.ts';
import { answeringNames, networkOf } from '../linked-zones.ts';
import { checkTags } from '../tags.ts';
import { type LinkOfNetwork, warningsOfNetwork } from '../zones-of-network.ts';
import type { LinkProperties } from './schema.ts';

export interface LoadedLink {
  readonly zone: Document;
  /** Its record sets at which addresses are found; none where R7 has nothing to say. */
  readonly records: readonly Document[];
  /** What the network needs of names. */
  readonly members: readonly Member[];
  /** Names of the other zones that the network is linked to. */
  readonly besides: readonly string[];
}

/** A network registers its machines in one zone. */
const registrationClaim = (networkId: string, linkId: string): Claim => ({
  key: `registration zone of ${networkId.toLowerCase()}`,
  value: linkId.toLowerCase(),
  holder: linkId,
});

export const registrationTaken = (linkId: string, networkId: string, rival: string): ArmError =>
  networkError(
    'Conflict',
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

/**
 * R7: a zone that lacks records hides the public names from the whole network once it is linked. Strict DNS lets an empty
 * zone pass: az, the portal and Terraform link the zone before anything writes into it.
 */
const warningsOf = (
  network: Document,
  { zone, records, members, besides }: LoadedLink,
  redirectsToPublic: boolean,
  strictDns: boolean,
): readonly string[] | ArmError => {
  const linked = { networkId: network.id, redirectsToPublic, members, besides };
  const warnings = zoneWarnings({ zoneId: zone.id, after: answeringNames(records), networks: [linked] });
  const refusal = strictDns
    ? refuseHiddenNames(warnings.filter(({ kind }) => kind !== 'empty-zone'))
    : undefined;
  return refusal ? refusalError(refusal) : warnings.map(({ message }) => message);
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
  const tooMany = checkTags(command);
  if (tooMany) return tooMany;
  if (!written.virtualNetwork)
    return networkError('BadRequest', [`Link '${id}' needs properties.virtualNetwork.id.`], 'virtualNetwork');
  const network = referenced.get(written.virtualNetwork.id.toLowerCase())!;
  if (before && !sameId(referenceAt(before, 'virtualNetwork') ?? '', network.id))
    return networkError(
      'BadRequest',
      [`The virtual network of link '${id}' cannot be changed. Delete the link and create it anew.`],
      'virtualNetwork',
    );
  // Azure has no default for it (Azure/terraform-provider-azapi#649).
  const { registrationEnabled } = written;
  if (registrationEnabled === undefined)
    return networkError(
      'BadRequest',
      [
        `The specified virtual network link registration setting is invalid: link '${id}' needs properties.registrationEnabled, true or false.`,
      ],
      'registrationEnabled',
    );
  const policy = written.resolutionPolicy;
  if (policy === 'NxDomainRedirect' && !isPrivateLinkZone(nameOf(zone.id)))
    return networkError(
      'BadRequest',
      [`resolutionPolicy NxDomainRedirect is for privatelink zones only, and '${nameOf(zone.id)}' is none.`],
      'resolutionPolicy',
    );
  const warnings = warningsOf(network, loaded, policy === 'NxDomainRedirect', settings.strictDns);
  if (warnings instanceof ArmError) return warnings;
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
    warnings,
  };
};

/** R7: with a zone above Arc's names go its answers, and the names are the private-link zones' again. */
export const removeLink = (
  link: Document,
  links: readonly LinkOfNetwork[],
  strictDns: boolean,
): RemoveDecision | ArmError => {
  const warnings = warningsOfNetwork(networkOf(link), links, { without: link.id });
  const refusal = strictDns ? refuseHiddenNames(warnings) : undefined;
  return refusal ? refusalError(refusal) : { warnings: warnings.map(({ message }) => message) };
};
