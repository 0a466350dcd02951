/** Sign-in and tokens of this installation: the token service's routes and the check of bearer tokens. */

import type { Principal } from '@tombolo/arm';
import {
  createAccessTokenVerifier,
  createTokenService,
  readServicePrincipal,
  readSigningKeys,
  resourceManagerResource,
  rotateSigningKeys,
  rotationDue,
  type SigningKeyRing,
  servicePrincipalId,
  signingKeysBody,
  signingKeysId,
  signingKeysType,
  tokenRoutes,
} from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import type { Document } from '@tombolo/store/port';
import type { FastifyPluginAsync } from 'fastify';
import {
  cloudProfile,
  httpsOrigin,
  type Installation,
  localOrigin,
} from '../../installation/installation.ts';

export interface AuthenticationOptions {
  readonly store: Store;
  readonly installation: Installation;
  readonly now: () => number;
  readonly newGuid: () => string;
}

export interface Authentication {
  readonly routes: FastifyPluginAsync;
  /** Throws an ArmError of status 401. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
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

  const service = createTokenService({
    origins,
    tenants: [{ id: tenantId }],
    resources: [resource],
    findServicePrincipal: async (appId) => {
      const document = await store.get(servicePrincipalId(appId));
      return document && readServicePrincipal(document.body);
    },
    signingKeys: async () => (await readRing()).ring,
    now,
    newGuid,
  });

  const verifier = createAccessTokenVerifier({
    origins,
    tenantIds: [tenantId],
    audiences: resource.identifiers,
    signingKeys: async () => (await readRing()).ring,
    now,
  });

  return {
    routes: tokenRoutes(service),
    authenticate: verifier.verify,
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
