/** Microsoft.Network/virtualNetworks/subnets. */

import {
  type ArmError,
  defineResourceType,
  type Effects,
  type OperationContext,
  type PutDecision,
  parseResourceId,
} from '@tombolo/arm';
import type { ConflictReason, Document, HeldClaim } from '@tombolo/store/port';
import { takenAddresses } from '../address-allocation.ts';
import { readAddressSpace } from '../address-prefix.ts';
import { networkApiVersions } from '../api-versions.ts';
import { nameOf, objectAt, parentIdOf, propertiesOf, stringsAt, touched } from '../document.ts';
import { networkError, orThrow } from '../refusals.ts';
import { networkName, types } from '../types.ts';
import { checkPrefixesKept, checkSubnets, securityGroupUse, storedSubnet, subnetPrefixes } from './model.ts';
import { shownSubnet } from './projection.ts';
import { type SubnetProperties, subnetProperties, subnetReadOnly } from './schema.ts';

interface Loaded {
  readonly network: Document;
  readonly siblings: readonly Document[];
  readonly taken: readonly HeldClaim[];
  readonly securityGroup: Document | undefined;
}

/** The subnets of a network, sorted by id. */
export const loadSubnets = (
  store: OperationContext['store'],
  networkId: string,
): Promise<readonly Document[]> => store.list({ type: types.subnet, under: networkId });

/** A security group that a subnet names has to be there, in the network's region and subscription. */
export const checkSecurityGroup = (
  subnetId: string,
  wanted: string | undefined,
  group: Document | undefined,
  network: { readonly id: string; readonly location: unknown },
): ArmError | undefined => {
  if (wanted === undefined) return undefined;
  const fits =
    group !== undefined &&
    group.type === types.securityGroup &&
    group.body.location === network.location &&
    parseResourceId(group.id)?.subscriptionId?.toLowerCase() ===
      parseResourceId(network.id)?.subscriptionId?.toLowerCase();
  return fits
    ? undefined
    : networkError('InvalidResourceReference', [wanted, subnetId], 'networkSecurityGroup');
};

/** A subnet that somebody uses, as Azure says it: for deletion of the subnet, of its network, and by omission in a PUT. */
export const explainSubnetUse = (reason: ConflictReason): ArmError | undefined => {
  if (reason.kind !== 'in-use') return undefined;
  const used = reason.key.replace(/^use:/, '');
  return /\/subnets\/[^/]+$/.test(used)
    ? networkError('InUseSubnetCannotBeDeleted', [nameOf(used), reason.holders.join(', ')], used)
    : undefined;
};

export const subnets = defineResourceType<SubnetProperties, Loaded>({
  type: types.subnet,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: subnetProperties,
  readOnly: subnetReadOnly,
  lists: ['parent'],
  deletionRank: 'with-parent',
  load: async (context, command) => {
    const networkId = command.id.parent!.text;
    const group = command.properties.networkSecurityGroup?.id;
    const [network, siblings, taken, securityGroup] = await Promise.all([
      context.store.get(networkId),
      loadSubnets(context.store, networkId),
      takenAddresses(context.store, command.id.text),
      group === undefined ? undefined : context.store.get(group),
    ]);
    return { network: network!, siblings, taken, securityGroup };
  },
  put: ({ command, loaded, settings }): PutDecision | ArmError => {
    const { network, siblings, taken } = loaded;
    const id = command.existing?.id ?? `${network.id}/subnets/${command.id.name}`;
    const properties = storedSubnet(id, command.properties);
    const space = stringsAt(objectAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes');
    const others = siblings.filter((sibling) => sibling.id.toLowerCase() !== id.toLowerCase());
    const refused =
      checkSubnets(network.id, orThrow(readAddressSpace(space, network.id, settings.allowLoopbackNetworks)), [
        ...others.map((sibling) => ({ id: sibling.id, properties: propertiesOf(sibling) })),
        { id, properties },
      ]) ??
      (command.existing && checkPrefixesKept(command.existing, subnetPrefixes(properties), taken)) ??
      checkSecurityGroup(id, command.properties.networkSecurityGroup?.id, loaded.securityGroup, {
        id: network.id,
        location: network.body.location,
      });
    if (refused) return refused;
    // Two siblings written at once could overlap: each write moves the network's version.
    const effects: Effects = {
      expect: [{ id: network.id, version: network.version }, ...securityGroupThere(loaded.securityGroup)],
      puts: [touched(network)],
      ...securityGroupUse(id, properties, command.existing),
    };
    return { properties, effects };
  },
  loadForRemove: async (context, existing) => ({
    network: (await context.store.get(parentIdOf(existing.id)))!,
    siblings: [],
    taken: [],
    securityGroup: undefined,
  }),
  remove: ({ loaded: { network } }) => ({
    effects: { expect: [{ id: network.id, version: network.version }], puts: [touched(network)] },
  }),
  present: async (context, documents) =>
    Promise.all(
      documents.map(async (document) => ({ properties: await shownSubnet(context.store, document) })),
    ),
  explain: explainSubnetUse,
});

/** The group is expected as it was read, so that it cannot go while a subnet takes it. */
export const securityGroupThere = (group: Document | undefined) =>
  group === undefined ? [] : [{ id: group.id, version: 'present' as const }];
