/** Decides a virtual network: its address space, its subnets and its peerings as one. */

import { ArmError, type Effects, type PutDecision, type PutInput } from '@tombolo/arm';
import { type AddressPrefix, contains, readAddressPrefix } from '@tombolo/ip/address-prefix';
import { nameOf, propertiesOf, stringAt, withValues } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { orThrow } from '../../../rule-refusal.ts';
import { readAddressSpace } from '../../address-prefix.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import type { Occupied } from '../subnets/delegations.ts';
import { checkSubnets, subnetPrefixes } from '../subnets/model.ts';
import { checkPeeredSpaces, decidePeering } from '../virtual-network-peerings/model.ts';
import { disconnected, type PeeringSurroundings } from '../virtual-network-peerings/resource.ts';
import { combined, inlineNameOf, planInlineSubnets } from './inline-children.ts';
import type { NetworkProperties } from './schema.ts';

export interface LoadedNetwork {
  readonly subnets: readonly Document[];
  /** By lower-case subnet id. */
  readonly occupied: ReadonlyMap<string, Occupied>;
  readonly peerings: readonly Document[];
  /** By lower-case peering name: what is around each peering that the PUT names or that is there. */
  readonly around: ReadonlyMap<string, PeeringSurroundings>;
  /** Subnets that the PUT leaves out altogether stay; by early api-versions they go. */
  readonly keepsSubnets: boolean;
}

type Input = PutInput<NetworkProperties, LoadedNetwork>;

/** Where the address space shrinks under a subnet with addresses, Azure's code differs from that of an unused one. */
const explainOutside = (
  refused: ArmError,
  outers: readonly AddressPrefix[],
  loaded: LoadedNetwork,
): ArmError => {
  for (const subnet of loaded.subnets) {
    if (!loaded.occupied.get(subnet.id.toLowerCase())?.taken.length) continue;
    const lost = subnetPrefixes(propertiesOf(subnet)).find((text) => {
      const prefix = readAddressPrefix(text);
      return prefix && !outers.some((outer) => contains(outer, prefix));
    });
    if (lost !== undefined)
      return networkError('InUsePrefixCannotBeDeleted', [lost, nameOf(subnet.id)], subnet.id);
  }
  return refused;
};

const asRead = (document: Document | undefined) =>
  document === undefined ? [] : [{ id: document.id, version: document.version }];

const planPeerings = (input: Input, networkId: string, space: readonly string[]): Effects | ArmError => {
  const { command, loaded, newGuid } = input;
  const written = command.properties.virtualNetworkPeerings;
  const local: Document = command.existing ?? { id: networkId, type: types.network, body: {}, version: 0 };
  const remotes = loaded.peerings.flatMap(
    (peering) => loaded.around.get(nameOf(peering.id).toLowerCase())?.remote ?? [],
  );
  const overlap = checkPeeredSpaces({ id: networkId, space }, remotes);
  if (overlap) return overlap;
  const unchanged = remotes.map((remote) => ({ id: remote.id, version: remote.version }));
  if (written === undefined) return { expect: unchanged };
  const byName = new Map(loaded.peerings.map((peering) => [nameOf(peering.id).toLowerCase(), peering]));
  const parts: Effects[] = [];
  for (const entry of written) {
    const name = inlineNameOf(entry);
    if (!networkName.pattern.test(name))
      return networkError(
        'BadRequest',
        [`The peering name '${name}' is invalid: ${networkName.rule}`],
        'virtualNetworkPeerings',
      );
    const existing = byName.get(name.toLowerCase());
    const around = loaded.around.get(name.toLowerCase())!;
    const id = existing?.id ?? `${networkId}/virtualNetworkPeerings/${name}`;
    const plan = decidePeering({
      ...around,
      remote: around.remote!,
      id,
      local,
      localSpace: space,
      written: entry.properties,
      existing,
      syncs: false,
      newGuid,
    });
    if (plan instanceof ArmError) return plan;
    parts.push({
      expect: [
        { id, version: existing?.version ?? 'absent' },
        { id: around.remote!.id, version: around.remote!.version },
        ...asRead(around.reverse),
      ],
      puts: [
        { id, type: types.peering, body: { ...existing?.body, properties: plan.properties } },
        ...(plan.reverse ? [plan.reverse] : []),
      ],
      claims: [plan.claim],
    });
  }
  const names = new Set(written.map((entry) => inlineNameOf(entry).toLowerCase()));
  for (const peering of loaded.peerings.filter((entry) => !names.has(nameOf(entry.id).toLowerCase()))) {
    const reverse = loaded.around.get(nameOf(peering.id).toLowerCase())?.reverse;
    parts.push({
      expect: asRead(reverse),
      deletes: [peering.id],
      releases: [{ holder: peering.id.toLowerCase() }],
      puts: disconnected(reverse),
    });
  }
  return combined({ expect: unchanged }, ...parts);
};

export const putNetwork = (input: Input): PutDecision | ArmError => {
  const { command, loaded, settings } = input;
  const { subnets, virtualNetworkPeerings: _, addressSpace, ...rest } = command.properties;
  const written = subnets ?? (loaded.keepsSubnets ? undefined : []);
  const networkId = command.storedId;
  const space = addressSpace?.addressPrefixes ?? [];
  const parsed = readAddressSpace(space, networkId, settings.allowLoopbackNetworks);
  if (parsed instanceof ArmError) return parsed;
  const plan = orThrow(
    planInlineSubnets({
      ...loaded,
      networkId,
      written,
      existing: loaded.subnets,
      regions: settings.regions,
    }),
  );
  const refused = checkSubnets(networkId, parsed, plan.all);
  if (refused) return written === undefined ? explainOutside(refused, parsed, loaded) : refused;
  const peerings = orThrow(planPeerings(input, networkId, space));
  const before = command.existing && propertiesOf(command.existing);
  const properties = withValues({
    ...(rest as Record<string, Json | undefined>),
    addressSpace: { addressPrefixes: [...space] },
    dhcpOptions: { dnsServers: rest.dhcpOptions?.dnsServers ?? [] },
    enableDdosProtection: rest.enableDdosProtection ?? false,
    privateEndpointVNetPolicies: rest.privateEndpointVNetPolicies ?? 'Disabled',
    provisioningState: 'Succeeded',
    resourceGuid: stringAt(before, 'resourceGuid') ?? input.newGuid(),
  });
  return { properties, effects: combined(plan.effects, peerings) };
};

/** Who points at the network from elsewhere: links and peerings. They go, or are Disconnected, with it. */
export interface LoadedForRemoval {
  readonly links: readonly Document[];
  readonly reversePeerings: readonly Document[];
  /** Claims by which they were found, with their holders then. */
  readonly found: readonly { readonly key: string; readonly holders: readonly string[] }[];
}

/** As in Azure, links of private zones go with their network, and peerings of others to it are Disconnected. */
export const removeNetwork = (loaded: LoadedForRemoval): { readonly effects: Effects } => ({
  effects: {
    expect: [
      ...loaded.found.map(({ key, holders }) => ({ unclaimed: key, except: holders })),
      ...loaded.reversePeerings.flatMap(asRead),
    ],
    puts: loaded.reversePeerings.flatMap((peering) => disconnected(peering)),
    deletes: loaded.links.map((link) => link.id),
    releases: loaded.links.map((link) => ({ holder: link.id.toLowerCase() })),
  },
});

export const shownNetwork = (
  network: Document,
  subnets: readonly JsonObject[],
  peerings: readonly JsonObject[],
): JsonObject => ({
  ...network.body,
  properties: { ...propertiesOf(network), subnets, virtualNetworkPeerings: peerings },
});
