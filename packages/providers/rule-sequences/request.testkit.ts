/** Each command as the request that clients make. */

import type { Json } from '@tombolo/store/port';
import { type Command, machineRegions, networkPlaces } from './command.testkit.ts';
import { groupIdOf, type Ids } from './ids.testkit.ts';

interface Asked {
  readonly method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly path: string;
  readonly body?: Json;
  readonly mayApprove?: boolean;
}

const tags = { tags: { by: 'sequence' } };
const scopeProperties = (access: string | undefined) =>
  access === undefined ? {} : { publicNetworkAccess: access };
const machineProperties = (key: string) => ({
  vmId: `55555555-5555-4555-8555-00000000000${Object.keys(machineRegions).indexOf(key)}`,
  agentVersion: '1.67.0',
});

/** `connection`: of the endpoint that is named, where there is one. */
export const requestOf = (ids: Ids, command: Command, connection: string): Asked => {
  const { scopeId, machineId, networkId, zoneId, endpointId, zoneGroupId, linkId } = ids;
  switch (command.do) {
    case 'putScope': {
      const body = { location: command.region, properties: scopeProperties(command.access) };
      return { method: 'PUT', path: scopeId(command.scope), body };
    }
    case 'patchScope':
      return {
        method: 'PATCH',
        path: scopeId(command.scope),
        body: { properties: scopeProperties(command.access) },
      };
    case 'deleteScope':
      return { method: 'DELETE', path: scopeId(command.scope) };
    case 'putNetwork': {
      const second = 1 + Object.keys(networkPlaces).indexOf(command.network);
      const subnets = [{ name: 'quay', properties: { addressPrefix: `10.${second}.1.0/24` } }];
      const properties = { addressSpace: { addressPrefixes: [`10.${second}.0.0/16`] }, subnets };
      const location = networkPlaces[command.network]!.region;
      return { method: 'PUT', path: networkId(command.network), body: { location, properties } };
    }
    case 'deleteNetwork':
      return { method: 'DELETE', path: networkId(command.network) };
    case 'putEndpoint': {
      const list =
        command.mode === 'auto' ? 'privateLinkServiceConnections' : 'manualPrivateLinkServiceConnections';
      const asked = { privateLinkServiceId: scopeId(command.scope), groupIds: ['hybridcompute'] };
      const subnet = { id: `${networkId(command.network)}/subnets/quay` };
      const properties = { subnet, [list]: [{ name: 'arc', properties: asked }] };
      const body = { location: command.region, properties };
      return { method: 'PUT', path: endpointId(command.endpoint), body, mayApprove: command.mayApprove };
    }
    case 'patchEndpoint':
      return { method: 'PATCH', path: endpointId(command.endpoint), body: tags };
    case 'deleteEndpoint':
      return { method: 'DELETE', path: endpointId(command.endpoint) };
    case 'decide': {
      const state = { status: command.status, description: 'sequence' };
      return {
        method: 'PUT',
        path: connection,
        body: { properties: { privateLinkServiceConnectionState: state } },
      };
    }
    case 'disconnect':
      return { method: 'DELETE', path: connection };
    case 'putZone':
      return { method: 'PUT', path: zoneId(command.zone), body: { location: 'global' } };
    case 'patchZone':
      return { method: 'PATCH', path: zoneId(command.zone), body: tags };
    case 'deleteZone':
      return { method: 'DELETE', path: zoneId(command.zone) };
    case 'putLink': {
      const virtualNetwork = { id: networkId(command.network) };
      const policy = command.redirect ? { resolutionPolicy: 'NxDomainRedirect' } : {};
      const properties = { virtualNetwork, registrationEnabled: false, ...policy };
      return {
        method: 'PUT',
        path: linkId(command.zone, command.link),
        body: { location: 'global', properties },
      };
    }
    case 'patchLink':
      return { method: 'PATCH', path: linkId(command.zone, command.link), body: tags };
    case 'deleteLink':
      return { method: 'DELETE', path: linkId(command.zone, command.link) };
    case 'putGroup': {
      const configs = command.zones.map((zone) => ({
        name: zone,
        properties: { privateDnsZoneId: zoneId(zone) },
      }));
      return {
        method: 'PUT',
        path: zoneGroupId(command.endpoint),
        body: { properties: { privateDnsZoneConfigs: configs } },
      };
    }
    case 'deleteGroup':
      return { method: 'DELETE', path: zoneGroupId(command.endpoint) };
    case 'putRecord':
    case 'patchRecord': {
      const aRecords = command.address === undefined ? [] : [{ ipv4Address: command.address }];
      const method = command.do === 'putRecord' ? 'PUT' : 'PATCH';
      return {
        method,
        path: `${zoneId(command.zone)}/A/${command.name}`,
        body: { properties: { ttl: 10, aRecords } },
      };
    }
    case 'deleteRecord':
      return { method: 'DELETE', path: `${zoneId(command.zone)}/A/${command.name}` };
    case 'putMachine':
    case 'patchMachine': {
      const { machine, scope } = command;
      const named = scope === undefined ? {} : { privateLinkScopeResourceId: scope && scopeId(scope) };
      const path = machineId(machine);
      if (command.do === 'patchMachine') return { method: 'PATCH', path, body: { properties: named } };
      const properties = { ...machineProperties(machine), ...named };
      return { method: 'PUT', path, body: { location: machineRegions[machine]!, properties } };
    }
    case 'deleteMachine':
      return { method: 'DELETE', path: machineId(command.machine) };
    case 'move': {
      const { what, key, to } = command;
      const body = { resources: [ids.idOf(what, key)], targetResourceGroup: groupIdOf(to) };
      return { method: 'POST', path: `${groupIdOf(ids.homeOf(what, key))}/moveResources`, body };
    }
  }
};
