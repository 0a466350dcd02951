/** `/subscriptions/{s}/tagNames` and their values: listed, predefined, removed while nothing carries them. */

import {
  armError,
  browse,
  defineResourceType,
  firstBrowsed,
  type OperationContext,
  type ResourceId,
} from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import { resourcesVersions } from '../api-versions.ts';
import { tagError } from '../refusals.ts';
import {
  shownTagName,
  shownTagValue,
  type TagCensus,
  tagCensus,
  tagNameType,
  tagValueType,
} from './model.ts';

/** As ARM bounds tags: 512 characters of name, 256 of value; an id has no more than 260 in a segment. */
const longest = 256;

const within = (subscriptionId: string | undefined) => ({ under: `/subscriptions/${subscriptionId}` });

/** Goes through the subscription, of which nothing is kept but what its tags say. */
const censusOf = async (
  { store }: OperationContext,
  { subscriptionId }: ResourceId,
  only?: string,
): Promise<TagCensus> => {
  const census = tagCensus(only);
  await browse(store, within(subscriptionId), (documents) => {
    census.take(documents);
    return undefined;
  });
  return census;
};

/** What there is to say of a name or a value, under this id. */
const shown = async (context: OperationContext, id: ResourceId, type: string, stored: string) => {
  const key = (type === tagNameType ? id.name : id.parent!.name).toLowerCase();
  const census = await censusOf(context, id, key);
  const carried = census.carried.get(key);
  return type === tagNameType
    ? shownTagName(stored, carried, census.predefined.get(key) ?? [])
    : shownTagValue(stored, carried?.values.get(nameOf(stored)) ?? 0);
};

const get = async (context: OperationContext, id: ResourceId, type: string) => {
  const document = await context.store.get(id.text);
  return document && shown(context, id, type, document.id);
};

const put = async (context: OperationContext, id: ResourceId, type: string) => {
  if (id.name.length > longest)
    throw armError('InvalidRequestContent', [`a tag's name and value have at most ${longest} characters.`]);
  const [before, parent] = await Promise.all([
    context.store.get(id.text),
    context.store.get(id.parent!.text),
  ]);
  if (!parent && type === tagValueType) throw tagError('TagNotFound', [id.parent!.name], id.parent!.text);
  const segment = type === tagNameType ? 'tagNames' : 'tagValues';
  const stored = before?.id ?? `${parent?.id ?? id.parent!.text}/${segment}/${id.name}`;
  return {
    effects: before
      ? {}
      : { expect: [{ id: stored, version: 'absent' as const }], puts: [{ id: stored, type, body: {} }] },
    status: before ? 200 : 201,
    body: await shown(context, id, type, stored),
  };
};

/** A name keeps its values, and what resources carry stays. */
const remove = async (context: OperationContext, id: ResourceId, type: string) => {
  const key = (type === tagNameType ? id.name : id.parent!.name).toLowerCase();
  const census = await censusOf(context, id, key);
  const carried = census.carried.get(key);
  const count =
    type === tagNameType ? [...(carried?.values.values() ?? [])].length : carried?.values.get(id.name);
  if (count) throw tagError('TagInUse', [id.name], id.text);
  if (type === tagNameType && census.predefined.has(key)) throw tagError('TagHasValues', [id.name], id.text);
  const there = await context.store.get(id.text);
  return { effects: there ? { deletes: [there.id] } : {}, status: there ? 200 : 204 };
};

const definition = (type: string) =>
  ({
    type,
    apiVersions: resourcesVersions,
    placement: 'proxy',
  }) as const;

export const tagNames = defineResourceType<never>({
  ...definition(tagNameType),
  lists: ['parent'],
  reads: ({ text, subscriptionId }) => ({
    documents: [text],
    lists: [firstBrowsed(within(subscriptionId))],
  }),
  computed: {
    list: async (context, parent) => {
      const { carried, predefined, names: predefinedNames } = await censusOf(context, parent!);
      const names = new Map([
        ...predefinedNames.map((id) => [nameOf(id).toLowerCase(), nameOf(id)] as const),
        ...[...carried].map(([key, { name }]) => [key, name] as const),
      ]);
      return [...names]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, name]) =>
          shownTagName(
            `/subscriptions/${parent!.subscriptionId}/tagNames/${name}`,
            carried.get(key),
            predefined.get(key) ?? [],
          ),
        );
    },
    get: (context, id) => get(context, id, tagNameType),
    put: (context, id) => put(context, id, tagNameType),
    delete: (context, id) => remove(context, id, tagNameType),
  },
});

export const tagValues = defineResourceType<never>({
  ...definition(tagValueType),
  lists: [],
  reads: ({ text, parent, subscriptionId }) => ({
    documents: [text, parent!.text],
    lists: [firstBrowsed(within(subscriptionId))],
  }),
  computed: {
    get: (context, id) => get(context, id, tagValueType),
    put: (context, id) => put(context, id, tagValueType),
    delete: (context, id) => remove(context, id, tagValueType),
  },
});
