/** Microsoft Graph v1.0 as far as az, Terraform and onboarding ask for it: from a path to its answer. No sockets here. */

import {
  applicationPassword,
  deleteApplication,
  getApplication,
  listApplications,
  patchApplication,
  postApplication,
} from './applications.ts';
import type { ObjectKey } from './directory.ts';
import { getByIds, getDirectoryObject } from './directory-objects.ts';
import type { GraphHandler, GraphRequest } from './message.ts';
import { listAnswer } from './query.ts';
import { graphError } from './refusals.ts';
import {
  deleteServicePrincipal,
  getServicePrincipal,
  listServicePrincipals,
  patchServicePrincipal,
  postServicePrincipal,
  servicePrincipalPassword,
} from './service-principals.ts';

type ByMethod = Readonly<Partial<Record<GraphRequest['method'], GraphHandler>>>;

interface Collection {
  readonly list: ByMethod;
  readonly one: (key: ObjectKey) => ByMethod;
  readonly actions: (key: ObjectKey) => Readonly<Record<string, GraphHandler>>;
}

const collections: Readonly<Record<string, Collection>> = {
  applications: {
    list: { GET: listApplications, POST: postApplication },
    one: (key) => ({
      GET: getApplication(key),
      PATCH: patchApplication(key),
      DELETE: deleteApplication(key),
    }),
    actions: (key) => ({
      addpassword: applicationPassword(key, 'addPassword'),
      removepassword: applicationPassword(key, 'removePassword'),
    }),
  },
  serviceprincipals: {
    list: { GET: listServicePrincipals, POST: postServicePrincipal },
    one: (key) => ({
      GET: getServicePrincipal(key),
      PATCH: patchServicePrincipal(key),
      DELETE: deleteServicePrincipal(key),
    }),
    actions: (key) => ({
      addpassword: servicePrincipalPassword(key, 'addPassword'),
      removepassword: servicePrincipalPassword(key, 'removePassword'),
    }),
  },
};

/** There are no people and no groups in this directory: their lists are empty, and each of them is missing. */
const nobody = new Set(['users', 'groups']);

/** `applications(appId='…')`: an alternate key instead of a segment of its own. */
const alternate = /^([A-Za-z]+)\(appId='([0-9A-Fa-f-]{1,64})'\)$/i;

const method = (handlers: ByMethod, request: GraphRequest): GraphHandler => {
  const found = handlers[request.method];
  if (found) return found;
  throw graphError('NotImplemented', [`${request.method} of '${request.segments.join('/').slice(0, 200)}'`]);
};

/** Throws BadRequest for what Graph has not, NotImplemented for what it has and this has not. */
const route = (request: GraphRequest): GraphHandler => {
  const [first = '', ...below] = request.segments;
  const keyed = alternate.exec(first);
  const name = (keyed?.[1] ?? first).toLowerCase();
  if (name === 'me')
    throw graphError('BadRequest', ['/me request is only valid with delegated authentication flow.']);
  const collection = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (collection) {
    if (!keyed && below.length === 0) return method(collection.list, request);
    const [key, ...rest]: readonly [ObjectKey, ...string[]] = keyed
      ? [{ appId: keyed[2]! }, ...below]
      : [{ objectId: below[0]! }, ...below.slice(1)];
    if (rest.length === 0) return method(collection.one(key), request);
    const action = rest
      .join('/')
      .toLowerCase()
      .replace(/^microsoft\.graph\./, '');
    const actions = collection.actions(key);
    return method(Object.hasOwn(actions, action) ? { POST: actions[action]! } : {}, request);
  }
  if (name === 'directoryobjects' && below.length === 1) {
    if (below[0]!.toLowerCase().replace(/^microsoft\.graph\./, '') === 'getbyids')
      return method({ POST: getByIds }, request);
    return method({ GET: getDirectoryObject(below[0]!) }, request);
  }
  if (nobody.has(name) && below.length === 0) return method({ GET: listNobody }, request);
  if (nobody.has(name) && request.method === 'GET')
    throw graphError('Request_ResourceNotFound', [below[0]!.slice(0, 128)]);
  if (nobody.has(name) || name === 'directoryobjects') return method({}, request);
  throw graphError('BadRequest', [`Resource not found for the segment '${first.slice(0, 64)}'.`]);
};

const listNobody: GraphHandler = async (_, request) =>
  listAnswer(
    request,
    {
      entity: request.segments[0]!,
      values: ['id', 'displayName', 'userPrincipalName', 'mail', 'mailNickname'],
      collections: [],
    },
    async () => ({ items: [], next: undefined }),
  );

/** Throws an error of `graphError`. */
export const answerGraph: GraphHandler = (services, request) => route(request)(services, request);
