/** The subnets that a virtual network's PUT carries: created, updated, and those left out deleted. */

import { type ArmError, type Effects, unusedExpectations } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { duplicateName } from '../../duplicate-name.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { checkDelegations, type Occupied } from '../subnets/delegations.ts';
import { checkPrefixesKept, type SubnetPlan, storedSubnet, subnetPrefixes } from '../subnets/model.ts';
import { type SubnetProperties, subnetProperties } from '../subnets/schema.ts';
import { checkServiceEndpoints } from '../subnets/service-endpoints.ts';

interface InlineSubnet {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  readonly properties?: SubnetProperties | undefined;
}

export interface InlineSubnetsInput {
  readonly networkId: string;
  /** undefined: the PUT says nothing of subnets, and they stay. */
  readonly written: readonly InlineSubnet[] | undefined;
  readonly existing: readonly Document[];
  /** By lower-case subnet id. */
  readonly occupied: ReadonlyMap<string, Occupied>;
  /** Of the cloud. */
  readonly regions: readonly string[];
}

export interface InlineSubnets {
  /** All subnets that the network then has. */
  readonly all: readonly SubnetPlan[];
  readonly effects: Effects;
}

/** What a PUT calls a child: by its name, or as GET answers it by its id; nothing where it has neither. */
export const inlineNameOf = ({ name, id }: Pick<InlineSubnet, 'name' | 'id'>): string =>
  name ?? nameOf(id ?? '');

const bodyOf = (properties: JsonObject, existing: Document | undefined): JsonObject => ({
  ...existing?.body,
  properties,
});

/** Not yet checked against the address space: `checkSubnets` does that for all of them together. */
export const planInlineSubnets = (input: InlineSubnetsInput): InlineSubnets | ArmError => {
  const { networkId, written, existing } = input;
  if (written === undefined) {
    const all = existing.map((subnet) => ({
      id: subnet.id,
      properties: (subnet.body.properties ?? {}) as JsonObject,
    }));
    return { all, effects: {} };
  }
  const byName = new Map(existing.map((subnet) => [nameOf(subnet.id).toLowerCase(), subnet]));
  const all: SubnetPlan[] = [];
  /** Lower-case names. */
  const planned = new Set<string>();
  const effects = { expect: [], puts: [], releases: [], deletes: [] } as Mutable;
  for (const entry of written) {
    const name = inlineNameOf(entry);
    const key = name.toLowerCase();
    const before = byName.get(key);
    if (!before && !networkName.pattern.test(name))
      return networkError(
        'BadRequest',
        [`The subnet name '${name}' is invalid: ${networkName.rule}`],
        'subnets',
      );
    const id = before?.id ?? `${networkId}/subnets/${name}`;
    if (planned.has(key)) return duplicateName(networkId, name, 'properties.subnets');
    planned.add(key);
    const properties = storedSubnet(id, entry.properties ?? subnetProperties.parse({}));
    const occupied = input.occupied.get(id.toLowerCase()) ?? { taken: [], users: [] };
    const refused =
      (before && checkPrefixesKept(before, subnetPrefixes(properties), occupied.taken)) ??
      checkServiceEndpoints({ id, properties }, before, input.regions) ??
      checkDelegations({ id, properties }, before, occupied);
    if (refused) return refused;
    all.push({ id, properties });
    effects.puts.push({ id, type: types.subnet, body: bodyOf(properties, before) });
    effects.expect.push({ id, version: before?.version ?? 'absent' });
  }
  const gone = existing.filter((subnet) => !planned.has(nameOf(subnet.id).toLowerCase()));
  effects.expect.push(...unusedExpectations(gone));
  effects.deletes.push(...gone.map((subnet) => subnet.id));
  effects.releases.push(...gone.map((subnet) => ({ holder: subnet.id.toLowerCase() })));
  return { all, effects };
};

type Mutable = {
  [K in 'expect' | 'puts' | 'releases' | 'deletes']: NonNullable<Effects[K]>[number][];
};

/** Several writes beside a resource as one. */
export const combined = (...parts: readonly Effects[]): Effects => ({
  expect: parts.flatMap((part) => part.expect ?? []),
  puts: parts.flatMap((part) => part.puts ?? []),
  deletes: parts.flatMap((part) => part.deletes ?? []),
  claims: parts.flatMap((part) => part.claims ?? []),
  releases: parts.flatMap((part) => part.releases ?? []),
});
