/** PATCH: JSON merge patch into what is stored, or tags alone. */

import { isObject } from '@tombolo/store/document';
import type { Document, Expectation, Json, JsonObject } from '@tombolo/store/port';
import type { z } from 'zod';
import { knownMembers, tagsOf } from './envelope.ts';
import { armError } from './errors.ts';
import { etagOf } from './etag.ts';
import { mergePatch } from './json-object.ts';
import type { ArmResponse } from './message.ts';
import { canonicalMembers, nestedMembers } from './nested-members.ts';
import { present, readForAnswer } from './present.ts';
import type { AnyResourceType, OperationContext } from './resource-type.ts';
import { unknownMember } from './schema-check.ts';
import { systemData } from './system-data.ts';
import type { WriteServices, WriteTarget } from './write-batch.ts';
import { auditEntry, writeHeaders } from './write-batch.ts';

/** The stored body with the patch in it; `tolerant` leaves unknown members out, else they are refused. */
export const patchedBody = (
  type: AnyResourceType,
  existing: Document,
  patch: Json | undefined,
  tolerant: boolean,
  ignored: string[],
): JsonObject => {
  if (!isObject(patch)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const lifted = liftedProperties(type, patch);
  const known = knownMembers(type, lifted, tolerant, []);
  const given = Object.fromEntries(known.map((name) => [name, lifted[name]]));
  const { systemData: _, ...body } = existing.body;
  const merged = mergePatch(body, {
    ...given,
    ...patchedProperties(type, lifted.properties, tolerant, ignored),
  });
  // Tags are one field to a PATCH in ARM: the given ones replace the stored (Azure/azure-powershell#12003).
  return { ...(merged as JsonObject), ...(patch.tags === undefined ? {} : { tags: patch.tags ?? {} }) };
};

/** What the contract of the type's PATCH has at the top, where its PUT has it. */
const liftedProperties = (type: AnyResourceType, patch: JsonObject): JsonObject => {
  const atTop = (type.patchedAtTop ?? []).filter((name) => patch[name] !== undefined);
  if (atTop.length === 0) return patch;
  const rest = Object.entries(patch).filter(([name]) => !atTop.includes(name));
  const properties = isObject(patch.properties) ? patch.properties : {};
  const moved = Object.fromEntries(atTop.map((name) => [name, patch[name]]));
  return { ...Object.fromEntries(rest), properties: { ...properties, ...moved } };
};

const patchedProperties = (
  type: AnyResourceType,
  properties: Json | undefined,
  tolerant: boolean,
  ignored: string[],
): JsonObject => {
  const shape = type.properties?.shape;
  if (!isObject(properties) || !shape) return {};
  const readOnly = [...(type.readOnly ?? []), 'provisioningState'].map((name) => name.toLowerCase());
  const nested = nestedMembers(type.readOnly ?? [], ignored);
  const kept: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(properties)) {
    const name = Object.keys(shape).find((known) => known.toLowerCase() === key.toLowerCase());
    // The stored members have the canonical names: another spelling would stand beside them.
    if (name !== undefined)
      kept[name] = canonicalMembers(shape[name] as z.core.$ZodType, value, `properties.${name}`, nested);
    else if (!readOnly.includes(key.toLowerCase()) && !tolerant)
      throw unknownMember(key, Object.keys(shape), 'properties.');
  }
  return { properties: kept };
};

export const patchTags = async (
  context: OperationContext,
  services: WriteServices,
  target: WriteTarget,
  existing: Document,
  expected: readonly Expectation[],
): Promise<ArmResponse> => {
  const { type } = target;
  const patch = context.request.body;
  if (!isObject(patch)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const other = Object.keys(patch).find((key) => key !== 'tags');
  if (other !== undefined)
    throw armError(
      'InvalidRequestContent',
      [`only 'tags' can be updated here, not '${other}'. Use PUT for the rest.`],
      other,
    );
  const tags = patch.tags === undefined ? (existing.body.tags ?? {}) : tagsOf(patch.tags ?? {});
  const stored: JsonObject = {
    ...existing.body,
    tags: tags as JsonObject,
    systemData: systemData(context.principal, context.now, existing),
  };
  await readForAnswer(context, type, existing);
  const committed = await services.store.commit({
    expect: [...expected, { id: existing.id, version: existing.version }],
    puts: [{ id: existing.id, type: type.type, body: stored }],
    audit: [auditEntry(context, target, 200)],
  });
  const document = { ...existing, body: stored, version: committed.versions.get(existing.id.toLowerCase())! };
  const [shown] = await present(type, context, [document]);
  return {
    status: 200,
    headers: { etag: etagOf(document), ...writeHeaders(context, services, committed.feed, undefined, false) },
    body: shown!,
  };
};
