/** Reads what a zone group's decision needs, and writes the records of groups whose connection was approved later. */

import { ArmError, type Effects, type OperationContext } from '@tombolo/arm';
import { parentIdOf, propertiesOf, referenceAt } from '@tombolo/store/document';
import type { Document, StoreReader } from '@tombolo/store/port';
import { linkOfNetworkKey } from '../../network-links.ts';
import { type LinkedZoneState, loadLinkedZones } from '../../private-dns/linked-zones.ts';
import { connectionOf, statusOf } from '../private-endpoints/connection.ts';
import { interfaceIdOf, membersOf } from '../private-endpoints/network-interface.ts';
import { combined } from '../virtual-networks/inline-children.ts';
import { type GroupSurroundings, type PlannedRecords, planRecords, recordSetsOf } from './model.ts';
import { groupsOf, recordsOf, zonesOfGroup } from './records.ts';

/** `zoneIds`: of all zones that the group has, had or gets; `approved`: default, as the stored connection says. */
export const loadSurroundings = async (
  store: StoreReader,
  endpoint: Document,
  zoneIds: readonly string[],
  wantedIds: readonly string[],
  approved?: boolean,
): Promise<GroupSurroundings> => {
  const [connection, networkInterface, zones, records, cnames] = await Promise.all([
    store.get(connectionOf(endpoint)),
    store.get(interfaceIdOf(endpoint)),
    store.getMany(zoneIds),
    recordsOf(store, 'A', zoneIds),
    recordsOf(store, 'CNAME', wantedIds),
  ]);
  const written = new Set(
    wantedIds.flatMap((zoneId) =>
      recordSetsOf(zoneId, networkInterface).map(({ recordSetName }) =>
        `${zoneId}/CNAME/${recordSetName}`.toLowerCase(),
      ),
    ),
  );
  const aliases = cnames.filter(({ id }) => written.has(id.toLowerCase()));
  return {
    endpoint,
    connection,
    networkInterface,
    zones,
    records,
    aliases,
    approved: approved ?? statusOf(connection) !== 'Pending',
    losing: [],
  };
};

/** R7: the zones in which a write takes records of the endpoint away, and who resolves by them. */
export const loadZonesLosing = async (
  { store, settings }: Pick<OperationContext, 'store' | 'settings'>,
  endpoint: Document,
  zoneIds: readonly string[],
): Promise<readonly LinkedZoneState[]> => {
  const networkId = parentIdOf(referenceAt(propertiesOf(endpoint), 'subnet') ?? '').toLowerCase();
  const needed = async () => membersOf(await store.get(interfaceIdOf(endpoint))).members;
  // Asked for beside the records: who is linked to them is mostly this network.
  store.claim(linkOfNetworkKey(networkId)).catch(() => undefined);
  return loadLinkedZones(store, settings, zoneIds, new Map([[networkId, needed()]]));
};

/**
 * To be committed with the approval of a Pending connection: the records of the endpoint's zone group, which a Pending
 * one does not write. Throws the refusal of R5 with strict DNS.
 * @param connection the document of the connection that becomes Approved.
 */
export const recordsUponApproval = async (
  store: StoreReader,
  connection: Document,
  strictDns: boolean,
): Promise<PlannedRecords> => {
  const endpointId = referenceAt(propertiesOf(connection), 'privateEndpoint');
  if (endpointId === undefined) return { effects: {}, warnings: [] };
  const [endpoint, groups] = await Promise.all([store.get(endpointId), store.list(groupsOf(endpointId))]);
  if (!endpoint) return { effects: {}, warnings: [] };
  const parts: Effects[] = [];
  const warnings: string[] = [];
  for (const group of groups) {
    const zoneIds = zonesOfGroup(group);
    const plan = planRecords(
      await loadSurroundings(store, endpoint, zoneIds, zoneIds, true),
      zoneIds,
      strictDns,
    );
    if (plan instanceof ArmError) throw plan;
    parts.push({ expect: [{ id: group.id, version: group.version }] }, plan.effects);
    warnings.push(...plan.warnings);
  }
  return { effects: combined(...parts), warnings };
};
