import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError, type Principal } from '@tombolo/arm';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import { createAuthorizationMemory } from './authorization-memory.ts';
import { appId, ask, makeWorld, objectId, serviceOf, tenantId, verifierOf } from './identity.testkit.ts';
import { createRequireStanding } from './principal-standing.ts';
import {
  createServicePrincipal,
  type ServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
  withEnabled,
} from './service-principals.ts';

const now = Date.UTC(2026, 4, 1, 12);
const uri = `https://localhost:8443/${tenantId}`;
const made = createServicePrincipal({ appId, objectId, displayName: 'onboarding' });
const withoutTokens = (principal: ServicePrincipal) => withEnabled(withEnabled(principal, false), true);
const caller: Principal = { objectId, appId, tenantId, kind: 'ServicePrincipal' };

const standing = () =>
  createRequireStanding(createAuthorizationMemory(), { authorizationUri: uri, now: () => now });

const judged = async (principal: ServicePrincipal | undefined, asking: Principal = caller) => {
  const store = openMemoryStore();
  const id = servicePrincipalId(appId);
  if (principal)
    await store.commit({ puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(principal) }] });
  try {
    await standing()(asking, store.reading());
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ArmError, String(error));
    return error;
  }
};

describe('the token of a principal', () => {
  test('counts by what the store says at each request', async () => {
    const store = openMemoryStore();
    const id = servicePrincipalId(appId);
    const requireStanding = standing();
    const put = (principal: ServicePrincipal) =>
      store.commit({ puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(principal) }] });
    await put(made);
    await requireStanding(caller, store.reading());
    await put(withEnabled(made, false));
    await assert.rejects(requireStanding(caller, store.reading()), /is disabled/);
    await store.commit({ deletes: [id] });
    await assert.rejects(requireStanding(caller, store.reading()), /does not exist/);
    await put(made);
    await requireStanding(caller, store.reading());
  });

  test('holds while it is there, enabled, and of the same generation', async () => {
    assert.equal(await judged(made), undefined);
    assert.equal(await judged(made, { ...caller, tokenGeneration: 0 }), undefined);
    assert.equal(await judged(withoutTokens(made), { ...caller, tokenGeneration: 1 }), undefined);
    assert.equal(await judged(made, { ...caller, objectId: objectId.toUpperCase() }), undefined);
  });

  for (const [what, principal, asking, said] of [
    ['that was deleted', undefined, caller, /does not exist/],
    ['that is another by now', { ...made, objectId: tenantId }, caller, /does not exist/],
    ['that no application vouches for', made, { objectId, tenantId, kind: 'ServicePrincipal' }, /not exist/],
    ['that is disabled', withEnabled(made, false), caller, /is disabled/],
    ['that was disabled meanwhile', withEnabled(withEnabled(made, false), true), caller, /were revoked/],
    ['whose tokens were revoked', withoutTokens(made), caller, /were revoked/],
    ['of a generation that is to come', made, { ...caller, tokenGeneration: 1 }, /were revoked/],
  ] as const)
    test(`is over of one ${what}: 401 with a challenge that asks for a new one`, async () => {
      const refused = await judged(principal, asking);
      assert.equal(refused?.status, 401);
      assert.equal(refused.code, 'InvalidAuthenticationToken');
      assert.match(refused.message, said);
      const challenge = refused.headers?.['www-authenticate'] ?? '';
      assert.ok(
        challenge.startsWith(`Bearer realm="", authorization_uri="${uri}", error="insufficient_claims"`),
      );
      const claims = /claims="([^"]+)"/.exec(challenge)?.[1] ?? '';
      assert.deepEqual(JSON.parse(Buffer.from(claims, 'base64').toString()), {
        access_token: { nbf: { essential: true, value: String(now / 1000) } },
      });
    });

  test('enabling one that is enabled, and disabling it twice, ends nothing more', () => {
    assert.equal(withEnabled(made, true).tokenGeneration, undefined);
    assert.equal(withEnabled(withEnabled(made, false), false).tokenGeneration, 1);
  });

  test('says its generation from the sign-in to the check, and nothing where none was revoked', async () => {
    const world = await makeWorld(now);
    const origin = 'https://login.test';
    const signIn = async () => {
      const { body } = await ask(serviceOf(world, [origin]), origin, {
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: world.secret,
        scope: 'https://management.azure.com/.default',
        // As a client sends it that has met the challenge.
        claims: '{"access_token":{"nbf":{"essential":true,"value":"1"}}}',
      });
      return verifierOf(world, [origin]).verify(`Bearer ${body.access_token}`);
    };
    assert.deepEqual(await signIn(), caller);
    world.principal = withoutTokens(world.principal);
    assert.deepEqual(await signIn(), { ...caller, tokenGeneration: 1 });
  });
});
