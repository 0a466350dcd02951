/** Microsoft.Network/privateDnsZones/A and the other record types, and all of a zone under ALL. */

import {
  type AnyResourceType,
  type ArmError,
  type ArmResponse,
  armError,
  collectDocuments,
  defineResourceType,
  etagOf,
  type OperationContext,
  pageQuery,
  pageResponse,
  type ResourceId,
} from '@tombolo/arm';
import { type ArmRecordName, armRecordNames } from '@tombolo/dns-records';
import { nameOf, parentIdOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { privateDnsApiVersions } from '../../api-versions.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import {
  isAddress,
  isAnswering,
  type LinkedZoneState,
  loadLinkedZones,
  readsOfZone,
} from '../linked-zones.ts';
import { recordOf, recordSetType } from '../private-dns-zones/model.ts';
import { recordSetName } from '../private-dns-zones/names.ts';
import {
  exclusiveIds,
  type LoadedRecordSet,
  putRecordSet,
  removeRecordSet,
  shownRecordSet,
} from './model.ts';
import { recordSetReadOnly, recordSetSchema } from './schema.ts';

/** `$recordsetnamesuffix`: names that end so, at a label's border or not, as Azure filters. */
const hasSuffix = (document: Document, context: OperationContext): boolean => {
  const suffix = context.request.query.get('$recordsetnamesuffix')?.toLowerCase();
  return suffix === undefined || nameOf(document.id).toLowerCase().endsWith(suffix);
};

/** As Azure DNS says it (Azure/azure-cli#27374). */
const missing = ({ name, resourceGroup, subscriptionId }: ResourceId): ArmError =>
  networkError('NotFound', [
    `The resource record '${name}' does not exist in resource group '${resourceGroup}' of subscription '${subscriptionId}'.`,
  ]);

const recordSets = (record: ArmRecordName): AnyResourceType =>
  defineResourceType<JsonObject, LoadedRecordSet | readonly LinkedZoneState[]>({
    type: recordSetType(record),
    apiVersions: privateDnsApiVersions,
    placement: 'proxy',
    name: recordSetName,
    etagInBody: true,
    flatErrors: true,
    missing,
    // hashicorp/terraform-provider-azurerm#2826
    malformed: (message, target) => networkError('BadRequest', [message], target),
    properties: recordSetSchema(record),
    readOnly: recordSetReadOnly,
    reads: ({ parent }, { method }, settings) =>
      method === 'DELETE' && isAddress(record) ? readsOfZone(parent!.text, settings) : {},
    lists: ['parent'],
    listed: hasSuffix,
    deletionRank: 'with-parent',
    load: async ({ store, settings }, command) => {
      const zone = (await store.get(command.id.parent!.text))!;
      const beside = await store.getMany(exclusiveIds(record, zone.id, command.id.name));
      const { existing, properties } = command;
      const empties =
        existing !== undefined && isAnswering(existing) && !isAnswering({ body: { properties } });
      const emptied = empties ? await loadLinkedZones(store, settings, [zone.id]) : [];
      return { zone, beside: [...beside.values()], emptied };
    },
    put: (input) => putRecordSet(record, { ...input, loaded: input.loaded as LoadedRecordSet }),
    patch: 'merge',
    ...(record === 'SOA'
      ? {
          remove: ({ existing }) =>
            networkError('BadRequest', [
              `The SOA record set '${existing.id}' cannot be deleted: it goes with its zone.`,
            ]),
        }
      : {
          loadForRemove: ({ store, settings }, existing) =>
            isAnswering(existing)
              ? loadLinkedZones(store, settings, [parentIdOf(existing.id)])
              : Promise.resolve([]),
          remove: (input) =>
            removeRecordSet({ ...input, loaded: input.loaded as readonly LinkedZoneState[] }),
        }),
    present: async (_, documents) => documents.map((document) => shownRecordSet(record, document)),
  });

/** A page costs what is on it: a zone may have 25,000 record sets. */
const listAll = async (context: OperationContext, parent: ResourceId | undefined): Promise<ArmResponse> => {
  const zone = parent && (await context.store.get(parent.text));
  if (!zone) throw armError('NotFound', [`The private DNS zone '${parent?.text ?? ''}'`]);
  const { documents, next } = await collectDocuments(context, pageQuery(context.request), {
    under: zone.id,
    keep: (document) => recordOf(document) !== undefined && hasSuffix(document, context),
  });
  const items = documents.map((document): JsonObject => {
    const { id, type } = document;
    const shown = shownRecordSet(recordOf(document)!, document);
    return { id, name: nameOf(id), type, etag: etagOf(document), ...shown };
  });
  return pageResponse(context.request, items, next);
};

/** Two addresses of one list: clients use either. */
const allRecordSets = (name: string): AnyResourceType =>
  defineResourceType<never>({
    type: `${types.zone}/${name}`,
    apiVersions: privateDnsApiVersions,
    placement: 'proxy',
    flatErrors: true,
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
