/** What an example of a type is, where the examples are, and the bodies that several have in common. */

import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';

export interface Example {
  readonly type: string;
  /** Found in the world, where it is not known before. */
  readonly id: string | ((world: ArmWorld) => Promise<string>);
  /** A PUT's; absent: only to be read. */
  readonly body?: JsonObject;
  /** One that says more, where the other leaves things out: to be spoilt. */
  readonly full?: JsonObject;
  /** A PATCH's, where the type has one; default: tags. */
  readonly patch?: JsonObject;
  /** It is made with another resource: a PUT is an update from the beginning. */
  readonly madeBy?: string;
  /** The status of a DELETE that the type refuses. */
  readonly refusesDelete?: number;
  /** The status of a GET, where there is nothing that it could find. */
  readonly found?: number;
}

export const subscription = `/subscriptions/${subscriptionId}`;
export const group = `${subscription}/resourceGroups/every`;
export const of = (provider: string, path: string): string =>
  `${group}/providers/Microsoft.${provider}/${path}`;
export const network = of('Network', 'virtualNetworks/hub');
export const spoke = of('Network', 'virtualNetworks/spoke');
export const nsg = of('Network', 'networkSecurityGroups/nsg');
export const table = of('Network', 'routeTables/table');
export const asg = of('Network', 'applicationSecurityGroups/asg');
export const endpoint = of('Network', 'privateEndpoints/pe');
export const manual = of('Network', 'privateEndpoints/manual');
export const zone = of('Network', 'privateDnsZones/privatelink.his.arc.azure.com');
export const resolver = of('Network', 'dnsResolvers/resolver');
export const ruleset = of('Network', 'dnsForwardingRulesets/rules');
export const scope = of('HybridCompute', 'privateLinkScopes/scope');
export const machine = of('HybridCompute', 'machines/machine');
const role = '66666666-6666-4666-8666-666666666666';
export const roleId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
export const assignment = '77777777-7777-4777-8777-777777777777';

export const placed = (properties: JsonObject = {}): JsonObject => ({ location: 'japaneast', properties });
export const child = (properties: JsonObject): JsonObject => ({ properties });
/** Endpoints of a resolver stand in subnets of resolvers, and keep them so. */
export const ofResolvers: JsonObject = {
  delegations: [{ name: 'dns', properties: { serviceName: 'Microsoft.Network/dnsResolvers' } }],
};
export const subnet = (name: string, addressPrefix: string, more: JsonObject = {}): JsonObject => ({
  name,
  properties: { addressPrefix, ...more },
});
export const rule = {
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRanges: ['443', '80-90'],
  sourceAddressPrefix: '*',
  destinationAddressPrefix: 'Internet',
  access: 'Allow',
  priority: 100,
  direction: 'Outbound',
};
export const route = {
  addressPrefix: '0.0.0.0/0',
  nextHopType: 'VirtualAppliance',
  nextHopIpAddress: '10.0.0.9',
};
export const used = { networkSecurityGroup: { id: nsg }, routeTable: { id: table } };
export const connections = [
  { name: 'arc', properties: { privateLinkServiceId: scope, groupIds: ['hybridcompute'] } },
];
export const zoneGroup = child({
  privateDnsZoneConfigs: [{ name: 'his', properties: { privateDnsZoneId: zone } }],
});
export const linked = { virtualNetwork: { id: network } };
