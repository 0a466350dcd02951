/** The token service's part in the tests' world: keys of its own, one resource. */

import { randomUUID } from 'node:crypto';
import {
  createIdentityTokens,
  createSigningKeys,
  resourceManagerResource,
  type SigningKeyRing,
} from '@tombolo/identity';
import type { Store } from '@tombolo/store/port';
import { createMachineIdentityTokens } from './machine-identity-token.ts';

export const identityTokensFor = (store: Store, now: () => number) => {
  let keys: Promise<SigningKeyRing> | undefined;
  const issueIdentityToken = createIdentityTokens({
    origin: 'https://login.test',
    tenantId: '11111111-2222-4333-8444-555555555555',
    resources: [resourceManagerResource('https://management.test')],
    // Made for who asks: they are slow to make.
    signingKeys: () => {
      keys ??= createSigningKeys(now());
      return keys;
    },
    now,
    newGuid: randomUUID,
  });
  return {
    issueIdentityToken,
    identityToken: createMachineIdentityTokens({ store, issueIdentityToken, now }),
  };
};
