/** `{machine}/networkProfile`: the interfaces that the machine's agent reported. */

import { armError, defineResourceType } from '@tombolo/arm';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { machineVersions } from '../api-versions.ts';
import { createdAtOf } from '../machines/machine-status.ts';
import { networkProfileOf } from '../machines/schema.ts';
import { types } from '../types.ts';

/** A singleton without a name: in its path it looks like a collection. */
export const networkProfile = defineResourceType<never>({
  type: `${types.machine}/networkProfile`,
  apiVersions: machineVersions,
  placement: 'proxy',
  lists: ['parent'],
  rbac: { read: `${types.machine}/read` },
  computed: {
    list: async ({ store }, parent) => {
      const machine = await store.get(parent!.text);
      if (machine?.type !== types.machine)
        throw armError('ResourceNotFound', [`${types.machine}/${parent!.name}`, parent!.resourceGroup ?? '']);
      const facts = await store.facts([heartbeatKey(machine.id)]);
      const heartbeat = facts.get(heartbeatKey(machine.id));
      const own = heartbeat && heartbeat.at >= createdAtOf(machine) ? heartbeat.value : undefined;
      return { status: 200, headers: {}, body: networkProfileOf(own) };
    },
  },
});
