/** What may be written of a virtual network peering (published 2026-01-01 contract). */

import { z } from 'zod';
import { kept, optional } from '../../document.ts';
import { peeredNetworkReference } from '../../references.ts';

export const peeringProperties = z.object({
  remoteVirtualNetwork: peeredNetworkReference,
  allowVirtualNetworkAccess: optional(z.boolean()),
  allowForwardedTraffic: optional(z.boolean()),
  allowGatewayTransit: optional(z.boolean()),
  useRemoteGateways: optional(z.boolean()),
  doNotVerifyRemoteGateways: optional(z.boolean()),
  peerCompleteVnets: optional(z.boolean()),
  enableOnlyIPv6Peering: optional(z.boolean()),
  localSubnetNames: optional(z.array(z.string())),
  remoteSubnetNames: optional(z.array(z.string())),
  /** Written by the platform; what clients echo of them is not taken over. */
  peeringState: kept,
  peeringSyncLevel: kept,
  localAddressSpace: kept,
  localVirtualNetworkAddressSpace: kept,
  remoteAddressSpace: kept,
  remoteVirtualNetworkAddressSpace: kept,
  remoteBgpCommunities: kept,
});

export type PeeringProperties = z.output<typeof peeringProperties>;

export const peeringReadOnly = ['resourceGuid', 'remoteVirtualNetworkEncryption'] as const;
