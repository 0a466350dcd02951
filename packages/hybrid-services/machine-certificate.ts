/** A client certificate on the TLS connection, verified by us against the installation's authority. */

import { X509Certificate } from 'node:crypto';
import { normalSerial } from '@tombolo/identity/serial-number';
import { serviceError } from './errors.ts';
import type { HybridState, MachineIdentity } from './projection.ts';
import { publicKeyOfSpki, thumbprint } from './public-key.ts';

export interface VerifiedCertificate {
  readonly identity: MachineIdentity;
  readonly serial: string;
}

const refuse = (why: string): never => {
  throw serviceError('AuthenticationFailed', [`the client certificate is refused: ${why}`]);
};

/**
 * @param der the leaf that the peer presented; the TLS handshake has proved possession of its key.
 * @param authorities certificates that issue machine certificates.
 * @throws ServiceError 401
 */
export const verifyCertificate = (options: {
  readonly der: Uint8Array;
  readonly authorities: readonly X509Certificate[];
  readonly state: HybridState;
  readonly now: number;
}): VerifiedCertificate => {
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(options.der);
  } catch {
    return refuse('it cannot be read');
  }
  const issued = options.authorities.some(
    (authority) => leaf.checkIssued(authority) && leaf.verify(authority.publicKey),
  );
  if (!issued) return refuse("it is not of this installation's authority");
  if (Date.parse(leaf.validFrom) > options.now + 300_000 || Date.parse(leaf.validTo) <= options.now) {
    return refuse('it is not valid at this time');
  }
  const serial = normalSerial(leaf.serialNumber);
  const identity = options.state.identityBySerial(serial);
  if (identity === undefined) return refuse('its serial is unknown or revoked');
  const key = publicKeyOfSpki(leaf.publicKey.export({ format: 'der', type: 'spki' }));
  if (key === undefined || thumbprint(key) !== identity.keyThumbprint) {
    return refuse("its key is not the machine's");
  }
  return { identity, serial };
};
