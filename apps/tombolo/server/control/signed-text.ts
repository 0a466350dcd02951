/** A text signed by a key of its own that the installation's authority vouches for: docs/decisions/0039. */

import { createPrivateKey, sign } from 'node:crypto';
import { type CertificateAuthority, issueServerCertificate } from '@tombolo/identity';

export interface TextSignature {
  /** PEM. */
  readonly certificate: string;
  /** Base64. */
  readonly signature: string;
  /** Epoch milliseconds: until when the certificate vouches. */
  readonly notAfter: number;
}

/** The key is forgotten with the answer: what it has signed is all that it ever signs. `name`: what for, in its certificate. */
export const signText = async (
  authority: CertificateAuthority,
  { name, text, now }: { readonly name: string; readonly text: string; readonly now: number },
): Promise<TextSignature> => {
  const { certificate, privateKey, notAfter } = await issueServerCertificate(authority, {
    names: [name],
    now,
  });
  const signature = sign('sha256', Buffer.from(text), createPrivateKey(privateKey));
  return { certificate, signature: signature.toString('base64'), notAfter };
};
