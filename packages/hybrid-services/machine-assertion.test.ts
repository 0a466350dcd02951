import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { longestAssertionMs, verifyAssertion, verifyRegistration } from './machine-assertion.ts';
import {
  busy,
  createKey,
  machineId,
  now,
  refusalOf,
  replaysThat,
  seconds,
  stateWith,
  unauthenticated,
} from './proofs.testkit.ts';
import type { ReplayCache } from './replay-cache.ts';

const [key, strange] = [await createKey(), await createKey()];
const state = stateWith({ machine: key });
const refused = (why: string) => unauthenticated(`the assertion is refused: ${why}`);
const taken = ['taken'];

/** Times that both kinds of statement are held to: change of the claims → why it is refused. */
const times: readonly (readonly [object, readonly unknown[]])[] = [
  [{ exp: seconds + 360, iat: seconds + 60 }, taken],
  [{ exp: seconds + 361, iat: seconds + 61 }, refused('iat is in the future')],
  [{ exp: seconds + 301, iat: seconds }, refused('it is valid for more than five minutes')],
  [{ exp: seconds + 300, iat: seconds }, taken],
  [{ exp: seconds - 59, iat: seconds - 100 }, taken],
];

describe('a jwt-bearer assertion', () => {
  const audience = 'https://japan-ats.his.arc.azure.com/oauth2/token';
  const claims = {
    iss: machineId,
    sub: machineId,
    aud: audience,
    exp: seconds + 120,
    iat: seconds,
    jti: 'jti-0001',
    serial: '00ABC',
    agent_version: '1.67',
  };
  const made = (change: object = {}, by = key, header: object = {}): Promise<string> =>
    by.sign({ ...claims, ...change }, header);
  const verify = (assertion: string, replays: ReplayCache = replaysThat('fresh')) =>
    verifyAssertion({ assertion, audience, state, replays, now });
  const verdict = (assertion: string, replays?: ReplayCache) => refusalOf(() => verify(assertion, replays));

  test('says which machine it is, by which certificate and agent, and is good once', async () => {
    const replays = replaysThat('fresh');
    const verified = await verify(await made(), replays);
    assert.deepEqual(
      [verified.identity.machineId, verified.serial, verified.agentVersion],
      [machineId, 'abc', '1.67'],
    );
    assert.deepEqual(replays.asked, [
      [`assertion ${key.thumbprint} jti-0001`, (seconds + 120) * 1000 + 60_000 + 1000],
    ]);
    assert.deepEqual(
      await verdict(await made(), replaysThat('replayed')),
      refused('it has been used before'),
    );
    assert.deepEqual(await verdict(await made(), replaysThat('full')), busy);
  });

  test('may say nothing of its agent, and at most 64 characters', async () => {
    for (const agentVersion of [undefined, 7])
      assert.equal('agentVersion' in (await verify(await made({ agent_version: agentVersion }))), false);
    const { agentVersion } = await verify(await made({ agent_version: 'x'.repeat(65) }));
    assert.equal(agentVersion, 'x'.repeat(64));
  });

  test('is a JWT of a machine that is registered, by its key', async () => {
    assert.deepEqual(await verdict('no jwt'), refused('it is no JWT'));
    const unknown = refused('no machine of that name is registered');
    assert.deepEqual(await verdict(await made({ sub: undefined })), unknown);
    for (const sub of [5, [machineId], {}, true])
      assert.deepEqual(await verdict(await made({ sub })), unknown);
    assert.deepEqual(await verdict(await made({ sub: `${machineId}x` })), unknown);
    const unsigned = refused('its signature is not of the registered key, or it has expired');
    assert.deepEqual(await verdict(await made({}, strange)), unsigned);
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    assert.deepEqual(await verdict(`${none.join('.')}.`), unsigned);
    assert.deepEqual(
      await verdict(await made({ exp: seconds - 60, iat: seconds - 120 })),
      unsigned,
      'a minute of grace',
    );
    const upper = machineId.toUpperCase();
    assert.deepEqual(
      await verdict(await made({ sub: upper, iss: upper })),
      taken,
      'ids compare without regard to case',
    );
  });

  test('names itself as issuer, and this endpoint as audience', async () => {
    assert.deepEqual(await verdict(await made({ iss: 'somebody' })), refused('iss and sub differ'));
    assert.deepEqual(await verdict(await made({ iss: undefined })), refused('iss and sub differ'));
    for (const aud of [
      audience,
      [audience],
      ['https://other.example/', audience],
      audience.replace('japan', 'JAPAN'),
    ])
      assert.deepEqual(await verdict(await made({ aud })), taken);
    for (const aud of [undefined, [], 'https://other.example/', `${audience}/x`, 'nonsense'])
      assert.deepEqual(
        await verdict(await made({ aud })),
        refused('aud is not this token endpoint'),
        String(aud),
      );
    const nowhere = verifyAssertion({
      assertion: await made({ aud: 'nonsense' }),
      audience: 'nonsense',
      state,
      replays: replaysThat('fresh'),
      now,
    });
    assert.deepEqual(await refusalOf(() => nowhere), refused('aud is not this token endpoint'));
  });

  test('is of now, and for at most five minutes', async () => {
    assert.equal(longestAssertionMs, 300_000);
    for (const [change, expected] of times)
      assert.deepEqual(await verdict(await made(change)), expected, JSON.stringify(change));
    for (const change of [{ exp: undefined }, { iat: undefined }])
      assert.deepEqual(await verdict(await made(change)), refused('exp or iat is missing'));
  });

  test('has an identifier of 8 to 128 characters and a serial', async () => {
    for (const jti of ['x'.repeat(8), 'x'.repeat(128)])
      assert.deepEqual(await verdict(await made({ jti })), taken);
    for (const jti of [undefined, 12_345_678, 'x'.repeat(7), 'x'.repeat(129)])
      assert.deepEqual(await verdict(await made({ jti })), refused('jti is missing or of a bad length'));
    for (const serial of [undefined, 7])
      assert.deepEqual(await verdict(await made({ serial })), refused('serial is missing'));
  });
});

describe('a registration', () => {
  const audience = 'https://je.his.arc.azure.com/machines/register';
  const claims = {
    machineId,
    csr: 'request',
    publicKeyJwk: { ...key.jwk },
    agentVersion: '1.67',
    aud: audience,
    exp: seconds + 120,
    iat: seconds,
    jti: 'jti-0001',
  };
  const made = (change: object = {}, by = key): Promise<string> => by.sign({ ...claims, ...change });
  const verify = (jws: string, replays: ReplayCache = replaysThat('fresh')) =>
    verifyRegistration({ jws, audience, replays, now });
  const verdict = (jws: string, replays?: ReplayCache) => refusalOf(() => verify(jws, replays));
  const invalid = (what: string) => [400, 'InvalidRequest', `The request is invalid: ${what}`];

  test('says which machine asks, with which request and key, and is good once', async () => {
    const replays = replaysThat('fresh');
    const registrationId = claims.jti;
    const expected = {
      ...{ machineId, csr: 'request', agentVersion: '1.67', registrationId },
      keyThumbprint: key.thumbprint,
    };
    assert.deepEqual(await verify(await made(), replays), expected);
    assert.deepEqual(await verify(await made({ feed: 0 })), { ...expected, feed: 0 });
    assert.deepEqual(replays.asked, [
      [`registration ${key.thumbprint} jti-0001`, (seconds + 120) * 1000 + 60_000 + 1000],
    ]);
    assert.deepEqual(
      await verdict(await made(), replaysThat('replayed')),
      refused('it has been used before'),
    );
    assert.deepEqual(await verdict(await made(), replaysThat('full')), busy);
  });

  test('is JSON, each part within its bounds, and the first that is not is named', async () => {
    for (const text of ['', 'nonsense', 'a.b.c'])
      assert.deepEqual(await verdict(text), invalid('the body is no JWS with a JSON payload.'));
    assert.match(
      String((await verdict(await made({ machineId: '' })))[2]),
      /^The request is invalid: machineId: Too small.*\.$/,
    );
    assert.match(
      String((await verdict(`e30.${Buffer.from('7').toString('base64url')}.x`))[2]),
      /: payload: Invalid input/,
    );
    const within: readonly (readonly [string, unknown, boolean])[] = [
      ['machineId', 'x', true],
      ['machineId', 'x'.repeat(2048), true],
      ['machineId', 'x'.repeat(2049), false],
      ['csr', '', false],
      ['csr', 'x', true],
      ['csr', 'x'.repeat(8192), true],
      ['csr', 'x'.repeat(8193), false],
      ['agentVersion', '', false],
      ['agentVersion', 'x', true],
      ['agentVersion', 'x'.repeat(64), true],
      ['agentVersion', 'x'.repeat(65), false],
      ['feed', -1, false],
      ['feed', 1.5, false],
      ['feed', '1', false],
      ['aud', undefined, false],
      ['iat', undefined, false],
      ['exp', seconds + 0.5, false],
      ['jti', 'x'.repeat(7), false],
      ['jti', 'x'.repeat(8), true],
      ['jti', 'x'.repeat(128), true],
      ['jti', 'x'.repeat(129), false],
    ];
    for (const [name, value, fits] of within) {
      const [status, code = '', message = ''] = await verdict(await made({ [name]: value }));
      assert.equal(status === 'taken', fits, `${name} ${String(value).slice(0, 20)} ${message}`);
      if (!fits)
        assert.match(`${code} ${message}`, new RegExp(`^InvalidRequest The request is invalid: ${name}: `));
    }
  });

  test('is signed by the key that it names, which is a P-256 key', async () => {
    for (const publicKeyJwk of [{}, null, { ...key.privateJwk }])
      assert.deepEqual(
        await verdict(await made({ publicKeyJwk })),
        invalid('publicKeyJwk is no P-256 public key.'),
      );
    const unsigned = refused('the registration is not signed by the key that it names');
    assert.deepEqual(await verdict(await made({}, strange)), unsigned);
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    assert.deepEqual(await verdict(`${none.join('.')}.`), unsigned);
  });

  test('is for this endpoint and of now', async () => {
    assert.deepEqual(
      await verdict(await made({ aud: 'https://other.example/' })),
      refused('aud is not this endpoint'),
    );
    assert.deepEqual(
      await verdict(
        await made({ aud: audience.toUpperCase().replace('/MACHINES/REGISTER', '/machines/register') }),
      ),
      taken,
    );
    for (const [change, expected] of times)
      assert.deepEqual(await verdict(await made(change)), expected, JSON.stringify(change));
    assert.deepEqual(
      await verdict(await made({ exp: seconds - 60, iat: seconds - 120 })),
      refused('it has expired'),
    );
  });
});
