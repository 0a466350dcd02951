/** The token service's part in the tests' world: keys of its own, one resource. */

import { randomUUID } from 'node:crypto';
import {
  createIdentityTokens,
  createSigningKeys,
  resourceManagerResource,
  type SigningKeyRing,
} from '@tombolo/identity';

export const identityTokensFor = (now: () => number) => {
  let keys: Promise<SigningKeyRing> | undefined;
  return createIdentityTokens({
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
};
