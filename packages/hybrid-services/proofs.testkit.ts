/** Keys, a state and a clock for tests of proofs, tokens and assertions without a socket. */

import assert from 'node:assert/strict';
import { ArmError } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import type { JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { HybridState } from './projection.ts';
import { createHybridProjection, identityIdOf, identityType, tokenKeyType } from './projection.ts';
import type { PublicKeyJwk } from './public-key.ts';
import { thumbprint } from './public-key.ts';
import type { Freshness, ReplayCache } from './replay-cache.ts';

/** Nothing here reads the real clock. */
export const now = Date.UTC(2026, 10, 27, 12);
export const seconds = now / 1000;

export const createKey = async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const jwk = { kty, crv, x, y } as PublicKeyJwk;
  return {
    jwk,
    privateKey,
    privateJwk: (await exportJWK(privateKey)) as JsonObject,
    thumbprint: thumbprint(jwk),
    /** Of exactly these claims and header parameters. */
    sign: (claims: JWTPayload, header: object = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey),
  };
};
export type Key = Awaited<ReturnType<typeof createKey>>;

export const machineId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/web';

/** A state in which the machine is registered with this key, and these keys sign tokens. */
export const stateWith = (known: {
  readonly machine?: Key;
  readonly serial?: string;
  readonly tokenKeys?: readonly { readonly kid: string; readonly key: Key; readonly createdAt: number }[];
}): HybridState => {
  const projection = createHybridProjection();
  const { machine, serial = 'abc', tokenKeys = [] } = known;
  projection.replace([
    ...(machine
      ? [
          {
            id: identityIdOf(machineId),
            type: identityType,
            version: 1,
            body: {
              properties: {
                machineId,
                publicKeyJwk: { ...machine.jwk },
                certificates: [{ serial, notAfter: now + 86_400_000 }],
              },
            },
          },
        ]
      : []),
    ...tokenKeys.map(({ kid, key, createdAt }) => ({
      id: `/tombolo/machineTokenKeys/${kid}`,
      type: tokenKeyType,
      version: 1,
      body: { properties: { kid, createdAt, privateKeyJwk: key.privateJwk } },
    })),
  ]);
  return projection;
};

/** Answers the same every time, and remembers what it was asked. */
export const replaysThat = (
  answer: Freshness,
): ReplayCache & { readonly asked: (readonly [string, number])[] } => {
  const asked: (readonly [string, number])[] = [];
  return {
    asked,
    use: (id, expiresAt) => {
      asked.push([id, expiresAt]);
      return answer;
    },
    size: 0,
  };
};

/** Its status, code and message, what it is about and how long to wait. */
export const refusalOf = async (work: () => unknown): Promise<readonly unknown[]> => {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    const { status, code, message, target, headers } = error;
    const wait = headers['retry-after'];
    return [status, code, message, ...((target ?? wait) ? [target ?? Number(wait)] : [])];
  }
  return ['taken'];
};

export const unauthenticated = (why: string): readonly unknown[] => [
  401,
  'AuthenticationFailed',
  `The machine could not be authenticated: ${why}. Ask for a new token; if that is refused too, disconnect the machine locally ` +
    'and connect it again.',
];
export const busy: readonly unknown[] = [503, 'ServiceBusy', 'The replay cache is full. Retry later.', 30];
