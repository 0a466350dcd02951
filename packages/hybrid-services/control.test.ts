import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { fastify } from 'fastify';
import type { ControlClient } from './control-client.ts';
import { createControlClient } from './control-client.ts';
import { createMachine } from './machine.testkit.ts';
import { identityIdOf, tokenKeyType } from './projection.ts';
import { registrationRoutes } from './registration-routes.ts';
import { ensureTokenKeys } from './token-keys.ts';
import type { World } from './world.testkit.ts';
import { machineId, openWorld } from './world.testkit.ts';

const day = 86_400_000;
let world: World;
let client: ControlClient;
let stranger: ControlClient;
let directory: string;
const app = fastify();
before(async () => {
  world = await openWorld();
  directory = await mkdtemp(join(tmpdir(), 'tombolo-control-'));
  const { store, authority: certificateAuthority, issueIdentityToken, now } = world;
  await app.register(
    registrationRoutes({
      store,
      certificateAuthority,
      issueIdentityToken,
      now,
      newGuid: randomUUID,
      authorizeRole: (request) =>
        ({ 'Bearer hybrid-token': { role: 'hybrid' }, 'Bearer dns-token': { role: 'dns' } })[
          request.headers.authorization ?? ''
        ],
    }),
    { prefix: '/internal' },
  );
  const socketPath = join(directory, 'control.sock');
  await app.listen({ path: socketPath });
  client = createControlClient({ socketPath, roleToken: () => 'hybrid-token', prefix: '/internal' });
  stranger = createControlClient({ socketPath, roleToken: () => 'dns-token', prefix: '/internal' });
});
after(async () => {
  client.close();
  stranger.close();
  await app.close();
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

const registered = async (machine: Awaited<ReturnType<typeof createMachine>>): Promise<string> => {
  await machine.putResource();
  const { id, csr } = machine;
  const asked = { machineId: id, csr, agentVersion: '1.67', registrationId: randomUUID() };
  return (await client.register(asked)).serial;
};

const refused = (code: string, status: number) => (error: unknown) =>
  error instanceof ArmError && error.code === code && error.status === status;

describe('registration over the control socket', () => {
  test('issues a certificate for 90 days and commits the identity beside the machine', async () => {
    const machine = await createMachine(world, 'registered');
    await machine.putResource();
    const issued = await client.register({
      machineId: machine.id,
      csr: machine.csr,
      agentVersion: '1.67',
      registrationId: randomUUID(),
    });
    assert.ok(Math.abs(issued.notAfter - world.now() - 90 * day) < day);
    const document = await world.store.get(identityIdOf(machine.id));
    const properties = document?.body.properties as {
      keyThumbprint: string;
      certificates: { serial: string }[];
    };
    assert.equal(properties.keyThumbprint, machine.keyThumbprint);
    assert.equal(properties.certificates[0]?.serial, issued.serial);
    assert.equal(issued.feed, (await world.store.head()).through);
  });

  test('refuses a machine that is not there, a foreign key, a request that is none; nothing is written', async () => {
    const machine = await createMachine(world, 'wanted');
    await machine.putResource();
    const thief = await createMachine(world, 'thief');
    const ask = (id: string, csr: string) =>
      client.register({ machineId: id, csr, agentVersion: '1.67', registrationId: randomUUID() });
    await assert.rejects(ask(machineId('absent'), machine.csr), refused('MachineNotFound', 403));
    await assert.rejects(ask(machine.id, thief.csr), refused('MachineKeyMismatch', 403));
    await assert.rejects(ask(machine.id, 'no request'), refused('InvalidCertificateRequest', 400));
    assert.equal(await world.store.get(identityIdOf(machine.id)), undefined);
  });

  test('renewal: not before 45 days are left; two certificates at most; a lost answer costs nothing', async () => {
    const machine = await createMachine(world, 'renewed');
    await machine.putResource();
    const first = await client.register({
      machineId: machine.id,
      csr: machine.csr,
      agentVersion: '1.67',
      registrationId: randomUUID(),
    });
    const renew = (serial: string) => client.renew({ machineId: machine.id, csr: machine.csr, serial });
    await assert.rejects(renew(first.serial), refused('RenewalNotDue', 409));
    world.moveClock(45 * day);
    await renew(first.serial);
    const third = await renew(first.serial);
    await world.settled();
    const serials = () => world.projection.identity(machine.id)?.certificates.map((entry) => entry.serial);
    assert.deepEqual(serials(), [first.serial, third.serial]);
    const beat = {
      machineId: machine.id,
      at: world.now(),
      agentVersion: '1.67.0',
      value: { status: 'Connected' },
    };
    await client.recordHeartbeats([{ ...beat, serial: first.serial }]);
    await world.settled();
    assert.deepEqual(serials(), [first.serial, third.serial], 'the old one is still in use');
    await client.recordHeartbeats([{ ...beat, serial: third.serial }]);
    await world.settled();
    assert.deepEqual(serials(), [third.serial]);
    await assert.rejects(renew(first.serial), refused('AuthenticationFailed', 401));
    world.moveClock(46 * day);
    await assert.rejects(renew(first.serial), refused('AuthenticationFailed', 401));
  });

  test('heartbeats become facts, of machines that are there only', async () => {
    const machine = await createMachine(world, 'beating');
    const serial = await registered(machine);
    const one = (id: string) => ({
      machineId: id,
      at: 5,
      serial,
      agentVersion: '1.67.0',
      value: { status: 'Connected' },
    });
    await client.recordHeartbeats([
      one(machine.id.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')),
      one(machineId('nobody')),
    ]);
    const facts = await world.store.factsUnder('heartbeat:');
    assert.ok(facts.some((fact) => fact.key === heartbeatKey(machine.id) && fact.at === 5));
    assert.ok(!facts.some((fact) => fact.key === heartbeatKey(machineId('nobody'))));
  });

  test('a heartbeat keeps since when the machine has been saying so', async () => {
    const machine = await createMachine(world, 'steady');
    const serial = await registered(machine);
    const minute = 60_000;
    const sinceAfter = async (at: number, status: string) => {
      const heartbeat = { machineId: machine.id, at, serial, agentVersion: '1.67.0', value: { status } };
      await client.recordHeartbeats([heartbeat]);
      return (await world.store.facts([heartbeatKey(machine.id)])).get(heartbeatKey(machine.id))?.value.since;
    };
    assert.equal(await sinceAfter(5, 'Connected'), 5);
    assert.equal(await sinceAfter(5 * minute, 'Connected'), 5);
    assert.equal(await sinceAfter(10 * minute, 'Error'), 10 * minute);
    assert.equal(await sinceAfter(14 * minute, 'Error'), 10 * minute);
    assert.equal(await sinceAfter(30 * minute, 'Error'), 30 * minute);
  });

  test('disconnect removes the identity', async () => {
    const machine = await createMachine(world, 'disconnecting');
    await machine.putResource();
    const { serial } = await client.register({
      machineId: machine.id,
      csr: machine.csr,
      agentVersion: '1.67',
      registrationId: randomUUID(),
    });
    await client.disconnect({ machineId: machine.id, serial });
    assert.equal(await world.store.get(identityIdOf(machine.id)), undefined);
  });

  test('another role, and a control process that is not there, are 503 to the machine', async () => {
    await assert.rejects(
      stranger.disconnect({ machineId: 'x', serial: 'ab' }),
      refused('ControlUnavailable', 503),
    );
    const nowhere = createControlClient({ socketPath: join(directory, 'none.sock'), roleToken: () => '' });
    await assert.rejects(
      nowhere.disconnect({ machineId: 'x', serial: 'ab' }),
      refused('ControlUnavailable', 503),
    );
    const response = await app.inject({
      method: 'POST',
      url: '/internal/machines/disconnect',
      payload: { machineId: 'x' },
    });
    assert.equal(response.statusCode, 403);
    const headers = { authorization: 'Bearer hybrid-token' };
    for (const payload of ['{', '[]', '{"machineId":5}']) {
      const bad = await app.inject({
        method: 'POST',
        url: '/internal/machines/disconnect',
        headers: { ...headers, 'content-type': 'application/json' },
        payload,
      });
      assert.equal(bad.statusCode, 400, payload);
    }
  });
});

test('token keys: one at first however many start, a new one after thirty days, spent ones go', async () => {
  const { store, close } = await openWorld();
  try {
    const count = async () => (await store.list({ type: tokenKeyType })).length;
    const start = Date.now();
    const ensure = (now: number) => ensureTokenKeys({ store, now, newGuid: randomUUID });
    await Promise.all([ensure(start), ensure(start)]);
    assert.equal(await count(), 1);
    await Promise.all([ensure(start + 31 * day), ensure(start + 31 * day)]);
    assert.equal(await count(), 2);
    await ensure(start + 31 * day + 60_000);
    assert.equal(await count(), 2, 'tokens by the old one may still live');
    await ensure(start + 32 * day);
    assert.equal(await count(), 1);
  } finally {
    await close();
  }
});
