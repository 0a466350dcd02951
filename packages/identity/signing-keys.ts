/** The keys that sign tokens: one signs, the next is already published, earlier ones verify until their tokens end. */

import { createHash, webcrypto } from 'node:crypto';
import { jsonOf } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { z } from 'zod';

const publicShape = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });
const privateShape = publicShape.extend({
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const keyShape = z.object({ kid: z.string(), createdAt: z.number(), jwk: privateShape });
const retiredShape = z.object({ kid: z.string(), retireAt: z.number(), jwk: publicShape });
const ringShape = z.object({
  current: keyShape,
  /** Epoch milliseconds since when `current` signs. */
  currentSince: z.number(),
  next: keyShape,
  previous: z.array(retiredShape).readonly(),
});

export type SigningKey = Readonly<z.infer<typeof keyShape>>;
export type SigningKeyRing = Readonly<z.infer<typeof ringShape>>;

export const signingKeysType = 'Tombolo/signingKeys';
/** One document holds the ring, so that a rotation is one write that expects one version. */
export const signingKeysId = '/tombolo/signingKeys/tokens';

/** Tokens live for 3599 s; a verifier's clock may lag by 300 s. */
export const tokenLifetimeSeconds = 3599;
const retirementMs = (tokenLifetimeSeconds + 600) * 1000;
const rotationPeriodMs = 30 * 86_400_000;

const newKey = async (now: number): Promise<SigningKey> => {
  const pair = await webcrypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  );
  const jwk = privateShape.parse(await webcrypto.subtle.exportKey('jwk', pair.privateKey));
  return { kid: thumbprint(jwk), createdAt: now, jwk };
};

/** RFC 7638: members in lexical order, no spaces. */
const thumbprint = (jwk: z.infer<typeof publicShape>): string =>
  createHash('sha256')
    .update(JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n }))
    .digest('base64url');

export const createSigningKeys = async (now: number): Promise<SigningKeyRing> => ({
  current: await newKey(now),
  currentSince: now,
  next: await newKey(now),
  previous: [],
});

/** Has the current key signed for 30 days? */
export const rotationDue = (ring: SigningKeyRing, now: number): boolean =>
  now - ring.currentSince >= rotationPeriodMs;

/**
 * The next key signs from now on; the current one keeps its public half until every token that it signed has
 * ended, and its private half is forgotten at once.
 */
export const rotateSigningKeys = async (ring: SigningKeyRing, now: number): Promise<SigningKeyRing> => {
  const { kty, n, e } = ring.current.jwk;
  const retired = { kid: ring.current.kid, retireAt: now + retirementMs, jwk: { kty, n, e } };
  return {
    current: ring.next,
    currentSince: now,
    next: await newKey(now),
    previous: [retired, ...ring.previous].filter((key) => key.retireAt > now).slice(0, 16),
  };
};

export interface PublicSigningKey {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly kid: string;
  readonly alg: 'RS256';
  readonly n: string;
  readonly e: string;
}

/** What verifies at `now`: the published set, with the next key so that caches know it before it signs. */
export const publicKeys = (ring: SigningKeyRing, now: number): readonly PublicSigningKey[] =>
  [ring.current, ring.next, ...ring.previous.filter((key) => key.retireAt > now)].map(({ kid, jwk }) => ({
    kty: 'RSA',
    use: 'sig',
    kid,
    alg: 'RS256',
    n: jwk.n,
    e: jwk.e,
  }));

/** The document's body; it holds private keys. */
export const signingKeysBody = (ring: SigningKeyRing): JsonObject => jsonOf(ring);

/** Undefined where the body is another shape. */
export const readSigningKeys = (body: JsonObject): SigningKeyRing | undefined =>
  ringShape.safeParse(body).data;
