/** What a model is given and what it decides: values only. */

import type { Batch, ConflictReason, Document, JsonObject } from '@tombolo/store/port';
import type { Principal } from './message.ts';
import type { ResourceId } from './resource-id.ts';
import type { Settings } from './settings.ts';

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
  /** What the write will break although it is allowed; said in the header of `warning-header.ts`. */
  readonly warnings?: readonly string[];
}

export interface RemoveInput<S> {
  readonly id: ResourceId;
  readonly existing: Document;
  /** Everything stored below it, deleted with it unless refused; of too much for one batch that which the type is `keptBy`. */
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
  /** As of a write. */
  readonly warnings?: readonly string[];
}

/** What a write of a computed type, or an action, decided; the kernel commits it. */
export interface ComputedWrite {
  readonly effects: Effects;
  readonly status: number;
  readonly body?: JsonObject;
  /** Starts a long-running operation: the answer carries its addresses, `Location` with 202. */
  readonly operation?: OperationStart;
}

/** The value of a claim that somebody else holds. */
export type ClaimTaken = Extract<ConflictReason, { readonly kind: 'claim' }>;

/** What is to go and has users. */
export type UsedResource = Pick<ResourceId, 'text' | 'name'>;

/** Another operation that a step starts, in the same batch. */
export interface StartedOperation extends OperationStart {
  /** GUID, chosen by the step that wants to follow it. */
  readonly id: string;
  readonly target: string;
  readonly location: string;
}

/** What one step of an operation decided; its writes and the operation's new state are one batch. */
export type StepOutcome =
  /** `dueAt`: epoch milliseconds of the next step. */
  | {
      readonly status: 'InProgress';
      readonly effects?: Effects;
      readonly starts?: readonly StartedOperation[];
      readonly state: JsonObject;
      readonly dueAt: number;
    }
  | { readonly status: 'Succeeded'; readonly effects?: Effects; readonly state?: JsonObject }
  | {
      readonly status: 'Failed';
      readonly effects?: Effects;
      readonly error: { readonly code: string; readonly message: string };
    };

export interface OperationAddresses {
  readonly status?: string;
  readonly result: string;
  readonly notifies: boolean;
  readonly base?: 'subscription';
}
