/** Microsoft.Network/privateDnsZones/virtualNetworkLinks. */

import { armError, defineResourceType, type OperationContext } from '@tombolo/arm';
import { checkLinked, linkedChecksOfZoneLink } from '@tombolo/private-link';
import { nameOf, propertiesOf, stringAt } from '@tombolo/store/document';
import { refusalError } from '../../rule-refusal.ts';
import { privateDnsApiVersions, resolutionPolicySince } from '../api-versions.ts';
import { networkName, types } from '../types.ts';
import { type LoadedLink, putLink, registrationTaken, shownLink, zoneTaken } from './model.ts';
import { type LinkProperties, linkProperties, linkReadOnly } from './schema.ts';

/** R15: linking needs the permission to join the network; throws LinkedAuthorizationFailed. */
export const checkMayLink = async (
  context: OperationContext,
  type: string,
  linkId: string,
  networkId: string,
): Promise<void> => {
  const checks = linkedChecksOfZoneLink(networkId);
  const allowed = await Promise.all(checks.map((check) => context.allows(check.action, check.scope)));
  const write = { caller: context.principal.objectId, action: `${type}/write`, resourceId: linkId };
  const refusal = checkLinked(checks, (check) => allowed[checks.indexOf(check)]!, write);
  if (refusal) throw refusalError(refusal);
};

const saysPolicy = (context: OperationContext): boolean => context.apiVersion >= resolutionPolicySince;

export const privateDnsLinks = defineResourceType<LinkProperties, LoadedLink>({
  type: types.zoneLink,
  apiVersions: privateDnsApiVersions,
  placement: 'global',
  name: networkName,
  etagInBody: true,
  properties: linkProperties,
  readOnly: linkReadOnly,
  lists: ['parent'],
  deletionRank: 20,
  load: async (context, command) => {
    const { store } = context;
    const { existing, properties } = command;
    const before = existing && stringAt(propertiesOf(existing), 'resolutionPolicy');
    if (
      !saysPolicy(context) &&
      properties.resolutionPolicy !== undefined &&
      properties.resolutionPolicy !== before
    )
      throw armError(
        'InvalidRequestContent',
        [
          `could not find member 'resolutionPolicy'. It is there from api-version ${resolutionPolicySince} on.`,
        ],
        'properties.resolutionPolicy',
      );
    const zone = (await store.get(command.id.parent!.text))!;
    const networkId = properties.virtualNetwork?.id;
    if (networkId !== undefined) await checkMayLink(context, types.zoneLink, command.id.text, networkId);
    const [network, recordSets] = await Promise.all([
      networkId === undefined ? undefined : store.get(networkId),
      store.list({ under: zone.id, limit: 500 }),
    ]);
    const recordSetNames = recordSets
      .filter(({ type }) => type !== types.zoneLink)
      .map(({ id }) => nameOf(id));
    return { zone, network, recordSetNames, saysPolicy: saysPolicy(context) };
  },
  put: putLink,
  patch: 'merge',
  present: async (context, documents) => documents.map((link) => shownLink(link, saysPolicy(context))),
  explain: (reason, id) => {
    const rival = reason.held.holders[0] ?? '';
    const registering = /^registration zone of (.+)$/.exec(reason.key)?.[1];
    if (registering !== undefined) return registrationTaken(id.text, registering, rival);
    const networkId = /^zone \S+ of (.+)$/.exec(reason.key)?.[1];
    return networkId === undefined ? undefined : zoneTaken(id.text, id.parent!.text, networkId, rival);
  },
});
