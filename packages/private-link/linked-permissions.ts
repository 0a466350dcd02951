/** R15: the permissions on other resources that a write needs beside its own, where Azure checks them. */

import { approvalAction, refuseLinked } from './connection-state.ts';
import type { Refusal } from './refusals.ts';

/**
 * The action that a write asks for on what it refers to, by what it does there. The schemas of the providers name them
 * (`resourceReference`), and the kernel asks for them, for each new or changed reference.
 */
export const linkedActions = {
  joinSubnet: 'Microsoft.Network/virtualNetworks/subnets/join/action',
  joinNetwork: 'Microsoft.Network/virtualNetworks/join/action',
  peerWithNetwork: 'Microsoft.Network/virtualNetworks/peer/action',
  joinSecurityGroup: 'Microsoft.Network/networkSecurityGroups/join/action',
  joinRouteTable: 'Microsoft.Network/routeTables/join/action',
  joinApplicationGroup: 'Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action',
  nameApplicationGroup: 'Microsoft.Network/applicationSecurityGroups/joinNetworkSecurityRule/action',
  joinZone: 'Microsoft.Network/privateDnsZones/join/action',
  leaveByEndpoint: 'Microsoft.Network/dnsResolvers/outboundEndpoints/join/action',
  approveConnection: approvalAction,
  readScope: 'Microsoft.HybridCompute/privateLinkScopes/read',
} as const;

export interface LinkedCheck {
  readonly action: string;
  /** The resource on which the caller needs the action. */
  readonly scope: string;
}

/** Writing a private endpoint: into its subnet, and for an automatic connection the approval on the scope. */
export const linkedChecksOfEndpoint = (endpoint: {
  readonly subnetId: string;
  readonly scopeId: string;
  readonly mode: 'auto' | 'manual';
}): readonly LinkedCheck[] => [
  { action: 'Microsoft.Network/virtualNetworks/subnets/join/action', scope: endpoint.subnetId },
  ...(endpoint.mode === 'auto' ? [{ action: approvalAction, scope: endpoint.scopeId }] : []),
];

/** Writing a zone group: into each of its zones. */
export const linkedChecksOfZoneGroup = (zoneIds: readonly string[]): readonly LinkedCheck[] =>
  zoneIds.map((scope) => ({ action: 'Microsoft.Network/privateDnsZones/join/action', scope }));

/** Associating a machine: its operator has to be able to read the scope; clearing needs nothing. */
export const linkedChecksOfAssociation = (scopeId: string | undefined): readonly LinkedCheck[] =>
  scopeId === undefined ? [] : [{ action: 'Microsoft.HybridCompute/privateLinkScopes/read', scope: scopeId }];

/** The refusal of the first check that the caller does not pass; undefined where all pass. */
export const checkLinked = (
  checks: readonly LinkedCheck[],
  may: (check: LinkedCheck) => boolean,
  write: { readonly caller: string; readonly action: string; readonly resourceId: string },
): Refusal | undefined => {
  const missing = checks.find((check) => !may(check));
  return missing && refuseLinked({ ...write, linkedAction: missing.action, linkedId: missing.scope });
};
