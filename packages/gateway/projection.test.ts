import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionType } from '@tombolo/private-link';
import type { Change, Document, JsonObject } from '@tombolo/store/port';
import fc from 'fast-check';
import { createListenerProjection, type DesiredListener, projectListeners } from './projection.ts';

const scope = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/scope';
const network = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet';

const connection = (name: string, status: string, change: JsonObject = {}): Document => ({
  id: `${scope}/privateEndpointConnections/${name}`,
  type: connectionType,
  version: 1,
  body: {
    properties: {
      privateEndpoint: { id: `/pe/${name}` },
      privateLinkServiceConnectionState: { status, description: '', actionsRequired: 'None' },
      groupIds: ['hybridcompute'],
      linkIdentifier: 0x01020304,
      members: [
        {
          memberName: 'HybridCompute.Global',
          groupId: 'hybridcompute',
          fqdns: ['GBL.his.arc.azure.com'],
          privateIpAddress: '10.0.1.4',
        },
        {
          memberName: 'HybridCompute.Server',
          groupId: 'hybridcompute',
          fqdns: ['je.his.arc.azure.com'],
          privateIpAddress: '10.0.1.5',
        },
      ],
      virtualNetworkId: network,
      subnetId: `${network}/subnets/default`,
      ...change,
    },
  },
});

test('an Approved connection asks for one accepting listener a member', () => {
  assert.deepEqual(projectListeners([connection('a', 'Approved')]).listeners[0], {
    address: '10.0.1.4',
    connectionId: `${scope}/privateEndpointConnections/a`,
    privateEndpointId: '/pe/a',
    virtualNetworkId: network,
    subnetId: `${network}/subnets/default`,
    groupId: 'hybridcompute',
    memberName: 'HybridCompute.Global',
    fqdns: ['gbl.his.arc.azure.com'],
    linkIdentifier: 0x01020304,
    status: 'Approved',
    disposition: 'accept',
  });
  assert.equal(projectListeners([connection('a', 'Approved')]).listeners.length, 2);
});

test('R15: only Approved accepts; every other state, known or not, keeps its listener and resets, or drops in Azure timing', () => {
  for (const status of ['Pending', 'Rejected', 'Disconnected', 'approved', '']) {
    const dispositions = (timing: 'immediate' | 'azure') =>
      projectListeners([connection('a', status)], { timing }).listeners.map(
        (listener) => listener.disposition,
      );
    assert.deepEqual(dispositions('immediate'), ['reset', 'reset'], status);
    assert.deepEqual(dispositions('azure'), ['drop', 'drop'], status);
  }
  assert.equal(
    projectListeners([connection('a', 'Approved')], { timing: 'azure' }).listeners[0]?.disposition,
    'accept',
  );
});

test('other documents ask for nothing; types compare without regard to case', () => {
  const other = { ...connection('b', 'Approved'), type: 'Microsoft.Network/privateEndpoints' };
  assert.deepEqual(projectListeners([other]), { listeners: [], problems: [] });
  const cased = { ...connection('a', 'Approved'), type: connectionType.toUpperCase() };
  assert.equal(projectListeners([cased]).listeners.length, 2);
});

test('the order of the documents makes no difference', () => {
  const [a, b] = [connection('a', 'Approved'), connection('b', 'Pending')];
  assert.deepEqual(projectListeners([b, a]), projectListeners([a, b]));
});

test('addresses at which no listener may stand, link identifiers that are none and empty bodies are problems, never listeners', () => {
  for (const privateIpAddress of [
    '0.0.0.0',
    '::',
    '::ffff:10.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'lo',
    '10.0.0',
    null,
    4,
  ]) {
    const { listeners, problems } = projectListeners([
      connection('a', 'Approved', { members: [{ memberName: 'm', privateIpAddress }] }),
    ]);
    assert.deepEqual([listeners.length, problems.length], [0, 1], String(privateIpAddress));
  }
  for (const linkIdentifier of [-1, 2 ** 32, 1.5, '7', null]) {
    const { listeners, problems } = projectListeners([connection('a', 'Approved', { linkIdentifier })]);
    assert.deepEqual([listeners.length, problems.length], [0, 1], String(linkIdentifier));
  }
  assert.equal(projectListeners([{ ...connection('a', 'Approved'), body: {} }]).problems.length, 1);
});

test('a problem says of which connection and which member it is, and what about it', () => {
  const problems = (change: JsonObject) => projectListeners([connection('a', 'Approved', change)]).problems;
  const connectionId = `${scope}/privateEndpointConnections/a`;
  assert.deepEqual(problems({ linkIdentifier: '7' }), [
    {
      connectionId,
      message: 'linkIdentifier is not an integer from 0 to 4294967295: the connection has no listener',
    },
  ]);
  assert.deepEqual(
    problems({ members: [{ memberName: 'm', privateIpAddress: 'lo' }, { privateIpAddress: 7 }, 'x'] }).map(
      ({ message }) => message,
    ),
    ['m', '(unnamed)', '(unnamed)'].map(
      (name) => `member ${name} has no address at which a listener can stand`,
    ),
  );
});

test('a listener lacks what its document does not say, and has each state by its name', () => {
  const bare = {
    ...connection('a', ''),
    body: {
      properties: { linkIdentifier: 0, members: [{ privateIpAddress: '10.0.1.4', fqdns: ['', 5, 'A'] }] },
    },
  };
  assert.deepEqual(projectListeners([bare]).listeners, [
    {
      address: '10.0.1.4',
      connectionId: bare.id,
      privateEndpointId: '',
      virtualNetworkId: '',
      subnetId: '',
      groupId: '',
      memberName: '',
      fqdns: ['a'],
      linkIdentifier: 0,
      status: 'Disconnected',
      disposition: 'reset',
    },
  ]);
  assert.deepEqual(
    ['Approved', 'Pending', 'Rejected', 'Disconnected', 'Odd'].map(
      (status) => projectListeners([connection('a', status)]).listeners[0]?.status,
    ),
    ['Approved', 'Pending', 'Rejected', 'Disconnected', 'Disconnected'],
  );
});

test('listeners are sorted by connection without regard to case', () => {
  const ids = (...names: string[]) =>
    projectListeners(names.map((name) => connection(name, 'Approved'))).listeners.map(({ connectionId }) =>
      connectionId.slice(-1),
    );
  assert.deepEqual(ids('c', 'A', 'b'), ['A', 'A', 'b', 'b', 'c', 'c']);
});

test('after any changes the listeners are those of the documents from nothing; what did not change is not told', () => {
  const next = fc
    .record({
      name: fc.constantFrom('a', 'A', 'b', 'c'),
      status: fc.constantFrom('Approved', 'Rejected'),
      change: fc.constantFrom<JsonObject>({}, { linkIdentifier: -1 }, { members: [{ memberName: 'm' }] }),
      followed: fc.boolean(),
    })
    .map(({ name, status, change, followed }) => ({
      ...connection(name, status, change),
      ...(followed ? {} : { type: 'T/other' }),
    }));
  const change = fc.tuple(next, fc.boolean()).map(
    ([{ id, type, ...rest }, gone]): Change => ({
      feed: 1,
      id,
      type,
      ...(gone ? {} : { document: { id, type, ...rest } }),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 10 }), (rounds) => {
      const projection = createListenerProjection();
      const documents = new Map<string, Document>();
      const asked = new Map<string, readonly DesiredListener[]>();
      for (const changes of rounds) {
        for (const { id, document } of changes)
          if (document) documents.set(id.toLowerCase(), document);
          else documents.delete(id.toLowerCase());
        const { connections, problems } = projection.apply(changes);
        const named = new Set(changes.map(({ id }) => id.toLowerCase()));
        assert.deepEqual(new Set(connections.keys()), named);
        for (const [key, listeners] of connections) asked.set(key, listeners);
        const all = projectListeners(documents.values());
        const keys = [...asked.keys()].sort();
        assert.deepEqual({ listeners: keys.flatMap((key) => asked.get(key)!), problems }, all);
      }
      const other = connection('z', 'Approved');
      assert.deepEqual(projection.replace([other]), projectListeners([other]));
    }),
    { seed: 20_261_127, numRuns: 200 },
  );
});
