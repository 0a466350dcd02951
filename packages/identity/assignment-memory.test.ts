import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAssignmentMemory } from './assignment-memory.ts';
import type { RoleAssignment } from './authorize.ts';

const made = (principalId: string, scope: string): RoleAssignment => ({
  ...{ principalId, scope, roleDefinitionId: 'reader' },
});

test('whatever comes, changes hands and goes, each has what all together say', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    principalId: fc.option(fc.constantFrom('p', 'P', 'q', ''), { nil: undefined }),
    asked: fc.constantFrom('p', 'q', ''),
    clears: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const memory = createAssignmentMemory();
      const all = new Map<string, RoleAssignment>();
      for (const [at, { key, principalId, asked, clears }] of steps.entries()) {
        if (clears === 0) {
          memory.clear();
          all.clear();
        }
        const assignment = principalId === undefined ? undefined : made(principalId, `/${at}`);
        memory.take(key, assignment);
        all.delete(key);
        if (assignment) all.set(key, assignment);
        const wanted = [...all.values()].filter((each) => each.principalId.toLowerCase() === asked);
        assert.deepEqual(memory.of(asked), wanted);
      }
    }),
    { seed: 6 },
  );
});

test('one that comes or goes costs nothing of the others: their principals keep the very list', () => {
  const memory = createAssignmentMemory();
  let reads = 0;
  const watched = (principalId: string): RoleAssignment => ({
    get principalId() {
      reads += 1;
      return principalId;
    },
    ...{ scope: '/', roleDefinitionId: 'reader' },
  });
  for (let each = 0; each < 1_000; each += 1) memory.take(`${each}`, watched(`p${each}`));
  const before = memory.of('p5');
  reads = 0;
  memory.take('new', watched('p6'));
  memory.take('7', undefined);
  assert.ok(reads <= 2, `${reads} were read`);
  assert.equal(memory.of('p5'), before);
  assert.deepEqual([memory.of('p6').length, memory.of('p7').length], [2, 0]);
});
