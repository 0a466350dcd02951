/** The Store port: documents, claims, the change feed and operations, all written by one atomic batch. */

import type {
  AuditEntry,
  Batch,
  Change,
  ChangePage,
  ChangeQuery,
  Committed,
  Document,
  Fact,
  FeedQuery,
  Follower,
  HeldClaim,
  Lease,
  LeasedOperation,
  ListQuery,
  Operation,
  Runner,
  Snapshot,
  SnapshotSize,
} from './records.ts';

export type * from './records.ts';

/** What one round trip asks for. */
export interface Reads {
  /** Ids, in any case. */
  readonly documents?: readonly string[];
  readonly lists?: readonly ListQuery[];
  readonly claims?: readonly string[];
  readonly claimsUnder?: readonly string[];
  readonly facts?: readonly string[];
  readonly operations?: readonly string[];
  readonly changes?: readonly ChangeQuery[];
}

/** The answers to {@link Reads}, all from one snapshot; lists in the order in which they were asked for. */
export interface ReadAnswers {
  readonly epoch: string;
  /** The snapshot's number. */
  readonly through: number;
  /** Those that are there, by lower-case id. */
  readonly documents: ReadonlyMap<string, Document>;
  readonly lists: readonly (readonly Document[])[];
  readonly claims: ReadonlyMap<string, HeldClaim>;
  readonly claimsUnder: readonly (readonly HeldClaim[])[];
  readonly facts: ReadonlyMap<string, Fact>;
  /** By lower-case id. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Undefined where `changes` throws {@link FeedGone}. */
  readonly changes: readonly (ChangePage | undefined)[];
}

/** Of which moment a backup is. */
export interface Backup {
  readonly epoch: string;
  readonly through: number;
}

/** What decisions may read. */
export interface StoreReader {
  get(id: string): Promise<Document | undefined>;
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  /** Sorted by lower-case id. */
  list(query: ListQuery): Promise<readonly Document[]>;
  claim(key: string): Promise<HeldClaim | undefined>;
  /** Claims whose key starts so, sorted by key. */
  claimsUnder(keyPrefix: string): Promise<readonly HeldClaim[]>;
  operation(id: string): Promise<Operation | undefined>;
  facts(keys: readonly string[]): Promise<ReadonlyMap<string, Fact>>;
  followers(): Promise<readonly Follower[]>;
  head(): Promise<{ readonly epoch: string; readonly through: number }>;
}

/**
 * What one request reads: what is asked for before anybody has to wait goes to the store in one round trip, nothing
 * is asked for twice, and what the request has written itself is known without asking.
 */
export interface Reading extends StoreReader {
  /** Asks for these with the next round trip, whoever waits for them later. */
  ahead(reads: Reads): void;
  /** As `Store.changes`; undefined where that throws {@link FeedGone}. */
  changes(query: ChangeQuery): Promise<ChangePage | undefined>;
  /** From now on what this batch wrote is read. */
  wrote(batch: Batch, committed: Committed): void;
}

export interface Store extends StoreReader {
  /** Everything asked for, in one round trip and out of one snapshot. */
  read(reads: Reads): Promise<ReadAnswers>;
  /** A reader for one request, over `read`. */
  reading(): Reading;
  /** All or nothing, durable when it resolves. Throws {@link StoreConflict}, {@link LeaseLost}. */
  commit(batch: Batch): Promise<Committed>;
  /**
   * Changes after `after` of these types, one an id, each with the document as it is now.
   * Batches are not split, so a page may be larger than `limit`; when `through` is the head, a reader that has
   * taken in every page holds exactly the store's documents at that number. Throws {@link FeedGone} after compaction or an
   * epoch change.
   */
  changes(query: ChangeQuery): Promise<ChangePage>;
  /**
   * Gives `take` every change after `after` of these types, in the order of their numbers and in bounded parts, out of one
   * snapshot of the store, and resolves to the number of that snapshot: whoever has taken in all holds exactly the store's
   * documents at that number, whatever is committed meanwhile. The next part is read when `take` resolves; false ends the round.
   * Throws {@link FeedGone} as `changes` does, before the first part.
   */
  round(
    query: FeedQuery,
    take: (changes: readonly Change[], through: number) => Promise<boolean>,
  ): Promise<number>;
  /** Sorted by lower-case id. */
  snapshot(types?: readonly string[]): Promise<Snapshot>;
  /**
   * As `round`, for who has nothing yet: gives `take` the documents of these types, in bounded parts and any order, out of one
   * snapshot, and resolves to its number.
   */
  snapshotInParts(
    types: readonly string[],
    take: (documents: readonly Document[], of: SnapshotSize) => Promise<boolean>,
  ): Promise<SnapshotSize>;
  /** Calls back after each commit that moved the head. Returns the unsubscriber. */
  onHead(listener: (through: number) => void): () => void;
  /** Calls back after each acknowledgement is stored. Returns the unsubscriber. */
  onAcknowledge(listener: (follower: Follower) => void): () => void;
  acknowledge(follower: Follower): Promise<void>;
  /** Takes the name for a new generation, and ends what the former ones had leased. */
  startRunner(name: string): Promise<Runner>;
  /**
   * Takes up to `limit` InProgress operations that are due by `dueBy` and whose lease, if there is one, has expired at `now`.
   * Clocks that differ move expiries, and no more: what fences is the token. Throws {@link RunnerSuperseded}.
   */
  leaseOperations(query: {
    readonly runner: Runner;
    readonly now: number;
    readonly dueBy: number;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly LeasedOperation[]>;
  /** Lets leases that are still held last until `until` (epoch milliseconds) at least; gives those that are. */
  renewLeases(leases: readonly Lease[], until: number): Promise<readonly Lease[]>;
  /** Forgets up to `limit` operations that ended before `endedBefore`, the earliest first; gives how many. */
  forgetOperations(query: { readonly endedBefore: number; readonly limit: number }): Promise<number>;
  recordFacts(facts: readonly Fact[]): Promise<void>;
  factsUnder(keyPrefix: string): Promise<readonly Fact[]>;
  /**
   * Forgets the facts whose keys are `keyPrefix` and the lower-case id of no document that there is. Looks at up to `limit` of them,
   * after the key `after`, and gives the last one's key: the next call goes on there. Undefined: there are no more.
   */
  forgetFacts(query: {
    readonly keyPrefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<string | undefined>;
  /** Newest first. */
  audit(query: { readonly limit: number; readonly resourceId?: string }): Promise<readonly AuditEntry[]>;
  /**
   * Forgets tombstones older than the feed number `before`, and audit lines older than `auditBefore` (at most `before`; absent: the
   * same); followers behind it start from a snapshot.
   */
  compact(query: { readonly before: number; readonly auditBefore?: number }): Promise<void>;
  /**
   * Gives `take` a consistent copy of everything, as bytes in bounded parts, while commits go on; the next part is read when
   * `take` resolves. A rejection ends it.
   */
  backup(take: (part: Uint8Array) => Promise<void>): Promise<Backup>;
  close(): Promise<void>;
}

export type ConflictReason =
  | {
      readonly kind: 'version';
      readonly id: string;
      readonly expected: number | 'absent' | 'present';
      readonly found: number | 'absent';
    }
  | { readonly kind: 'claim'; readonly key: string; readonly wanted: string; readonly held: HeldClaim }
  | { readonly kind: 'in-use'; readonly key: string; readonly holders: readonly string[] };

/** A batch whose expectations or claims did not hold; nothing of it was written. */
export class StoreConflict extends Error {
  readonly reason: ConflictReason;
  constructor(reason: ConflictReason) {
    super(`store conflict: ${JSON.stringify(reason)}`);
    this.reason = reason;
  }
}

/** The operation was leased by another, or written, since this lease was given; nothing of the batch was written. */
export class LeaseLost extends Error {}

/** A later generation has the runner's name. */
export class RunnerSuperseded extends Error {}

/** A batch that could never be right (an id put twice, a bad entry, too large); nothing of it was written. */
export class MalformedBatch extends Error {}

/** The disk or the file under the store fails. The message names the file, the cause and what to do: it is the operator's. */
export class StoreFault extends Error {
  readonly kind: 'full' | 'unwritable' | 'damaged' | 'failed';
  constructor(kind: StoreFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The cursor is older than the log, or of another epoch: start from a snapshot. */
export class FeedGone extends Error {}
