/** What `$expand` takes: the properties by which the types of a network refer to each other, on one screen. */

import type { Expandable } from '@tombolo/arm';
import { types } from '../types.ts';

type References = { readonly [property: string]: Expandable };

const ipConfiguration = `${types.networkInterface}/ipConfigurations`;
const applicationSecurityGroups = types.applicationSecurityGroup;

export const ofSubnet: References = {
  ipConfigurations: ipConfiguration,
  privateEndpoints: types.endpoint,
  networkSecurityGroup: types.securityGroup,
  routeTable: types.routeTable,
};

export const ofNetwork: References = {
  subnets: ofSubnet,
  virtualNetworkPeerings: { remoteVirtualNetwork: types.network },
};

/** The portal's own view of a group asks for both (Azure/azure-rest-api-specs#2388). */
export const ofSecurityGroup: References = {
  subnets: types.subnet,
  networkInterfaces: types.networkInterface,
};

export const ofRouteTable: References = { subnets: types.subnet };

export const ofInterface: References = {
  ipConfigurations: {
    subnet: types.subnet,
    applicationSecurityGroups,
    // `IPConfigurations/PublicIPAddress` is what clients of virtual machines ask for.
    publicIPAddress: 'Microsoft.Network/publicIPAddresses',
  },
  networkSecurityGroup: types.securityGroup,
  privateEndpoint: types.endpoint,
};

export const ofEndpoint: References = {
  subnet: types.subnet,
  networkInterfaces: types.networkInterface,
  applicationSecurityGroups,
};
