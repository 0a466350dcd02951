/** PUT, and PATCH as a merge: load, decide, one atomic batch, answer. */

import { isObject } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { endedOperation } from './ended-operation.ts';
import { armError } from './errors.ts';
import { checkWriteConditions, etagOf } from './etag.ts';
import { operationHeaders } from './long-running.ts';
import type { ArmResponse } from './message.ts';
import { patchedBody, patchTags } from './patch-operation.ts';
import { present, readForAnswer } from './present.ts';
import { bodyAsOf, withKeptFromLater } from './property-versions.ts';
import { notFound } from './read-operations.ts';
import { resolveReferences } from './reference-check.ts';
import { parseBody } from './request-body.ts';
import type { AnyResourceType, OperationContext } from './resource-type.ts';
import { systemData } from './system-data.ts';
import { warningHeader } from './warning-header.ts';
import type { WriteServices, WriteTarget } from './write-batch.ts';
import {
  auditEntry,
  decided,
  merge,
  startOperation,
  storedId,
  surroundings,
  writeHeaders,
} from './write-batch.ts';

export const putResource = async (
  context: OperationContext,
  services: WriteServices,
  target: WriteTarget,
): Promise<ArmResponse> => {
  const { type, id, version } = target;
  const existing = await context.store.get(id.text);
  const patching = context.request.method === 'PATCH';
  if (patching && (!existing || type.hidden?.(existing))) throw notFound(id, type);
  checkWriteConditions(context.request, existing);
  const expected = await surroundings(context, type, id);
  if (type.name && !existing && !type.name.pattern.test(id.name))
    throw type.name.refusal?.(id.name) ?? armError('InvalidResourceName', [id.name, type.name.rule], 'name');
  const tagsOnly =
    type.patch === 'tags' || (type.patchContract === 'tags' && context.settings.patchesByContract);
  if (patching && tagsOnly) return patchTags(context, services, target, existing!, expected);

  const later: string[] = [];
  const given = bodyAsOf(type, context.apiVersion, context.request.body, version.newer, later);
  const body = patching
    ? patchedBody(type, existing!, given, version.newer, later)
    : withKeptFromLater(type, context.apiVersion, given, existing);
  // What is stored may hold more than a client may write; a patch is merged into it.
  const echoed = (type.inlineChildren ?? []).flatMap(
    (collection) => context.registry.typeOf(`${type.type}/${collection}`)?.readOnly ?? [],
  );
  const parsed = parseBody(type, id, body, { tolerant: version.newer || patching, echoed }, existing);
  // A patch is merged into what is stored, of which a client may not write all.
  const ignored = patching ? later : [...later, ...parsed.ignored];
  checkLocation(context, type, parsed.command.location, existing);
  const parent = id.parent ? await context.store.get(id.parent.text) : undefined;
  const own = existing?.id ?? storedId(id, type, parent);
  const command = { ...parsed.command, storedId: own };
  // References first: an id that is none is Resource Manager's to refuse, before the type reads the body.
  const [{ referenced, effects }, loaded] = await Promise.all([
    resolveReferences(context, target, command, parent),
    type.load?.(context, command),
    readForAnswer(context, type, existing),
  ]);
  const { now, newGuid, newLinkIdentifier, settings, principal } = context;
  const decision = decided(
    type.put!({ command, loaded, referenced, now, newGuid, newLinkIdentifier, settings, principal }),
  );

  const stored: JsonObject = {
    ...(command.location === undefined ? {} : { location: command.location }),
    ...(type.placement === 'proxy' ? {} : { tags: command.tags ?? {} }),
    ...(decision.envelope ?? command.envelope),
    properties: decision.properties,
    systemData: systemData(principal, now, existing),
  };
  const location = command.location ?? String(parent?.body.location ?? 'global');
  const operation = startOperation(context, decision.operation, own, location);
  const status = existing ? (decision.status?.updated ?? 200) : (decision.status?.created ?? 201);
  const batch = merge(
    {
      expect: [...expected, { id: own, version: existing ? existing.version : 'absent' }],
      puts: [{ id: own, type: type.type, body: stored }],
      audit: [auditEntry(context, target, status)],
      ...(operation ? { operations: [operation] } : {}),
    },
    merge(effects, decision.effects),
  );
  const committed = await services.store.commit(batch);
  const written = committed.versions.get(own.toLowerCase())!;
  const document: Document = { id: own, type: type.type, body: stored, version: written };
  const [shown] = await present(type, context, [document]);
  const done = type.polled === true && !operation;
  return {
    status,
    headers: {
      etag: etagOf(document),
      ...ignoredHeader(ignored),
      ...warningHeader(decision.warnings ?? []),
      ...writeHeaders(context, services, committed.feed, operation, status === 202),
      ...(done ? doneHeaders(context, target, location) : {}),
    },
    body: done ? stillUpdating(shown!) : shown!,
  };
};

/** The first poll says Succeeded. */
const doneHeaders = (
  { request, registry, apiVersion, now, newGuid }: OperationContext,
  { type, id }: WriteTarget,
  location: string,
): Record<string, string> => {
  const operation = endedOperation({ subscriptionId: id.subscriptionId ?? '', location }, now, newGuid());
  const provider = registry.providerOf(type.type.slice(0, type.type.indexOf('/')));
  if (!provider) throw new Error(`${type.type} is polled, and nobody provides it`);
  const version = request.query.get('api-version') ?? apiVersion;
  return operationHeaders(operation, provider, request.origin, version, false);
};

/** What Azure's answers say until their operation is asked; a GET says what is. */
const stillUpdating = (shown: JsonObject): JsonObject => ({
  ...shown,
  properties: { ...(isObject(shown.properties) ? shown.properties : {}), provisioningState: 'Updating' },
});

/** The first of them: names are the client's, may be of any letters, and there may be a hundred thousand. */
const ignoredHeader = (ignored: readonly string[]): Record<string, string> => {
  if (ignored.length === 0) return {};
  const shown = ignored.slice(0, 20).map((name) => name.slice(0, 128).replace(/[^\x21-\x7e]/g, '?'));
  const rest = ignored.length > shown.length ? [`and ${ignored.length - shown.length} more`] : [];
  return { 'x-tombolo-ignored-properties': [...shown, ...rest].join(', ') };
};

const checkLocation = (
  context: OperationContext,
  type: AnyResourceType,
  location: string | undefined,
  existing: Document | undefined,
): void => {
  if (location === undefined) return;
  const stored = existing?.body.location;
  // What is somewhere stays there, whether or not anything new is offered there.
  if (typeof stored === 'string') {
    if (stored.replaceAll(' ', '').toLowerCase() === location) return;
    const { id } = existing!;
    throw (
      type.misplaced?.elsewhere(id, stored, location) ??
      armError('InvalidResourceLocation', [id, type.type, stored, location], 'location')
    );
  }
  const offered = type.placement === 'global' ? ['global'] : context.settings.regions;
  if (offered.includes(location)) return;
  throw (
    type.misplaced?.notOffered(location, offered) ??
    armError('LocationNotAvailableForResourceType', [location, type.type, offered.join(',')], 'location')
  );
};
