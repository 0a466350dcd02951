/** Machine certificates, issued for a proven key; `machine-certificate-check.ts` is what takes them. */

import { createHash } from 'node:crypto';
import { certificateLifeMs } from '@tombolo/arm/machine-life';
import { type CertificateAuthority, chainExpiry, clockSkewMs } from './certificate-authority.ts';
import { keyOfRequest } from './certificate-request.ts';
import { normalSerial, randomSerial } from './serial-number.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

export interface MachineCertificate {
  /** PEM of the leaf. */
  readonly certificate: string;
  /** Lower-case hexadecimal without leading zeros. */
  readonly serialNumber: string;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the DER, base64url: `x5t#S256`. */
  readonly thumbprint: string;
}

/** RFC 5280 allows only absolute URIs as alternative names, so the ARM id gets a scheme. */
export const machineUriPrefix = 'armid:';

const machineUri = (machineId: string): string => `${machineUriPrefix}${encodeURI(machineId)}`;

/**
 * Issues the certificate of one machine for the key of its request: CN is the vmId, the URI alternative name the
 * ARM id, client authentication only, 90 days and never longer than the authority. Throws CertificateRequestRefused.
 */
export const issueMachineCertificate = async (
  authority: CertificateAuthority,
  input: {
    readonly request: string;
    readonly vmId: string;
    readonly machineId: string;
    readonly now: number;
  },
): Promise<MachineCertificate> => {
  const publicKey = await keyOfRequest(input.request);
  const notBefore = input.now - clockSkewMs;
  const notAfter = Math.min(input.now + certificateLifeMs, chainExpiry(authority));
  const serialNumber = randomSerial();
  const leaf = await X509CertificateGenerator.create({
    serialNumber,
    subject: [{ CN: [input.vmId] }],
    issuer: authority.issuer.subjectName,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: authority.signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'url', value: machineUri(input.machineId) }]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.issuer.publicKey),
    ],
  });
  const certificate = leaf.toString('pem');
  return {
    certificate,
    serialNumber: normalSerial(serialNumber),
    notBefore,
    notAfter,
    thumbprint: thumbprintOf(leaf),
  };
};

export const thumbprintOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('base64url');
