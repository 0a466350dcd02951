/** Microsoft.Network/privateEndpoints/privateDnsZoneGroups. */

import {
  ArmError,
  type Command,
  defineResourceType,
  type OperationContext,
  type PutDecision,
  sameId,
} from '@tombolo/arm';
import { nameOf, objectAt, objectsAt, parentIdOf, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { networkApiVersions } from '../../api-versions.ts';
import { convergence } from '../../convergence.ts';
import { touched } from '../../document.ts';
import { type LinkedZoneState, warningsOfLoss } from '../../private-dns/linked-zones.ts';
import { networkError } from '../../refusals.ts';
import { networkName, types } from '../../types.ts';
import { connectionOf, statusOf } from '../private-endpoints/connection.ts';
import { interfaceIdOf } from '../private-endpoints/network-interface.ts';
import {
  checkConfigs,
  checkZoneNames,
  type GroupSurroundings,
  groupOfEndpointClaim,
  planRecords,
  recordSetsOf,
  storedGroup,
} from './model.ts';
import { groupsOf, loadOwnRecords, zonesOfGroup } from './records.ts';
import { type ZoneGroupProperties, zoneGroupProperties } from './schema.ts';
import { loadSurroundings, loadZonesLosing } from './surroundings.ts';

const wantedZones = (properties: ZoneGroupProperties): readonly string[] =>
  (properties.privateDnsZoneConfigs ?? []).map((config) => config.properties.privateDnsZoneId);

const load = async (
  context: OperationContext,
  command: Command<ZoneGroupProperties>,
): Promise<GroupSurroundings> => {
  const { store } = context;
  const wanted = wantedZones(command.properties);
  const endpoint = (await store.get(command.id.parent!.text))!;
  const had = command.existing ? zonesOfGroup(command.existing) : [];
  const left = had.filter((zoneId) => !wanted.some((other) => sameId(other, zoneId)));
  const [surroundings, losing] = await Promise.all([
    loadSurroundings(store, endpoint, [...had, ...wanted], wanted),
    loadZonesLosing(context, endpoint, left),
  ]);
  return { ...surroundings, losing };
};

const put = (
  command: Command<ZoneGroupProperties>,
  loaded: GroupSurroundings,
  strictDns: boolean,
): PutDecision | ArmError => {
  const { endpoint, connection } = loaded;
  const id = command.existing?.id ?? `${endpoint.id}/privateDnsZoneGroups/${command.id.name}`;
  const refused = checkConfigs(id, command.properties);
  if (refused) return refused;
  const planned = planRecords(loaded, wantedZones(command.properties), strictDns);
  if (planned instanceof ArmError) return planned;
  const strange = checkZoneNames(id, wantedZones(command.properties), loaded.networkInterface, strictDns);
  if (strange instanceof ArmError) return strange;
  const records = planned.effects;
  const read = [endpoint, ...(connection && !loaded.approved ? [connection] : [])];
  return {
    properties: storedGroup(command.properties, loaded.zones),
    effects: {
      ...records,
      // Who deletes the endpoint, or approves a Pending connection, at the same time decides anew and sees the group.
      expect: [
        ...read.map(({ id: readId, version }) => ({ id: readId, version })),
        ...(records.expect ?? []),
      ],
      puts: [...read.map(touched), ...(records.puts ?? [])],
      claims: [groupOfEndpointClaim(endpoint.id, id), ...(records.claims ?? [])],
    },
    operation: { kind: convergence, state: {}, location: String(endpoint.body.location) },
    warnings: [...planned.warnings, ...strange],
  };
};

const shown = (
  group: Document,
  networkInterface: Document | undefined,
  connection: Document | undefined,
): JsonObject => ({
  properties: {
    ...propertiesOf(group),
    privateDnsZoneConfigs: objectsAt(propertiesOf(group), 'privateDnsZoneConfigs').map((config) => {
      const zoneId = stringAt(objectAt(config, 'properties'), 'privateDnsZoneId') ?? '';
      const sets = statusOf(connection) === 'Pending' ? [] : recordSetsOf(zoneId, networkInterface);
      return {
        name: config.name,
        id: `${group.id}/privateDnsZoneConfigs/${config.name}`,
        type: `${types.zoneGroup}/privateDnsZoneConfigs`,
        properties: {
          provisioningState: 'Succeeded',
          privateDnsZoneId: zoneId,
          recordSets: sets.map((set) => ({
            ...set,
            ipAddresses: [...set.ipAddresses],
            provisioningState: 'Succeeded',
          })),
        },
      };
    }),
  },
});

interface LoadedForRemoval {
  readonly endpoint: Document;
  readonly records: readonly Document[];
  readonly losing: readonly LinkedZoneState[];
}

export const privateDnsZoneGroups = defineResourceType<
  ZoneGroupProperties,
  GroupSurroundings | LoadedForRemoval
>({
  type: types.zoneGroup,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: zoneGroupProperties,
  lists: ['parent'],
  polled: true,
  deletionRank: 'with-parent',
  reads: ({ parent }, { method }) =>
    method === 'DELETE' ? { lists: [groupsOf(parent!.text)] } : { documents: [parent!.text] },
  load,
  put: ({ command, loaded, settings }) => put(command, loaded as GroupSurroundings, settings.strictDns),
  loadForRemove: async (context, existing) => {
    const { store } = context;
    const endpoint = (await store.get(parentIdOf(existing.id)))!;
    const [records, losing] = await Promise.all([
      loadOwnRecords(store, endpoint),
      loadZonesLosing(context, endpoint, zonesOfGroup(existing)),
    ]);
    return { endpoint, records, losing };
  },
  // R21: its own records go, and nothing else.
  remove: ({ loaded, settings }) => {
    const { endpoint, records, losing } = loaded as LoadedForRemoval;
    const warnings = warningsOfLoss(
      losing,
      records.map(({ id }) => id),
      settings.strictDns,
    );
    if (warnings instanceof ArmError) return warnings;
    return {
      warnings,
      effects: {
        expect: records.map((record) => ({ id: record.id, version: record.version })),
        deletes: records.map((record) => record.id),
        releases: records.map((record) => ({ holder: record.id.toLowerCase() })),
      },
      operation: { kind: convergence, state: {}, location: String(endpoint.body.location) },
    };
  },
  present: async ({ store }, documents) => {
    const endpoints = await store.getMany(documents.map((group) => parentIdOf(group.id)));
    return Promise.all(
      documents.map(async (group) => {
        const endpoint = endpoints.get(parentIdOf(group.id).toLowerCase());
        const related = endpoint
          ? await store.getMany([interfaceIdOf(endpoint), connectionOf(endpoint)])
          : new Map();
        const of = (id: string): Document | undefined => related.get(id.toLowerCase());
        return endpoint ? shown(group, of(interfaceIdOf(endpoint)), of(connectionOf(endpoint))) : group.body;
      }),
    );
  },
  explain: (reason, id) =>
    reason.key.startsWith('zone group of ')
      ? networkError('InvalidPrivateDnsZoneGroup', [
          id.text,
          `the private endpoint has the zone group '${nameOf(reason.held.value)}' already, and one is all that it can have. Update or delete that one.`,
        ])
      : undefined,
});
