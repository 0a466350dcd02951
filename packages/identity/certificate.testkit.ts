/** Certificates that no issuer of ours would make, signed by an authority all the same. */

import type { webcrypto } from 'node:crypto';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { Extension } from './x509.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

const day = 86_400_000;

export interface Forgery {
  readonly publicKey: webcrypto.CryptoKey;
  readonly machineId: string;
  readonly now: number;
  readonly serialNumber?: string;
  readonly subject?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Object identifiers; none: the extension is absent. */
  readonly usages?: readonly string[];
  /** Undefined: the extension is absent. */
  readonly authority?: boolean | undefined;
  /** URI alternative names; none, of no other kind either: the extension is absent. */
  readonly uris?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly more?: readonly Extension[];
}

/** Right in everything that the forgery does not say otherwise. */
export const forgeLeaf = (authority: CertificateAuthority, forgery: Forgery): Promise<X509Certificate> => {
  const usages = forgery.usages ?? [ExtendedKeyUsage.clientAuth];
  const uris = forgery.uris ?? [`armid:${encodeURI(forgery.machineId)}`];
  const isAuthority = 'authority' in forgery ? forgery.authority : false;
  const names = [
    ...uris.map((value) => ({ type: 'url' as const, value })),
    ...(forgery.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
  ];
  return X509CertificateGenerator.create({
    serialNumber: forgery.serialNumber ?? '5ca1ab1e',
    subject: forgery.subject ?? 'CN=7a1f3c1e-1111-4222-8333-944445555666',
    issuer: authority.issuer.subjectName,
    notBefore: new Date(forgery.notBefore ?? forgery.now - 60_000),
    notAfter: new Date(forgery.notAfter ?? forgery.now + day),
    publicKey: forgery.publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: authority.signingAlgorithm,
    extensions: [
      ...(isAuthority === undefined ? [] : [new BasicConstraintsExtension(isAuthority, undefined, true)]),
      ...(usages.length === 0 ? [] : [new ExtendedKeyUsageExtension([...usages])]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
      ...(forgery.more ?? []),
    ],
  });
};
