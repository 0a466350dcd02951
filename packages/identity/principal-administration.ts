/** The directory as its operator keeps it: principals listed, shown, rotated, disabled, enabled and deleted, by any of their names. */

import { defineRefusals } from '@tombolo/arm';
import type { Batch, JsonObject, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { mayLeave } from './administrators.ts';
import { type Application, applicationBody, applicationType } from './applications.ts';
import { addCertificate, addSecret, type CredentialHolder } from './credentials.ts';
import { partOf, type Sought } from './graph/collection.ts';
import { type Held, principalsIn, type Registered, registeredAs, removal } from './graph/directory.ts';
import {
  type ServicePrincipal,
  servicePrincipalBody,
  servicePrincipalType,
  withEnabled,
  withoutTokens,
} from './service-principals.ts';

export interface PrincipalAdministrationOptions {
  readonly store: Store;
  /** The commands of this installation sign in as this one: it is neither disabled nor deleted. */
  readonly operatorAppId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly randomBytes: (length: number) => Uint8Array;
}

const refusal = defineRefusals({
  PrincipalNotFound: [
    404,
    (name: string) => `There is no principal '${name}'.`,
    'Name one by its display name, application id or object id; "./tombolo principal list" shows them.',
  ],
  PrincipalNameAmbiguous: [
    409,
    (name: string, ids: string) => `Several principals are called '${name}': ${ids}.`,
    'Name one by its application id.',
  ],
  PrincipalStays: [409, (why: string) => why],
  PrincipalChanged: [
    409,
    (name: string) =>
      `'${name}' was changed by others at the same time, again and again. Nothing was written.`,
    'Try again.',
  ],
});

export interface Rotation {
  /** How long the new secret is good. */
  readonly days: number;
  /** PEM; without one a secret is made. */
  readonly certificate?: string | undefined;
  /** 32 bytes that the secret is made of, for who keeps it before it is good; without them it is made here. */
  readonly random?: Uint8Array | undefined;
  /** What it had stays good, and so do its tokens. */
  readonly keep: boolean;
}

type Found = Registered & { readonly principal: Held<ServicePrincipal> };

const attempts = 8;
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const createPrincipalAdministration = (options: PrincipalAdministrationOptions) => {
  const { store, now, newGuid, randomBytes } = options;
  const isOperator = ({ appId }: ServicePrincipal): boolean => same(appId, options.operatorAppId);

  const parts = partOf(store, 'principal');
  const named = async (...by: readonly Sought[]): Promise<readonly ServicePrincipal[]> => {
    const found = await Promise.all(by.map((sought) => parts({ sought, after: '', limit: 1 })));
    const byKey = new Map(found.flatMap(({ items }) => items.map((each) => [each.id.toLowerCase(), each])));
    return principalsIn(byKey.values());
  };
  /** As many as there may be applications. */
  const all = async (): Promise<readonly ServicePrincipal[]> =>
    principalsIn(await store.list({ type: servicePrincipalType }));

  const find = async (name: string): Promise<Found> => {
    const byId = await named({ objectId: name }, { appId: name });
    const [only, ...others] =
      byId.length > 0 ? byId : (await all()).filter(({ displayName }) => displayName === name);
    if (others.length > 0)
      throw refusal('PrincipalNameAmbiguous', [
        name,
        [only!, ...others].map(({ appId }) => appId).join(', '),
      ]);
    const registered = only && (await registeredAs(store, only.appId));
    if (!registered?.principal) throw refusal('PrincipalNotFound', [name.slice(0, 256)]);
    return { ...registered, principal: registered.principal };
  };

  /** Decides on what is there, and anew where others were faster. */
  const change = async (
    what: string,
    name: string,
    decide: (found: Found) => Batch | undefined | Promise<Batch | undefined>,
  ): Promise<Found> => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const found = await find(name);
      const batch = await decide(found);
      if (!batch) return found;
      const line = {
        at: now(),
        correlationId: newGuid(),
        caller: 'operator',
        action: `Tombolo/principals/${what}`,
        resourceId: found.principal.document.id,
        status: 200,
      };
      try {
        await store.commit({ ...batch, audit: [line] });
        return found;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
    throw refusal('PrincipalChanged', [name.slice(0, 256)]);
  };

  /** Credentials are its application's, where it has one. */
  const changed = (
    { application, principal }: Found,
    after: { readonly application: Application | undefined; readonly principal: ServicePrincipal },
  ): Batch => ({
    expect: [principal, ...(application ? [application] : [])].map(({ document: { id, version } }) => ({
      id,
      version,
    })),
    puts: [
      { id: principal.document.id, type: servicePrincipalType, body: servicePrincipalBody(after.principal) },
      ...(application && after.application
        ? [{ id: application.document.id, type: applicationType, body: applicationBody(after.application) }]
        : []),
    ],
  });

  /** One made of the same values each time: a second attempt writes the same credential. */
  const newCredential = ({ days, certificate, random = randomBytes(32) }: Rotation) => {
    const keyId = newGuid();
    const secret = {
      ...{ keyId, random, salt: randomBytes(16) },
      ...{ now: now(), endTime: now() + days * 86_400_000 },
    };
    const addTo = <T extends CredentialHolder>(holder: T): { holder: T; secretText?: string } =>
      certificate === undefined
        ? addSecret(holder, secret)
        : { holder: addCertificate(holder, { keyId, pem: certificate }) };
    const only = <T extends CredentialHolder>(holder: T): T => ({
      ...holder,
      secrets: holder.secrets.filter((each) => each.keyId === keyId),
      certificates: holder.certificates.filter((each) => each.keyId === keyId),
    });
    return { addTo, only };
  };

  const added = (found: Found, addTo: ReturnType<typeof newCredential>['addTo']) => {
    const { application, principal } = found;
    if (!application) {
      const { holder, secretText } = addTo(principal.value);
      return { secretText, after: { application: undefined, principal: holder } };
    }
    const { holder, secretText } = addTo(application.value);
    return { secretText, after: { application: holder, principal: principal.value } };
  };

  /**
   * `deliver` has the secret before what was good until then ends: whatever stops in between, one of the two that signs in is
   * known. Its tokens end with its former credentials.
   */
  const rotate = async (
    name: string,
    asked: Rotation,
    deliver?: (secretText: string) => void,
  ): Promise<{ readonly shown: JsonObject; readonly secretText: string | undefined }> => {
    const { addTo, only } = newCredential(asked);
    const bare = <T extends CredentialHolder>(holder: T): T => ({ ...holder, secrets: [], certificates: [] });
    const inTwo = asked.keep || deliver !== undefined;
    let secretText: string | undefined;
    await change('rotate', name, (found) => {
      // What goes anyway makes room; where it is kept, or goes later, there has to be room beside it.
      const before = inTwo
        ? found
        : {
            principal: { ...found.principal, value: withoutTokens(bare(found.principal.value)) },
            application: found.application && {
              ...found.application,
              value: bare(found.application.value),
            },
          };
      const made = added(before, addTo);
      secretText = made.secretText;
      return changed(found, made.after);
    });
    if (secretText !== undefined) deliver?.(secretText);
    if (deliver !== undefined && !asked.keep)
      await change('rotate', name, (found) =>
        changed(found, {
          application: found.application && only(found.application.value),
          principal: withoutTokens(only(found.principal.value)),
        }),
      );
    return { shown: await show(name), secretText };
  };

  /** What has to stay where it goes. */
  const leaving = async (principal: ServicePrincipal, how: 'disabled' | 'deleted') => {
    const judged = await mayLeave(options, principal, how);
    if ('refused' in judged) throw refusal('PrincipalStays', [judged.refused]);
    return judged.expect;
  };

  const setEnabled = async (name: string, enabled: boolean): Promise<JsonObject> => {
    await change(enabled ? 'enable' : 'disable', name, async (found) => {
      const { value } = found.principal;
      if (value.enabled === enabled) return undefined;
      const kept = enabled ? [] : await leaving(value, 'disabled');
      const batch = changed(found, {
        application: found.application?.value,
        principal: withEnabled(value, enabled),
      });
      return { ...batch, expect: [...kept, ...(batch.expect ?? [])] };
    });
    return show(name);
  };

  const remove = async (name: string): Promise<JsonObject> => {
    const { principal } = await change('delete', name, async (found) => {
      const { application } = found;
      const kept = await leaving(found.principal.value, 'deleted');
      return removal([found.principal, ...(application ? [application] : [])], kept);
    });
    return briefly(principal.value);
  };

  const briefly = (principal: ServicePrincipal): JsonObject => ({
    displayName: principal.displayName,
    appId: principal.appId,
    objectId: principal.objectId,
    enabled: principal.enabled,
    operator: isOperator(principal),
    createdDateTime: principal.createdDateTime ?? null,
  });

  const show = async (name: string): Promise<JsonObject> => {
    const { principal, application } = await find(name);
    const holders: readonly CredentialHolder[] = [
      principal.value,
      ...(application ? [application.value] : []),
    ];
    return {
      ...briefly(principal.value),
      secrets: holders
        .flatMap(({ secrets }) => secrets)
        .map(({ keyId, hint, endDateTime }) => ({ keyId, hint, endDateTime })),
      certificates: holders
        .flatMap(({ certificates }) => certificates)
        .map(({ keyId, sha1, endDateTime }) => ({
          keyId,
          thumbprint: Buffer.from(sha1, 'base64url').toString('hex').toUpperCase(),
          endDateTime,
        })),
    };
  };

  const list = async (): Promise<readonly JsonObject[]> => (await all()).map(briefly);

  return {
    list,
    show,
    rotate,
    setEnabled,
    remove,
    isOperator: async (name: string) => isOperator((await find(name)).principal.value),
  };
};
