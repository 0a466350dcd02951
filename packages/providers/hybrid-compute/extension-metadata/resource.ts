/**
 * What extensions there are at a location: publishers, their types, and versions (`ExtensionValue.tsp`, `ExtensionValueV2.tsp` and
 * `routes.tsp` of the contract), from the installation's packages and what the agent has in itself. Every location has the same.
 */

import {
  type AnyResourceType,
  defineResourceType,
  type OperationContext,
  type ResourceId,
} from '@tombolo/arm';
import { builtInHandlers } from '@tombolo/private-link';
import { newestFirst, type PackageName, packageType, readPackage } from '@tombolo/store/extension-package';
import type { JsonObject } from '@tombolo/store/port';
import { newestVersions } from '../api-versions.ts';

const base = 'Microsoft.HybridCompute/locations/publishers';

const handlers = async ({ store }: OperationContext): Promise<readonly PackageName[]> => {
  const documents = await store.list({ type: packageType });
  return newestFirst([
    ...builtInHandlers,
    ...documents.flatMap((document) => {
      const stored = readPackage(document);
      return stored === undefined ? [] : [stored];
    }),
  ]);
};

const same = (one: string, other: string | undefined): boolean => one.toLowerCase() === other?.toLowerCase();

/** Each name once, in the order of the alphabet; the contract's models have an id, a name and a type, and nothing else. */
const named = (names: readonly string[], parent: ResourceId, type: string): readonly JsonObject[] =>
  [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
    .toSorted()
    .map((name) => ({ id: `${parent.text}/${type.slice(type.lastIndexOf('/') + 1)}/${name}`, name, type }));

const listOf = (
  type: string,
  list: (all: readonly PackageName[], parent: ResourceId) => readonly JsonObject[],
): AnyResourceType =>
  defineResourceType<never>({
    type,
    apiVersions: newestVersions,
    placement: 'proxy',
    lists: ['parent'],
    computed: { list: async (context, parent) => list(await handlers(context), parent!) },
  });

const publishers = listOf(base, (all, parent) =>
  named(
    all.map(({ publisher }) => publisher),
    parent,
    base,
  ),
);

const typesType = `${base}/extensionTypes`;
const extensionTypes = listOf(typesType, (all, parent) =>
  named(
    all.filter(({ publisher }) => same(publisher, parent.name)).map(({ type }) => type),
    parent,
    typesType,
  ),
);

const versionsType = `${typesType}/versions`;
const versionOf = ({ publisher, type, version }: PackageName, parent: ResourceId): JsonObject => ({
  id: `${parent.text}/versions/${version}`,
  name: version,
  type: versionsType,
  properties: { version, extensionType: type, publisher },
});
const ofType = (all: readonly PackageName[], parent: ResourceId): readonly PackageName[] =>
  all.filter(({ publisher, type }) => same(publisher, parent.parent?.name) && same(type, parent.name));

const versions = defineResourceType<never>({
  type: versionsType,
  apiVersions: newestVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    get: async (context, id) => {
      const found = ofType(await handlers(context), id.parent!).find(({ version }) => version === id.name);
      return found && versionOf(found, id.parent!);
    },
    list: async (context, parent) =>
      ofType(await handlers(context), parent!).map((each) => versionOf(each, parent!)),
  },
});

export const extensionMetadata: readonly AnyResourceType[] = [publishers, extensionTypes, versions];
