/** What a package says of itself, what an installation adds and signs, and how an agent checks the signature. */

import { createHash, verify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { ArchiveRefused, archiveLimits, readArchive } from './archive.ts';

export { archiveLimits as packageLimits } from './archive.ts';

/** One part of a name that is a part of paths and addresses. */
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
const version = z.string().regex(/^\d{1,5}(\.\d{1,9}){0,3}$/);

/** `manifest.json` at the top of the archive. */
const own = z.strictObject({
  publisher: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)*$/)
    .max(100),
  type: word,
  version,
  /** The handler's program, a path in the archive. */
  entry: z.string().min(1).max(archiveLimits.nameLength),
});
/** What is signed. */
const manifest = own.extend({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the archive, in bytes. */
  size: z.number().int().min(1).max(archiveLimits.bytes),
});
export type PackageManifest = z.infer<typeof manifest>;

/** As it travels: the manifest's text is what was signed, byte for byte. */
export const signedManifest = z.object({
  manifest: z.string().max(4_096),
  /** PEM: the key that signed, by the installation's authority. */
  certificate: z.string().max(65_536),
  /** Base64: ECDSA with SHA-256. */
  signature: z.string().max(1_024),
});
export type SignedManifest = z.infer<typeof signedManifest>;

/** In the certificate of a key that signs packages, and of no other: no server answers to it (RFC 2606 §2). */
export const packageSignerName = 'extension-package.invalid';

/** The package is not what it says, or nobody vouches for it. */
export class PackageRefused extends Error {}

const manifestFile = 'manifest.json';

/** Of an archive that is to be signed. @throws PackageRefused */
export const describePackage = (archive: Uint8Array): PackageManifest => {
  try {
    const files = readArchive(archive);
    const text = files.find(({ path }) => path === manifestFile)?.content;
    if (text === undefined) throw new PackageRefused(`it has no ${manifestFile} at its top`);
    const read = own.safeParse(parsed(Buffer.from(text).toString('utf8')));
    if (!read.success) {
      const issue = read.error.issues[0];
      throw new PackageRefused(`its ${manifestFile}: ${issue?.path.join('.')} ${issue?.message}`);
    }
    if (!files.some(({ path }) => path === read.data.entry))
      throw new PackageRefused(
        `it has no file '${read.data.entry}', which its ${manifestFile} says is the handler`,
      );
    return { ...read.data, sha256: checksumOf(archive), size: archive.length };
  } catch (error) {
    if (error instanceof ArchiveRefused) throw new PackageRefused(error.message);
    throw error;
  }
};

export const checksumOf = (archive: Uint8Array): string => createHash('sha256').update(archive).digest('hex');

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Undefined where it is another shape. Says nothing of who wrote it. */
const readManifest = (text: string): PackageManifest | undefined => manifest.safeParse(parsed(text)).data;

const pemCertificates = (pem: string): readonly X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block),
  );

/**
 * The profile's authorities vouch for packages and nobody else does: a root of the machine's store, which a proxy that inspects
 * TLS may have there (R18), is no installation.
 * @param now epoch milliseconds
 * @throws PackageRefused
 */
export const verifyManifest = (
  signed: SignedManifest,
  { authorities, now }: { readonly authorities: readonly string[]; readonly now: number },
): PackageManifest => {
  const refuse = (why: string): never => {
    throw new PackageRefused(`the signature of the package's manifest is refused: ${why}`);
  };
  let trusted = false;
  let signer: X509Certificate | undefined;
  try {
    [signer] = pemCertificates(signed.certificate);
    trusted = authorities
      .flatMap(pemCertificates)
      .some(
        (authority) => authority.ca && signer?.checkIssued(authority) && signer.verify(authority.publicKey),
      );
  } catch {
    return refuse('its certificate cannot be read');
  }
  if (signer === undefined || !trusted)
    return refuse("its certificate is by no authority of this machine's cloud profile");
  if (signer.ca || signer.checkHost(packageSignerName, { wildcards: false }) === undefined)
    return refuse(`its certificate is not for ${packageSignerName}`);
  if (now < signer.validFromDate.getTime() || now > signer.validToDate.getTime())
    return refuse(`its certificate is valid from ${signer.validFrom} to ${signer.validTo}`);
  let genuine = false;
  try {
    genuine = verify(
      'sha256',
      Buffer.from(signed.manifest),
      signer.publicKey,
      Buffer.from(signed.signature, 'base64'),
    );
  } catch {
    // No signature at all.
  }
  if (!genuine) return refuse('it is not of this manifest');
  return readManifest(signed.manifest) ?? refuse('what was signed is no manifest that this agent knows');
};
