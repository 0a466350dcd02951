/** Microsoft.Network/networkInterfaces: those of private endpoints, read and tagged, with what is in effect at them. */

import { armError, defineResourceType } from '@tombolo/arm';
import { propertiesOf, referenceAt } from '@tombolo/store/document';
import { networkApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { ofInterface } from '../expandable.ts';
import { effectiveActions } from './effective-operation.ts';
import { writeInterface } from './write.ts';

export const networkInterfaces = defineResourceType<never>({
  type: types.networkInterface,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  expands: ofInterface,
  lists: ['subscription', 'resourceGroup'],
  deletionRank: 'with-parent',
  put: () => armError('NotImplemented', ['Making network interfaces']),
  patch: 'tags',
  reads: ({ text }, { method }) => (method === 'PUT' ? { documents: [text] } : {}),
  computed: { put: writeInterface },
  actions: effectiveActions,
  remove: ({ existing }) =>
    networkError(
      'NicInUseWithPrivateEndpoint',
      [existing.id, referenceAt(propertiesOf(existing), 'privateEndpoint') ?? 'of another resource'],
      existing.id,
    ),
});
