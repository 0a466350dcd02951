import assert from 'node:assert/strict';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openReplayJournal } from '@tombolo/store/replay-journal';
import { SignJWT } from 'jose';
import { createAssertionReplays } from './assertion-replays.ts';
import { claimedClient, verifyAssertion } from './client-assertion.ts';
import { addCertificate } from './credentials.ts';
import { appId, day, makeClientCertificate, objectId } from './identity.testkit.ts';
import { createServicePrincipal } from './service-principals.ts';
import { TokenError } from './token-error.ts';

/** Whole seconds, as the times of certificates are. */
const now = Math.floor(Date.now() / 1000) * 1000;
const seconds = now / 1000;
const certificate = await makeClientCertificate(now);
const other = await makeClientCertificate(now);
const principal = addCertificate(createServicePrincipal({ appId, objectId, displayName: 'onboarding' }), {
  keyId: 'k',
  pem: certificate.pem,
});
const thumbprint = (hash: string, pem = certificate.pem): string =>
  createHash(hash).update(new X509Certificate(pem).raw).digest('base64url');
const audience = 'https://login.test/tenant/oauth2/v2.0/token';
const made = (
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
  key = certificate.key,
): Promise<string> =>
  new SignJWT({ iss: appId, sub: appId, aud: audience, exp: seconds + 600, jti: 'one', ...claims })
    .setProtectedHeader({ alg: 'PS256', 'x5t#S256': thumbprint('sha256'), ...header })
    .sign(createPrivateKey(key));
const verify = (assertion: string, at = now) =>
  verifyAssertion({ assertion, principal, audiences: [audience, 'https://login.test/tenant'], now: at });
/** `taken`, or Entra's number and the whole message. */
const verdict = async (assertion: string, at = now): Promise<readonly unknown[]> => {
  try {
    await verify(assertion, at);
    return ['taken'];
  } catch (error) {
    assert.ok(error instanceof TokenError, String(error));
    return [error.code, error.message];
  }
};
const taken = ['taken'];
const malformed = (why: string) => [
  9002313,
  `AADSTS9002313: Invalid request. Request is malformed or invalid: ${why}.`,
];
const unsigned = (why: string) => [
  700027,
  `AADSTS700027: Client assertion failed signature validation: ${why}.`,
];
const untimely = (why: string) => [
  700024,
  `AADSTS700024: Client assertion is not within its valid time range: ${why}.`,
];

describe('a client assertion', () => {
  test('is known by its jti until its end and the skew of clocks', async () => {
    assert.deepEqual(await verify(await made()), { id: 'one', expiresAt: now + 900_000 });
    assert.deepEqual(await verify(await made({ jti: undefined })), { id: '', expiresAt: now + 900_000 });
  });

  test('is a JWT of at most 16 KiB', async () => {
    assert.deepEqual(await verdict('x.y.z'), malformed('the client assertion is no JWT'));
    const assertion = await made();
    assert.deepEqual(
      await verdict(assertion.padEnd(16_384, 'A')),
      unsigned('the signature is not by the registered certificate'),
    );
    assert.deepEqual(
      await verdict(assertion.padEnd(16_385, 'A')),
      malformed('the client assertion is longer than 16384 characters'),
    );
  });

  test('has claims of their types, whatever its signature: none is an error of ours', async () => {
    const wrong: readonly (readonly [string, readonly unknown[]])[] = [
      ['iss', [5, [appId]]],
      ['sub', [{}, null]],
      ['aud', [5, [audience, 5], null]],
      ['exp', ['soon', [seconds + 600]]],
      ['nbf', [true]],
      ['iat', ['1']],
      ['jti', [5, ['one']]],
    ];
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: appId, sub: appId, aud: audience, exp: seconds + 600 };
    for (const [claim, values] of wrong)
      for (const value of values)
        assert.deepEqual(
          await verdict(`${part({ alg: 'PS256' })}.${part({ ...claims, [claim]: value })}.x`),
          malformed(`the claim '${claim}' of the client assertion is of a wrong type`),
          JSON.stringify(value),
        );
  });

  test('names a certificate that is registered, by either thumbprint, the newer one where there are both', async () => {
    const bySha1 = { 'x5t#S256': undefined, x5t: thumbprint('sha1') };
    assert.deepEqual(await verdict(await made({}, bySha1)), taken);
    assert.deepEqual(await verdict(await made({}, { x5t: 'wrong' })), taken);
    const unknown = unsigned(
      `no certificate with the thumbprint of its 'x5t' or 'x5t#S256' header is registered for '${appId}'`,
    );
    for (const header of [
      { 'x5t#S256': thumbprint('sha256', other.pem) },
      { 'x5t#S256': undefined },
      { 'x5t#S256': undefined, x5t: 7 },
      { 'x5t#S256': thumbprint('sha256', other.pem), x5t: thumbprint('sha1') },
    ])
      assert.deepEqual(await verdict(await made({}, header)), unknown, JSON.stringify(header));
  });

  test('is by that certificate while it is valid, five minutes before it begins', async () => {
    const [known] = principal.certificates;
    const [start, end] = [Date.parse(known!.startDateTime), Date.parse(known!.endDateTime)];
    assert.deepEqual([start, end], [now, now + 30 * day]);
    const at = (when: number) => made({ exp: Math.floor(when / 1000) + 600 });
    const outside = unsigned(
      `the certificate is valid from ${known!.startDateTime} to ${known!.endDateTime}`,
    );
    for (const when of [start - 300_000, end - 1])
      assert.deepEqual(await verdict(await at(when), when), taken);
    for (const when of [start - 300_001, end]) assert.deepEqual(await verdict(await at(when), when), outside);
  });

  test('is signed with RS256 or PS256 by its key', async () => {
    assert.deepEqual(await verdict(await made({}, { alg: 'RS256' })), taken);
    assert.deepEqual(
      await verdict(await made({}, { alg: 'RS512' })),
      unsigned("the algorithm 'RS512' is not accepted; sign with RS256 or PS256"),
    );
    assert.deepEqual(
      await verdict(await made({}, {}, other.key)),
      unsigned('the signature is not by the registered certificate'),
    );
  });

  test('is of the client itself, in any case', async () => {
    const upper = appId.toUpperCase();
    assert.deepEqual(await verdict(await made({ iss: upper, sub: upper })), taken);
    for (const claims of [{ iss: 'x' }, { sub: 'x' }, { iss: undefined }, { sub: undefined }])
      assert.deepEqual(await verdict(await made(claims)), [
        700021,
        "AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter: 'iss' and 'sub' must both be " +
          'the client id.',
      ]);
  });

  test('is for an endpoint or issuer of the tenant', async () => {
    for (const aud of [
      audience,
      `${audience}/`,
      audience.toUpperCase(),
      ['x', audience],
      'https://login.test/tenant',
    ])
      assert.deepEqual(await verdict(await made({ aud })), taken, String(aud));
    for (const [aud, shown] of [
      ['https://login.test/other', 'https://login.test/other'],
      [['x', 'y'], 'x y'],
      [undefined, ''],
    ] as const)
      assert.deepEqual(await verdict(await made({ aud })), [
        700023,
        `AADSTS700023: Client assertion audience '${shown}' does not match the token endpoint or issuer of this tenant.`,
      ]);
  });

  test('is of now: not ended, not ahead, and for at most a day', async () => {
    assert.deepEqual(await verdict(await made({ exp: undefined })), untimely("it has no 'exp' claim"));
    assert.deepEqual(await verdict(await made({ exp: seconds - 299 })), taken);
    assert.deepEqual(
      await verdict(await made({ exp: seconds - 300 })),
      untimely('it expired 300 seconds ago'),
    );
    assert.deepEqual(await verdict(await made({ exp: seconds + 86_400 })), taken);
    assert.deepEqual(
      await verdict(await made({ exp: seconds + 86_401 })),
      untimely('it is valid for more than 86400 seconds'),
    );
    for (const name of ['nbf', 'iat']) {
      assert.deepEqual(await verdict(await made({ [name]: seconds + 300 })), taken);
      assert.deepEqual(
        await verdict(await made({ [name]: seconds + 301 })),
        untimely('it is valid in 301 seconds only'),
        name,
      );
    }
  });
});

test('the client that an assertion speaks for is read without verifying, within the bound', async () => {
  assert.equal(claimedClient(await made()), appId);
  for (const text of [
    '',
    'x.y.z',
    await made({ sub: 7 }),
    await made({ sub: undefined }),
    await made({ pad: 'x'.repeat(16_384) }),
  ])
    assert.equal(claimedClient(text), undefined, text.slice(0, 20));
});

describe('a replay', () => {
  const use = {
    assertion: 'head.body.signature',
    id: 'one',
    clientId: appId,
    source: '192.0.2.1',
    now,
    expiresAt: now + 1000,
  };
  const outcomes = (...uses: readonly Partial<typeof use>[]): readonly string[] => {
    const replays = createAssertionReplays();
    return uses.map((change) => {
      try {
        replays.use({ ...use, ...change });
        return 'taken';
      } catch (error) {
        assert.ok(error instanceof TokenError);
        assert.deepEqual(
          [error.code, error.message],
          unsigned('it was used before (its jti is known); sign a new one'),
        );
        return 'replay';
      }
    });
  };

  test('is the same identifier with another content or from another address; the same again is none', () => {
    assert.deepEqual(outcomes({}, {}, { assertion: 'head.body.other' }), ['taken', 'taken', 'taken']);
    assert.deepEqual(outcomes({}, { assertion: 'head.other.signature' }), ['taken', 'replay']);
    assert.deepEqual(outcomes({}, { source: '192.0.2.2' }), ['taken', 'replay']);
    assert.deepEqual(outcomes({}, { id: 'two', source: '192.0.2.2' }), ['taken', 'taken']);
    assert.deepEqual(outcomes({}, { clientId: appId.toUpperCase(), source: '192.0.2.2' }), [
      'taken',
      'replay',
    ]);
    assert.deepEqual(outcomes({}, { clientId: objectId, source: '192.0.2.2' }), ['taken', 'taken']);
  });

  test('without an identifier is known by the content', () => {
    const nameless = { id: '' };
    assert.deepEqual(outcomes(nameless, { ...nameless, source: '192.0.2.2' }), ['taken', 'replay']);
    const another = { ...nameless, assertion: 'head.other.signature', source: '192.0.2.2' };
    assert.deepEqual(outcomes(nameless, another), ['taken', 'taken']);
  });

  test('is over when the first one ends', () => {
    const later = { source: '192.0.2.2', now: use.expiresAt };
    assert.deepEqual(outcomes({}, { ...later, now: use.expiresAt - 1 }), ['taken', 'replay']);
    assert.deepEqual(outcomes({}, later), ['taken', 'taken']);
  });

  test('is looked for among as many as are remembered: who uses many forgets only uses of their own', () => {
    const replays = createAssertionReplays({ entries: 3 });
    const elsewhere = { ...use, source: '192.0.2.2' };
    replays.use(use);
    for (const id of ['one', 'two', 'three', 'four']) replays.use({ ...use, clientId: objectId, id });
    assert.throws(() => replays.use(elsewhere), TokenError);
    assert.doesNotThrow(() => replays.use({ ...elsewhere, clientId: objectId }), 'the first is forgotten');
  });

  test('is one after a restart, too', (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'tombolo-assertions-'));
    context.after(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'replays');
    // As a process that is killed: nothing is closed.
    const started = () => {
      const journal = openReplayJournal(path);
      context.after(() => journal.close());
      return createAssertionReplays({ journal, entries: 10 });
    };
    const elsewhere = { ...use, source: '192.0.2.2' };
    started().use(use);
    const next = started();
    assert.throws(() => next.use(elsewhere), TokenError);
    next.use(use);
    next.use({ ...use, id: 'two' });
    const last = started();
    for (const id of ['one', 'two']) assert.throws(() => last.use({ ...elsewhere, id }), TokenError);
    last.use({ ...elsewhere, now: use.expiresAt });
    const octets = readFileSync(path, 'latin1');
    assert.doesNotMatch(octets, new RegExp(`${appId}|192\\.0|body`));
    // A client that comes again and again with one assertion writes nothing.
    assert.equal(octets.trimEnd().split('\n').length, 3);
  });
});
