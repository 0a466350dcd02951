import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ConnectionActor, ConnectionState, ConnectionStatus } from './connection-state.ts';
import { autoApproved, decideConnectionChange, initialConnectionState } from './connection-state.ts';

const statuses: readonly ConnectionStatus[] = ['Pending', 'Approved', 'Rejected', 'Disconnected'];
const actors: readonly ConnectionActor[] = ['scope', 'removal', 'endpoint'];

/** As a picture, independent of the code's shape: actor, from > to, everything else that is a move is refused. */
const moves = new Set([
  'scope Pending>Approved',
  'scope Pending>Rejected',
  'scope Approved>Rejected',
  'scope Rejected>Approved',
  'removal Pending>Disconnected',
  'removal Approved>Disconnected',
  'removal Rejected>Disconnected',
]);

const stateOf = (status: ConnectionStatus): ConnectionState => ({
  status,
  description: 'before',
  actionsRequired: 'None',
});

test('R15: an automatic connection is Approved, in the live service’s words before and after it is settled', () => {
  const approved = { status: 'Approved', description: 'Auto Approved', actionsRequired: 'None' };
  assert.deepEqual(initialConnectionState({ mode: 'auto' }), approved);
  assert.deepEqual(initialConnectionState({ mode: 'auto', requestMessage: 'please' }), approved);
  assert.deepEqual(autoApproved(true), { ...approved, description: 'Auto-approved' });
});

test('R15: a manual connection is Pending, and shows the request message', () => {
  const pending = { status: 'Pending', description: 'Awaiting approval', actionsRequired: 'None' };
  assert.deepEqual(initialConnectionState({ mode: 'manual' }), pending);
  assert.deepEqual(initialConnectionState({ mode: 'manual', requestMessage: '' }), pending);
  assert.equal(initialConnectionState({ mode: 'manual', requestMessage: 'please' }).description, 'please');
});

test('R15: every actor, from every state, to every state', () => {
  for (const by of actors) {
    for (const from of statuses) {
      for (const to of [...statuses, 'Removed', '', 'constructor']) {
        const current = stateOf(from);
        const text = `${by} ${from}>${to}`;
        for (const spelled of [to, to.toLowerCase()]) {
          const change = decideConnectionChange({
            connectionId: '/c',
            current,
            wanted: { status: spelled },
            by,
          });
          if (from === to) {
            assert.deepEqual(change, { refused: false, changed: false, state: current }, text);
          } else if (moves.has(text)) {
            const state = { status: to, description: to, actionsRequired: 'None' };
            assert.deepEqual(change, { refused: false, changed: true, state }, text);
          } else {
            assert.ok(change.refused, text);
            assert.equal(change.code, 'PrivateEndpointConnectionStateNotAllowed');
            for (const part of ['/c', from, `'${spelled}'`]) assert.ok(change.message.includes(part), text);
          }
        }
      }
    }
  }
});

test("R15: the scope's side may reword a state, and give a reason with a new one; the endpoint's side may not", () => {
  const current = stateOf('Approved');
  const ask = (by: ConnectionActor, status: string, description?: string) =>
    decideConnectionChange({
      connectionId: '/c',
      current,
      wanted: { status, ...(description === undefined ? {} : { description }) },
      by,
    });
  const state = (status: string, description: string) => ({ status, description, actionsRequired: 'None' });
  assert.deepEqual(ask('scope', 'approved', 'for the harbour'), {
    refused: false,
    changed: true,
    state: state('Approved', 'for the harbour'),
  });
  assert.deepEqual(ask('scope', 'Rejected', 'no longer'), {
    refused: false,
    changed: true,
    state: state('Rejected', 'no longer'),
  });
  assert.deepEqual(ask('endpoint', 'Approved', 'mine'), { refused: false, changed: false, state: current });
});

test('R15: asking twice is asking once; after a removal nothing but deletion is left', () => {
  const step = fc.record({
    by: fc.constantFrom(...actors),
    status: fc.constantFrom(...statuses),
    description: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.constantFrom('Pending' as const, 'Approved' as const), fc.array(step), (first, steps) => {
      let current = stateOf(first);
      let removed = false;
      for (const { by, status, description } of steps) {
        const wanted = { status, ...(description === undefined ? {} : { description }) };
        const change = decideConnectionChange({ connectionId: '/c', current, wanted, by });
        if (change.refused) continue;
        const again = decideConnectionChange({ connectionId: '/c', current: change.state, wanted, by });
        assert.deepEqual(again, { refused: false, changed: false, state: change.state });
        if (by === 'endpoint') assert.equal(change.changed, false);
        current = change.state;
        removed ||= current.status === 'Disconnected';
        if (removed) assert.equal(current.status, 'Disconnected');
      }
    }),
    { seed: 15, numRuns: 500 },
  );
});
