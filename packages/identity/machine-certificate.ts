/** Machine certificates: issued for a proven key, verified on every connection. */

import { createHash } from 'node:crypto';
import { type CertificateAuthority, clockSkewMs } from './certificate-authority.ts';
import { keyOfRequest } from './certificate-request.ts';
import { normalSerial, randomSerial } from './serial-number.ts';
import { intermediatesOf } from './server-certificate.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

export interface MachineCertificate {
  /** PEM of the leaf. */
  readonly certificate: string;
  /** PEM of leaf and intermediates. */
  readonly chain: string;
  /** Lower-case hexadecimal without leading zeros. */
  readonly serialNumber: string;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of the DER, base64url: `x5t#S256`. */
  readonly thumbprint: string;
}

const validDays = 90;
const uriPrefix = 'armid:';

/** RFC 5280 allows only absolute URIs as alternative names, so the ARM id gets a scheme. */
export const machineUri = (machineId: string): string => `${uriPrefix}${encodeURI(machineId)}`;

/**
 * Issues the certificate of one machine for the key of its request: CN is the vmId, the URI alternative name the
 * ARM id, client authentication only, 90 days. Throws CertificateRequestRefused.
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
  const notAfter = Math.min(input.now + validDays * 86_400_000, authority.issuer.notAfter.getTime());
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
    chain: [certificate, ...intermediatesOf(authority)].join('\n'),
    serialNumber: normalSerial(serialNumber),
    notBefore,
    notAfter,
    thumbprint: thumbprintOf(leaf),
  };
};

const thumbprintOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('base64url');

export type MachineCertificateCheck =
  | {
      readonly valid: true;
      readonly vmId: string;
      readonly machineId: string;
      readonly serialNumber: string;
      readonly notAfter: number;
      readonly thumbprint: string;
      /** SPKI DER of the machine's key, for assertions signed by it. */
      readonly publicKey: Uint8Array;
    }
  | { readonly valid: false; readonly reason: CertificateFault };

export type CertificateFault =
  | 'malformed'
  | 'unknown-issuer'
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-expired'
  | 'not-a-machine';

/**
 * Verifies a machine's certificate (PEM, or DER bytes as TLS hands it over) against these authorities (several
 * while one replaces another). Revocation is not here: it is the lookup of (machine, serial number).
 */
export const verifyMachineCertificate = async (
  authorities: readonly CertificateAuthority[],
  input: string | Uint8Array,
  now: number,
): Promise<MachineCertificateCheck> => {
  const fault = (reason: CertificateFault): MachineCertificateCheck => ({ valid: false, reason });
  if (input.length > 32_768) return fault('malformed');
  try {
    const certificate = new X509Certificate(typeof input === 'string' ? input : new Uint8Array(input));
    const authority = await issuerOf(authorities, certificate);
    if (!authority) return fault('unknown-issuer');
    if (now < certificate.notBefore.getTime()) return fault('not-yet-valid');
    if (now > certificate.notAfter.getTime()) return fault('expired');
    if (now > authority.issuer.notAfter.getTime()) return fault('issuer-expired');
    const named = machineNamedIn(certificate);
    if (!named) return fault('not-a-machine');
    return {
      valid: true,
      ...named,
      serialNumber: normalSerial(certificate.serialNumber),
      notAfter: certificate.notAfter.getTime(),
      thumbprint: thumbprintOf(certificate),
      publicKey: new Uint8Array(certificate.publicKey.rawData),
    };
  } catch {
    return fault('malformed');
  }
};

const issuerOf = async (
  authorities: readonly CertificateAuthority[],
  certificate: X509Certificate,
): Promise<CertificateAuthority | undefined> => {
  for (const authority of authorities) {
    if (certificate.issuer !== authority.issuer.subject) continue;
    const signed = await certificate
      .verify({ publicKey: authority.issuer.publicKey, signatureOnly: true })
      .catch(() => false);
    if (signed) return authority;
  }
  return undefined;
};

const machineNamedIn = (
  certificate: X509Certificate,
): { readonly vmId: string; readonly machineId: string } | undefined => {
  const usage = certificate.getExtension(ExtendedKeyUsageExtension);
  if (!usage?.usages.includes(ExtendedKeyUsage.clientAuth)) return undefined;
  if (certificate.getExtension(BasicConstraintsExtension)?.ca) return undefined;
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  const uri = names.find((name) => name.type === 'url' && name.value.startsWith(uriPrefix))?.value;
  const vmId = certificate.subjectName.getField('CN')[0];
  return uri && vmId ? { vmId, machineId: decodeURI(uri.slice(uriPrefix.length)) } : undefined;
};
