/** `systemData`: who created and last changed a resource, and when (ARM common-types v3). */

import type { Document, JsonObject } from '@tombolo/store/port';
import type { Principal } from './message.ts';

/** `now` in epoch milliseconds. */
export const systemData = (principal: Principal, now: number, existing: Document | undefined): JsonObject => {
  const by = principal.appId ?? principal.objectId;
  const byType = typeOf(principal);
  const at = isoTime(now);
  const earlier = existing?.body.systemData as JsonObject | undefined;
  return {
    createdBy: earlier?.createdBy ?? by,
    createdByType: earlier?.createdByType ?? byType,
    createdAt: earlier?.createdAt ?? at,
    lastModifiedBy: by,
    lastModifiedByType: byType,
    lastModifiedAt: at,
  };
};

const typeOf = ({ kind, managedIdentityOf }: Principal): string => {
  if (managedIdentityOf !== undefined) return 'ManagedIdentity';
  return kind === 'User' ? 'User' : 'Application';
};

/** Epoch milliseconds as ISO 8601 in UTC. */
export const isoTime = (now: number): string => new Date(now).toISOString();
