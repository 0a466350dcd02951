/** The Store in plain Maps: the reference that the others are held against, and a fast one for tests. */
import { randomUUID } from 'node:crypto';
import { checkBatch, checkName, checkWhole, idKey, jsonText } from '../batch.ts';
import { byCodePoint } from '../code-point-order.ts';
import { listeners } from '../listeners.ts';
import {
  type AuditEntry,
  type Change,
  type Document,
  type Fact,
  FeedGone,
  type FeedQuery,
  type Follower,
  type HeldClaim,
  type Operation,
  type Store,
} from '../port.ts';
import { prefixRange } from '../prefix-range.ts';
import { openReading } from '../reading.ts';
import { operationLeases } from './operation-leases.ts';
import { type MemoryState, type StoredDocument, writeBatch } from './write-batch.ts';

export interface MemoryStoreOptions {
  /** Taken so that both stores open alike; nothing here is stamped. */
  readonly now?: () => number;
  /** Makes the epoch. */
  readonly newGuid?: () => string;
}

const toDocument = ({ id, type, version, text }: StoredDocument): Document => ({
  id,
  type,
  version,
  body: JSON.parse(text),
});

const unlessGone = (error: unknown): undefined => {
  if (!(error instanceof FeedGone)) throw error;
};

/** Of one part of a round. */
const CHANGES_PER_PART = 200;

export function openMemoryStore({ newGuid = randomUUID }: MemoryStoreOptions = {}): Store {
  const state: MemoryState = {
    through: 0,
    documents: new Map(),
    log: [],
    claims: new Map(),
    operations: new Map(),
    runners: new Map(),
    audit: [],
  };
  const epoch = newGuid();
  let compacted = 0;
  const facts = new Map<string, string>();
  const followers = new Map<string, string>();
  const heads = listeners<number>();
  const acknowledgements = listeners<Follower>();

  const sortedKeys = (keys: Iterable<string>) => [...keys].sort(byCodePoint);
  const heldClaim = (key: string): HeldClaim | undefined => {
    const claim = state.claims.get(key);
    if (claim === undefined) return undefined;
    const holders = sortedKeys(claim.holders.keys()).map((holder) => claim.holders.get(holder)!);
    return { key, value: claim.value, holders };
  };
  const fact = (key: string): Fact | undefined => {
    const text = facts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const defined = <T>(values: readonly (T | undefined)[]): T[] =>
    values.filter((value) => value !== undefined);

  type LogEntry = MemoryState['log'][number];
  /** The latest of each id and type after the cursor, by number. */
  const logAfter = ({ after, epoch: cursorEpoch, types }: FeedQuery): LogEntry[] => {
    if (cursorEpoch !== epoch || after < compacted || after > state.through)
      throw new FeedGone(
        `The feed has nothing after ${after} of epoch ${cursorEpoch}: start from a snapshot.`,
      );
    const latest = new Map(state.log.map((entry) => [`${entry.type} ${entry.key}`, entry]));
    return [...latest.values()]
      .filter((entry) => entry.feed > after && (types === undefined || types.includes(entry.type)))
      .sort((a, b) => a.feed - b.feed || byCodePoint(a.key, b.key));
  };
  const toChange = ({ feed, key, id, type, deleted }: LogEntry): Change => {
    const change = { feed, id, type };
    return deleted ? change : { ...change, document: toDocument(state.documents.get(key)!) };
  };

  const store: Store = {
    // Each answers in the turn in which it is asked: nothing is committed in between.
    async read(reads) {
      const { through } = state;
      const operations = defined((reads.operations ?? []).map((id) => state.operations.get(idKey(id))));
      const claims = defined([...new Set(reads.claims)].map(heldClaim));
      const [documents, lists, claimsUnder, found, changes] = await Promise.all([
        store.getMany(reads.documents ?? []),
        Promise.all((reads.lists ?? []).map(store.list)),
        Promise.all((reads.claimsUnder ?? []).map(store.claimsUnder)),
        store.facts(reads.facts ?? []),
        Promise.all((reads.changes ?? []).map((query) => store.changes(query).catch(unlessGone))),
      ]);
      return {
        epoch,
        through,
        documents,
        lists,
        claims: new Map(claims.map((claim) => [claim.key, claim])),
        claimsUnder,
        facts: found,
        operations: new Map(
          operations.map(({ text }): [string, Operation] => {
            const operation = JSON.parse(text) as Operation;
            return [idKey(operation.id), operation];
          }),
        ),
        changes,
      };
    },
    reading: () => openReading(store),
    async get(id) {
      const found = state.documents.get(idKey(id));
      return found && toDocument(found);
    },
    async getMany(ids) {
      const keys = sortedKeys(new Set(ids.map(idKey))).filter((key) => state.documents.has(key));
      return new Map(keys.map((key) => [key, toDocument(state.documents.get(key)!)]));
    },
    async list({ type, under, after, limit, characters = Number.POSITIVE_INFINITY }) {
      if (limit !== undefined) checkWhole('the limit of a list', limit);
      let read = 0;
      const parent = under ? `${idKey(under).replace(/(?<!\/)\/+$/, '')}/` : '';
      return sortedKeys(state.documents.keys())
        .filter((key) => key.startsWith(parent) && key.length > parent.length)
        .filter((key) => after === undefined || byCodePoint(key, idKey(after)) > 0)
        .map((key) => state.documents.get(key)!)
        .filter((document) => type === undefined || document.type === type)
        .slice(0, limit)
        .filter(({ text }) => {
          const goesOn = read < characters;
          read += text.length;
          return goesOn;
        })
        .map(toDocument);
    },
    async claim(key) {
      return heldClaim(key);
    },
    async claimsUnder(keyPrefix) {
      return defined(
        sortedKeys(state.claims.keys())
          .filter((key) => key.startsWith(keyPrefix))
          .map(heldClaim),
      );
    },
    async operation(id) {
      const found = state.operations.get(idKey(id));
      return found && JSON.parse(found.text);
    },
    async facts(keys) {
      const found = defined(sortedKeys(new Set(keys)).map(fact));
      return new Map(found.map((each) => [each.key, each]));
    },
    async factsUnder(keyPrefix) {
      return defined(
        sortedKeys(facts.keys())
          .filter((key) => key.startsWith(keyPrefix))
          .map(fact),
      );
    },
    async followers() {
      return sortedKeys(followers.keys()).map((name) => JSON.parse(followers.get(name)!) as Follower);
    },
    async head() {
      return { epoch, through: state.through };
    },
    async commit(batch) {
      const before = state.through;
      const committed = writeBatch(state, checkBatch(batch));
      if (committed.feed !== before) heads.call(committed.feed);
      return committed;
    },
    async changes({ after, epoch: cursorEpoch, types, limit }) {
      checkWhole('the cursor of the feed', after);
      checkWhole('the limit of a page', limit, 1);
      const wanted = logAfter({ after, epoch: cursorEpoch, ...(types ? { types } : {}) });
      const through = wanted[limit - 1]?.feed ?? state.through;
      const page = new Map<string, (typeof wanted)[number]>();
      for (const entry of wanted.filter(({ feed }) => feed <= through)) {
        page.delete(entry.key);
        page.set(entry.key, entry);
      }
      return { epoch, through, changes: [...page.values()].map(toChange) };
    },
    async round(query, take) {
      checkWhole('the cursor of the feed', query.after);
      const changes = logAfter(query).map(toChange);
      const { through } = state;
      for (let start = 0; start < changes.length; start += CHANGES_PER_PART)
        if (!(await take(changes.slice(start, start + CHANGES_PER_PART), through))) break;
      return through;
    },
    async snapshotInParts(types, take) {
      const { through, documents } = await store.snapshot(types);
      const size = { epoch, through, count: documents.length };
      for (let start = 0; start < documents.length; start += CHANGES_PER_PART)
        if (!(await take(documents.slice(start, start + CHANGES_PER_PART), size))) break;
      return size;
    },
    async snapshot(types) {
      const documents = await store.list({});
      const wanted = documents.filter(({ type }) => types === undefined || types.includes(type));
      return { epoch, through: state.through, documents: wanted };
    },
    onHead: heads.add,
    onAcknowledge: acknowledgements.add,
    async acknowledge({ name, through, at, report }) {
      checkName('the name of a follower', name);
      checkWhole('the number acknowledged', through);
      checkWhole('the time of an acknowledgement', at);
      jsonText('the report of a follower', report);
      const text = JSON.stringify({ name, through, at, report });
      followers.set(name, text);
      acknowledgements.call(JSON.parse(text));
    },
    ...operationLeases(state),
    async recordFacts(list) {
      for (const { key, at, value } of list) {
        checkName('the key of a fact', key);
        checkWhole(`the time of fact ${key}`, at);
        jsonText(`the value of fact ${key}`, value);
      }
      for (const { key, at, value } of list)
        if (at >= (fact(key)?.at ?? 0)) facts.set(key, JSON.stringify({ key, at, value }));
    },
    async forgetFacts({ keyPrefix, after, limit }) {
      checkWhole('the limit of what is forgotten', limit, 1);
      const { from, to } = prefixRange(keyPrefix);
      const keys = sortedKeys(facts.keys())
        .filter((key) => byCodePoint(key, after ?? from) > 0 && byCodePoint(key, to) < 0)
        .slice(0, limit);
      for (const key of keys) if (!state.documents.has(key.slice(keyPrefix.length))) facts.delete(key);
      return keys.length < limit ? undefined : keys.at(-1);
    },
    async audit({ limit, resourceId }) {
      checkWhole('the limit of an audit query', limit);
      return state.audit
        .filter(({ resource }) => resourceId === undefined || resource === idKey(resourceId))
        .reverse()
        .slice(0, limit)
        .map(({ text }) => JSON.parse(text) as AuditEntry);
    },
    async compact({ before, auditBefore = before }) {
      checkWhole('the number to compact to', before);
      checkWhole('the number to forget the audit to', auditBefore);
      compacted = Math.max(compacted, Math.min(before - 1, state.through));
      state.log = state.log.filter((entry) => !entry.deleted || entry.feed > compacted);
      state.audit = state.audit.filter((entry) => entry.feed > Math.min(compacted, auditBefore - 1));
    },
    async backup() {
      throw new Error(
        'The in-memory store has no form that outlasts its process: back up one that is on a disk.',
      );
    },
    async close() {},
  };
  return store;
}
