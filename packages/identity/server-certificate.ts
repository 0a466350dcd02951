/** Server certificates for the installation's TLS listeners. */

import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { isHostName } from '@tombolo/dns-records/host-name';
import { type CertificateAuthority, chainExpiry, clockSkewMs } from './certificate-authority.ts';
import { randomSerial } from './serial-number.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

export interface ServerCertificate {
  /** PEM: the leaf and every intermediate, for TLS's `cert`. */
  readonly certificate: string;
  /** PKCS#8 PEM, for TLS's `key`. */
  readonly privateKey: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Epoch milliseconds. */
  readonly notAfter: number;
}

/** The longest that browsers accept is 398 days. */
const defaultDays = 397;

/**
 * Issues a certificate with a new P-256 key for these DNS names (a leading `*.` label is a wildcard) and IP
 * addresses. Throws RangeError on a name that is neither, and on none or more than 250.
 */
export const issueServerCertificate = async (
  authority: CertificateAuthority,
  input: { readonly names: readonly string[]; readonly now: number; readonly days?: number },
): Promise<ServerCertificate> => {
  if (input.names.length === 0 || input.names.length > 250) {
    throw new RangeError(`a server certificate takes 1 to 250 names, not ${input.names.length}`);
  }
  const names = input.names.map((name) => {
    if (isIP(name)) return { type: 'ip' as const, value: name };
    if (name.length <= 253 && isHostName(name.toLowerCase().replace(/^\*\./, ''), { underscores: true }))
      return { type: 'dns' as const, value: name.toLowerCase() };
    throw new RangeError(`'${name}' is neither a DNS name nor an IP address`);
  });
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const notAfter = Math.min(input.now + (input.days ?? defaultDays) * 86_400_000, chainExpiry(authority));
  const serialNumber = randomSerial();
  const leaf = await X509CertificateGenerator.create({
    serialNumber,
    // Verifiers read the alternative names only; a common name is at most 64 characters.
    subject: [{ CN: [input.names.find((name) => name.length <= 64) ?? 'server'] }],
    issuer: authority.issuer.subjectName,
    notBefore: new Date(input.now - clockSkewMs),
    notAfter: new Date(notAfter),
    publicKey: keys.publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: authority.signingAlgorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.issuer.publicKey),
    ],
  });
  return {
    certificate: [leaf.toString('pem'), ...intermediatesOf(authority)].join('\n'),
    privateKey: PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
      PemConverter.PrivateKeyTag,
    ),
    serialNumber,
    notAfter,
  };
};

/** What goes after a leaf: the chain without a self-signed root, which clients hold themselves. */
const intermediatesOf = (authority: CertificateAuthority): readonly string[] =>
  authority.chain.filter((pem) => {
    const certificate = new X509Certificate(pem);
    return certificate.subject !== certificate.issuer;
  });
