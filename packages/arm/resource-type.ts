/** What a provider says of one resource type: schema, decisions, lists, actions. The kernel does the rest. */

import type {
  Batch,
  ConflictReason,
  Document,
  Json,
  JsonObject,
  Reads,
  StoreReader,
} from '@tombolo/store/port';
import type { z } from 'zod';
import type { ArmError } from './arm-error.ts';
import type { EnvelopeMember } from './envelope-schema.ts';
import type { ArmRequest, ArmResponse, Principal } from './message.ts';
import type { Registry } from './provider.ts';
import type { ResourceId } from './resource-id.ts';

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
  /** Would the caller be allowed this action on that scope? For linked checks (R15). */
  readonly allows: (action: string, scopeId: string) => Promise<boolean>;
  readonly settings: Settings;
  /** All that is served, for the types that list it. */
  readonly registry: Registry;
}

/** What an installation sets and decisions read. */
export interface Settings {
  /** Names of the regions offered. */
  readonly regions: readonly string[];
  /** 127.0.0.0/8 may be a network's address space (a listed deviation). */
  readonly allowLoopbackNetworks: boolean;
  /** Addresses at which the installation itself listens: nobody's resource gets one. */
  readonly ownAddresses: readonly string[];
  /** R5: refuse instead of replacing records. */
  readonly strictDns: boolean;
  /** R14. */
  readonly timing: 'immediate' | 'azure';
  readonly strictApiVersions: boolean;
  /** Name suffixes of the services (a cloud profile's `suffixes`): `his.arc.azure.com`. */
  readonly suffixes: {
    readonly his: string;
    readonly guestConfiguration: string;
    readonly kubernetesConfiguration: string;
    readonly notification?: string;
  };
}

/** The body of a PUT, or of a PATCH merged into what is stored, after the schema. */
export interface Command<P> {
  readonly id: ResourceId;
  /** The id under which it is or will be stored: canonical types, the creator's case of names. */
  readonly storedId: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The members of the envelope that the type takes, as far as they are given. */
  readonly envelope: JsonObject;
  readonly properties: P;
  readonly existing?: Document;
}

/** Writes beside the resource itself. */
export type Effects = Omit<Batch, 'operations' | 'audit'>;

export interface OperationStart {
  /** A kind of the provider's `operationKinds`. */
  readonly kind: string;
  readonly state: JsonObject;
  /** Where its status is found; default: the resource's own location. */
  readonly location?: string;
}

export interface PutInput<P, S> {
  readonly command: Command<P>;
  readonly loaded: S;
  /** What the body refers to and is there, by lower-case id: judged already, as the schema declares it. */
  readonly referenced: ReadonlyMap<string, Document>;
  readonly now: number;
  readonly newGuid: () => string;
  readonly newLinkIdentifier: () => number;
  readonly settings: Settings;
  readonly principal: Principal;
}

export interface PutDecision {
  /** The whole properties as stored. */
  readonly properties: JsonObject;
  /** Further top-level fields to store (identity…); default: the command's envelope. */
  readonly envelope?: JsonObject;
  readonly effects?: Effects;
  /** Starts a long-running operation: the answer carries its addresses. */
  readonly operation?: OperationStart;
  /** Default: created 201, updated 200. */
  readonly status?: { readonly created: number; readonly updated: number };
  /** What the write will break although it is allowed; each in a header `x-tombolo-warning`. */
  readonly warnings?: readonly string[];
}

export interface RemoveInput<S> {
  readonly id: ResourceId;
  readonly existing: Document;
  /** Everything stored below it; deleted with it unless refused. */
  readonly below: readonly Document[];
  readonly loaded: S;
  readonly now: number;
  readonly newGuid: () => string;
  readonly settings: Settings;
}

export interface RemoveDecision {
  /** Writes beside the deletion of the resource and all below it (claims that they hold are released). */
  readonly effects?: Effects;
  /** Keep the documents for now: the operation's steps delete them. */
  readonly deferred?: boolean;
  readonly operation?: OperationStart;
  /** Default 200 (204 where there was nothing); 202 with an operation. */
  readonly status?: number;
}

/** What a write of a computed type, or an action, decided; the kernel commits it. */
export interface ComputedWrite {
  readonly effects: Effects;
  readonly status: number;
  readonly body?: JsonObject;
  /** Starts a long-running operation: the answer carries its addresses, `Location` with 202. */
  readonly operation?: OperationStart;
}

export type ListScope = 'tenant' | 'subscription' | 'resourceGroup' | 'parent';

/** A type whose answers are computed, not stored. */
export interface ComputedType {
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
export type ComputedWriter = (
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

/** The value of a claim that somebody else holds. */
export type ClaimTaken = Extract<ConflictReason, { readonly kind: 'claim' }>;

/** What is to go and has users. */
export type UsedResource = Pick<ResourceId, 'text' | 'name'>;

export interface ResourceType<P = never, S = unknown> {
  /** Canonical case. */
  readonly type: string;
  /** Ascending. */
  readonly apiVersions: readonly string[];
  /** tracked: location and tags; global: location `global`, tags; proxy: neither. */
  readonly placement: 'tracked' | 'global' | 'proxy';
  readonly name?: { readonly pattern: RegExp; readonly rule: string };
  readonly etagInBody?: boolean;
  /** The members of ARM's envelope that it takes beside location, tags and properties (`envelope-schema.ts`). */
  readonly envelope?: readonly EnvelopeMember[];
  /** Further top-level fields of its answers, which clients echo and a request cannot change. */
  readonly echoed?: readonly string[];
  /** Properties that the contract of its PATCH has at the top of the body. */
  readonly patchedAtTop?: readonly string[];
  /** Schema of `properties` (its own keys are the known ones; nested objects drop what they do not know). */
  readonly properties?: z.ZodType<P> & { readonly shape?: Readonly<Record<string, unknown>> };
  /** Properties whose items are resources of the types below it (`subnets`): what they refer to is theirs. */
  readonly inlineChildren?: readonly string[];
  /** Properties that clients echo back and that are ignored in a request. */
  readonly readOnly?: readonly string[];
  /**
   * What a request needs beside the resource itself, its containers and, for a deletion, all below it, as far as path
   * and body name it: children and siblings, claims. It comes with the first of two round trips to the store; what
   * `load` and `present` ask for beyond it makes the second.
   */
  readonly reads?: (id: ResourceId, request: ArmRequest) => Reads;
  readonly load?: (context: OperationContext, command: Command<P>) => Promise<S>;
  /** For deletion; default: nothing loaded. */
  readonly loadForRemove?: (context: OperationContext, existing: Document) => Promise<S>;
  /** Pure. Throws or returns an ArmError to refuse. */
  readonly put?: (input: PutInput<P, S>) => PutDecision | ArmError;
  /** tags: only `{tags}`; merge: JSON merge patch into properties, then `put` decides. */
  readonly patch?: 'tags' | 'merge';
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
  /** What of it is not implemented; methods that it lacks answer 501 with this name instead of 405. */
  readonly gap?: string;
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
