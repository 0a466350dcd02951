/** A client certificate on the TLS connection: verified as a machine's, then looked up as this machine's. */

import type { CertificateFault, IssuerChain } from '@tombolo/identity/machine-certificate-check';
import { verifyMachineCertificate } from '@tombolo/identity/machine-certificate-check';
import { serviceError } from './errors.ts';
import { type HybridState, identityIdOf, type MachineIdentity } from './projection.ts';
import { publicKeyOfSpki, thumbprint } from './public-key.ts';

export interface VerifiedCertificate {
  readonly identity: MachineIdentity;
  readonly serial: string;
}

const reasons: Readonly<Record<CertificateFault, string>> = {
  malformed: 'it cannot be read',
  'unknown-issuer': "it is not of this installation's authority",
  'not-yet-valid': 'it is not valid yet; the clock of the machine or of this service is wrong',
  expired: 'it has expired',
  'issuer-not-valid': 'the authority that issued it is not valid at this time',
  'not-a-machine': 'it is no certificate of a machine for client authentication',
};

const refuse = (why: string): never => {
  throw serviceError('AuthenticationFailed', [`the client certificate is refused: ${why}`]);
};

/**
 * @param der the leaf that the peer presented; the TLS handshake has proved possession of its key.
 * @param authorities those that issue machine certificates.
 * @throws ArmError 401
 */
export const verifyCertificate = async (options: {
  readonly der: Uint8Array;
  readonly authorities: readonly IssuerChain[];
  readonly state: HybridState;
  readonly now: number;
}): Promise<VerifiedCertificate> => {
  const check = await verifyMachineCertificate(options.authorities, options.der, options.now);
  if (!check.valid) return refuse(reasons[check.fault]);
  const identity = options.state.identityBySerial(check.serialNumber);
  if (identity === undefined) return refuse('its serial is unknown or revoked');
  // One that was moved has the certificate of its former name until it renews it.
  const names = [identityIdOf(identity.machineId), ...(identity.formerIds ?? [])];
  if (!names.some((name) => name.toLowerCase() === identityIdOf(check.machineId).toLowerCase()))
    return refuse(`its serial is of another machine than the '${check.machineId}' that it names`);
  const key = publicKeyOfSpki(check.publicKey);
  if (key === undefined || thumbprint(key) !== identity.keyThumbprint)
    return refuse("its key is not the machine's");
  return { identity, serial: check.serialNumber };
};
