/** The one verification of machine certificates: chain, time, purpose and name, before anything is looked up. */

import { isSignedBy } from './certificate-authority.ts';
import { machineUriPrefix, thumbprintOf } from './machine-certificate.ts';
import { normalSerial } from './serial-number.ts';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from './x509.ts';

export type MachineCertificateCheck =
  | {
      readonly valid: true;
      readonly vmId: string;
      readonly machineId: string;
      /** Normalized. */
      readonly serialNumber: string;
      /** Epoch milliseconds. */
      readonly notAfter: number;
      /** SHA-256 of the DER, base64url: `x5t#S256`. */
      readonly thumbprint: string;
      /** SPKI DER of the machine's key, for what is signed by it. */
      readonly publicKey: Uint8Array;
    }
  | { readonly valid: false; readonly fault: CertificateFault };

export type CertificateFault =
  | 'malformed'
  | 'unknown-issuer'
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-not-valid'
  | 'not-a-machine';

/** An authority's certificates: the one that issues first, then what issued it, up to the anchor. */
export type IssuerChain = readonly X509Certificate[];

/** @param pem certificates in the order of a chain. @throws where one cannot be read */
export const readIssuerChain = (pem: readonly string[]): IssuerChain =>
  pem.map((block) => new X509Certificate(block));

/** A leaf of ours has about 600 bytes in DER; longer input is not parsed. */
export const longestMachineCertificate = 32_768;

/**
 * Verifies a machine's certificate (PEM, or DER bytes as TLS hands it over) against these authorities (several
 * while one replaces another): issued by one of them, at a time at which it and all above it are valid, for client
 * authentication, no authority itself, and naming a machine. Revocation is not here: it is the lookup of (machine,
 * serial number), and that the key is the machine's is seen there too.
 */
export const verifyMachineCertificate = async (
  authorities: readonly IssuerChain[],
  input: string | Uint8Array,
  now: number,
): Promise<MachineCertificateCheck> => {
  const refused = (fault: CertificateFault): MachineCertificateCheck => ({ valid: false, fault });
  if (input.length > longestMachineCertificate) return refused('malformed');
  try {
    const certificate = new X509Certificate(typeof input === 'string' ? input : Uint8Array.from(input));
    const chain = await chainOf(authorities, certificate);
    if (!chain) return refused('unknown-issuer');
    if (now < certificate.notBefore.getTime()) return refused('not-yet-valid');
    if (now > certificate.notAfter.getTime()) return refused('expired');
    if (!chain.every((issuer) => isValidAt(issuer, now))) return refused('issuer-not-valid');
    const named = machineNamedIn(certificate);
    if (!named) return refused('not-a-machine');
    return {
      valid: true,
      ...named,
      serialNumber: normalSerial(certificate.serialNumber),
      notAfter: certificate.notAfter.getTime(),
      thumbprint: thumbprintOf(certificate),
      publicKey: new Uint8Array(certificate.publicKey.rawData),
    };
  } catch {
    return refused('malformed');
  }
};

const isValidAt = (certificate: X509Certificate, now: number): boolean =>
  certificate.notBefore.getTime() <= now && now <= certificate.notAfter.getTime();

/** The chain whose first certificate signed this one: what issued that one may not issue machines. */
const chainOf = async (
  authorities: readonly IssuerChain[],
  certificate: X509Certificate,
): Promise<IssuerChain | undefined> => {
  for (const chain of authorities) {
    const issuer = chain[0];
    if (issuer && (await isSignedBy(certificate, issuer))) return chain;
  }
  return undefined;
};

const machineNamedIn = (
  certificate: X509Certificate,
): { readonly vmId: string; readonly machineId: string } | undefined => {
  const usage = certificate.getExtension(ExtendedKeyUsageExtension);
  if (!usage?.usages.includes(ExtendedKeyUsage.clientAuth)) return undefined;
  if (certificate.getExtension(BasicConstraintsExtension)?.ca) return undefined;
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items;
  const uri = names?.find((name) => name.type === 'url' && name.value.startsWith(machineUriPrefix))?.value;
  const vmId = certificate.subjectName.getField('CN')[0];
  return uri && vmId ? { vmId, machineId: decodeURI(uri.slice(machineUriPrefix.length)) } : undefined;
};
