import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { issueToken, type TokenClaims, tokenLifetimeSeconds, verifyToken } from './machine-token.ts';
import {
  createKey,
  machineId,
  now,
  refusalOf,
  seconds,
  stateWith,
  unauthenticated,
} from './proofs.testkit.ts';

const [older, newer, strange] = [await createKey(), await createKey(), await createKey()];
const state = stateWith({
  tokenKeys: [
    { kid: 'older', key: older, createdAt: now - 1000 },
    { kid: 'newer', key: newer, createdAt: now },
  ],
});
const claims: TokenClaims = { machineId, serial: 'abc', keyThumbprint: 'thumb', agentVersion: '1.67' };
const issue = (of: TokenClaims = claims, at = now) => issueToken(of, state, at, () => 'guid-1');
const good = {
  iss: 'tombolo-token-service',
  aud: 'tombolo-hybrid-services',
  sub: machineId,
  serial: 'abc',
  cnf: { jkt: 'thumb' },
  exp: seconds + 60,
};
const made = (change: object = {}, header: object = {}, by = newer): Promise<string> =>
  by.sign({ ...good, ...change }, { kid: 'newer', typ: 'at+jwt', ...header });
const verdict = (token: string, at = now) => refusalOf(() => verifyToken(token, state, at));
const refused = (why: string) => unauthenticated(`the token is refused: ${why}`);

describe('a machine token', () => {
  test('is issued by the newest key for ten minutes, bound to the machine’s key', async () => {
    const token = await issue();
    assert.deepEqual(decodeProtectedHeader(token), { alg: 'ES256', kid: 'newer', typ: 'at+jwt' });
    assert.equal(tokenLifetimeSeconds, 600);
    assert.deepEqual(decodeJwt(token), {
      iss: 'tombolo-token-service',
      aud: 'tombolo-hybrid-services',
      sub: machineId,
      serial: 'abc',
      cnf: { jkt: 'thumb' },
      agent_version: '1.67',
      jti: 'guid-1',
      iat: seconds,
      exp: seconds + 600,
    });
    const { agentVersion: _, ...silent } = claims;
    assert.equal('agent_version' in decodeJwt(await issue(silent)), false);
    assert.equal(decodeJwt(await issue(claims, now + 999)).iat, seconds, 'whole seconds');
  });

  test('says again what it was issued for, by any key that is known', async () => {
    assert.deepEqual(await verifyToken(await issue(), state, now), claims);
    const { agentVersion: _, ...silent } = claims;
    assert.deepEqual(await verifyToken(await issue(silent), state, now), silent);
    assert.deepEqual(await verifyToken(await made({}, { kid: 'older' }, older), state, now), silent);
    assert.deepEqual(await verifyToken(await made({ agent_version: 7 }), state, now), silent);
  });

  test('cannot be issued before there is a key', async () => {
    assert.deepEqual(await refusalOf(() => issueToken(claims, stateWith({}), now, () => 'g')), [
      503,
      'ControlUnavailable',
      'The control process cannot be reached, and this operation needs it. Connected machines go on; retry later.',
      5,
    ]);
  });

  test('is refused where it is no JWT, or by a key that is none of ours', async () => {
    assert.deepEqual(await verdict('no jwt'), refused('it is no JWT'));
    assert.deepEqual(await verdict(await made({}, { kid: 'strange' })), refused('its key is unknown'));
    assert.deepEqual(await verdict(await made({}, { kid: undefined })), refused('its key is unknown'));
  });

  test('is refused where signature, kind, issuer, audience or lifetime do not hold', async () => {
    const failed = refused('its signature or lifetime does not hold');
    for (const token of [
      await made({}, {}, strange),
      await made({}, { kid: 'older' }),
      await made({}, { typ: 'JWT' }),
      await made({}, { typ: undefined }),
      await made({ iss: 'somebody' }),
      await made({ aud: 'somewhere' }),
      await made({ exp: seconds }),
    ])
      assert.deepEqual(await verdict(token), failed);
    const token = await issue();
    assert.deepEqual(await verdict(token, now + 599_999), ['taken']);
    assert.deepEqual(await verdict(token, now + 600_000), failed);
  });

  test('is refused where a claim is missing', async () => {
    for (const change of [
      { sub: undefined },
      { serial: undefined },
      { serial: 7 },
      { cnf: undefined },
      { cnf: {} },
      { cnf: { jkt: 7 } },
    ])
      assert.deepEqual(
        await verdict(await made(change)),
        refused('claims are missing'),
        JSON.stringify(change),
      );
  });
});
