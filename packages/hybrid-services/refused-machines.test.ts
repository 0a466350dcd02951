/** Machines that were let in once: what they meet when their certificate, their key or their region is another by now. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createMachine } from './machine.testkit.ts';
import { identityIdOf } from './projection.ts';
import type { World } from './world.testkit.ts';
import { hosts, openWorld } from './world.testkit.ts';

let world: World;
before(async () => {
  world = await openWorld({ limits: { failureBurst: 3, failurePerSecond: 0.001 } });
  await world.putScope('open', 'Enabled');
  await world.putConnection('open', 11);
  await world.putConnection('open', 12);
  await world.putConnection('open', 13);
  await world.settled();
});
after(() => world.close());

const code = (answer: {
  readonly status: number;
  readonly body: { readonly error?: { readonly code: string } };
}) => `${answer.status} ${answer.body.error?.code ?? ''}`.trim();

describe('at each request', () => {
  test('a machine that is in another region by now is misdirected by a regional name, and by gbl’s kind it is not', async () => {
    const machine = await createMachine(world, 'moved', { scope: 'open' });
    await machine.connect(11);
    assert.equal(code(await machine.heartbeat(11)), '200');
    const { id, type, body } = (await world.store.get(machine.id))!;
    await world.store.commit({ puts: [{ id, type, body: { ...body, location: 'westeurope' } }] });
    await world.settled();
    assert.equal(code(await machine.heartbeat(11)), '421 MisdirectedRequest');
    const everywhere = await machine.call('GET', hosts.agentserviceapi, '/configuration', { link: 11 });
    assert.equal(everywhere.status, 200);
  });

  test('one by the public listener is recorded as that, and one by an endpoint with its connection', async () => {
    const machine = await createMachine(world, 'routed', { scope: 'open' });
    await machine.connect();
    assert.deepEqual((await machine.heartbeat()).body.route, { kind: 'public' });
    const { route } = (await machine.heartbeat(11)).body;
    assert.equal(route.kind, 'private');
    assert.match(route.connectionId, /privateEndpointConnections\/pe\.11$/);
  });

  test('a certificate that is revoked counts as a failed proof: who goes on is turned away before it is looked at', async () => {
    const machine = await createMachine(world, 'gone', { scope: 'open' });
    await machine.connect(12);
    await world.store.commit({ deletes: [identityIdOf(machine.id)] });
    await world.settled();
    const codes: string[] = [];
    for (let time = 0; time < 4; time += 1) codes.push(code(await machine.heartbeat(12)));
    assert.deepEqual(codes, [
      ...Array<string>(3).fill('401 MachineCertificateRejected'),
      '429 TooManyRequests',
    ]);
  });
});

test('a registration by another key than the resource’s is refused without asking the authority, and counts', async () => {
  const machine = await createMachine(world, 'claimed', { scope: 'open' });
  const thief = await createMachine(world, 'claimed', { scope: 'open' });
  await machine.putResource();
  await world.settled();
  world.setControlDown(true);
  try {
    const codes: string[] = [];
    for (let time = 0; time < 4; time += 1) {
      const answer = await thief.register(13);
      codes.push(code(answer));
      if (time > 0) continue;
      assert.equal(answer.body.error.target, 'properties.clientPublicKey');
      assert.ok(answer.body.error.message.includes(machine.id));
    }
    assert.deepEqual(codes, [...Array<string>(3).fill('403 MachineKeyMismatch'), '429 TooManyRequests']);
  } finally {
    world.setControlDown(false);
  }
});
