/** `effectiveNetworkSecurityGroups` and `effectiveRouteTable`: accepted, then the result at `Location`, as in Azure. */

import { ArmError, notFound, type OperationKind, type PostAction } from '@tombolo/arm';
import { effectiveGroups, effectiveRoutes } from '@tombolo/network-rules';
import { findTag } from '@tombolo/service-tags/document';
import { jsonOf, stringAt } from '@tombolo/store/document';
import { types } from '../../types.ts';
import { served } from '../service-tags/resource.ts';
import { loadAroundInterface } from './around-interface.ts';

export const effective = 'network.effective';

type Wanted = 'groups' | 'routes';

const start = (wanted: Wanted): PostAction => ({
  run: async ({ store, registry }, id) => {
    const nic = await store.get(id.text);
    if (!nic) throw notFound(id, registry.typeOf(types.networkInterface)!);
    return {
      effects: { expect: [{ id: nic.id, version: 'present' }] },
      status: 202,
      operation: { kind: effective, state: { wanted }, location: String(nic.body.location) },
    };
  },
});

export const effectiveActions: Readonly<Record<string, PostAction>> = {
  effectiveNetworkSecurityGroups: start('groups'),
  effectiveRouteTable: start('routes'),
};

export const effectiveKind: OperationKind = {
  step: async ({ operation, store, settings }) => {
    const nic = await store.get(operation.target);
    const gone = `Interface '${operation.target}' was deleted meanwhile.`;
    if (!nic) return { status: 'Failed', error: { code: 'ResourceNotFound', message: gone } };
    try {
      const { document } = await served({ store, settings });
      const around = await loadAroundInterface(store, nic, (tag) => findTag(document, tag)?.addressPrefixes);
      const targets = { subnet: around.subnetId, networkInterface: nic.id };
      const value =
        stringAt(operation.state, 'wanted') === 'groups'
          ? effectiveGroups(around.application.groups, targets, around.surroundings)
          : effectiveRoutes(around.routing);
      return {
        status: 'Succeeded',
        state: { ...operation.state, result: { value: value.map((each) => jsonOf(each)) } },
      };
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      return { status: 'Failed', error: { code: error.code, message: error.message } };
    }
  },
};
