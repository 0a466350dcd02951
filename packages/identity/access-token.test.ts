import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { type JWTPayload, SignJWT } from 'jose';
import { createAccessTokenVerifier } from './access-token.ts';
import { accessTokenClaims } from './access-token-issue.ts';
import {
  appId,
  ask,
  makeWorld,
  objectId,
  serviceOf,
  tenantId,
  verifierOf,
  type World,
} from './identity.testkit.ts';
import {
  createSigningKeys,
  publicKeys,
  readSigningKeys,
  rotateSigningKeys,
  rotationDue,
  signingKeysBody,
  tokenLifetimeSeconds,
} from './signing-keys.ts';

const origin = 'https://login.test:8443';

const claimsOf = (world: World, changes: JWTPayload = {}): JWTPayload => ({
  ...accessTokenClaims({
    origin,
    tenantId,
    audience: 'https://management.azure.com',
    version: 1,
    appId,
    objectId,
    authentication: 'secret',
    generation: 0,
    now: world.now,
    tokenId: randomUUID(),
  }),
  ...changes,
});
const sign = (world: World, claims: JWTPayload, kid = world.ring.current.kid): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(createPrivateKey({ key: world.ring.current.jwk, format: 'jwk' }));
const codeOf = async (verified: Promise<unknown>): Promise<string> => {
  try {
    await verified;
    return 'verified';
  } catch (error) {
    assert.ok(error instanceof ArmError);
    assert.equal(error.status, 401);
    assert.match(
      error.headers['www-authenticate'] ?? '',
      new RegExp(
        `^Bearer authorization_uri="${origin}/${tenantId}", error="invalid_token", error_description="[^"]+"$`,
      ),
    );
    return error.code;
  }
};

describe('bearer tokens', () => {
  test('each audience of ARM is accepted, with and without the trailing slash and in any case', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    for (const audience of [
      'https://management.azure.com',
      'https://management.core.windows.net',
      'https://ARM.test:8443',
    ]) {
      for (const aud of [audience, `${audience}/`, `${audience}//`]) {
        const { kind } = await verifier.verify(`Bearer ${await sign(world, claimsOf(world, { aud }))}`);
        assert.equal(kind, 'ServicePrincipal', aud);
      }
    }
  });

  test('a token of a person is a User, of either version', async () => {
    const world = await makeWorld();
    const claims = claimsOf(world, {
      iss: `${origin}/${tenantId}/v2.0`,
      idtyp: undefined,
      appid: undefined,
      azp: 'cli',
    });
    const principal = await verifierOf(world, [origin]).verify(`bearer ${await sign(world, claims)}`);
    assert.deepEqual(principal, { objectId, tenantId, appId: 'cli', kind: 'User' });
  });

  test('what is not a token of ours for ARM, now, has ARM’s code and a challenge', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    const seconds = Math.floor(world.now / 1000);
    const good = await sign(world, claimsOf(world));
    const [head, payload, signature] = good.split('.') as [string, string, string];
    const altered = Buffer.from(JSON.stringify({ ...claimsOf(world), oid: 'root' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: world.ring.current.kid })).toString(
      'base64url',
    );
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const hmac = await new SignJWT(claimsOf(world))
      .setProtectedHeader({ alg: 'HS256', kid: world.ring.current.kid })
      .sign(Buffer.from(world.ring.current.jwk.n, 'base64url'));
    const table: readonly (readonly [string | undefined, string])[] = [
      [undefined, 'AuthenticationFailed'],
      ['', 'AuthenticationFailed'],
      ['Basic eDp5', 'AuthenticationFailed'],
      ['Bearer', 'AuthenticationFailed'],
      ['Bearer x', 'AuthenticationFailed'],
      [`Bearer ${'x'.repeat(20_000)}.y.z`, 'AuthenticationFailed'],
      ['Bearer x.y.z', 'InvalidAuthenticationToken'],
      [`Bearer ${head}.${altered}.${signature}`, 'InvalidAuthenticationToken'],
      [`Bearer ${none}.${payload}.${signature}`, 'InvalidAuthenticationToken'],
      [`Bearer ${hmac}`, 'InvalidAuthenticationToken'],
      [`Bearer ${await sign(world, claimsOf(world), 'unknown')}`, 'InvalidAuthenticationToken'],
      [
        `Bearer ${await new SignJWT(claimsOf(world)).setProtectedHeader({ alg: 'RS256', kid: world.ring.current.kid }).sign(stranger)}`,
        'InvalidAuthenticationToken',
      ],
      [
        `Bearer ${await sign(world, claimsOf(world, { iss: `https://sts.windows.net/${tenantId}/` }))}`,
        'InvalidAuthenticationToken',
      ],
      [`Bearer ${await sign(world, claimsOf(world, { tid: randomUUID() }))}`, 'InvalidAuthenticationToken'],
      [`Bearer ${await sign(world, claimsOf(world, { oid: undefined }))}`, 'InvalidAuthenticationToken'],
      [`Bearer ${await sign(world, claimsOf(world, { exp: undefined }))}`, 'InvalidAuthenticationToken'],
      [`Bearer ${await sign(world, claimsOf(world, { nbf: seconds + 301 }))}`, 'InvalidAuthenticationToken'],
      [`Bearer ${await sign(world, claimsOf(world, { exp: seconds - 301 }))}`, 'ExpiredAuthenticationToken'],
      [
        `Bearer ${await sign(world, claimsOf(world, { aud: 'api://portal' }))}`,
        'InvalidAuthenticationTokenAudience',
      ],
      [
        `Bearer ${await sign(world, claimsOf(world, { aud: 'https://management.azure.com.evil.example' }))}`,
        'InvalidAuthenticationTokenAudience',
      ],
      [`Bearer ${good}`, 'verified'],
    ];
    for (const [header, code] of table)
      assert.equal(await codeOf(verifier.verify(header)), code, header?.slice(0, 60));
  });

  test('each refusal says what is wrong, and its challenge says it without quotation marks', async () => {
    const world = await makeWorld(1_790_000_000_000);
    const verifier = verifierOf(world, [origin]);
    const refusal = async (header: string | undefined): Promise<readonly string[]> => {
      const error = await verifier.verify(header).then(
        () => assert.fail('it was taken'),
        (caught: unknown) => caught,
      );
      assert.ok(error instanceof ArmError);
      const description = /error_description="([^"]*)"$/.exec(error.headers['www-authenticate'] ?? '')?.[1];
      return [error.code, error.message, description ?? ''];
    };
    const missing =
      "Authentication failed. The 'Authorization' header is missing; send 'Bearer' and an access token.";
    assert.deepEqual(await refusal(undefined), ['AuthenticationFailed', missing, missing]);
    const form =
      "Authentication failed. The 'Authorization' header is provided in an invalid format; send 'Bearer' and an access token.";
    assert.deepEqual(await refusal('Bearer x'), ['AuthenticationFailed', form, form]);
    const invalid =
      'The access token is invalid. Sign in again at this installation; tokens of other clouds are not accepted.';
    assert.deepEqual(await refusal('Bearer x.y.z'), ['InvalidAuthenticationToken', invalid, invalid]);
    const ended = await sign(world, claimsOf(world, { exp: 1_789_999_000 }));
    const expired =
      "The access token expiry UTC time '2026-09-21T13:56:40.000Z' is earlier than current UTC time '2026-09-21T14:13:20.000Z'. " +
      'Sign in again.';
    assert.deepEqual(await refusal(`Bearer ${ended}`), ['ExpiredAuthenticationToken', expired, expired]);
    const allowed =
      "'https://management.azure.com','https://management.core.windows.net','https://arm.test:8443'";
    for (const [aud, shown] of [
      ['api://"portal"', 'api://"portal"'],
      [['x', 'y'], 'x y'],
      ['z'.repeat(201), 'z'.repeat(200)],
    ] as const)
      assert.deepEqual(
        await refusal(`Bearer ${await sign(world, claimsOf(world, { aud: aud as string }))}`),
        [
          'InvalidAuthenticationTokenAudience',
          `The access token has been obtained for wrong audience or resource '${shown}'. It should exactly match with one of the ` +
            `allowed audiences ${allowed}.`,
          'The access token is for another audience.',
        ],
      );
  });

  test('a token has all the claims that it is judged by, and says no more than it has', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    for (const claim of ['exp', 'nbf', 'aud', 'tid', 'oid'])
      assert.equal(
        await codeOf(verifier.verify(`Bearer ${await sign(world, claimsOf(world, { [claim]: undefined }))}`)),
        'InvalidAuthenticationToken',
        claim,
      );
    const nameless = await sign(world, claimsOf(world, { appid: undefined, azp: undefined }));
    assert.deepEqual(await verifier.verify(`Bearer   ${nameless}`), {
      objectId,
      tenantId,
      kind: 'ServicePrincipal',
    });
  });

  test('the header is a scheme, spaces and a token of at most 16 KiB', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    const token = await sign(world, claimsOf(world));
    for (const header of [`xBearer ${token}`, `Bearer ${token} x`, `Bearer ${token}.x`, `Bearer\t${token}`])
      assert.equal(await codeOf(verifier.verify(header)), 'AuthenticationFailed', header.slice(0, 10));
    const ofLength = async (length: number): Promise<string> => {
      for (let pad = Math.floor(((length - token.length) * 3) / 4) - 20; ; pad += 1) {
        const long = await sign(world, claimsOf(world, { pad: 'x'.repeat(pad) }));
        if (long.length >= length) return long;
      }
    };
    const longest = await ofLength(16_383);
    assert.ok(longest.length <= 16_384);
    assert.equal(await codeOf(verifier.verify(`Bearer ${longest}`)), 'verified');
    const longer = await ofLength(16_386);
    assert.equal(
      await codeOf(verifier.verify(`Bearer ${longer}`)),
      'InvalidAuthenticationToken',
      'its end is not read',
    );
  });

  test('a token of any of the origins is accepted, for one of several audiences too', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, ['https://first.test', origin, 'https://third.test']);
    const aud = ['https://elsewhere.test', 'https://management.azure.com'] as unknown as string;
    assert.equal(
      (await verifier.verify(`Bearer ${await sign(world, claimsOf(world, { aud }))}`)).objectId,
      objectId,
    );
  });

  test('a token in the cache is over at the very moment at which it would not be accepted anew', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    const claims = claimsOf(world);
    const bearer = `Bearer ${await sign(world, claims)}`;
    const first = await verifier.verify(bearer);
    world.now = (claims.exp! + 300) * 1000 - 1;
    assert.equal(await verifier.verify(bearer), first, 'from the cache, as long as clocks may differ');
    world.now += 1;
    assert.equal(await codeOf(verifier.verify(bearer)), 'ExpiredAuthenticationToken');
  });

  test('a token in the cache ends when it ends, and the cache stays within its bound', async () => {
    const world = await makeWorld();
    const verifier = createAccessTokenVerifier({
      origins: [origin],
      tenantIds: [tenantId],
      audiences: ['https://management.azure.com'],
      signingKeys: async () => world.ring,
      now: () => world.now,
      cacheEntries: 2,
    });
    const tokens = await Promise.all(
      [1, 2, 3].map((index) => sign(world, claimsOf(world, { uti: String(index) }))),
    );
    for (const round of [1, 2]) {
      for (const token of tokens)
        assert.equal(await codeOf(verifier.verify(`Bearer ${token}`)), 'verified', String(round));
    }
    const first = await verifier.verify(`Bearer ${tokens[0]}`);
    assert.equal(
      await verifier.verify(`Bearer ${tokens[0]}`),
      first,
      'the same object: it came from the cache',
    );
    world.now += (tokenLifetimeSeconds + 301) * 1000;
    assert.equal(await codeOf(verifier.verify(`Bearer ${tokens[0]}`)), 'ExpiredAuthenticationToken');
  });
});

describe('rotation of signing keys', () => {
  test('the next key is published before it signs, and old tokens stay valid until they expire', async () => {
    const world = await makeWorld();
    const service = serviceOf(world, [origin]);
    const verifier = verifierOf(world, [origin]);
    const token = async (): Promise<string> => {
      const answer = await ask(service, origin, {
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: world.secret,
        scope: 'https://management.azure.com/.default',
      });
      return `Bearer ${answer.body.access_token}`;
    };
    const published = (): readonly string[] => publicKeys(world.ring, world.now).map(({ kid }) => kid);
    const before = await token();
    const start = world.now;
    const [old, next] = [world.ring.current.kid, world.ring.next.kid];
    assert.deepEqual(published(), [old, next]);
    world.ring = await rotateSigningKeys(world.ring, world.now);
    assert.equal(world.ring.current.kid, next);
    assert.deepEqual(published(), [next, world.ring.next.kid, old]);
    const afterwards = await token();
    assert.notEqual(before.split('.')[0], afterwards.split('.')[0]);
    world.now = start + tokenLifetimeSeconds * 1000 - 1000;
    world.ring = await rotateSigningKeys(world.ring, world.now);
    for (const bearer of [before, afterwards])
      assert.equal(await codeOf(verifier.verify(bearer)), 'verified');
    world.now = start + (tokenLifetimeSeconds + 601) * 1000;
    assert.equal(published().includes(old), false);
    assert.notEqual(await codeOf(verifier.verify(before)), 'verified');
  });

  test('a key taken out of the ring takes its cached tokens with it', async () => {
    const world = await makeWorld();
    const verifier = verifierOf(world, [origin]);
    const bearer = `Bearer ${await sign(world, claimsOf(world))}`;
    assert.equal(await codeOf(verifier.verify(bearer)), 'verified');
    world.ring = await createSigningKeys(world.now);
    assert.equal(await codeOf(verifier.verify(bearer)), 'InvalidAuthenticationToken');
  });

  test('the ring survives its document, forgets private halves, and is due after 30 days', async () => {
    const world = await makeWorld();
    const ring = await rotateSigningKeys(world.ring, world.now);
    assert.deepEqual(Object.keys(ring.previous[0]!.jwk).sort(), ['e', 'kty', 'n']);
    assert.deepEqual(readSigningKeys(JSON.parse(JSON.stringify(signingKeysBody(ring)))), ring);
    assert.equal(readSigningKeys({ current: {} }), undefined);
    assert.equal(rotationDue(ring, world.now + 30 * 86_400_000 - 1), false);
    assert.equal(rotationDue(ring, world.now + 30 * 86_400_000), true);
  });
});
