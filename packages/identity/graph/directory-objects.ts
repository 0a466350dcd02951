/** `/directoryObjects`: whatever has an object id, found by it. */

import { nameOf, objectAt, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject, StoreReader } from '@tombolo/store/port';
import { z } from 'zod';
import { applicationId, applicationType, readApplication } from '../applications.ts';
import { directoryObjectKey } from '../directory-object.ts';
import { readServicePrincipal, servicePrincipalType } from '../service-principals.ts';
import { readBody } from './body.ts';
import type { GraphHandler } from './message.ts';
import { entityAnswer } from './query.ts';
import { graphError } from './refusals.ts';
import { shownApplication, shownMachineIdentity, shownServicePrincipal } from './shown.ts';

const shape = z.strictObject({
  ids: z.array(z.guid()).min(1).max(1000),
  types: z.array(z.string().max(64)).max(32).nullish(),
});

type Named = readonly [type: string, shown: JsonObject];

/** By its document; undefined for one that is no directory object, or no longer. */
const shownOf = async (
  store: StoreReader,
  document: Document | undefined,
  tenantId: string,
): Promise<Named | undefined> => {
  if (document?.type === applicationType) {
    const application = readApplication(document.body);
    return application && ['application', shownApplication(application)];
  }
  if (document?.type === servicePrincipalType) {
    const principal = readServicePrincipal(document.body);
    if (!principal) return undefined;
    const registered = await store.get(applicationId(principal.appId));
    const application = registered && readApplication(registered.body);
    return ['servicePrincipal', shownServicePrincipal(principal, application, tenantId)];
  }
  const objectId = stringAt(objectAt(document?.body, 'identity'), 'principalId');
  if (!document || objectId === undefined) return undefined;
  return ['servicePrincipal', shownMachineIdentity(document.id, nameOf(document.id), objectId)];
};

const typed = ([type, shown]: Named): JsonObject => ({
  '@odata.type': `#microsoft.graph.${type}`,
  ...shown,
});

/** Everything that has one of the ids; ids that nothing has are passed over. */
export const getByIds: GraphHandler = async (services, request) => {
  const { ids, types } = readBody(request.body, shape);
  const reading = services.store.reading();
  const wanted = new Set((types ?? []).map((type) => type.toLowerCase()));
  const claims = await Promise.all([...new Set(ids)].map((id) => reading.claim(directoryObjectKey(id))));
  const documents = await reading.getMany(claims.flatMap((claim) => claim?.value ?? []));
  const shown = await Promise.all(
    [...documents.values()].map((document) => shownOf(reading, document, services.tenantId)),
  );
  return {
    status: 200,
    body: {
      '@odata.context': `${request.base}/$metadata#directoryObjects`,
      value: shown.flatMap((named) =>
        named && (wanted.size === 0 || wanted.has('directoryobject') || wanted.has(named[0].toLowerCase()))
          ? [typed(named)]
          : [],
      ),
    },
  };
};

export const getDirectoryObject =
  (objectId: string): GraphHandler =>
  async ({ store, tenantId }, request) => {
    const reading = store.reading();
    const claim = await reading.claim(directoryObjectKey(objectId));
    const named = await shownOf(reading, claim && (await reading.get(claim.value)), tenantId);
    if (!named) throw graphError('Request_ResourceNotFound', [objectId.slice(0, 128)]);
    return entityAnswer(request, 'directoryObjects', typed(named));
  };
