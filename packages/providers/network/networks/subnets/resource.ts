/** Microsoft.Network/virtualNetworks/subnets. */

import { type ArmError, defineResourceType, type Effects, type PutDecision, sameId } from '@tombolo/arm';
import { objectAt, parentIdOf, propertiesOf, stringsAt } from '@tombolo/store/document';
import type { Document, ListQuery } from '@tombolo/store/port';
import { orThrow } from '../../../rule-refusal.ts';
import { readAddressSpace } from '../../address-prefix.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { touched } from '../../document.ts';
import { inUse } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { ofSubnet } from '../expandable.ts';
import { checkDelegations, type Occupied } from './delegations.ts';
import { checkPrefixesKept, checkSubnets, storedSubnet, subnetPrefixes } from './model.ts';
import { loadStanding, shownSubnet, standingReads } from './projection.ts';
import { type SubnetProperties, subnetProperties, subnetReadOnly } from './schema.ts';
import { checkServiceEndpoints } from './service-endpoints.ts';

interface Loaded {
  readonly network: Document;
  readonly siblings: readonly Document[];
  readonly occupied: Occupied;
}

/** All subnets of a network. */
export const subnetsOf = (networkId: string): ListQuery => ({ type: types.subnet, under: networkId });

/** A subnet that somebody uses, as Azure says it: for deletion of the subnet, of its network, and by omission in a PUT. */
export const subnets = defineResourceType<SubnetProperties, Loaded>({
  type: types.subnet,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: subnetProperties,
  readOnly: subnetReadOnly,
  expands: ofSubnet,
  lists: ['parent'],
  polled: true,
  deletionRank: 'with-parent',
  reads: ({ text, parent }, { method }) => {
    if (method === 'DELETE') return {};
    const standing = standingReads(text);
    return method === 'PUT' ? { ...standing, lists: [subnetsOf(parent!.text)] } : standing;
  },
  load: async (context, command) => {
    const networkId = command.id.parent!.text;
    const [network, siblings, occupied] = await Promise.all([
      context.store.get(networkId),
      context.store.list(subnetsOf(networkId)),
      loadStanding(context.store, command.id.text),
    ]);
    return { network: network!, siblings, occupied };
  },
  put: ({ command, loaded, settings }): PutDecision | ArmError => {
    const { network, siblings, occupied } = loaded;
    const id = command.existing?.id ?? `${network.id}/subnets/${command.id.name}`;
    const properties = storedSubnet(id, command.properties);
    const space = stringsAt(objectAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes');
    const others = siblings.filter((sibling) => !sameId(sibling.id, id));
    const refused =
      checkSubnets(network.id, orThrow(readAddressSpace(space, network.id, settings.allowLoopbackNetworks)), [
        ...others.map((sibling) => ({ id: sibling.id, properties: propertiesOf(sibling) })),
        { id, properties },
      ]) ??
      (command.existing && checkPrefixesKept(command.existing, subnetPrefixes(properties), occupied.taken)) ??
      checkServiceEndpoints({ id, properties }, command.existing, settings.regions) ??
      checkDelegations({ id, properties }, command.existing, occupied);
    if (refused) return refused;
    // Two siblings written at once could overlap: each write moves the network's version.
    const effects: Effects = {
      expect: [{ id: network.id, version: network.version }],
      puts: [touched(network)],
    };
    return { properties, effects };
  },
  loadForRemove: async (context, existing) => ({
    network: (await context.store.get(parentIdOf(existing.id)))!,
    siblings: [],
    occupied: { taken: [], users: [] },
  }),
  remove: ({ loaded: { network } }) => ({
    effects: { expect: [{ id: network.id, version: network.version }], puts: [touched(network)] },
  }),
  present: async (context, documents) =>
    Promise.all(
      documents.map(async (document) => ({
        properties: shownSubnet(document, await loadStanding(context.store, document.id)),
      })),
    ),
  inUse: inUse('InUseSubnetCannotBeDeleted'),
});
