/** Decides a zone group: its zones, and the records that it writes once the endpoint's connection was approved (R5, R7). */

import { ArmError, type Effects } from '@tombolo/arm';
import { judgeZonesOfGroup, planZoneGroup, zoneRecords } from '@tombolo/private-link';
import { nameOf } from '@tombolo/store/document';
import type { Claim, Document, JsonObject } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { duplicateName } from '../../duplicate-name.ts';
import { type LinkedZoneState, warningsOfLoss } from '../../private-dns/linked-zones.ts';
import { networkError } from '../../refusals.ts';
import { membersOf } from '../private-endpoints/network-interface.ts';
import { writesOfPlan, zoneRecordOf } from './records.ts';
import { mostZones, type ZoneGroupProperties } from './schema.ts';

export interface GroupSurroundings {
  readonly endpoint: Document;
  readonly connection: Document | undefined;
  readonly networkInterface: Document | undefined;
  /** By lower-case id. */
  readonly zones: ReadonlyMap<string, Document>;
  /** A records of the zones that the group has, had or gets. */
  readonly records: readonly Document[];
  /** CNAME record sets at names that the group writes. */
  readonly aliases: readonly Document[];
  /** Pending connections have no records yet: the service tells the names as it approves. */
  readonly approved: boolean;
  /** R7: zones from which the group goes, as they are. */
  readonly losing: readonly LinkedZoneState[];
}

export interface PlannedRecords {
  readonly effects: Effects;
  /** R5, R7: whose records are replaced, what no longer resolves, which zones get nothing. */
  readonly warnings: readonly string[];
}

/** A private endpoint has one zone group (Azure's limit). */
export const groupOfEndpointClaim = (endpointId: string, groupId: string): Claim => ({
  key: `zone group of ${endpointId.toLowerCase()}`,
  value: groupId.toLowerCase(),
  holder: groupId,
});

/** Names and zones of the configurations, before their records. */
export const checkConfigs = (groupId: string, properties: ZoneGroupProperties): ArmError | undefined => {
  const configs = properties.privateDnsZoneConfigs ?? [];
  const invalid = (reason: string): ArmError =>
    networkError('InvalidPrivateDnsZoneGroup', [groupId, reason], 'privateDnsZoneConfigs');
  if (configs.length > mostZones)
    return invalid(`it names ${configs.length} zones; at most ${mostZones} are possible.`);
  const names = new Set<string>();
  const ids = new Set<string>();
  for (const { name, properties: config } of configs) {
    const zoneId = config.privateDnsZoneId;
    if (names.has(name.toLowerCase()))
      return duplicateName(groupId, name, 'properties.privateDnsZoneConfigs');
    if (ids.has(zoneId.toLowerCase())) return invalid(`the zone '${zoneId}' is named twice.`);
    names.add(name.toLowerCase());
    ids.add(zoneId.toLowerCase());
  }
  return undefined;
};

/** The record sets of each zone, as the group writes and shows them. */
export const recordSetsOf = (zoneId: string, networkInterface: Document | undefined) => {
  const { members, addresses } = membersOf(networkInterface);
  return zoneRecords(nameOf(zoneId), members, addresses);
};

/** What a group of these zones writes and deletes, and what it has to say of that. Refused by R5 with strict DNS, and beside a CNAME of the name. */
export const planRecords = (
  surroundings: GroupSurroundings,
  zoneIds: readonly string[],
  strictDns: boolean,
): PlannedRecords | ArmError => {
  const { endpoint, networkInterface, records, aliases, zones, approved } = surroundings;
  const wanted = (approved ? zoneIds : []).flatMap((zoneId) => {
    const zone = zones.get(zoneId.toLowerCase());
    // A zone deleted since the group was written has no place for records.
    if (!zone) return [];
    return recordSetsOf(zone.id, networkInterface).map(({ recordSetName, ipAddresses }) => ({
      zoneId: zone.id,
      recordSetName,
      ipAddresses,
    }));
  });
  const [alias] = aliases;
  if (alias && approved)
    return networkError('Conflict', [
      `The zone group of '${endpoint.id}' cannot write an A record beside '${alias.id}': a CNAME stands alone. Delete it first.`,
    ]);
  const plan = planZoneGroup({
    endpointId: endpoint.id,
    wanted,
    existing: records.map((record) => zoneRecordOf(record, endpoint)),
    strictDns,
  });
  if (plan.refused) return refusalError(plan);
  const effects = writesOfPlan(plan, endpoint, records);
  const lost = warningsOfLoss(surroundings.losing, effects.deletes ?? [], strictDns);
  return lost instanceof ArmError ? lost : { effects, warnings: [...plan.warnings, ...lost] };
};

/** A zone of another name gets no record, as in Azure, and whoever named it waits for one. Refused with strict DNS. */
export const checkZoneNames = (
  groupId: string,
  zoneIds: readonly string[],
  networkInterface: Document | undefined,
  strictDns: boolean,
): readonly string[] | ArmError => {
  const { members } = membersOf(networkInterface);
  const judged = judgeZonesOfGroup(groupId, zoneIds, members, strictDns);
  return 'refused' in judged ? refusalError(judged) : judged;
};

export const storedGroup = (
  properties: ZoneGroupProperties,
  zones: ReadonlyMap<string, Document>,
): JsonObject => ({
  provisioningState: 'Succeeded',
  privateDnsZoneConfigs: (properties.privateDnsZoneConfigs ?? []).map(({ name, properties: config }) => ({
    name,
    properties: {
      privateDnsZoneId: zones.get(config.privateDnsZoneId.toLowerCase())?.id ?? config.privateDnsZoneId,
    },
  })),
});
