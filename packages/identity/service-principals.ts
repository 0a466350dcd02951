/** Service principals: who may sign in here, with which secrets and certificates. Pure; stored as documents. */

import type { Batch, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import type { Application } from './applications.ts';
import { credentialShapes } from './credentials.ts';
import { directoryObjectClaim, servicePrincipalType } from './directory-object.ts';

export { servicePrincipalType };

const shape = z.object({
  appId: z.string(),
  objectId: z.string(),
  displayName: z.string(),
  enabled: z.boolean(),
  /** ISO 8601; principals of before have none. */
  createdDateTime: z.string().optional(),
  /** Tokens of earlier generations are over; principals whose tokens were never revoked have none. */
  tokenGeneration: z.int().nonnegative().optional(),
  ...credentialShapes,
});

export type ServicePrincipal = Readonly<z.infer<typeof shape>>;

export const servicePrincipalId = (appId: string): string =>
  `/tombolo/servicePrincipals/${appId.toLowerCase()}`;

export const createServicePrincipal = (
  input: Pick<ServicePrincipal, 'appId' | 'objectId' | 'displayName' | 'createdDateTime'>,
): ServicePrincipal => ({ ...input, enabled: true, secrets: [], certificates: [] });

/** The document's body. Secrets are in it as hashes only. */
export const servicePrincipalBody = (principal: ServicePrincipal): JsonObject => ({ ...principal });

/** Undefined where the body is another shape. */
export const readServicePrincipal = (body: JsonObject): ServicePrincipal | undefined =>
  shape.safeParse(body).data;

/** What makes it: it is found by its object id, too. */
export const newServicePrincipal = (principal: ServicePrincipal) => {
  const id = servicePrincipalId(principal.appId);
  return {
    expect: [{ id, version: 'absent' }],
    puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(principal) }],
    claims: [directoryObjectClaim(principal.objectId, id)],
  } as const satisfies Batch;
};

export const tokenGenerationOf = ({ tokenGeneration }: ServicePrincipal): number => tokenGeneration ?? 0;

/** What was issued to it until now is over. */
export const withoutTokens = (principal: ServicePrincipal): ServicePrincipal => ({
  ...principal,
  tokenGeneration: tokenGenerationOf(principal) + 1,
});

/** Its tokens end where it is disabled, and do not come back where it is enabled again. */
export const withEnabled = (principal: ServicePrincipal, enabled: boolean): ServicePrincipal =>
  principal.enabled && !enabled ? { ...withoutTokens(principal), enabled } : { ...principal, enabled };

/** With what it may sign in: credentials of its own, and those of its application. */
export const signInPrincipal = (
  principal: ServicePrincipal,
  application: Application | undefined,
): ServicePrincipal => ({
  ...principal,
  secrets: [...principal.secrets, ...(application?.secrets ?? [])],
  certificates: [...principal.certificates, ...(application?.certificates ?? [])],
});
