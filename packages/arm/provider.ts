/** Providers as the kernel sees them: their types, the kinds of their operations, and the registry of all. */

import type { JsonObject, Operation, StoreReader } from '@tombolo/store/port';
import type { AnyResourceType, Effects, OperationStart, Settings } from './resource-type.ts';

export interface StepInput {
  readonly operation: Operation;
  readonly store: StoreReader;
  readonly now: number;
  readonly newGuid: () => string;
  readonly settings: Settings;
  readonly registry: Registry;
}

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

export interface OperationKind {
  /** Idempotent: after a crash it runs again from the stored state. */
  readonly step: (input: StepInput) => Promise<StepOutcome>;
  /** Run the next step early when a follower acknowledges or the head moves. */
  readonly wakesOnAcknowledge?: boolean;
}

export interface OperationAddresses {
  readonly status?: string;
  readonly result: string;
  readonly notifies: boolean;
  readonly base?: 'subscription';
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

/** Indexes the manifests; a type or kind that two providers claim is a mistake of ours. */
export const createRegistry = (providers: readonly Provider[]): Registry => {
  const types = new Map<string, AnyResourceType>();
  const kinds = new Map<string, OperationKind>();
  const namespaces = new Map(providers.map((provider) => [provider.namespace.toLowerCase(), provider]));
  for (const provider of providers) {
    for (const type of provider.types) {
      const key = type.type.toLowerCase();
      if (types.has(key)) throw new Error(`two definitions of ${type.type}`);
      types.set(key, type);
    }
    for (const [name, kind] of Object.entries(provider.operationKinds ?? {})) {
      if (kinds.has(name)) throw new Error(`two operations of kind ${name}`);
      kinds.set(name, kind);
    }
  }
  return {
    providers,
    typeOf: (type) => types.get(type.toLowerCase()),
    providerOf: (namespace) => namespaces.get(namespace.toLowerCase()),
    kindOf: (kind) => kinds.get(kind),
  };
};
