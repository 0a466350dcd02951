/** Tenants: the one that this installation is. */

import { defineResourceType } from '@tombolo/arm';
import { subscriptionVersions } from '../api-versions.ts';

export const tenants = defineResourceType<never>({
  type: 'Microsoft.Resources/tenants',
  apiVersions: subscriptionVersions,
  placement: 'proxy',
  lists: ['tenant'],
  authorization: 'own',
  computed: {
    list: async ({ tenantId }) => [
      {
        id: `/tenants/${tenantId}`,
        tenantId,
        tenantCategory: 'Home',
        displayName: 'Tombolo',
        country: null,
        countryCode: null,
        defaultDomain: 'tombolo.local',
        domains: ['tombolo.local'],
        tenantType: 'AAD',
      },
    ],
  },
});
