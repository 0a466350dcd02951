/** The one list that an installation serves, as documents of its store: a head and chunks, written in one batch. */

import { jsonOf } from '@tombolo/store/document';
import type { Batch, Document, StoreReader } from '@tombolo/store/port';
import type { DocumentForm, ServiceTag, ServiceTagDocument } from './document.ts';
import { prefixCountOf } from './document.ts';
import { compareVersions, type VersionFacts } from './freshness.ts';

const storedType = 'Tombolo/serviceTags';
const chunkType = 'Tombolo/serviceTagChunks';
const headId = '/tombolo/serviceTags/served';
const chunkId = (index: number): string => `${headId}/${String(index).padStart(6, '0')}`;

/** What `serveBatch` wrote, which nobody else writes: a list has a hundred thousand prefixes, and is read as it is. */
const factsOf = ({ body }: Document): VersionFacts => body as unknown as VersionFacts;
// As above.
const tagsOf = ({ body }: Document) => (body.tags ?? []) as unknown as readonly ServiceTag[];

/** A chunk stays far below a document's bound of 8 MiB. */
const chunkPrefixes = 20_000;
const chunkTags = 2_000;
/** One tag cannot be split; longer ones than a chunk stand alone. */
const chunksOf = (tags: readonly ServiceTag[]): readonly (readonly ServiceTag[])[] => {
  const chunks: ServiceTag[][] = [];
  let prefixes = 0;
  for (const tag of tags) {
    const last = chunks.at(-1);
    const fits = last && last.length < chunkTags && prefixes + tag.addressPrefixes.length <= chunkPrefixes;
    if (fits) {
      last.push(tag);
      prefixes += tag.addressPrefixes.length;
    } else {
      chunks.push([tag]);
      prefixes = tag.addressPrefixes.length;
    }
  }
  return chunks;
};

/** What is served and since when; undefined: nothing was imported. */
export const servedFacts = async (store: Pick<StoreReader, 'get'>): Promise<VersionFacts | undefined> => {
  const head = await store.get(headId);
  return head?.type === storedType ? factsOf(head) : undefined;
};

/** The tags that are served, from one reading; undefined: nothing was imported. */
export const servedDocument = async (
  store: Pick<StoreReader, 'list'>,
): Promise<{ readonly document: ServiceTagDocument; readonly facts: VersionFacts } | undefined> => {
  // The prefix of the head's own id: head and chunks come in one list, so a writer between two reads cannot mix them.
  const documents = await store.list({ under: '/tombolo/serviceTags' });
  const head = documents.find((document) => document.type === storedType);
  if (!head) return undefined;
  const facts = factsOf(head);
  const tags = documents.filter((document) => document.type === chunkType).flatMap(tagsOf);
  return {
    document: { cloud: facts.cloud, changeNumber: facts.changeNumber, form: facts.form, tags },
    facts,
  };
};

/** Why a list is not taken in place of the one that is served. */
export type ServeRefusal = { readonly older: VersionFacts } | { readonly otherCloud: VersionFacts };

/**
 * The batch that makes this list the served one; a refusal where the served one is newer or of another cloud, unless
 * `replace`. Commit it again from a fresh reading on a conflict.
 */
export const serveBatch = async (
  store: Pick<StoreReader, 'get' | 'list'>,
  document: ServiceTagDocument,
  facts: { readonly source: string; readonly fetchedAt: number; readonly publishedAt?: number },
  replace: boolean,
): Promise<Batch | ServeRefusal> => {
  const before = await store.get(headId);
  const served = before && factsOf(before);
  const own: VersionFacts = {
    cloud: document.cloud,
    changeNumber: document.changeNumber,
    form: document.form satisfies DocumentForm,
    source: facts.source,
    fetchedAt: facts.fetchedAt,
    ...(facts.publishedAt === undefined ? {} : { publishedAt: facts.publishedAt }),
    tagCount: document.tags.length,
    prefixCount: prefixCountOf(document),
  };
  if (served && !replace) {
    if (served.cloud.toLowerCase() !== own.cloud.toLowerCase()) return { otherCloud: served };
    if (compareVersions(own, served) < 0) return { older: served };
  }
  const chunks = chunksOf(document.tags);
  const old = await store.list({ under: headId });
  return {
    expect: [{ id: headId, version: before?.version ?? 'absent' }],
    puts: [
      { id: headId, type: storedType, body: jsonOf(own) },
      ...chunks.map((tags, index) => ({
        id: chunkId(index),
        type: chunkType,
        body: { tags: tags.map((tag) => jsonOf(tag)) },
      })),
    ],
    deletes: old
      .map((entry) => entry.id)
      .filter((id) => id.toLowerCase() >= chunkId(chunks.length).toLowerCase()),
  };
};
