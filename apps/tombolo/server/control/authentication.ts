/** Sign-in and tokens of this installation: the token service's routes and the check of bearer tokens. */

import { type Principal, unknownCaller } from '@tombolo/arm';
import {
  applicationId,
  createAccessTokenVerifier,
  createIdentityTokens,
  createTokenService,
  graphResource,
  hybridIdentityResource,
  readApplication,
  readServicePrincipal,
  readSigningKeys,
  resourceManagerResource,
  rotateSigningKeys,
  rotationDue,
  type SigningKeyRing,
  servicePrincipalId,
  signInPrincipal,
  signingKeysBody,
  signingKeysId,
  signingKeysType,
  tokenRoutes,
} from '@tombolo/identity';
import type { IssueIdentityToken } from '@tombolo/identity/managed-identity';
import type { Store } from '@tombolo/store';
import type { ReplayJournal } from '@tombolo/store/kept-journal';
import type { AuditEntry, Document } from '@tombolo/store/port';
import type { FastifyPluginAsync } from 'fastify';
import {
  cloudProfile,
  httpsOrigin,
  type Installation,
  localOrigin,
  suffixes,
} from '../../installation/installation.ts';

export interface AuthenticationOptions {
  readonly store: Store;
  readonly installation: Installation;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** Where uses of client assertions are kept. */
  readonly replayJournal: ReplayJournal;
  readonly onJournalFailure: (error: unknown) => void;
  /** A request for a token that got none. */
  readonly onRefusal: (entry: AuditEntry) => void;
}

export interface Authentication {
  readonly routes: FastifyPluginAsync;
  /** Throws an ArmError of status 401. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** As above, of a token for Microsoft Graph. */
  readonly authenticateGraph: (authorization: string | undefined) => Promise<Principal>;
  /** Of resources' managed identities. */
  readonly issueIdentityToken: IssueIdentityToken;
  readonly rotateKeys: () => Promise<void>;
}

export const createAuthentication = (options: AuthenticationOptions): Authentication => {
  const { store, installation, now, newGuid } = options;
  const { tenantId } = installation;
  const profile = cloudProfile(installation, '', []);
  const own = localOrigin(installation);
  const byAddress = httpsOrigin(installation, installation.addresses.arm);
  const origins = [...new Set([own, profile.activeDirectory, byAddress])];
  const resource = resourceManagerResource(own, byAddress, profile.resourceManager);

  // Every request needs the ring and hardly any write changes it: it is read again once the head has moved.
  let read: { document: Document; ring: SigningKeyRing } | undefined;
  let stale = true;
  store.onHead(() => {
    stale = true;
  });
  const readRing = async (): Promise<{ document: Document; ring: SigningKeyRing }> => {
    if (read && !stale) return read;
    stale = false;
    const document = await store.get(signingKeysId);
    if (document && document.version === read?.document.version) return read;
    const ring = document && readSigningKeys(document.body);
    if (!document || !ring) throw new Error('the store has no signing keys; restore a backup');
    read = { document, ring };
    return read;
  };

  const resources = [resource, graphResource, hybridIdentityResource(suffixes.his)];
  const signingKeys = async (): Promise<SigningKeyRing> => (await readRing()).ring;
  const service = createTokenService({
    origins,
    tenants: [{ id: tenantId }],
    resources,
    findServicePrincipal: async (appId) => {
      const ids = [servicePrincipalId(appId), applicationId(appId)] as const;
      const found = await store.getMany(ids);
      const [document, registered] = ids.map((id) => found.get(id.toLowerCase()));
      const principal = document && readServicePrincipal(document.body);
      return principal && signInPrincipal(principal, registered && readApplication(registered.body));
    },
    signingKeys,
    now,
    newGuid,
    replayJournal: options.replayJournal,
    onJournalFailure: options.onJournalFailure,
    onRefusal: ({ error, correlationId, tenant, source }) =>
      options.onRefusal({
        at: now(),
        correlationId,
        caller: unknownCaller,
        action: 'signIn',
        resourceId: `/${tenant.slice(0, 128)}`,
        status: error.status,
        code: `AADSTS${error.code}`,
        message: `${error.message.slice(0, 440)} It came from ${source}.`,
      }),
  });

  const verifierFor = (audiences: readonly string[]) =>
    createAccessTokenVerifier({
      origins,
      tenantIds: [tenantId],
      audiences,
      signingKeys,
      now,
    });

  return {
    routes: tokenRoutes(service),
    authenticate: verifierFor(resource.identifiers).verify,
    // Clients ask for the address that the metadata document names, which is ARM's own address as well.
    authenticateGraph: verifierFor([...origins, ...graphResource.identifiers]).verify,
    issueIdentityToken: createIdentityTokens({ origin: own, tenantId, resources, signingKeys, now, newGuid }),
    rotateKeys: async () => {
      const { document, ring } = await readRing();
      if (!rotationDue(ring, now())) return;
      const body = signingKeysBody(await rotateSigningKeys(ring, now()));
      await store.commit({
        expect: [{ id: signingKeysId, version: document.version }],
        puts: [{ id: signingKeysId, type: signingKeysType, body }],
      });
    },
  };
};
