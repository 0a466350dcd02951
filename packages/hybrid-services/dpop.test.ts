import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessTokenHash, comparableUrl, type ProofExpectation, proofWindowMs, verifyProof } from './dpop.ts';
import { busy, createKey, now, refusalOf, replaysThat, seconds, unauthenticated } from './proofs.testkit.ts';

const key = await createKey();
const other = await createKey();
const url = 'https://je.his.arc.azure.com/machines/heartbeats';
const claims = { htm: 'POST', htu: url, iat: seconds, jti: 'jti-0001' };
const header = { typ: 'dpop+jwt', jwk: { ...key.jwk } };
const proofOf = (change: object = {}, headers: object = {}, by = key): Promise<string> =>
  by.sign({ ...claims, ...change }, { ...header, ...headers });
const expectation = (proof: string | undefined, more: Partial<ProofExpectation> = {}): ProofExpectation => ({
  proof,
  method: 'POST',
  url,
  replays: replaysThat('fresh'),
  now,
  ...more,
});
const verdict = (proof: string | undefined, more: Partial<ProofExpectation> = {}) =>
  refusalOf(() => verifyProof(expectation(proof, more)));
const refused = (why: string) => unauthenticated(`the DPoP proof is refused: ${why}`);
const taken = ['taken'];

describe('a DPoP proof', () => {
  test('is good once, for the lifetime of the window and a second, and says whose key signed', async () => {
    const replays = replaysThat('fresh');
    assert.equal(await verifyProof(expectation(await proofOf(), { replays })), key.thumbprint);
    assert.deepEqual(replays.asked, [[`dpop ${key.thumbprint} jti-0001`, now + 300_000 + 1000]]);
    assert.deepEqual(
      await verdict(await proofOf(), { replays: replaysThat('replayed') }),
      refused('it has been used before'),
    );
    assert.deepEqual(await verdict(await proofOf(), { replays: replaysThat('full') }), busy);
  });

  test('is there, and is a JWT of bounded length', async () => {
    assert.deepEqual(await verdict(undefined), refused('there is none'));
    assert.deepEqual(await verdict(''), refused('there is none'));
    assert.deepEqual(await verdict('no jwt'), refused('it is no JWT'));
    const ofLength = async (length: number): Promise<string> => {
      // Base64url has no lengths of 4n + 1: a longer header moves them.
      for (const kid of ['', 'k', 'kk']) {
        const bare = await proofOf({ pad: '' }, { kid });
        const pad = Math.ceil(((length - bare.length) * 3) / 4);
        for (const more of [-2, -1, 0, 1]) {
          const proof = await proofOf({ pad: 'x'.repeat(pad + more) }, { kid });
          if (proof.length === length) return proof;
        }
      }
      return assert.fail(`no proof of ${length} characters`);
    };
    assert.deepEqual(await verdict(await ofLength(4096)), taken);
    assert.deepEqual(await verdict(await ofLength(4097)), refused('it is too long'));
  });

  test('names its kind, its algorithm and a P-256 public key, which signed it', async () => {
    assert.deepEqual(await verdict(await proofOf({}, { typ: 'JWT' })), refused('typ is not dpop+jwt'));
    assert.deepEqual(await verdict(await proofOf({}, { typ: undefined })), refused('typ is not dpop+jwt'));
    const none = [{ alg: 'none', typ: 'dpop+jwt', jwk: key.jwk }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    assert.deepEqual(await verdict(`${none.join('.')}.`), refused('alg is not ES256'));
    for (const jwk of [
      undefined,
      { ...key.privateJwk },
      { ...key.jwk, crv: 'P-384' },
      { ...key.jwk, y: key.jwk.x },
    ])
      assert.deepEqual(await verdict(await proofOf({}, { jwk })), refused('jwk is no P-256 public key'));
    assert.deepEqual(
      await verdict(await proofOf({}, {}, other)),
      refused('its signature does not match its key'),
    );
    assert.deepEqual(
      await verdict(await proofOf({ exp: seconds - 3600 })),
      refused('its signature does not match its key'),
      'an end that has passed, where it has one',
    );
  });

  test('is for this request: its method and URL', async () => {
    assert.deepEqual(await verdict(await proofOf({ htm: 'post' })), refused('htm is another method'));
    assert.deepEqual(await verdict(await proofOf({ htm: undefined })), refused('htm is another method'));
    for (const htu of [
      undefined,
      7,
      '',
      'je.his.arc.azure.com',
      `${url}/x`,
      url.replace('je', 'weu'),
      url.replace('https', 'http'),
    ])
      assert.deepEqual(await verdict(await proofOf({ htu })), refused('htu is another URL'), String(htu));
    for (const htu of [
      `${url}?a=b`,
      `${url}#f`,
      url.replace('je.his', 'JE.HIS'),
      url.replace('.com', '.com:443'),
    ])
      assert.deepEqual(await verdict(await proofOf({ htu })), taken, htu);
    assert.deepEqual(await verdict(await proofOf(), { url: 'no url' }), refused('htu is another URL'));
    const nonsense = await proofOf({ htu: 'no url' });
    assert.deepEqual(
      await verdict(nonsense, { url: 'no url' }),
      refused('htu is another URL'),
      'two that are none are not equal',
    );
  });

  test('is of now, five minutes either way', async () => {
    const far = refused("iat is too far from this service's clock");
    const window = proofWindowMs / 1000;
    assert.equal(window, 300);
    for (const iat of [seconds - window, seconds + window])
      assert.deepEqual(await verdict(await proofOf({ iat })), taken);
    for (const iat of [seconds - window - 1, seconds + window + 1])
      assert.deepEqual(await verdict(await proofOf({ iat })), far, String(iat - seconds));
    assert.deepEqual(await verdict(await proofOf({ iat: undefined })), far);
  });

  test('with a token is of this token, and without one of none in particular', async () => {
    const accessToken = 'a.b.c';
    const ath = accessTokenHash(accessToken);
    assert.deepEqual(await verdict(await proofOf({ ath }), { accessToken }), taken);
    for (const wrong of [undefined, '', accessTokenHash('a.b.d')])
      assert.deepEqual(
        await verdict(await proofOf({ ath: wrong }), { accessToken }),
        refused('ath is not the hash of the token'),
      );
    assert.deepEqual(await verdict(await proofOf({ ath: 'whatever' })), taken);
  });

  test('has an identifier of 8 to 128 characters', async () => {
    for (const jti of ['x'.repeat(8), 'x'.repeat(128)])
      assert.deepEqual(await verdict(await proofOf({ jti })), taken);
    for (const jti of [undefined, 12_345_678, 'x'.repeat(7), 'x'.repeat(129)])
      assert.deepEqual(
        await verdict(await proofOf({ jti })),
        refused('jti is missing or of a bad length'),
        String(jti),
      );
  });

  test('RFC 9449 §7.1: the hash of the access token of its example', () => {
    assert.equal(
      accessTokenHash('Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'),
      'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
    );
  });
});

test('URLs compare by scheme, host, port and path; what is none or too long by nothing', () => {
  assert.equal(comparableUrl('HTTPS://Host.Example:443/A/b?c#d'), 'https://host.example/A/b');
  assert.equal(comparableUrl('https://host.example:8443/'), 'https://host.example:8443/');
  for (const none of [undefined, 7, '', '/path']) assert.equal(comparableUrl(none), undefined);
  const long = (length: number): string => `https://h/${'x'.repeat(length - 10)}`;
  assert.equal(comparableUrl(long(2048)), long(2048));
  assert.equal(comparableUrl(long(2049)), undefined);
});
