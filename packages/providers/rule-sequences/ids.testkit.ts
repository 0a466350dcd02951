/** The ids of the little world: where each resource is by now, since some move. */

import { subscriptionId } from '@tombolo/testkit/arm-world';
import {
  endpointPlaces,
  firstHome,
  type Home,
  type Movable,
  networkPlaces,
  zoneNames,
} from './command.testkit.ts';

export const subscriptionIds: Readonly<Record<string, string>> = {
  a: subscriptionId,
  b: '99999999-9999-4999-8999-999999999999',
};

export const groupIdOf = (home: Home): string => {
  const [subscription, name] = home.split('/') as [string, string];
  return `/subscriptions/${subscriptionIds[subscription]}/resourceGroups/${name}`;
};

export const createIds = () => {
  const moved = new Map<string, Home>();
  const homeOf = (what: Movable, key: string): Home => moved.get(`${what} ${key}`) ?? firstHome(what, key);
  const of = (what: Movable, key: string, path: string): string =>
    `${groupIdOf(homeOf(what, key))}/providers/Microsoft.${path}`;

  const scopeId = (key: string): string => of('scope', key, `HybridCompute/privateLinkScopes/${key}`);
  const machineId = (key: string): string => of('machine', key, `HybridCompute/machines/${key}`);
  const networkId = (key: string): string => of('network', key, `Network/virtualNetworks/${key}`);
  const zoneId = (key: string): string => of('zone', key, `Network/privateDnsZones/${zoneNames[key]}`);
  const endpointId = (key: string): string =>
    `${groupIdOf(endpointPlaces[key] === 'b' ? 'b/rg' : 'a/rg')}/providers/Microsoft.Network/privateEndpoints/${key}`;
  const keyOf = (keys: readonly string[], idOf: (key: string) => string, id: string): string =>
    keys.find((key) => idOf(key).toLowerCase() === id.toLowerCase()) ?? id;
  return {
    scopeId,
    machineId,
    networkId,
    zoneId,
    endpointId,
    zoneGroupId: (key: string): string => `${endpointId(key)}/privateDnsZoneGroups/default`,
    linkId: (zone: string, link: string): string => `${zoneId(zone)}/virtualNetworkLinks/${link}`,
    idOf: (what: Movable, key: string): string =>
      ({ scope: scopeId, machine: machineId, network: networkId, zone: zoneId })[what](key),
    homeOf,
    move: (what: Movable, key: string, to: Home) => moved.set(`${what} ${key}`, to),
    /** The key of an id; one that nothing has here is shown as it is. */
    scopeOf: (id: string) => keyOf(['s1', 's2', 's3'], scopeId, id),
    machineOf: (id: string) => keyOf(['mJ', 'mW'], machineId, id),
    networkOf: (id: string) => keyOf(Object.keys(networkPlaces), networkId, id),
    zoneOf: (id: string) => keyOf(Object.keys(zoneNames), zoneId, id),
    endpointOf: (id: string) => keyOf(Object.keys(endpointPlaces), endpointId, id),
  };
};

export type Ids = ReturnType<typeof createIds>;
