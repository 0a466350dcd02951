/** Applications: what is registered in the directory; who signs in is the service principal of one. Pure; stored as documents. */

import type { Batch, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { credentialShapes } from './credentials.ts';
import { directoryObjectClaim } from './directory-object.ts';

const shape = z.object({
  appId: z.string(),
  objectId: z.string(),
  displayName: z.string(),
  description: z.string().nullable(),
  identifierUris: z.array(z.string()).readonly(),
  signInAudience: z.string(),
  tags: z.array(z.string()).readonly(),
  /** ISO 8601. */
  createdDateTime: z.string(),
  ...credentialShapes,
});

export type Application = Readonly<z.infer<typeof shape>>;

export const applicationType = 'Tombolo/applications';
export const applicationId = (appId: string): string => `/tombolo/applications/${appId.toLowerCase()}`;

export const createApplication = (
  input: Pick<Application, 'appId' | 'objectId' | 'displayName' | 'createdDateTime'>,
): Application => ({
  description: null,
  identifierUris: [],
  signInAudience: 'AzureADMyOrg',
  tags: [],
  ...input,
  secrets: [],
  certificates: [],
});

/** The document's body. Secrets are in it as hashes only. */
export const applicationBody = (application: Application): JsonObject => ({ ...application });

/** Undefined where the body is another shape. */
export const readApplication = (body: JsonObject): Application | undefined => shape.safeParse(body).data;

/** An identifier URI is one application's. */
export const identifierUriKey = (uri: string): string => `identifier uri ${uri.toLowerCase()}`;

/** What makes it. */
export const newApplication = (application: Application) => {
  const id = applicationId(application.appId);
  return {
    expect: [{ id, version: 'absent' }],
    puts: [{ id, type: applicationType, body: applicationBody(application) }],
    claims: [
      directoryObjectClaim(application.objectId, id),
      ...application.identifierUris.map((uri) => ({ key: identifierUriKey(uri), value: id, holder: id })),
    ],
  } as const satisfies Batch;
};
