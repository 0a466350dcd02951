/** Types of Microsoft.HybridCompute that are not implemented: they answer 501 by name. */

import type { AnyResourceType } from '@tombolo/arm';
import { armError, defineResourceType } from '@tombolo/arm';
import { machineVersions, newestVersions, privateLinkVersions } from './api-versions.ts';
import { hybridError } from './refusals.ts';
import { types } from './types.ts';

const gap = (type: string, what: string, apiVersions: readonly string[] = newestVersions): AnyResourceType =>
  defineResourceType<never>({ type, apiVersions, placement: 'proxy', lists: [], gap: what, computed: {} });

/** None can be installed, so none are there: reading says so, writing is the gap. */
const extensions = defineResourceType<never>({
  type: `${types.machine}/extensions`,
  apiVersions: machineVersions,
  placement: 'tracked',
  lists: ['parent'],
  gap: 'Installing machine extensions',
  computed: {
    get: async ({ store }, id) => {
      if ((await store.get(id.parent!.text))?.type === types.machine) throw hybridError('HCRP404', [id.text]);
      return undefined;
    },
    list: async ({ store }, parent) => {
      if ((await store.get(parent!.text))?.type === types.machine) return [];
      throw armError('ResourceNotFound', [`${types.machine}/${parent!.name}`, parent!.resourceGroup ?? '']);
    },
  },
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

export const gaps: readonly AnyResourceType[] = [
  extensions,
  gap(`${types.machine}/runCommands`, 'Running commands on machines'),
  gap(`${types.machine}/licenseProfiles`, 'License profiles'),
  gap('Microsoft.HybridCompute/licenses', 'Licenses for extended security updates'),
  gap('Microsoft.HybridCompute/gateways', 'Arc gateway'),
  gap('Microsoft.HybridCompute/settings', 'Hybrid compute settings'),
  gap('Microsoft.HybridCompute/networkConfigurations', 'Network configurations'),
  perimeterConfigurations,
];
