/** Microsoft.Network/privateDnsZones/{A, AAAA, CNAME, MX, PTR, SOA, SRV, TXT}, and all of a zone under ALL. */

import {
  type AnyResourceType,
  armError,
  defineResourceType,
  etagOf,
  type OperationContext,
  type ResourceId,
} from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import type { z } from 'zod';
import { privateDnsApiVersions } from '../api-versions.ts';
import { isRecordSet, type RecordType, recordSetType, recordTypes } from '../private-dns-zones/model.ts';
import { recordSetName } from '../private-dns-zones/names.ts';
import { networkError } from '../refusals.ts';
import { types } from '../types.ts';
import { exclusiveIds, type LoadedRecordSet, putRecordSet, shownRecordSet } from './model.ts';
import { recordSetReadOnly, recordSetSchemas } from './schema.ts';

/** `$recordsetnamesuffix`: names that end so, at a label's border or not, as Azure filters. */
const hasSuffix = (document: Document, context: OperationContext): boolean => {
  const suffix = context.request.query.get('$recordsetnamesuffix')?.toLowerCase();
  return suffix === undefined || nameOf(document.id).toLowerCase().endsWith(suffix);
};

const recordSets = (record: RecordType): AnyResourceType =>
  defineResourceType<JsonObject, LoadedRecordSet>({
    type: recordSetType(record),
    apiVersions: privateDnsApiVersions,
    placement: 'proxy',
    name: recordSetName,
    etagInBody: true,
    properties: recordSetSchemas[record] as unknown as z.ZodType<JsonObject> & {
      shape: Record<string, unknown>;
    },
    readOnly: recordSetReadOnly,
    lists: ['parent'],
    listed: hasSuffix,
    deletionRank: 'with-parent',
    load: async ({ store }, command) => {
      const zone = (await store.get(command.id.parent!.text))!;
      const beside = await store.getMany(exclusiveIds(record, zone.id, command.id.name));
      return { zone, beside: [...beside.values()] };
    },
    put: (input) => putRecordSet(record, input),
    patch: 'merge',
    ...(record === 'SOA'
      ? {
          remove: ({ existing }) =>
            networkError('BadRequest', [
              `The SOA record set '${existing.id}' cannot be deleted: it goes with its zone.`,
            ]),
        }
      : {}),
    present: async (_, documents) => documents.map(shownRecordSet),
  });

const listAll = async (
  context: OperationContext,
  parent: ResourceId | undefined,
): Promise<readonly JsonObject[]> => {
  const zone = parent && (await context.store.get(parent.text));
  if (!zone) throw armError('NotFound', [`The private DNS zone '${parent?.text ?? ''}'`]);
  const below = await context.store.list({ under: zone.id });
  return below
    .filter((document) => isRecordSet(document) && hasSuffix(document, context))
    .map((document) => ({
      id: document.id,
      name: nameOf(document.id),
      type: document.type,
      etag: etagOf(document),
      ...shownRecordSet(document),
    }));
};

/** Two addresses of one list: clients use either. */
const allRecordSets = (name: string): AnyResourceType =>
  defineResourceType<never>({
    type: `${types.zone}/${name}`,
    apiVersions: privateDnsApiVersions,
    placement: 'proxy',
    lists: ['parent'],
    computed: { list: listAll },
    gap: `'${name}' as one resource`,
    rbac: { read: `${types.zone}/ALL/read` },
  });

export const recordSetTypes: readonly AnyResourceType[] = [
  ...recordTypes.map(recordSets),
  allRecordSets('ALL'),
  allRecordSets('recordsets'),
];
