/** What may be written of a private endpoint (published 2026-01-01 contract). */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';
import { kept, optional } from '../../document.ts';
import {
  applicationGroupMembership,
  approvedScopeId,
  askedScopeId,
  childEntry,
  subnetReference,
} from '../../references.ts';

const connectionTo = (scopeId: typeof askedScopeId) =>
  z.object({
    id: childEntry.id,
    name: z.string().min(1).max(80),
    properties: z.object({
      privateLinkServiceId: scopeId,
      groupIds: optional(z.array(z.string().max(128)).max(16)),
      requestMessage: optional(z.string().max(140)),
      approvalReference: kept,
    }),
  });

export const endpointProperties = z.object({
  subnet: subnetReference,
  privateLinkServiceConnections: optional(z.array(connectionTo(approvedScopeId)).max(16)),
  manualPrivateLinkServiceConnections: optional(z.array(connectionTo(askedScopeId)).max(16)),
  ipConfigurations: optional(
    z
      .array(
        z.object({
          name: z.string().min(1).max(80),
          properties: z.object({
            groupId: optional(z.string().max(128)),
            memberName: optional(z.string().max(128)),
            privateIPAddress: z.string().max(64),
          }),
        }),
      )
      .max(64),
  ),
  customNetworkInterfaceName: optional(z.string().max(80)),
  applicationSecurityGroups: optional(z.array(applicationGroupMembership).max(32)),
  ipVersionType: optional(enumerated(['IPv4', 'IPv6', 'DualStack'])),
  billingSku: kept,
  /** Computed here; what clients echo of it is not taken over. */
  customDnsConfigs: kept,
});

export type EndpointProperties = z.output<typeof endpointProperties>;

export const endpointReadOnly = ['networkInterfaces', 'resourceGuid'] as const;
