import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { createMachine } from './machine.testkit.ts';
import { identityIdOf } from './projection.ts';
import type { World } from './world.testkit.ts';
import { codeOf, hosts, openWorldOfTwoScopes } from './world.testkit.ts';

const resource = 'https://management.azure.com/';
const principalId = '77777777-1111-4111-8111-111111111111';
let world: World;
before(async () => {
  world = await openWorldOfTwoScopes();
});
after(() => world.close());

const connected = async (name: string, scope?: string) => {
  const machine = await createMachine(world, name, scope === undefined ? {} : { scope });
  await machine.connect(scope === undefined ? undefined : 12);
  const ask = (link?: number, body: object = { resource }) =>
    machine.call('POST', hosts.ats, '/identity/token', { body, ...(link === undefined ? {} : { link }) });
  /** As ARM keeps an identity that was asked for. */
  const giveIdentity = async () => {
    const { type, body } = (await world.store.get(machine.id))!;
    await world.put(machine.id, type, { ...body, identity: { type: 'SystemAssigned', principalId } });
  };
  return { machine, ask, giveIdentity };
};

test("a machine gets a bearer token of its resource's identity, and none without one", async () => {
  const { machine, ask, giveIdentity } = await connected('lamp');
  assert.equal(codeOf(await ask()), 'MachineHasNoIdentity');
  await giveIdentity();
  const { status, body, headers } = await ask();
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.token_type, 'Bearer');
  assert.equal(headers['cache-control'], 'no-store');
  const claims = decodeJwt(body.access_token);
  assert.deepEqual(
    { oid: claims.oid, aud: claims.aud, of: claims.xms_mirid, exp: claims.exp },
    { oid: principalId, aud: resource, of: machine.id, exp: body.expires_on },
  );
  const elsewhere = await ask(undefined, { resource: 'https://vault.azure.net' });
  assert.equal(elsewhere.status, 400);
  assert.match(elsewhere.body.error.message, /AADSTS500011/);
  assert.equal((await ask(undefined, { resource: '' })).status, 400);
});

test("it comes by the machine's private endpoint, as the scope says", async () => {
  const { ask, giveIdentity } = await connected('shut in', 'closed');
  await giveIdentity();
  assert.equal((await ask(12)).status, 200);
  assert.equal(codeOf(await ask()), 'PublicNetworkAccessDisabled');
});

test('a certificate that is revoked in the store gets none, whatever this process knows yet', async () => {
  const { machine, ask, giveIdentity } = await connected('revoked');
  await giveIdentity();
  await world.settled();
  await world.setFollowing(false);
  await world.store.commit({ deletes: [identityIdOf(machine.id)] });
  const refused = await ask();
  await world.setFollowing(true);
  assert.equal(refused.status, 401);
  assert.equal(codeOf(refused), 'AuthenticationFailed');
});
