/** Microsoft.Network/privateDnsZones/A and the other record types, and all of a zone under ALL. */

import {
  type AnyResourceType,
  armError,
  defineResourceType,
  etagOf,
  type OperationContext,
  type ResourceId,
} from '@tombolo/arm';
import { type ArmRecordName, armRecordNames } from '@tombolo/dns-records';
import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { privateDnsApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { recordOf, recordSetType } from '../private-dns-zones/model.ts';
import { recordSetName } from '../private-dns-zones/names.ts';
import { exclusiveIds, type LoadedRecordSet, putRecordSet, shownRecordSet } from './model.ts';
import { recordSetReadOnly, recordSetSchema } from './schema.ts';

/** `$recordsetnamesuffix`: names that end so, at a label's border or not, as Azure filters. */
const hasSuffix = (document: Document, context: OperationContext): boolean => {
  const suffix = context.request.query.get('$recordsetnamesuffix')?.toLowerCase();
  return suffix === undefined || nameOf(document.id).toLowerCase().endsWith(suffix);
};

const recordSets = (record: ArmRecordName): AnyResourceType =>
  defineResourceType<JsonObject, LoadedRecordSet>({
    type: recordSetType(record),
    apiVersions: privateDnsApiVersions,
    placement: 'proxy',
    name: recordSetName,
    etagInBody: true,
    properties: recordSetSchema(record),
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
    present: async (_, documents) => documents.map((document) => shownRecordSet(record, document)),
  });

const listAll = async (
  context: OperationContext,
  parent: ResourceId | undefined,
): Promise<readonly JsonObject[]> => {
  const zone = parent && (await context.store.get(parent.text));
  if (!zone) throw armError('NotFound', [`The private DNS zone '${parent?.text ?? ''}'`]);
  const below = await context.store.list({ under: zone.id });
  return below
    .filter((document) => hasSuffix(document, context))
    .flatMap((document) => {
      const record = recordOf(document);
      if (record === undefined) return [];
      const { id, type } = document;
      return { id, name: nameOf(id), type, etag: etagOf(document), ...shownRecordSet(record, document) };
    });
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
  ...armRecordNames.map(recordSets),
  allRecordSets('ALL'),
  allRecordSets('recordsets'),
];
