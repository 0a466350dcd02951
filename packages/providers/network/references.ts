/** What the schemas of this provider refer to: each kind of reference once, with what Azure asks for it. */

import { resourceId, resourceReference } from '@tombolo/arm';
import { linkedActions } from '@tombolo/private-link';
import { z } from 'zod';
import { optional } from './document.ts';
import { networkError } from './refusals.ts';
import { types } from './types.ts';

export const securityGroupReference = resourceReference({
  type: types.securityGroup,
  resolve: 'must-exist',
  near: 'region-and-subscription',
  linkedAction: linkedActions.joinSecurityGroup,
  uses: true,
});

export const routeTableReference = resourceReference({
  type: types.routeTable,
  resolve: 'must-exist',
  near: 'region-and-subscription',
  linkedAction: linkedActions.joinRouteTable,
  uses: true,
});

const applicationGroup = {
  type: types.applicationSecurityGroup,
  resolve: 'must-exist',
  near: 'region',
} as const;

/** Of an interface that is in the group. */
export const applicationGroupMembership = resourceReference({
  ...applicationGroup,
  linkedAction: linkedActions.joinApplicationGroup,
  uses: true,
});

/** Of a rule about the group. */
export const applicationGroupInRule = resourceReference({
  ...applicationGroup,
  linkedAction: linkedActions.nameApplicationGroup,
  uses: true,
});

/** Of what gets addresses there. */
export const subnetReference = resourceReference({
  type: types.subnet,
  resolve: 'must-exist',
  linkedAction: linkedActions.joinSubnet,
  uses: true,
});

const network = { type: types.network, resolve: 'must-exist' } as const;

/** Of a zone's link by which the network resolves; the links go with their network. */
export const linkedNetworkReference = resourceReference({
  ...network,
  linkedAction: linkedActions.joinNetwork,
  // Azure/azure-cli#23351.
  notThere: (_, id, path) =>
    networkError('BadRequest', [`Virtual network resource not found for '${id}'. Create it first.`], path),
});

/** As above, where it serves networks of its own region only. */
export const linkedNetworkInRegion = resourceReference({
  ...network,
  near: 'region',
  linkedAction: linkedActions.joinNetwork,
});

export const resolverNetworkReference = resourceReference({
  ...network,
  near: 'region-and-subscription',
  linkedAction: linkedActions.joinNetwork,
  uses: true,
});

export const peeredNetworkReference = resourceReference({
  ...network,
  linkedAction: linkedActions.peerWithNetwork,
});

export const outboundEndpointReference = resourceReference({
  type: types.outboundEndpoint,
  resolve: 'must-exist',
  near: 'region',
  linkedAction: linkedActions.leaveByEndpoint,
  uses: true,
});

export const zoneId = resourceId({
  type: types.zone,
  resolve: 'must-exist',
  linkedAction: linkedActions.joinZone,
  notThere: (group, zone, path) => networkError('InvalidPrivateDnsZoneIds', [group, zone], path),
});

/** Which services there are is R15's to say, in Azure's code: `checkConnectionTarget`. */
const scope = {
  type: types.scope,
  // Once it has removed the connection it may go, and the endpoint stays.
  resolve: 'must-exist-at-first',
  uses: true,
  judgedByType: true,
} as const;

/** The scope of a connection that is approved as it is made. */
export const approvedScopeId = resourceId({
  ...scope,
  linkedAction: linkedActions.approveConnection,
  withoutAction: 'ask with manualPrivateLinkServiceConnections and wait for approval',
});

/** The scope of a connection that waits for its approval. */
export const askedScopeId = resourceId(scope);

/** Of a type of Microsoft.Network that is not here. */
export const gapReference = (name: string) =>
  resourceReference({ type: `Microsoft.Network/${name}`, resolve: 'not-implemented' });

export const ipamPoolAllocations = z
  .array(
    z.object({
      pool: optional(gapReference('networkManagers/ipamPools')),
      numberOfIpAddresses: optional(z.string().max(64)),
    }),
  )
  .max(64);

/** A resource that its parent's PUT carries: known by its name, or by the id that it has or gets. */
export const childEntry = {
  id: optional(z.string().max(2048)),
  name: optional(z.string().max(80)),
};
