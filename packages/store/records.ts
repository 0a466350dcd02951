/** What a store holds and is given: documents, claims, operations, facts, batches, and the questions about them. */

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
  /**
   * At creation the feed number of the batch, one more at each put: no id ever has a version twice, though it be deleted
   * and created again. The etag is made from it.
   */
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
  /** No holder but those in `except` holds the key once the `releases` of this batch are done: what goes in it needs no exception. */
  | { readonly unclaimed: string; readonly except?: readonly string[] };

type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';

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

export type ChangeQuery = FeedQuery & { readonly limit: number };

export interface Snapshot {
  readonly epoch: string;
  readonly through: number;
  readonly documents: readonly Document[];
}

export interface SnapshotSize {
  readonly epoch: string;
  readonly through: number;
  /** How many documents it has. */
  readonly count: number;
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
  /** No further than to the document with which the texts of their bodies have this many characters. */
  readonly characters?: number;
  /** Nobody asks for it again: a request's reader does not keep it. */
  readonly once?: true;
}
