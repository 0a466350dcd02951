/** What a provider says of a resource type: schema, decisions, lists, actions; and of itself. The kernel does the rest. */

import type { FollowersProgress } from '@tombolo/store/feed/follower-progress';
import type { Document, Json, JsonObject, Operation, Reads, StoreReader } from '@tombolo/store/port';
import type { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import type {
  ClaimTaken,
  Command,
  ComputedWrite,
  OperationAddresses,
  PutDecision,
  PutInput,
  RemoveDecision,
  RemoveInput,
  StepOutcome,
  UsedResource,
} from './decision.ts';
import type { EnvelopeMember } from './envelope-schema.ts';
import type { ArmRequest, ArmResponse, Principal } from './message.ts';
import type { ResourceId } from './resource-id.ts';
import type { Malformed } from './schema-check.ts';
import type { Settings } from './settings.ts';

/**
 * Encrypts a text so that only the holder of the private key can read it; undefined where the public key (a machine's
 * `clientPublicKey`) is none that can be encrypted to. Two of the same text differ.
 */
export type Seal = (publicKey: string, text: string) => Promise<string | undefined>;

/** What an operation may read and ask; decisions proper get only values from it. */
export interface OperationContext {
  readonly request: ArmRequest;
  readonly principal: Principal;
  readonly store: StoreReader;
  /** The served api-version. */
  readonly apiVersion: string;
  readonly tenantId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly newGuid: () => string;
  /** A random integer in 1..2^32-1 without a zero byte (link identifiers). */
  readonly newLinkIdentifier: () => number;
  readonly seal: Seal;
  /** Would the caller be allowed this action on that scope? For linked checks (R15). */
  readonly allows: (action: string, scopeId: string) => Promise<boolean>;
  readonly settings: Settings;
  /** All that is served, for the types that list it. */
  readonly registry: Registry;
}

/** The type of what a property refers to by `{id}`; or, where it holds resources whole, what these refer to. */
export type Expandable = string | { readonly [property: string]: Expandable };

export type ListScope = 'tenant' | 'subscription' | 'resourceGroup' | 'parent';

/** A type whose answers are computed, not stored. */
interface ComputedType {
  /** Resource body (with id, name, type as wanted) or undefined: not found. A response passes as it is. */
  readonly get?: (context: OperationContext, id: ResourceId) => Promise<JsonObject | ArmResponse | undefined>;
  /** All items of a collection under `parent` (undefined: tenant level). Paged by the kernel. */
  readonly list?: (
    context: OperationContext,
    parent: ResourceId | undefined,
  ) => Promise<readonly JsonObject[] | ArmResponse>;
  readonly put?: ComputedWriter;
  readonly patch?: ComputedWriter;
  readonly delete?: ComputedWriter;
}

/** Decides on a fresh reading; runs again where what it read has changed meanwhile. */
type ComputedWriter = (
  context: OperationContext,
  id: ResourceId,
  body: Json | undefined,
) => Promise<ComputedWrite>;

export interface PostAction {
  /** RBAC action; default `<type>/<name>/action`. */
  readonly action?: string | ((id: ResourceId) => string);
  /** An answer, or writes and their answer. */
  readonly run: (
    context: OperationContext,
    id: ResourceId,
    body: Json | undefined,
  ) => Promise<ArmResponse | ComputedWrite>;
}

export interface ResourceType<P = never, S = unknown> {
  /** Canonical case. */
  readonly type: string;
  /** Ascending. */
  readonly apiVersions: readonly string[];
  /** tracked: location and tags; global: location `global`, tags; proxy: neither. */
  readonly placement: 'tracked' | 'global' | 'proxy';
  readonly name?: {
    readonly pattern: RegExp;
    readonly rule: string;
    /** Another name, in the service's code and words. Default: InvalidResourceName. */
    readonly refusal?: (name: string) => ArmError;
  };
  readonly etagInBody?: boolean;
  /** The members of ARM's envelope that it takes beside location, tags and properties (`envelope-schema.ts`). */
  readonly envelope?: readonly EnvelopeMember[];
  /** Further top-level fields of its answers, which clients echo and a request cannot change. */
  readonly echoed?: readonly string[];
  /** Types below it that `remove` looks for; where more is below it than one batch deletes, `below` is these alone. */
  readonly keptBy?: readonly string[];
  /** Properties that the contract of its PATCH has at the top of the body. */
  readonly patchedAtTop?: readonly string[];
  /** Schema of `properties` (its own keys are the known ones; nested objects drop what they do not know). */
  readonly properties?: z.ZodType<P> & { readonly shape?: Readonly<Record<string, unknown>> };
  /** Properties whose items are resources of the types below it (`subnets`): what they refer to is theirs. */
  readonly inlineChildren?: readonly string[];
  /** Properties that came with a later api-version than the type: `property-versions.ts` says what an earlier one makes of them. */
  readonly since?: Readonly<Record<string, string>>;
  /** Properties that clients echo back and that are ignored in a request. */
  readonly readOnly?: readonly string[];
  /**
   * What a request needs beside the resource itself, its containers and, for a deletion, all below it, as far as path
   * and body name it: children and siblings, claims. It comes with the first of two round trips to the store; what
   * `load` and `present` ask for beyond it makes the second.
   */
  readonly reads?: (id: ResourceId, request: ArmRequest, settings: Settings) => Reads;
  readonly load?: (context: OperationContext, command: Command<P>) => Promise<S>;
  /** For deletion; default: nothing loaded. */
  readonly loadForRemove?: (context: OperationContext, existing: Document) => Promise<S>;
  /** Pure. Throws or returns an ArmError to refuse. */
  readonly put?: (input: PutInput<P, S>) => PutDecision | ArmError;
  /**
   * A write of the whole is a long operation in the contract: its answer leads to an operation and says `Updating`, also
   * where all is done by then. A client that finds no address to poll waits by a clock of its own (azurerm: 10 s).
   */
  readonly polled?: true;
  /** tags: only `{tags}`; merge: JSON merge patch into properties, then `put` decides. */
  readonly patch?: 'tags' | 'merge';
  /** Azure's contract of its PATCH has tags only; `merge` is kinder. */
  readonly patchContract?: 'tags';
  readonly remove?: (input: RemoveInput<S>) => RemoveDecision | ArmError;
  /** Turns stored documents into what is shown: bodies in the same order. Default: the body as stored. */
  readonly present?: (
    context: OperationContext,
    documents: readonly Document[],
  ) => Promise<readonly JsonObject[]>;
  readonly lists: readonly ListScope[];
  /** What a list shows, judged by the document and the request; default all of the type. */
  readonly listed?: (document: Document, context: OperationContext) => boolean;
  /** Documents that are there for others but not for clients: neither shown nor deleted. */
  readonly hidden?: (document: Document) => boolean;
  readonly computed?: ComputedType;
  /**
   * What `$expand` takes. `itself`: the computed answer reads it; a list: parts that every answer has; else the properties that
   * refer to other resources, which a GET of one then shows. Of what it does not take the answer says that nothing was expanded.
   */
  readonly expands?: 'itself' | readonly string[] | { readonly [property: string]: Expandable };
  /** What of it is not implemented; methods that it lacks answer 501 with this name instead of 405. */
  readonly gap?: string;
  /** Azure's service answers what it refuses itself without ARM's envelope: `{code, message}`. */
  readonly flatErrors?: true;
  /** Properties that are not as the schema has them, in the service's code. Default: InvalidRequestContent. */
  readonly malformed?: Malformed;
  /** Properties that the type has not, or not yet in the api-version, in the service's code. Default: InvalidRequestContent. */
  readonly unknown?: Malformed;
  /** What is not there below a parent that is, in the service's words. Default: Resource Manager's ResourceNotFound. */
  readonly missing?: (id: ResourceId) => ArmError;
  /** DELETE of what is not there is a 404; of every other type it answers 204. */
  readonly saysNothingToDelete?: true;
  /** A wrong location in the provider's own code. Default: the kernel's for resources. */
  readonly misplaced?: {
    readonly elsewhere: (id: string, stored: string, wanted: string) => ArmError;
    readonly notOffered: (wanted: string, offered: readonly string[]) => ArmError;
  };
  /** DELETE answers 200 with what was deleted. */
  readonly showsDeleted?: boolean;
  /**
   * Where a resource group's deletion takes it: lower first; default 50. Users go before what they use anyway.
   * `with-parent`: never by itself.
   */
  readonly deletionRank?: number | 'with-parent';
  /**
   * `moveResources` takes it to another group with all below it, and everything that speaks of it with its new id; default: it
   * stays. `unlessUsedBy`: types whose resources would have to come along and cannot.
   */
  readonly movable?: true | { readonly unlessUsedBy: readonly string[] };
  /** Resources of which a document says that they use its parent: outside of a group they keep it from deletion. */
  readonly users?: (document: Document) => readonly string[];
  readonly actions?: Readonly<Record<string, PostAction>>;
  /** `own`: reads are open to every signed-in caller, and the type shows only what `allows` says. */
  readonly authorization?: 'own';
  /** RBAC actions; default `<type>/read|write|delete`. */
  readonly rbac?: { readonly read?: string; readonly write?: string; readonly delete?: string };
  /**
   * A claim that stood in the way, in the provider's own words; `retry`: somebody else was faster, decide anew
   * (an address was allocated twice). Undefined: the kernel's answer.
   */
  readonly explain?: (reason: ClaimTaken, id: ResourceId) => ArmError | 'retry' | undefined;
  /**
   * Others use it, and so it stays: the refusal in the provider's code. `retry`: what uses it goes with it, and came
   * while the deletion was decided. Default: `CannotDeleteResource`.
   */
  readonly inUse?: (used: UsedResource, holders: readonly string[]) => ArmError | 'retry';
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds types of every property shape; each is checked where it is defined.
export type AnyResourceType = ResourceType<any, any>;

/** Gives a definition its own property and loaded types. */
export const defineResourceType = <P, S = undefined>(definition: ResourceType<P, S>): AnyResourceType =>
  definition;

export interface StepInput {
  readonly operation: Operation;
  readonly store: StoreReader;
  /** Of the followers' streams: with the store's followers, who of them is alive. */
  readonly progress: FollowersProgress;
  readonly now: number;
  readonly newGuid: () => string;
  readonly settings: Settings;
  readonly registry: Registry;
}

export interface OperationKind {
  /** Idempotent: after a crash it runs again from the stored state. */
  readonly step: (input: StepInput) => Promise<StepOutcome>;
  /** Run the next step early when a follower acknowledges or the head moves. */
  readonly wakesOnAcknowledge?: boolean;
}

export interface Provider {
  /** `Microsoft.Network`. */
  readonly namespace: string;
  readonly types: readonly AnyResourceType[];
  readonly operationKinds?: Readonly<Record<string, OperationKind>>;
  /**
   * Where this namespace shows its operations: types under `/subscriptions/{s}/providers/{ns}/locations/{l}/`, or
   * under the subscription itself. Without `status` there is a `Location` only, as for resource groups.
   * Microsoft.Network also sends `azure-asyncnotification: Enabled`.
   */
  readonly operationAddresses?: OperationAddresses;
}

export interface Registry {
  readonly providers: readonly Provider[];
  readonly typeOf: (type: string) => AnyResourceType | undefined;
  readonly providerOf: (namespace: string) => Provider | undefined;
  readonly kindOf: (kind: string) => OperationKind | undefined;
}
