/** The Store port: documents, claims, the change feed and operations, all written by one atomic batch. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/**
 * A resource as stored. `body` is the ARM resource at our newest api-version without `id`, `name`, `type`
 * and `etag`: `{location?, tags?, identity?, sku?, kind?, systemData?, properties?}`.
 */
export interface Document {
  /** Resource id in the creator's case; compared in lower case. */
  readonly id: string;
  /** Canonical type, e.g. `Microsoft.Network/virtualNetworks/subnets`; internal kinds start with `Tombolo/`. */
  readonly type: string;
  readonly body: JsonObject;
  /** 1 at creation, one more at each put; the etag is made from it. */
  readonly version: number;
}

/** A fact that several holders agree on: all holders of a key have the same value. */
export interface Claim {
  readonly key: string;
  readonly value: string;
  /** The id of the resource that holds it. */
  readonly holder: string;
}

export interface HeldClaim {
  readonly key: string;
  readonly value: string;
  readonly holders: readonly string[];
}

export type Expectation =
  | { readonly id: string; readonly version: number | 'absent' | 'present' }
  /** No holder but those in `except` (and those released in this batch) holds the key. */
  | { readonly unclaimed: string; readonly except?: readonly string[] };

export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';

/** A long-running operation: `kind` names its steps, `state` is what the last step left. */
export interface Operation {
  /** GUID; the name in `Azure-AsyncOperation`. */
  readonly id: string;
  readonly kind: string;
  readonly subscriptionId: string;
  readonly location: string;
  /** The resource that it works on. */
  readonly target: string;
  readonly status: OperationStatus;
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime?: number;
  /** When the next step is due, epoch milliseconds. */
  readonly dueAt: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly state: JsonObject;
}

/**
 * One who runs operations, under a name of its own among those that share the store. Whoever starts under a name last has it:
 * what earlier generations had leased is free at once, and nothing that they still write under those leases is taken.
 */
export interface Runner {
  readonly name: string;
  readonly generation: number;
}

/** One turn at an operation: held until it is written, ended, or expired and leased anew. */
export interface Lease {
  /** The operation's id. */
  readonly operation: string;
  /** The fencing token: larger at each lease of this operation, also at the next one of the same runner. */
  readonly token: number;
}

export interface LeasedOperation {
  readonly operation: Operation;
  readonly lease: Lease;
}

/** One line of the append-only activity log. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly correlationId: string;
  readonly caller: string;
  readonly action: string;
  readonly resourceId: string;
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

/**
 * Judged in this order: `lease`, versions of `expect`, `releases`, `unclaimed` of `expect`, `claims`, `deletes`, `puts`;
 * the first that does not hold is the conflict. An id may be put or deleted once, not both; a put never
 * changes the type of what is there. Holders compare in lower case, claim keys exactly.
 */
export interface Batch {
  /** Written only while it is held, expired or not: throws {@link LeaseLost} once another has the operation. */
  readonly lease?: Lease;
  readonly expect?: readonly Expectation[];
  readonly puts?: readonly { readonly id: string; readonly type: string; readonly body: JsonObject }[];
  /** Ids; deleting what is not there is no error. */
  readonly deletes?: readonly string[];
  /** Taking a claim that one already holds is no error. */
  readonly claims?: readonly Claim[];
  /** Applied before `claims`. Without `key`: everything that the holder holds. */
  readonly releases?: readonly { readonly holder: string; readonly key?: string }[];
  /** Upserts by id; an operation written so is no longer leased. */
  readonly operations?: readonly Operation[];
  readonly audit?: readonly AuditEntry[];
}

export interface Committed {
  /** The feed number of this batch (unchanged head where it put and deleted nothing). */
  readonly feed: number;
  /** New versions by lower-case id. */
  readonly versions: ReadonlyMap<string, number>;
}

export interface Change {
  readonly feed: number;
  readonly id: string;
  readonly type: string;
  /** Absent: a tombstone. */
  readonly document?: Document;
}

export interface ChangePage {
  readonly epoch: string;
  readonly changes: readonly Change[];
  /** Everything up to and including this number is in the page or was before it. */
  readonly through: number;
}

export interface FeedQuery {
  readonly after: number;
  readonly epoch: string;
  /** All when absent. */
  readonly types?: readonly string[];
}

export interface Snapshot {
  readonly epoch: string;
  readonly through: number;
  readonly documents: readonly Document[];
}

export interface Follower {
  readonly name: string;
  readonly through: number;
  /** Epoch milliseconds of the last acknowledgement. */
  readonly at: number;
  /** What the follower wants shown in `status`, e.g. unrealized listeners. */
  readonly report: JsonObject;
}

/** A high-rate fact beside the documents (a heartbeat), outside feed and versions. */
export interface Fact {
  readonly key: string;
  /** Epoch milliseconds; an older one than the stored is ignored. */
  readonly at: number;
  readonly value: JsonObject;
}

export interface ListQuery {
  readonly type?: string;
  /** Only documents strictly below this id (`/subscriptions/…`); '' or absent: everywhere. */
  readonly under?: string;
  /** Only documents whose lower-case id sorts after this one: the paging cursor. */
  readonly after?: string;
  /** At most this many. */
  readonly limit?: number;
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

export interface Store extends StoreReader {
  /** All or nothing, durable when it resolves. Throws {@link StoreConflict}, {@link LeaseLost}. */
  commit(batch: Batch): Promise<Committed>;
  /**
   * Changes after `after` of these types, one an id, each with the document as it is now.
   * Batches are not split, so a page may be larger than `limit`; when `through` is the head, a reader that has
   * taken in every page holds exactly the store's documents at that number. Throws {@link FeedGone} after compaction or an
   * epoch change.
   */
  changes(query: FeedQuery & { readonly limit: number }): Promise<ChangePage>;
  /**
   * Gives `take` every change after `after` of these types, in the order of their numbers and in bounded parts, out of one
   * snapshot of the store, and resolves to the number of that snapshot: whoever has taken in all holds exactly the store's
   * documents at that number, whatever is committed meanwhile. The next part is read when `take` resolves; false ends the round.
   * Throws {@link FeedGone} as `changes` does, before the first part.
   */
  round(query: FeedQuery, take: (changes: readonly Change[]) => Promise<boolean>): Promise<number>;
  snapshot(types?: readonly string[]): Promise<Snapshot>;
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
  recordFacts(facts: readonly Fact[]): Promise<void>;
  factsUnder(keyPrefix: string): Promise<readonly Fact[]>;
  /** Newest first. */
  audit(query: { readonly limit: number; readonly resourceId?: string }): Promise<readonly AuditEntry[]>;
  /** Forgets tombstones and audit lines older than this feed number; followers behind it start from a snapshot. */
  compact(before: number): Promise<void>;
  /** Writes a consistent copy of everything to this path (which must not exist). */
  backup(path: string): Promise<void>;
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

/** The cursor is older than the log, or of another epoch: start from a snapshot. */
export class FeedGone extends Error {}
