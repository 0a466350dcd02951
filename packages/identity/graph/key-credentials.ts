/** `keyCredentials` of applications and service principals: the whole list is written; entries without `key` are kept. */

import { z } from 'zod';
import { addCertificate, type CredentialHolder } from '../credentials.ts';
import { shownName } from './body.ts';
import { orBadRequest } from './password-credentials.ts';
import { graphError } from './refusals.ts';

const text = z.string().max(256).nullish();

export const keyCredentialsShape = z
  .array(
    z.object({
      '@odata.type': text,
      keyId: z.guid().nullish(),
      type: text,
      usage: text,
      displayName: shownName.nullish(),
      /** Base64 of the DER certificate. Its own dates count, not those beside it. */
      key: z.string().max(32_768).nullish(),
    }),
  )
  .max(32);

type KeyCredentials = z.infer<typeof keyCredentialsShape>;

/** Throws Request_BadRequest, NotImplemented. */
export const withKeys = <T extends CredentialHolder>(
  holder: T,
  asked: KeyCredentials,
  newGuid: () => string,
): T => {
  const known = new Map(
    holder.certificates.map((certificate) => [certificate.keyId.toLowerCase(), certificate]),
  );
  let result: T = { ...holder, certificates: [] };
  for (const entry of asked) {
    const kept = known.get(entry.keyId?.toLowerCase() ?? '');
    if (kept) {
      result = { ...result, certificates: [...result.certificates, kept] };
      continue;
    }
    if (!entry.key)
      throw graphError('Request_BadRequest', [
        `The key credential '${entry.keyId ?? ''}' is not there and has no 'key'.`,
      ]);
    const { type, usage, key } = entry;
    if ((type ?? 'AsymmetricX509Cert') !== 'AsymmetricX509Cert' || (usage ?? 'Verify') !== 'Verify')
      throw graphError('NotImplemented', [`A key credential of type '${type}' and usage '${usage}'`]);
    const before = result;
    result = orBadRequest(() =>
      addCertificate(before, {
        keyId: entry.keyId ?? newGuid(),
        pem: pemOf(key),
        ...(entry.displayName ? { displayName: entry.displayName } : {}),
      }),
    );
  }
  return result;
};

const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${(base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
