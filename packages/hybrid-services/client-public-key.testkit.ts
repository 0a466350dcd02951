/** A machine's key as it is registered. */

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { PublicKeyJwk } from './public-key.ts';

/** The form that our agent writes: base64url of the SubjectPublicKeyInfo. */
export const formatClientPublicKey = (jwk: PublicKeyJwk): string =>
  createPublicKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' })
    .export({ format: 'der', type: 'spki' })
    .toString('base64url');
