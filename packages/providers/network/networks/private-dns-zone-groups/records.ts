/** The A records that zone groups write: which endpoint wrote one, and the writes of a plan (R5, R7, R21). */

import type { Effects } from '@tombolo/arm';
import { useClaim } from '@tombolo/arm';
import { recordsRemovedWith, type ZoneGroupPlan, type ZoneRecord } from '@tombolo/private-link';
import { nameOf, objectAt, objectsAt, parentIdOf, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject, ListQuery, StoreReader } from '@tombolo/store/port';
import { types } from '../../types.ts';

/** The record's metadata says who wrote it, in Azure's words. */
const creatorText = (endpointName: string, resourceGuid: string): string =>
  `created by private endpoint ${endpointName} with resource guid ${resourceGuid}`;

const creatorOf = (record: Document): { name: string; guid: string } | undefined => {
  const text = stringAt(objectAt(propertiesOf(record), 'metadata'), 'creator') ?? '';
  const match = /^created by private endpoint (\S+) with resource guid (\S+)$/.exec(text);
  return match ? { name: match[1]!, guid: match[2]!.toLowerCase() } : undefined;
};

/** Of an A record set. */
export const addressesOf = (properties: JsonObject): readonly string[] =>
  objectsAt(properties, 'aRecords').flatMap((entry) => stringAt(entry, 'ipv4Address') ?? []);

/** A stored record as the rules see it, or as `endpoint` does. Others' endpoints are known by name and guid only. */
export const zoneRecordOf = (record: Document, endpoint?: Document): ZoneRecord => {
  const creator = creatorOf(record);
  const own = endpoint && creator?.guid === String(propertiesOf(endpoint).resourceGuid).toLowerCase();
  return {
    zoneId: parentIdOf(record.id),
    recordSetName: nameOf(record.id),
    ipAddresses: addressesOf(propertiesOf(record)),
    ...(creator ? { writtenBy: own ? endpoint.id : `${creator.name} (${creator.guid})` } : {}),
  };
};

const aRecordId = (zoneId: string, name: string): string => `${zoneId}/A/${name}`;

/** The zones that a stored zone group names. */
export const zonesOfGroup = (group: Document): readonly string[] =>
  objectsAt(propertiesOf(group), 'privateDnsZoneConfigs').flatMap(
    (config) => stringAt(objectAt(config, 'properties'), 'privateDnsZoneId') ?? [],
  );

/** The zone groups of an endpoint. */
export const groupsOf = (endpointId: string): ListQuery => ({ type: types.zoneGroup, under: endpointId });

export const recordsOf = async (
  store: StoreReader,
  record: 'A' | 'CNAME',
  zoneIds: readonly string[],
): Promise<readonly Document[]> => {
  const unique = [...new Set(zoneIds.map((id) => id.toLowerCase()))];
  const lists = await Promise.all(
    unique.map((under) => store.list({ type: `${types.zone}/${record}`, under })),
  );
  return lists.flat();
};

/** The zones that the endpoint's groups name. */
export const loadZonesOfGroups = async (store: StoreReader, endpoint: Document): Promise<readonly string[]> =>
  (await store.list(groupsOf(endpoint.id))).flatMap(zonesOfGroup);

/** R21: the records in the zones of the endpoint's groups that are its own by now. */
export const loadOwnRecords = async (
  store: StoreReader,
  endpoint: Document,
): Promise<readonly Document[]> => {
  const records = await recordsOf(store, 'A', await loadZonesOfGroups(store, endpoint));
  const seen = records.map((document) => ({ ...zoneRecordOf(document, endpoint), document }));
  return recordsRemovedWith(endpoint.id, seen).map(({ document }) => document);
};

/** The batch of a plan: every record is expected as it was when the plan was made. */
export const writesOfPlan = (
  plan: ZoneGroupPlan,
  endpoint: Document,
  existing: readonly Document[],
): Effects => {
  const stored = new Map(existing.map((record) => [record.id.toLowerCase(), record]));
  const guid = String(propertiesOf(endpoint).resourceGuid);
  const writes = plan.writes.map((write) => {
    const id = aRecordId(write.zoneId, write.recordSetName);
    const before = stored.get(id.toLowerCase());
    const zoneName = nameOf(write.zoneId);
    const properties = {
      metadata: { creator: creatorText(nameOf(endpoint.id), guid) },
      ttl: 10,
      fqdn: `${write.recordSetName}.${zoneName}.`,
      isAutoRegistered: false,
      aRecords: write.ipAddresses.map((ipv4Address) => ({ ipv4Address })),
    };
    return {
      id: before?.id ?? id,
      version: before?.version,
      body: { ...before?.body, properties },
      zoneId: write.zoneId,
    };
  });
  const gone = plan.deletes.flatMap(
    (record) => stored.get(aRecordId(record.zoneId, record.recordSetName).toLowerCase()) ?? [],
  );
  return {
    expect: [
      ...writes.map(({ id, version }) => ({ id, version: version ?? ('absent' as const) })),
      ...writes.map(({ zoneId }) => ({ id: zoneId, version: 'present' as const })),
      // RFC 1034 §3.6.2: nothing stands beside a CNAME.
      ...writes.map(({ id, zoneId }) => ({
        id: `${zoneId}/CNAME/${nameOf(id)}`,
        version: 'absent' as const,
      })),
      ...gone.map((record) => ({ id: record.id, version: record.version })),
    ],
    puts: writes.map(({ id, body }) => ({ id, type: `${types.zone}/A`, body })),
    deletes: gone.map((record) => record.id),
    claims: writes.map(({ id, zoneId }) => useClaim(zoneId, id)),
    releases: gone.map((record) => ({ holder: record.id.toLowerCase() })),
  };
};
