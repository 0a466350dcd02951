import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { propertiesOf, textAt } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { createMachine } from './machine.testkit.ts';
import { identityIdOf, identityType } from './projection.ts';
import type { World } from './world.testkit.ts';
import { codeOf, hosts, machineId, openWorldOfTwoScopes, scopeId } from './world.testkit.ts';

let world: World;
before(async () => {
  // Heartbeats wait until a test sends them.
  world = await openWorldOfTwoScopes({ limits: { heartbeatFlushMs: 3_600_000 } });
});
after(() => world.close());

describe('a machine registers, gets a token and works', () => {
  test('by the private endpoint of its scope, through every service', async () => {
    const machine = await createMachine(world, 'private-1', { scope: 'closed' });
    await machine.connect(12);
    const beat = await machine.heartbeat(12);
    assert.equal(beat.status, 200);
    assert.equal(beat.body.route.kind, 'private');
    assert.match(beat.body.route.connectionId, /privateLinkScopes\/closed\/privateEndpointConnections/);
    const gas = await machine.call('GET', hosts.agentserviceapi, '/configuration', { link: 12 });
    assert.equal(gas.body.serviceHost, hosts.gas);
    const dp = await machine.call('GET', hosts.dp, '/configurations', { link: 12 });
    assert.deepEqual(dp.body, { value: [] });
    await world.server.flush();
    const facts = await world.store.facts([heartbeatKey(machine.id)]);
    assert.equal(facts.get(heartbeatKey(machine.id))?.value.serial, machine.serial());
  });

  test('and is moved to another group while its heartbeat waits: it is recorded under its name of then', async () => {
    const machine = await createMachine(world, 'moving');
    await machine.connect();
    assert.equal((await machine.heartbeat()).status, 200);
    const moved = machineId('moved');
    const documents = await world.store.getMany([machine.id, identityIdOf(machine.id)]);
    const puts = [...documents.values()].map(({ id, type, body }) => {
      const properties = type === identityType ? { ...propertiesOf({ body }), machineId: moved } : {};
      return { id: `${moved}${id.slice(machine.id.length)}`, type, body: { ...body, properties } };
    });
    await world.store.commit({ puts, deletes: [...documents.keys()] });
    // Somebody else has its former name by now.
    await (await createMachine(world, 'moving')).connect();
    await world.settled();
    await world.server.flush();
    const facts = await world.store.facts([machine.id, moved].map(heartbeatKey));
    assert.deepEqual([...facts.keys()], [heartbeatKey(moved)]);
  });

  test('desired configuration is polled by etag: 304 until the resource changes', async () => {
    const machine = await createMachine(world, 'polling');
    await machine.connect();
    const first = await machine.call('GET', hosts.gas, '/configuration');
    assert.equal(first.status, 200);
    assert.deepEqual(first.body.extensions, []);
    assert.deepEqual(first.body.tags, { owner: 'tests' });
    const poll = async () => ({
      headers: {
        ...(await machine.authorized('GET', hosts.gas, '/configuration')),
        'if-none-match': String(first.headers.etag),
      },
    });
    assert.equal((await machine.call('GET', hosts.gas, '/configuration', await poll())).status, 304);
    await machine.putResource({ agentConfiguration: { configMode: 'monitor' } });
    await world.settled();
    const changed = await machine.call('GET', hosts.gas, '/configuration', await poll());
    assert.equal(changed.status, 200);
    assert.equal(changed.body.agent.configMode, 'monitor');
  });

  test('a registration that names its feed number waits for it and is not judged by what was before', async () => {
    const machine = await createMachine(world, 'early', { scope: 'open' });
    await world.setFollowing(false);
    const { feed } = await machine.putResource();
    const answer = machine.register(11, { feed });
    await world.setFollowing(true);
    assert.equal((await answer).status, 200);
  });
});

describe('the access table on live requests', () => {
  test('R9: a machine without a scope is refused through an endpoint, at registration, with its code', async () => {
    const machine = await createMachine(world, 'stranger');
    await machine.putResource();
    await world.settled();
    const answer = await machine.register(12);
    assert.equal(answer.status, 403);
    assert.equal(codeOf(answer), 'MachineNotAssociated');
    assert.match(answer.body.error.message, /stranger/);
    assert.equal(await world.store.get(identityIdOf(machine.id)), undefined, 'nothing is half done');
  });

  test('R2: a machine of another scope is refused through an endpoint', async () => {
    const machine = await createMachine(world, 'elsewhere', { scope: 'open' });
    await machine.connect(11);
    assert.equal(codeOf(await machine.heartbeat(12)), 'MachineNotAssociated');
  });

  test('R8, R14, R20: Disabled refuses the public route at the next request, Enabled lets it in again', async () => {
    const machine = await createMachine(world, 'switching', { scope: 'open' });
    await machine.connect();
    assert.equal((await machine.heartbeat()).status, 200);
    await world.putScope('open', 'Disabled');
    await world.settled();
    const refused = await machine.heartbeat();
    assert.equal(refused.status, 403);
    assert.equal(codeOf(refused), 'PublicNetworkAccessDisabled');
    assert.equal((await machine.heartbeat(11)).status, 200, 'the private route stays');
    await world.putScope('open', 'Enabled');
    await world.settled();
    assert.equal((await machine.heartbeat()).status, 200);
  });

  test('R10: agent 1.3 is refused on a private endpoint and 1.4 is not', async () => {
    for (const [agentVersion, status] of [
      ['1.3.99', 403],
      ['1.4', 200],
    ] as const) {
      const machine = await createMachine(world, `agent-${agentVersion}`, { scope: 'open', agentVersion });
      await machine.putResource();
      await world.settled();
      const answer = await machine.register(11);
      assert.equal(answer.status, status);
      if (status === 403) assert.equal(codeOf(answer), 'AgentVersionNotSupported');
    }
  });

  test('a scope that is deleted refuses its machines by either route', async () => {
    await world.putScope('passing', 'Enabled');
    const machine = await createMachine(world, 'orphan', { scope: 'passing' });
    await machine.connect();
    await world.store.commit({ deletes: [scopeId('passing')] });
    await world.settled();
    assert.equal(codeOf(await machine.heartbeat()), 'PrivateLinkScopeDeleted');
  });

  test('R3: a scope of the same name is another one: its predecessor’s machines stay out until they are associated', async () => {
    const guidOf = async () =>
      textAt(propertiesOf((await world.store.get(scopeId('again')))!), 'privateLinkScopeId')!;
    await world.putScope('again', 'Enabled');
    const machine = await createMachine(world, 'survivor', { scope: 'again' });
    await machine.connect();
    const associate = async () => {
      const { id, type, body } = (await world.store.get(machineId('survivor')))!;
      const properties = { ...propertiesOf({ body }), privateLinkScopeGuid: await guidOf() };
      await world.put(id, type, { ...body, properties });
      await world.settled();
    };
    await associate();
    assert.equal((await machine.heartbeat()).status, 200);
    await world.store.commit({ deletes: [scopeId('again')] });
    await world.putScope('again', 'Enabled');
    await world.settled();
    assert.equal(codeOf(await machine.heartbeat()), 'PrivateLinkScopeDeleted');
    await associate();
    assert.equal((await machine.heartbeat()).status, 200);
  });

  test('R15: a connection that is not Approved, or whose link nobody knows, is reset', async () => {
    await world.putConnection('open', 13, 'Rejected');
    await world.settled();
    const ask = (link: number) =>
      world.send({
        host: hosts.gbl,
        method: 'GET',
        path: '/regions/japaneast',
        via: world.privately(link, hosts.gbl),
      });
    await assert.rejects(ask(13));
    await assert.rejects(ask(99));
    await world.putConnection('open', 13);
    await world.settled();
    assert.equal((await ask(13)).status, 200);
  });

  test('a revoked machine is out with 401: deleted identity, deleted resource, another key', async () => {
    const machine = await createMachine(world, 'revoked');
    await machine.connect();
    await world.store.commit({ deletes: [identityIdOf(machine.id)] });
    await world.settled();
    const refused = await machine.heartbeat();
    assert.equal(refused.status, 401);
    assert.equal(codeOf(refused), 'MachineCertificateRejected');

    const gone = await createMachine(world, 'gone');
    await gone.connect();
    await world.store.commit({ deletes: [gone.id, identityIdOf(gone.id)] });
    await world.settled();
    assert.equal((await gone.heartbeat()).status, 401);
    assert.equal((await gone.getToken()).status, 401);

    const replaced = await createMachine(world, 'replaced');
    await replaced.connect();
    const successor = await createMachine(world, 'replaced');
    await successor.putResource();
    await world.settled();
    assert.equal((await replaced.heartbeat()).status, 401);
    assert.equal(codeOf(await replaced.register()), 'MachineKeyMismatch');
    assert.equal((await successor.register()).status, 200);
  });

  test('disconnect revokes', async () => {
    const machine = await createMachine(world, 'leaving');
    await machine.connect();
    assert.equal((await machine.call('POST', hosts.his, '/machines/disconnect')).status, 200);
    await world.settled();
    assert.equal((await machine.heartbeat()).status, 401);
  });
});
