/** Secrets on their way to a machine: encrypted to its key as soon as they arrive, read by nobody but its agent. */

import { CompactEncrypt, importJWK } from 'jose';
import { parseClientPublicKey } from './public-key.ts';

/**
 * A compact JWE (RFC 7516): ECDH-ES with the machine's registered key (RFC 7518 §4.6), A256GCM. The ephemeral key is new each
 * time, so that two of the same text tell nobody that they are.
 * @param clientPublicKey `properties.clientPublicKey` of the machine resource
 * @returns undefined where that is no P-256 key
 */
export const sealFor = async (clientPublicKey: string, text: string): Promise<string | undefined> => {
  const jwk = parseClientPublicKey(clientPublicKey);
  if (jwk === undefined) return undefined;
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .encrypt(await importJWK({ ...jwk }, 'ECDH-ES'));
};
