/** Packages for tests: an archive with a handler in sh, and a manifest signed as an installation signs one. */

import { sign } from 'node:crypto';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describePackage, packageSignerName, type SignedManifest } from './manifest.ts';

/** Of a file in `zipSync`: what stat(2) would say of it. */
export const withMode = (text: string, mode: number): Zippable[string] => [
  strToU8(text),
  { os: 3, attrs: (mode << 16) >>> 0 },
];

/** Writes each verb, and what it read, into the file that TRACE of its settings names. */
const handler = `#!/bin/sh
read -r line
[ "$1" = enable ] && trace=$(printf %s "$line" | sed 's/.*"trace":"\\([^"]*\\)".*/\\1/')
trace=\${trace:-$(cat ../../trace 2>/dev/null)}
[ "$1" = enable ] && printf %s "$trace" > ../../trace
echo "VERSION $1 $line" >> "\${trace:-../../early}"
case "$line" in *'"fail":true'*) printf '{"status":"error","code":42,"message":"it is broken"}' > "$TOMBOLO_STATUS_FILE";; esac
`;

export interface TestPackage {
  readonly publisher?: string;
  readonly type?: string;
  readonly version?: string;
  readonly files?: Zippable;
}

export const archiveOf = ({
  publisher = 'Lamp.Makers',
  type = 'Lamp',
  version = '1.2.0',
  files = {},
}: TestPackage = {}): Buffer =>
  Buffer.from(
    zipSync({
      'manifest.json': strToU8(JSON.stringify({ publisher, type, version, entry: 'bin/handler' })),
      bin: { handler: strToU8(handler.replace('VERSION', version)) },
      ...files,
    }),
  );

export interface TestSigner {
  /** PEM: what a cloud profile would have. */
  readonly authorities: readonly string[];
  readonly sign: (archive: Uint8Array) => SignedManifest;
  readonly signText: (manifest: string) => SignedManifest;
}

/** @param now epoch milliseconds, when the certificate is issued */
export const signerAt = async (now: number, name = packageSignerName): Promise<TestSigner> => {
  const authority = await createAuthority({ name: 'Test', now });
  const { certificate, privateKey } = await issueServerCertificate(authority, { names: [name], now });
  const signText = (manifest: string): SignedManifest => ({
    manifest,
    certificate,
    signature: sign('sha256', Buffer.from(manifest), privateKey).toString('base64'),
  });
  return {
    authorities: authority.chain,
    signText,
    sign: (archive) => signText(JSON.stringify(describePackage(archive))),
  };
};
