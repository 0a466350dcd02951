/** `/applications`: registered, shown, changed, deleted with their service principal. */

import type { Batch } from '@tombolo/store/port';
import { z } from 'zod';
import {
  type Application,
  applicationBody,
  applicationType,
  createApplication,
  identifierUriKey,
  newApplication,
} from '../applications.ts';
import { servicePrincipalBody, servicePrincipalType } from '../service-principals.ts';
import { readBody, shownName } from './body.ts';
import { partOf } from './collection.ts';
import {
  applicationsIn,
  authorize,
  find,
  type Held,
  leaving,
  type ObjectKey,
  type Registered,
  removal,
  write,
} from './directory.ts';
import { keyCredentialsShape, withKeys } from './key-credentials.ts';
import type { GraphHandler } from './message.ts';
import { type Change, passwordHandler } from './password-credentials.ts';
import { entityAnswer, listAnswer } from './query.ts';
import { graphError } from './refusals.ts';
import { shownApplication } from './shown.ts';

/** Far more than one installation needs; to make another one counts them. */
const mostApplications = 5_000;

const shape = z.strictObject({
  displayName: shownName.min(1).exactOptional(),
  description: z.string().max(1024).nullable().exactOptional(),
  identifierUris: z
    .array(
      z
        .string()
        .max(255)
        .regex(/^[a-z][a-z0-9+.-]*:\S+$/i),
    )
    .max(50)
    .exactOptional(),
  // One tenant: whom else it would let in is not there.
  signInAudience: z
    .enum(['AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])
    .exactOptional(),
  tags: z.array(z.string().max(256)).max(100).exactOptional(),
  keyCredentials: keyCredentialsShape.nullish(),
});

/** Of people's sign-in, roles and claims of tokens: none of it is here. */
const notHere = [
  'addIns',
  'api',
  'appRoles',
  'groupMembershipClaims',
  'info',
  'isDeviceOnlyAuthSupported',
  'isFallbackPublicClient',
  'notes',
  'oauth2RequirePostResponse',
  'optionalClaims',
  'parentalControlSettings',
  'passwordCredentials',
  'publicClient',
  'requiredResourceAccess',
  'spa',
  'tokenEncryptionKeyId',
  'web',
];

const filterable = {
  entity: 'Application',
  values: ['id', 'appId', 'displayName', 'signInAudience'],
  collections: ['identifierUris', 'tags'],
};

export const listApplications: GraphHandler = async ({ store }, request) =>
  listAnswer(request, filterable, async (query) => {
    const { items, next } = await partOf(store, 'application')(query);
    return { items: applicationsIn(items).map(shownApplication), next };
  });

export const getApplication =
  (key: ObjectKey): GraphHandler =>
  async ({ store }, request) => {
    const { application } = await find(store, 'application', key);
    return entityAnswer(request, 'applications', shownApplication(application!.value));
  };

export const postApplication: GraphHandler = async (services, request) => {
  await authorize(services, request);
  const { keyCredentials, displayName, ...given } = readBody(request.body, shape, notHere);
  if (displayName === undefined)
    throw graphError('Request_BadRequest', ["A value is required for property 'displayName'."]);
  const { store, now, newGuid } = services;
  const made = createApplication({
    appId: newGuid(),
    objectId: newGuid(),
    displayName,
    createdDateTime: new Date(now()).toISOString(),
    ...given,
  });
  const application = withKeys(made, keyCredentials ?? [], newGuid);
  return write(services, request, async () => {
    const there = await store.list({ type: applicationType, limit: mostApplications });
    if (there.length >= mostApplications)
      throw graphError('Directory_QuotaExceeded', [String(mostApplications)]);
    return {
      batch: newApplication(application),
      answer: entityAnswer(request, 'applications', shownApplication(application), 201),
    };
  });
};

/** Changes what is there; its service principal carries its name. */
const change: Change<Application> = (services, request, key, decide) =>
  write(services, request, async () => {
    const registered = await find(services.store, 'application', key);
    const before = registered.application!;
    const { holder, expect = [], answer } = await decide(before.value);
    const batch = changed(before, holder, registered.principal);
    return { batch: { ...batch, expect: [...expect, ...batch.expect] }, answer: answer ?? { status: 204 } };
  });

const changed = (
  { document, value }: Held<Application>,
  after: Application,
  principal: Registered['principal'],
) => {
  const { id } = document;
  const renamed = principal !== undefined && principal.value.displayName !== after.displayName;
  const others = renamed ? [principal.document] : [];
  const isThere = new Set(after.identifierUris.map(identifierUriKey));
  return {
    expect: [document, ...others].map(({ id, version }) => ({ id, version })),
    puts: [
      { id, type: applicationType, body: applicationBody(after) },
      ...others.map(({ id }) => ({
        id,
        type: servicePrincipalType,
        body: servicePrincipalBody({ ...principal!.value, displayName: after.displayName }),
      })),
    ],
    releases: value.identifierUris
      .map(identifierUriKey)
      .filter((uri) => !isThere.has(uri))
      .map((uri) => ({ holder: id, key: uri })),
    claims: [...isThere].map((uri) => ({ key: uri, value: id.toLowerCase(), holder: id })),
  } satisfies Batch;
};

export const patchApplication =
  (key: ObjectKey): GraphHandler =>
  async (services, request) => {
    await authorize(services, request);
    const { keyCredentials, ...given } = readBody(request.body, shape, notHere);
    return change(services, request, key, async (application) => {
      const after = { ...application, ...given };
      return { holder: keyCredentials ? withKeys(after, keyCredentials, services.newGuid) : after };
    });
  };

export const applicationPassword = passwordHandler(change);

/** With its service principal: without an application nobody signs in as it. */
export const deleteApplication =
  (key: ObjectKey): GraphHandler =>
  async (services, request) => {
    await authorize(services, request);
    return write(services, request, async () => {
      const { application, principal } = await find(services.store, 'application', key);
      const { appId } = application!.value;
      const kept = await leaving(services, { appId, objectId: principal?.value.objectId ?? '' }, 'deleted');
      return {
        batch: removal([application!, ...(principal ? [principal] : [])], kept),
        answer: { status: 204 },
      };
    });
  };
