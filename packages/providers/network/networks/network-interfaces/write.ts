/** PUT of a private endpoint's interface: its tags may change, and nothing else of it. */

import {
  armError,
  type ComputedWrite,
  etagOf,
  type OperationContext,
  type ResourceId,
  systemData,
  tagsOf,
} from '@tombolo/arm';
import { normalizeLocation } from '@tombolo/private-link';
import { isObject, nameOf, propertiesOf } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { difference } from './same-again.ts';

export const writeInterface = async (
  { store, principal, now }: OperationContext,
  id: ResourceId,
  body: Json | undefined,
): Promise<ComputedWrite> => {
  const existing = await store.get(id.text);
  if (existing?.type !== types.networkInterface)
    throw armError('NotImplemented', [
      'Making network interfaces (a private endpoint makes and removes its own)',
    ]);
  if (!isObject(body)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const { location, properties } = body;
  const changed =
    difference(
      location === undefined ? undefined : normalizeLocation(String(location)),
      existing.body.location,
      'location',
    ) ?? difference(properties, propertiesOf(existing), 'properties');
  if (changed !== undefined)
    throw networkError('CannotModifyNicAttachedToPrivateEndpoint', [existing.id, changed], changed);
  const tags = body.tags === undefined || body.tags === null ? {} : tagsOf(body.tags);
  const after = { ...existing.body, tags, systemData: systemData(principal, now, existing) };
  const document = { ...existing, body: after, version: existing.version + 1 };
  return {
    effects: {
      expect: [{ id: existing.id, version: existing.version }],
      puts: [{ id: existing.id, type: existing.type, body: after }],
    },
    status: 200,
    body: {
      id: existing.id,
      name: nameOf(existing.id),
      type: existing.type,
      etag: etagOf(document),
      ...after,
    },
  };
};
