import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DeletionState, readState, storedState } from './deletion-state.ts';

const principal = { objectId: 'o', tenantId: 't', kind: 'ServicePrincipal' } as const;

test('a deletion goes on from what it has stored', () => {
  const states: readonly DeletionState[] = [
    { phase: 'check', principal },
    { phase: 'check', after: '/x', principal: { ...principal, appId: 'a' } },
    { phase: 'delete', principal, waiting: { '/x': 'operation' } },
  ];
  for (const state of states)
    assert.deepEqual(readState(JSON.parse(JSON.stringify(storedState(state)))), state);
});

test('a damaged state is refused, not guessed', () => {
  for (const damaged of [
    {},
    { phase: 'delete' },
    { phase: 'done', principal },
    { phase: 'check', principal: 'o' },
  ])
    assert.throws(() => readState(damaged));
});
