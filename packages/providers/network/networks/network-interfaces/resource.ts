/** Microsoft.Network/networkInterfaces: those of private endpoints, to be read, with what is in effect at them. */

import { armError, defineResourceType } from '@tombolo/arm';
import { propertiesOf, referenceAt } from '@tombolo/store/document';
import { networkApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { effectiveActions } from './effective-operation.ts';

export const networkInterfaces = defineResourceType<never>({
  type: types.networkInterface,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  lists: ['subscription', 'resourceGroup'],
  deletionRank: 'with-parent',
  put: () =>
    armError('NotImplemented', ['Writing network interfaces (a private endpoint makes and removes its own)']),
  patch: 'tags',
  actions: effectiveActions,
  remove: ({ existing }) =>
    networkError(
      'NicInUseWithPrivateEndpoint',
      [existing.id, referenceAt(propertiesOf(existing), 'privateEndpoint') ?? 'of another resource'],
      existing.id,
    ),
});
