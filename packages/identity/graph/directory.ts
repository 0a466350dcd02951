/** The directory in the store: read by object id, by application id; written with its line in the activity log. */

import type { Batch, Document, Expectation, StoreReader } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { mayLeave } from '../administrators.ts';
import { type Application, applicationId, applicationType, readApplication } from '../applications.ts';
import { directoryObjectKey } from '../directory-object.ts';
import {
  readServicePrincipal,
  type ServicePrincipal,
  servicePrincipalId,
  servicePrincipalType,
} from '../service-principals.ts';
import type { GraphRequest, GraphResponse, GraphServices } from './message.ts';
import { graphError } from './refusals.ts';

/** An object with the version on which a decision about it stands. */
export interface Held<T> {
  readonly document: Document;
  readonly value: T;
}

const held = <T>(document: Document | undefined, value: T | undefined): Held<T> | undefined =>
  document && value ? { document, value } : undefined;
const heldApplication = (document: Document | undefined): Held<Application> | undefined =>
  held(document, document?.type === applicationType ? readApplication(document.body) : undefined);
const heldPrincipal = (document: Document | undefined): Held<ServicePrincipal> | undefined =>
  held(document, document?.type === servicePrincipalType ? readServicePrincipal(document.body) : undefined);

/** The two objects of an application id; either may be missing. */
export interface Registered {
  readonly application: Held<Application> | undefined;
  readonly principal: Held<ServicePrincipal> | undefined;
}

export const registeredAs = async (store: StoreReader, appId: string): Promise<Registered> => {
  const ids = [applicationId(appId), servicePrincipalId(appId)] as const;
  const found = await store.getMany(ids);
  const of = (id: string) => found.get(id.toLowerCase());
  return { application: heldApplication(of(ids[0])), principal: heldPrincipal(of(ids[1])) };
};

/** The document that is the object of this id, or that has it. */
const documentOf = async (store: StoreReader, objectId: string): Promise<Document | undefined> => {
  const claim = await store.claim(directoryObjectKey(objectId));
  return claim && store.get(claim.value);
};

/** How a path names one: `{object id}`, or `(appId='{application id}')`. */
export type ObjectKey = { readonly objectId: string } | { readonly appId: string };

const shownKey = (key: ObjectKey): string => ('appId' in key ? key.appId : key.objectId);

/** What it is and what else has its application id. Throws Request_ResourceNotFound. */
export const find = async (
  store: StoreReader,
  kind: keyof Registered,
  key: ObjectKey,
): Promise<Registered> => {
  const missing = graphError('Request_ResourceNotFound', [shownKey(key).slice(0, 128)]);
  if ('appId' in key) {
    const registered = await registeredAs(store, key.appId);
    if (!registered[kind]) throw missing;
    return registered;
  }
  const document = await documentOf(store, key.objectId);
  const found = kind === 'application' ? heldApplication(document) : heldPrincipal(document);
  if (!found) throw missing;
  return registeredAs(store, found.value.appId);
};

/** Those of these documents that are one; a damaged one is passed over. */
export const applicationsIn = (documents: Iterable<Document>): readonly Application[] =>
  [...documents].flatMap((document) => heldApplication(document)?.value ?? []);
export const principalsIn = (documents: Iterable<Document>): readonly ServicePrincipal[] =>
  [...documents].flatMap((document) => heldPrincipal(document)?.value ?? []);

/**
 * Whoever may assign roles at the tenant could make any of these principals their own, and nobody else may: a new secret
 * of a principal is all that it may do. Entra has roles of its own for that, which are not here.
 */
const action = 'Microsoft.Authorization/roleAssignments/write';

export const authorize = async ({ store, isAllowed }: GraphServices, { principal }: GraphRequest) => {
  if (!(await isAllowed(principal, action, '/', store.reading())))
    throw graphError('Authorization_RequestDenied', [action]);
};

/** As the activity log has a request of Graph. */
export const auditedAction = (method: string, [collection = '']: readonly string[]): string =>
  `Microsoft.Graph/${method} ${collection.slice(0, 64)}`;
export const auditedPath = (segments: readonly string[]): string =>
  `/v1.0/${segments.join('/')}`.slice(0, 512);

/** What has to stay where this principal is disabled or deleted. Throws Request_BadRequest where it may not be. */
export const leaving = async (
  services: Pick<GraphServices, 'store' | 'operatorAppId'>,
  principal: Pick<ServicePrincipal, 'appId' | 'objectId'>,
  how: 'disabled' | 'deleted',
): Promise<readonly Expectation[]> => {
  const judged = await mayLeave(services, principal, how);
  if ('refused' in judged) throw graphError('Request_BadRequest', [judged.refused]);
  return judged.expect;
};

/** What deletes objects, with the claims by which they are found. */
export const removal = (objects: readonly Held<unknown>[], expect: readonly Expectation[]): Batch => ({
  expect: [...expect, ...objects.map(({ document: { id, version } }) => ({ id, version }))],
  deletes: objects.map(({ document }) => document.id),
  releases: objects.map(({ document }) => ({ holder: document.id })),
});

const attempts = 8;

/** Decides on fresh readings until what it decided on still stood when it was written. */
export const write = async (
  { store, now }: GraphServices,
  request: GraphRequest,
  decide: () => Promise<{ readonly batch: Batch; readonly answer: GraphResponse }>,
): Promise<GraphResponse> => {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { batch, answer } = await decide();
    const line = {
      at: now(),
      correlationId: request.requestId,
      caller: request.principal.objectId,
      action: auditedAction(request.method, request.segments),
      resourceId: auditedPath(request.segments),
      status: answer.status,
    };
    try {
      await store.commit({ ...batch, audit: [line] });
      return answer;
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      if (error.reason.kind === 'claim')
        throw graphError('Request_MultipleObjectsWithSameKeyValue', [
          'Another object with the same value for property identifierUris already exists.',
        ]);
    }
  }
  throw graphError('Directory_ConcurrencyViolation', [auditedPath(request.segments)]);
};
