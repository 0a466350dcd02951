/** `/servicePrincipals`: made for an application, shown, changed, deleted; the same ones that sign in. */

import { z } from 'zod';
import { applicationId } from '../applications.ts';
import {
  createServicePrincipal,
  newServicePrincipal,
  type ServicePrincipal,
  servicePrincipalBody,
  servicePrincipalType,
  withEnabled,
} from '../service-principals.ts';
import { readBody } from './body.ts';
import { partOf } from './collection.ts';
import {
  applicationsIn,
  authorize,
  find,
  leaving,
  type ObjectKey,
  principalsIn,
  registeredAs,
  removal,
  write,
} from './directory.ts';
import { keyCredentialsShape, withKeys } from './key-credentials.ts';
import type { GraphHandler } from './message.ts';
import { type Change, passwordHandler } from './password-credentials.ts';
import { entityAnswer, listAnswer } from './query.ts';
import { graphError } from './refusals.ts';
import { shownServicePrincipal } from './shown.ts';

const createShape = z.strictObject({ appId: z.guid(), accountEnabled: z.boolean().exactOptional() });
const patchShape = z.strictObject({
  accountEnabled: z.boolean().exactOptional(),
  keyCredentials: keyCredentialsShape.nullish(),
});
const notHere = [
  'addIns',
  'alternativeNames',
  'appRoleAssignmentRequired',
  'appRoles',
  'description',
  'displayName',
  'homepage',
  'info',
  'loginUrl',
  'logoutUrl',
  'notes',
  'notificationEmailAddresses',
  'oauth2PermissionScopes',
  'passwordCredentials',
  'preferredSingleSignOnMode',
  'replyUrls',
  'servicePrincipalNames',
  'servicePrincipalType',
  'tags',
];

const filterable = {
  entity: 'ServicePrincipal',
  values: ['id', 'appId', 'displayName', 'appDisplayName', 'servicePrincipalType', 'accountEnabled'],
  collections: ['servicePrincipalNames', 'alternativeNames', 'tags'],
};

export const listServicePrincipals: GraphHandler = async ({ store, tenantId }, request) =>
  listAnswer(request, filterable, async (query) => {
    const { items, next } = await partOf(store, 'principal')(query);
    const principals = principalsIn(items);
    const theirs = await store.getMany(principals.map(({ appId }) => applicationId(appId)));
    const byAppId = new Map(applicationsIn(theirs.values()).map((each) => [each.appId.toLowerCase(), each]));
    const shown = principals.map((principal) =>
      shownServicePrincipal(principal, byAppId.get(principal.appId.toLowerCase()), tenantId),
    );
    return { items: shown, next };
  });

export const getServicePrincipal =
  (key: ObjectKey): GraphHandler =>
  async ({ store, tenantId }, request) => {
    const { principal, application } = await find(store, 'principal', key);
    const shown = shownServicePrincipal(principal!.value, application?.value, tenantId);
    return entityAnswer(request, 'servicePrincipals', shown);
  };

export const postServicePrincipal: GraphHandler = async (services, request) => {
  await authorize(services, request);
  const { appId, accountEnabled } = readBody(request.body, createShape, notHere);
  return write(services, request, async () => {
    const { application, principal } = await registeredAs(services.store, appId);
    if (principal)
      throw graphError('Request_MultipleObjectsWithSameKeyValue', [
        `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
      ]);
    if (!application)
      throw graphError('Request_BadRequest', [
        `The appId '${appId}' of the service principal does not reference a valid application object.`,
      ]);
    const made: ServicePrincipal = {
      ...createServicePrincipal({
        appId: application.value.appId,
        objectId: services.newGuid(),
        displayName: application.value.displayName,
        createdDateTime: new Date(services.now()).toISOString(),
      }),
      enabled: accountEnabled ?? true,
    };
    const { document } = application;
    const batch = newServicePrincipal(made);
    const shown = shownServicePrincipal(made, application.value, services.tenantId);
    return {
      batch: { ...batch, expect: [...batch.expect, { id: document.id, version: document.version }] },
      answer: entityAnswer(request, 'servicePrincipals', shown, 201),
    };
  });
};

const change: Change<ServicePrincipal> = (services, request, key, decide) =>
  write(services, request, async () => {
    const { document, value } = (await find(services.store, 'principal', key)).principal!;
    const { holder, expect = [], answer } = await decide(value);
    const { id, version } = document;
    return {
      batch: {
        expect: [...expect, { id, version }],
        puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(holder) }],
      },
      answer: answer ?? { status: 204 },
    };
  });

export const patchServicePrincipal =
  (key: ObjectKey): GraphHandler =>
  async (services, request) => {
    await authorize(services, request);
    const { accountEnabled, keyCredentials } = readBody(request.body, patchShape, notHere);
    return change(services, request, key, async (principal) => {
      const enabled = accountEnabled ?? principal.enabled;
      const after = withEnabled(principal, enabled);
      return {
        holder: keyCredentials ? withKeys(after, keyCredentials, services.newGuid) : after,
        expect: enabled ? [] : await leaving(services, principal, 'disabled'),
      };
    });
  };

export const servicePrincipalPassword = passwordHandler(change);

/** Its application stays; so do its role assignments, as in Azure: no other principal ever has its id. */
export const deleteServicePrincipal =
  (key: ObjectKey): GraphHandler =>
  async (services, request) => {
    await authorize(services, request);
    return write(services, request, async () => {
      const principal = (await find(services.store, 'principal', key)).principal!;
      const kept = await leaving(services, principal.value, 'deleted');
      return { batch: removal([principal], kept), answer: { status: 204 } };
    });
  };
