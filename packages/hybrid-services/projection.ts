/** From followed documents to what the services decide by: scopes, connections, machines, identities, token keys. */

import { normalSerial } from '@tombolo/identity/serial-number';
import {
  connectionType,
  type PublicNetworkAccess,
  readConnection,
  type StoredConnection,
  storedPublicNetworkAccess,
} from '@tombolo/private-link';
import { listAt, objectOf, propertiesOf, stringsAt, textAt } from '@tombolo/store/document';
import { packageType, readPackage, type StoredPackage } from '@tombolo/store/extension-package';
import type { Change, Document, JsonObject } from '@tombolo/store/port';
import { createIdentityIndex } from './identity-index.ts';
import { lazyValue } from './lazy-value.ts';
import { createWorkIndex, type MachineWork, machineWorkOf, workTypes } from './machine-work-index.ts';
import type { PublicKeyJwk } from './public-key.ts';
import { parseClientPublicKey, readPublicKeyJwk, thumbprint } from './public-key.ts';

interface Scope {
  readonly id: string;
  readonly publicNetworkAccess: PublicNetworkAccess;
  readonly privateLinkScopeId?: string;
}

/** One that a link identifier tells. */
export type Connection = Pick<StoredConnection, 'id' | 'scopeId' | 'status' | 'members'> & {
  readonly linkIdentifier: number;
};

export interface Machine {
  readonly id: string;
  readonly location: string;
  readonly vmId?: string;
  readonly agentVersion?: string;
  /** RFC 7638 thumbprint of `clientPublicKey`; undefined where it is none that we can read. */
  readonly keyThumbprint: string | undefined;
  readonly privateLinkScopeResourceId?: string;
  /** The GUID that this scope had when the machine was associated with it. */
  readonly privateLinkScopeGuid?: string;
  readonly tags: JsonObject;
  readonly agentConfiguration: JsonObject;
  readonly version: number;
}

export interface MachineIdentity {
  readonly machineId: string;
  readonly vmId?: string;
  readonly keyThumbprint: string;
  readonly publicKeyJwk: PublicKeyJwk;
  /** Oldest first; `notAfter` in epoch milliseconds, `serial` normalized. */
  readonly certificates: readonly { readonly serial: string; readonly notAfter: number }[];
  /** Where the identity was before the machine was moved to another group: its agent goes on by that name. */
  readonly formerIds?: readonly string[];
}

/** A key that signs machine tokens (ES256). */
export interface TokenKey {
  readonly kid: string;
  readonly privateKeyJwk: JsonObject;
  /** Epoch milliseconds; the newest signs, all verify. */
  readonly createdAt: number;
}

/** What a request reads. Every answer is of the newest feed number that has been applied. */
export interface HybridState {
  /** The newest feed number that is known to be applied. */
  readonly through: number;
  scope(id: string): Scope | undefined;
  connection(linkIdentifier: number): Connection | undefined;
  machine(id: string): Machine | undefined;
  /**
   * Whose agent goes by this name. Several may, where the name was left by a move: what else is known of the agent tells which
   * one; else it is the one that has the name now, or left it last.
   */
  identity(
    machineId: string,
    known?: { readonly serial?: string; readonly keyThumbprint?: string },
  ): MachineIdentity | undefined;
  /** The machine to which the certificate of this (normalized) serial is issued and not revoked. */
  identityBySerial(serial: string): MachineIdentity | undefined;
  /** What is wanted of the machine, by kind and name. */
  work(machineId: string): readonly MachineWork[];
  /** Extension packages that the installation serves. */
  packages(): readonly StoredPackage[];
  /** Newest first. */
  tokenKeys(): readonly TokenKey[];
}

export interface HybridProjection extends HybridState {
  /** A snapshot: all that was known before is forgotten. `through`: its feed number, where the caller knows it. */
  replace(documents: Iterable<Document>, through?: number): void;
  /** Changes of the feed, in their order. */
  apply(changes: readonly Change[], through?: number): void;
}

/** What a follower hands over: everything it has, and what of it changed. */
export interface FollowedState {
  readonly documents: () => Iterable<Document>;
  readonly changed: readonly Change[] | 'snapshot';
}

/** Takes in what a follower of `hybridFollowedTypes` applies. */
export const applyFollowed = (projection: HybridProjection, { documents, changed }: FollowedState): void => {
  if (changed === 'snapshot') projection.replace(documents());
  else projection.apply(changed);
};

export const identityType = 'Tombolo/machineIdentities';
export const tokenKeyType = 'Tombolo/machineTokenKeys';

const types = {
  scope: 'Microsoft.HybridCompute/privateLinkScopes',
  connection: connectionType,
  machine: 'Microsoft.HybridCompute/machines',
  identity: identityType,
  tokenKey: tokenKeyType,
  package: packageType,
  ...workTypes,
} as const;

/** Ask the feed for these types only. */
export const hybridFollowedTypes: readonly string[] = Object.values(types);

/** Where a machine's identity is: the ARM provider deletes it with the machine. */
export const identityIdOf = (machineId: string): string => `${machineId}/identities/current`;

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };

const scopeOf = (document: Document): Scope => {
  const properties = propertiesOf(document);
  return {
    id: document.id,
    publicNetworkAccess: storedPublicNetworkAccess(properties.publicNetworkAccess),
    ...optional('privateLinkScopeId', textAt(properties, 'privateLinkScopeId')),
  };
};

const connectionOf = (document: Document): Connection | undefined => {
  const connection = readConnection(document);
  const { linkIdentifier } = connection;
  return linkIdentifier === undefined ? undefined : { ...connection, linkIdentifier };
};

const machineOf = (document: Document): Machine => {
  const properties = propertiesOf(document);
  // The key alone and not the document: of a fleet's, most is nothing that a request asks for.
  const { clientPublicKey } = properties;
  const keyThumbprint = lazyValue(() => {
    const key = parseClientPublicKey(clientPublicKey);
    return key && thumbprint(key);
  });
  return {
    get keyThumbprint() {
      return keyThumbprint();
    },
    id: document.id,
    location: textAt(document.body, 'location') ?? '',
    tags: objectOf(document.body.tags),
    agentConfiguration: objectOf(properties.agentConfiguration),
    version: document.version,
    ...optional('vmId', textAt(properties, 'vmId')),
    ...optional('agentVersion', textAt(properties, 'agentVersion')),
    ...optional('privateLinkScopeResourceId', textAt(properties, 'privateLinkScopeResourceId')),
    ...optional('privateLinkScopeGuid', textAt(properties, 'privateLinkScopeGuid')),
  };
};

/** Undefined where the document is not one that registration writes. */
export const identityOf = (document: Document): MachineIdentity | undefined => {
  const properties = propertiesOf(document);
  const publicKeyJwk = readPublicKeyJwk(properties.publicKeyJwk);
  const machineId = textAt(properties, 'machineId');
  const formerIds = stringsAt(document.body, 'formerIds');
  if (publicKeyJwk === undefined || machineId === undefined) return undefined;
  // Made from the key itself: a thumbprint beside it could disagree.
  const keyThumbprint = lazyValue(() => thumbprint(publicKeyJwk));
  return {
    machineId,
    publicKeyJwk,
    get keyThumbprint() {
      return keyThumbprint();
    },
    certificates: listAt(properties, 'certificates').flatMap((entry) => {
      const { serial, notAfter } = objectOf(entry);
      return typeof serial === 'string' && typeof notAfter === 'number'
        ? [{ serial: normalSerial(serial), notAfter }]
        : [];
    }),
    ...optional('vmId', textAt(properties, 'vmId')),
    ...optional('formerIds', formerIds.length === 0 ? undefined : formerIds),
  };
};

const tokenKeyOf = (document: Document): TokenKey | undefined => {
  const properties = propertiesOf(document);
  const kid = textAt(properties, 'kid');
  if (kid === undefined || typeof properties.createdAt !== 'number') return undefined;
  return { kid, privateKeyJwk: objectOf(properties.privateKeyJwk), createdAt: properties.createdAt };
};

/** Each change costs one look-up and one parse, whatever the number of machines. */
export const createHybridProjection = (): HybridProjection => {
  const scopes = new Map<string, Scope>();
  const machines = new Map<string, Machine>();
  const identities = createIdentityIndex<MachineIdentity>();
  const connections = new Map<string, Connection>();
  const byLink = new Map<number, Connection>();
  const work = createWorkIndex();
  const keys = new Map<string, TokenKey>();
  const packages = new Map<string, StoredPackage>();
  let newestKeys: readonly TokenKey[] = [];
  let through = 0;

  const set = <T>(map: Map<string, T>, key: string, value: T | undefined): void => {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  };
  const setConnection = (key: string, value: Connection | undefined): void => {
    const before = connections.get(key);
    if (before && byLink.get(before.linkIdentifier)?.id === before.id) byLink.delete(before.linkIdentifier);
    set(connections, key, value);
    if (value) byLink.set(value.linkIdentifier, value);
  };
  const applyOne = (type: string, id: string, document: Document | undefined): void => {
    const key = id.toLowerCase();
    switch (type) {
      case types.scope:
        set(scopes, key, document && scopeOf(document));
        break;
      case types.connection:
        setConnection(key, document && connectionOf(document));
        break;
      case types.machine:
        set(machines, key, document && machineOf(document));
        break;
      case types.identity:
        identities.set(key, document && identityOf(document));
        break;
      case types.extensions:
      case types.runCommands:
        work.set(key, document && machineWorkOf(document));
        break;
      case types.package:
        set(packages, key, document && readPackage(document));
        break;
      case types.tokenKey:
        set(keys, key, document && tokenKeyOf(document));
        newestKeys = [...keys.values()].sort((a, b) => b.createdAt - a.createdAt || (a.kid < b.kid ? -1 : 1));
        break;
      default:
        break;
    }
  };
  return {
    get through() {
      return through;
    },
    replace: (documents, to) => {
      for (const map of [scopes, machines, identities, connections, byLink, work, keys, packages])
        map.clear();
      newestKeys = [];
      for (const document of documents) applyOne(document.type, document.id, document);
      through = to ?? 0;
    },
    apply: (changes, to) => {
      for (const change of changes) applyOne(change.type, change.id, change.document);
      through = to ?? changes.reduce((highest, change) => Math.max(highest, change.feed), through);
    },
    scope: (id) => scopes.get(id.toLowerCase()),
    connection: (linkIdentifier) => byLink.get(linkIdentifier),
    machine: (id) => machines.get(id.toLowerCase()),
    identity: (machineId, known = {}) => {
      const all = identities.goingBy(identityIdOf(machineId).toLowerCase());
      const { serial, keyThumbprint } = known;
      const its = ({ certificates, keyThumbprint: own }: MachineIdentity): boolean =>
        own === keyThumbprint || certificates.some((entry) => entry.serial === serial);
      return all.find(its) ?? all[0];
    },
    identityBySerial: identities.bySerial,
    work: work.ofMachine,
    packages: () => [...packages.values()],
    tokenKeys: () => newestKeys,
  };
};
