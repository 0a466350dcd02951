/** Microsoft.Network/privateDnsZones/virtualNetworkLinks. */

import { armError, defineResourceType, type OperationContext } from '@tombolo/arm';
import { nameOf, propertiesOf, stringAt } from '@tombolo/store/document';
import { privateDnsApiVersions, resolutionPolicySince } from '../../api-versions.ts';
import { networkName, types } from '../../types.ts';
import { type LoadedLink, putLink, registrationTaken, shownLink, zoneTaken } from './model.ts';
import { type LinkProperties, linkProperties, linkReadOnly } from './schema.ts';

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
  polled: true,
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
    const recordSets = await store.list({ under: zone.id, limit: 500 });
    const recordSetNames = recordSets
      .filter(({ type }) => type !== types.zoneLink)
      .map(({ id }) => nameOf(id));
    return { zone, recordSetNames, saysPolicy: saysPolicy(context) };
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
