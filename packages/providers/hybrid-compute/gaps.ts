/** Types of Microsoft.HybridCompute that are not implemented: they answer 501 by name, and empty lists where there can be none. */

import type { AnyResourceType, ListScope } from '@tombolo/arm';
import { defineResourceType } from '@tombolo/arm';
import { newestVersions, privateLinkVersions } from './api-versions.ts';
import { types } from './types.ts';

const gap = (type: string, what: string, apiVersions: readonly string[] = newestVersions): AnyResourceType =>
  defineResourceType<never>({ type, apiVersions, placement: 'proxy', lists: [], gap: what, computed: {} });

/** There are none, and the list says so: clients and the portal ask for it beside machines. The rest is the gap. */
const none = (type: string, what: string, lists: readonly ListScope[]): AnyResourceType =>
  defineResourceType<never>({
    type,
    apiVersions: newestVersions,
    placement: 'proxy',
    lists,
    gap: what,
    computed: { list: async () => [] },
  });

/** A perimeter writes them into what it takes in. There are no perimeters, so none are there. */
const perimeterConfigurations = defineResourceType<never>({
  type: `${types.scope}/networkSecurityPerimeterConfigurations`,
  apiVersions: privateLinkVersions,
  placement: 'proxy',
  lists: ['parent'],
  gap: 'Network security perimeters',
  computed: { get: async () => undefined, list: async () => [] },
});

const inGroups = ['subscription', 'resourceGroup'] as const;

export const gaps: readonly AnyResourceType[] = [
  none(`${types.machine}/licenseProfiles`, 'License profiles', ['parent']),
  none('Microsoft.HybridCompute/licenses', 'Licenses for extended security updates', inGroups),
  none('Microsoft.HybridCompute/gateways', 'Arc gateway', inGroups),
  gap('Microsoft.HybridCompute/settings', 'Hybrid compute settings'),
  gap('Microsoft.HybridCompute/networkConfigurations', 'Network configurations'),
  perimeterConfigurations,
];
