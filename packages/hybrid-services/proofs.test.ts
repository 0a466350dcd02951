import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import type { HeartbeatBuffer } from './heartbeat-buffer.ts';
import { createMachine } from './machine.testkit.ts';
import { createRateLimit } from './rate-limit.ts';
import type { RegistrationAuthority } from './registration-authority.ts';
import { createReplayCache } from './replay-cache.ts';
import { createHybridService } from './service.ts';
import type { World } from './world.testkit.ts';
import { codeOf, hosts, openWorld, openWorldOfTwoScopes, profile } from './world.testkit.ts';

const day = 86_400_000;
let world: World;
before(async () => {
  world = await openWorldOfTwoScopes();
});
after(() => world.close());

describe('proofs', () => {
  test('a replayed DPoP proof, one for another method or path, and a bearer token are refused', async () => {
    const machine = await createMachine(world, 'proving');
    await machine.connect();
    const ask = (headers: Readonly<Record<string, string>>) => machine.heartbeat(undefined, { headers });
    const headers = await machine.authorized('POST', hosts.his, '/machines/heartbeats');
    assert.equal((await ask(headers)).status, 200);
    const replayed = await ask(headers);
    assert.equal(replayed.status, 401);
    assert.match(replayed.body.error.message, /used before/);
    for (const wrong of [
      await machine.authorized('GET', hosts.his, '/machines/heartbeats'),
      await machine.authorized('POST', hosts.his, '/machines/renew'),
      await machine.authorized('POST', hosts.gas, '/machines/heartbeats'),
      await machine.authorized('POST', hosts.his, '/machines/heartbeats', { ath: 'x' }),
      await machine.authorized('POST', hosts.his, '/machines/heartbeats', {
        iat: Math.floor(world.now() / 1000) - 3600,
      }),
      { authorization: `Bearer ${machine.token()}` },
      { authorization: `DPoP ${machine.token()}` },
    ]) {
      assert.equal((await ask(wrong)).status, 401);
    }
  });

  test("a copied token is worthless with another machine's key", async () => {
    const victim = await createMachine(world, 'victim');
    await victim.connect();
    const thief = await createMachine(world, 'thief');
    const url = `https://${hosts.his}/machines/heartbeats`;
    const headers = {
      authorization: `DPoP ${victim.token()}`,
      dpop: await thief.proof('POST', url, victim.token()),
    };
    assert.equal((await victim.heartbeat(undefined, { headers })).status, 401);
  });

  test('a replayed assertion, a long one and one for another audience are refused', async () => {
    const machine = await createMachine(world, 'asserting');
    await machine.connect();
    const prepared = await machine.tokenRequest();
    assert.equal((await machine.getToken(undefined, prepared)).status, 200);
    const url = `https://${hosts.ats}/oauth2/token`;
    const again = { ...prepared, headers: { ...prepared.headers, dpop: await machine.proof('POST', url) } };
    const replayed = await machine.getToken(undefined, again);
    assert.equal(replayed.status, 401);
    assert.match(replayed.body.error.message, /assertion.*used before/);
    const seconds = Math.floor(world.now() / 1000);
    for (const claims of [
      { exp: seconds + 900 },
      { exp: seconds - 120, iat: seconds - 200 },
      { aud: `https://${hosts.his}/oauth2/token` },
      { iss: 'somebody else' },
      { serial: 'ffff' },
    ]) {
      assert.equal((await machine.getToken(undefined, await machine.tokenRequest(claims))).status, 401);
    }
  });

  test('a replayed registration is refused', async () => {
    const machine = await createMachine(world, 'registering');
    await machine.connect();
    const jti = crypto.randomUUID();
    assert.equal((await machine.register(undefined, { jti })).status, 200);
    assert.equal((await machine.register(undefined, { jti })).status, 401);
  });
});

describe('certificates', () => {
  test('renewal is refused early, keeps the old certificate until the new one is used, then retires it', async () => {
    const own = await openWorld();
    try {
      const machine = await createMachine(own, 'renewing');
      await machine.connect();
      const renew = () => machine.call('POST', hosts.his, '/machines/renew', { body: { csr: machine.csr } });
      assert.equal(codeOf(await renew()), 'RenewalNotDue');
      own.moveClock(46 * day);
      assert.equal((await machine.getToken()).status, 200);
      const renewed = await renew();
      assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
      assert.notEqual(renewed.body.serial, machine.serial());
      await own.settled();
      assert.equal((await machine.heartbeat()).status, 200, 'the old one is still good');
      const token = await machine.getToken(
        undefined,
        await machine.tokenRequest({ serial: renewed.body.serial }),
      );
      assert.equal(token.status, 200);
      assert.equal((await machine.heartbeat()).status, 200);
      await own.server.flush();
      await own.settled();
      assert.equal((await machine.getToken()).status, 401, 'the old one is retired');
    } finally {
      await own.close();
    }
  });

  test('revoked while the body is on its way, the request is refused, and nothing is done', async () => {
    const machine = await createMachine(world, 'slow');
    await machine.connect();
    const path = '/machines/heartbeats';
    const recorded: unknown[] = [];
    const limit = createRateLimit({ burst: 10, perSecond: 1, maxSources: 10, now: world.now });
    const handle = createHybridService({
      profile,
      state: world.projection,
      applied: async () => true,
      authority: {} as RegistrationAuthority,
      heartbeats: { add: (heartbeat: unknown) => recorded.push(heartbeat) } as unknown as HeartbeatBuffer,
      replays: createReplayCache({ maxEntries: 10, now: world.now }),
      bootstrapLimit: limit,
      failureLimit: limit,
      machineAuthorities: [],
      now: world.now,
      newGuid: crypto.randomUUID,
      onFailureLog: () => {},
    });
    const heartbeat = async (onTheWay: () => Promise<unknown>) =>
      handle({
        id: 'r',
        method: 'POST',
        path,
        host: hosts.his,
        serverName: hosts.his,
        headers: await machine.authorized('POST', hosts.his, path),
        arrival: { kind: 'public', source: '192.0.2.1' },
        readBody: async () => {
          await onTheWay();
          return JSON.stringify({ agentVersion: '1.67.0', status: 'Connected' });
        },
      });
    assert.equal((await heartbeat(async () => {})).status, 200);
    const revoke = async () => {
      await world.store.commit({ deletes: [`${machine.id}/identities/current`] });
      await world.settled();
    };
    await assert.rejects(heartbeat(revoke), (error) => error instanceof ArmError && error.status === 401);
    assert.equal(recorded.length, 1);
  });

  test('an upgraded agent shows in the ARM resource', async () => {
    const machine = await createMachine(world, 'upgraded', { agentVersion: '1.40.0' });
    await machine.connect();
    await machine.heartbeat(undefined, { body: { agentVersion: '1.67.5', status: 'Connected' } });
    await world.server.flush();
    const properties = (await world.store.get(machine.id))?.body.properties as { agentVersion?: string };
    assert.equal(properties.agentVersion, '1.67.5');
  });
});

describe('without the control process', () => {
  test('heartbeats are taken and recorded later; registration says 503 and works afterwards', async () => {
    const machine = await createMachine(world, 'patient');
    await machine.connect();
    world.setControlDown(true);
    assert.equal((await machine.heartbeat()).status, 200);
    assert.equal((await machine.getToken()).status, 200, 'tokens need no control process');
    await world.server.flush();
    const late = await createMachine(world, 'late');
    await late.putResource();
    await world.settled();
    assert.equal((await late.register()).status, 500, 'the test port throws a plain error');
    world.setControlDown(false);
    await world.server.flush();
    assert.ok((await world.store.facts([heartbeatKey(machine.id)])).has(heartbeatKey(machine.id)));
    assert.equal((await late.register()).status, 200);
  });
});

describe('rate limits', () => {
  test('bootstrap requests and failed authentications are limited by source, by (link, source) on an endpoint', async () => {
    const own = await openWorld({
      limits: { bootstrapBurst: 2, bootstrapPerSecond: 0.001, failureBurst: 2, failurePerSecond: 0.001 },
    });
    try {
      await own.putScope('open', 'Enabled');
      await own.putConnection('open', 11);
      await own.putConnection('open', 12);
      await own.settled();
      const ask = (link: number) =>
        own.send({
          host: hosts.gbl,
          method: 'GET',
          path: '/regions/japaneast',
          via: own.privately(link, hosts.gbl),
        });
      assert.equal((await ask(11)).status, 200);
      assert.equal((await ask(11)).status, 200);
      const limited = await ask(11);
      assert.equal(limited.status, 429);
      assert.ok(Number(limited.headers['retry-after']) >= 1);
      assert.equal((await ask(12)).status, 200, 'the same source behind another link');
      const machine = await createMachine(own, 'failing');
      await machine.connect();
      const bad = () => machine.heartbeat(undefined, { headers: { authorization: 'DPoP nonsense' } });
      assert.equal((await bad()).status, 401);
      assert.equal((await bad()).status, 401);
      assert.equal((await bad()).status, 429);
    } finally {
      await own.close();
    }
  });
});
