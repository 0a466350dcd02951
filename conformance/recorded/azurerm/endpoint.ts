/** A private endpoint as azurerm treats it: its zone groups are part of it, its address is read from its interface. */

import { isObject } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { Unaccepted } from '../answers.ts';
import { families } from './families.ts';
import { type Piece, readAs } from './resource.ts';
import type { Asked, Clock, Family, Session } from './session.ts';

export interface EndpointDefinition {
  readonly name: string;
  readonly needs: readonly string[];
  readonly locks: readonly string[];
  readonly path: string;
  readonly body: (session: Session) => JsonObject;
  readonly zones?: readonly string[];
  readonly changes?: boolean;
  /** As the client reads them: `privateLinkServiceConnections`, or those that wait for an approval. */
  readonly connections: 'privateLinkServiceConnections' | 'manualPrivateLinkServiceConnections';
}

const endpointReads = (connections: string): readonly string[] => [
  'location',
  'properties.subnet.id',
  'properties.customNetworkInterfaceName',
  'properties.applicationSecurityGroups',
  'properties.networkInterfaces[].id',
  'properties.customDnsConfigs[].fqdn',
  'properties.customDnsConfigs[].ipAddresses',
  `properties.${connections}[].name`,
  `properties.${connections}[].id`,
  `properties.${connections}[].type`,
  `properties.${connections}[].properties.privateLinkServiceId`,
  `properties.${connections}[].properties.groupIds`,
  ...(connections.startsWith('manual') ? [`properties.${connections}[].properties.requestMessage`] : []),
];
const interfaceReads = [
  'location',
  'properties.macAddress',
  'properties.enableAcceleratedNetworking',
  'properties.enableIPForwarding',
  'properties.ipConfigurations[].id',
  'properties.ipConfigurations[].type',
  'properties.ipConfigurations[].properties.provisioningState',
  'properties.ipConfigurations[].properties.privateIPAddress',
  'properties.ipConfigurations[].properties.privateIPAddressVersion',
  'properties.ipConfigurations[].properties.primary',
  'properties.ipConfigurations[].properties.subnet.id',
  'properties.ipConfigurations[].properties.privateLinkConnectionProperties.groupId',
];
const groupReads = [
  'properties.provisioningState',
  'properties.privateDnsZoneConfigs[].name',
  'properties.privateDnsZoneConfigs[].properties.privateDnsZoneId',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].recordType',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].recordSetName',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].fqdn',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].ipAddresses',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].provisioningState',
  'properties.privateDnsZoneConfigs[].properties.recordSets[].ttl',
];

const firstId = (value: unknown): string => {
  const [first] = Array.isArray(value) ? value : [];
  if (!isObject(first) || typeof first.id !== 'string')
    throw new Unaccepted('azurerm reads the address from the interface, and there is none');
  return first.id;
};

export const privateEndpoint = (definition: EndpointDefinition): Piece => {
  const { endpoints, zoneGroups, interfaces } = families;
  const asked = (session: Session, method: string, below = '', family: Family = endpoints): Asked => ({
    method,
    family,
    path: `${session.subscription}${definition.path}${below}`,
  });
  let written: JsonObject = {};
  const group = '/privateDnsZoneGroups/default';
  const zoneGroupBody = (session: Session): JsonObject => ({
    name: definition.name,
    properties: {
      privateDnsZoneConfigs: (definition.zones ?? []).map((zone) => ({
        name: zone.slice(zone.lastIndexOf('/') + 1),
        properties: { privateDnsZoneId: `${session.subscription}${zone}` },
      })),
    },
  });

  const read = async (session: Session): Promise<void> => {
    const request = asked(session, 'GET');
    const answer = await session.expect(request, [200]);
    const json = readAs(answer, request.path, endpointReads(definition.connections), written);
    const path = firstId((json.properties as JsonObject).networkInterfaces);
    const found = await session.expect({ method: 'GET', family: interfaces, path }, [200]);
    readAs(found, path, interfaceReads, {});
    const list = await session.expect(asked(session, 'GET', '/privateDnsZoneGroups', zoneGroups), [200]);
    const groups = Array.isArray(list.json.value) ? list.json.value : [];
    if (groups.length !== (definition.zones ? 1 : 0))
      throw new Unaccepted(`azurerm finds other zone groups: ${list.text}`);
    if (groups.length === 0) return;
    const { name: _, ...body } = zoneGroupBody(session);
    const one = asked(session, 'GET', group, zoneGroups);
    readAs(await session.expect(one, [200]), one.path, groupReads, body);
  };

  const write = async (session: Session, clock: Clock, body: JsonObject): Promise<void> => {
    const request = { ...asked(session, 'PUT'), body };
    const answer = await session.expect(request, [200, 201]);
    written = body;
    await session.settle(answer, request, clock);
  };

  const removeGroups = async (session: Session, clock: Clock): Promise<void> => {
    const list = await session.expect(asked(session, 'GET', '/privateDnsZoneGroups', zoneGroups), [200]);
    if (!Array.isArray(list.json.value) || list.json.value.length === 0) return;
    await session.expect(asked(session, 'DELETE', group, zoneGroups), [200, 202, 204]);
    await session.gone(asked(session, 'GET', group, zoneGroups), clock);
  };

  return {
    name: definition.name,
    needs: definition.needs,
    locks: definition.locks,
    create: async (session, clock) => {
      await session.expect(asked(session, 'GET'), [404]);
      await write(session, clock, definition.body(session));
      if (definition.zones) {
        const request = { ...asked(session, 'PUT', group, zoneGroups), body: zoneGroupBody(session) };
        await session.settle(await session.expect(request, [200, 201]), request, clock);
      }
      await read(session);
    },
    refresh: read,
    ...(definition.changes
      ? {
          update: async (session: Session, clock: Clock) => {
            await session.expect(asked(session, 'GET'), [200]);
            await write(session, clock, { ...definition.body(session), tags: { revision: '2' } });
            await read(session);
          },
        }
      : {}),
    destroy: async (session, clock) => {
      await removeGroups(session, clock);
      await session.expect(asked(session, 'GET'), [200]);
      await session.expect(asked(session, 'DELETE'), [200, 202, 204]);
      await session.gone(asked(session, 'GET'), clock);
    },
  };
};
