import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoreConflict } from '@tombolo/store/port';
import { defineRefusals } from './refusals.ts';
import { createRegistry } from './registry.ts';
import { parseResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';
import { defineResourceType } from './resource-type.ts';
import { explainConflict, explainUse } from './store-conflict.ts';
import { useKey } from './use-claim.ts';

const harbourError = defineRefusals({
  BerthInUse: [400, (name: string, ships: string) => `Berth ${name} has ${ships}.`],
  NameTaken: [409, (holder: string) => `${holder} has the name.`],
});
const typeOf = (type: string, more: Partial<AnyResourceType> = {}): AnyResourceType =>
  defineResourceType({ type, apiVersions: ['2020-01-01'], placement: 'proxy', lists: [], ...more });
const harbours = typeOf('Test.Sea/harbours', {
  explain: (reason) =>
    reason.key.startsWith('name ')
      ? harbourError('NameTaken', [reason.held.value])
      : reason.key.startsWith('address ')
        ? 'retry'
        : undefined,
});
const berths = typeOf('Test.Sea/harbours/berths', {
  inUse: ({ name, text }, holders) => harbourError('BerthInUse', [name, holders.join(' and ')], text),
});
const buoys = typeOf('Test.Sea/harbours/buoys', { inUse: () => 'retry' });
const registry = createRegistry([{ namespace: 'Test.Sea', types: [harbours, berths, buoys] }]);

const harbour = '/subscriptions/s/resourceGroups/rg/providers/Test.Sea/harbours/Pharos';
const berth = `${harbour}/berths/North`;
const asked = (type: AnyResourceType, id: string) => ({ type, id: parseResourceId(id)! });
const inUse = (key: string) => new StoreConflict({ kind: 'in-use', key, holders: ['/ship/a', '/ship/b'] });
const taken = (key: string) =>
  new StoreConflict({
    kind: 'claim',
    key,
    wanted: 'mine',
    held: { key, value: '/theirs', holders: ['/theirs'] },
  });
const said = (error: ReturnType<typeof explainConflict>) =>
  error && [error.status, error.code, error.message, error.target];

describe('what is in use is refused', () => {
  test('in the words of its own type, with its name as the request writes it', () => {
    assert.deepEqual(said(explainConflict(inUse(useKey(berth)), registry, asked(berths, berth))), [
      400,
      'BerthInUse',
      'Berth North has /ship/a and /ship/b.',
      berth,
    ]);
  });

  test('in the words of the part that is in use, where the whole was to go', () => {
    assert.deepEqual(said(explainConflict(inUse(useKey(berth)), registry, asked(harbours, harbour))), [
      400,
      'BerthInUse',
      'Berth north has /ship/a and /ship/b.',
      berth.toLowerCase(),
    ]);
    assert.deepEqual(
      said(explainConflict(inUse(useKey(berth)), registry, asked(harbours, harbour), [harbour, berth])),
      [400, 'BerthInUse', 'Berth North has /ship/a and /ship/b.', berth],
      'named as it is written, where it was to be deleted',
    );
  });

  test('in the kernel’s words where the type has none', () => {
    const wanted = [
      409,
      'CannotDeleteResource',
      `Cannot delete '${harbour}' because it is in use by /ship/a, /ship/b. Delete or change these first.`,
      undefined,
    ];
    assert.deepEqual(
      said(explainConflict(inUse(useKey(harbour)), registry, asked(harbours, harbour))),
      wanted,
    );
    assert.deepEqual(said(explainUse(registry, harbour, ['/ship/a', '/ship/b'])), wanted);
  });

  test('not where its users go with it, or where another claim was to be free: that is decided anew', () => {
    const buoy = `${harbour}/buoys/1`;
    assert.equal(explainConflict(inUse(useKey(buoy)), registry, asked(buoys, buoy)), undefined);
    assert.equal(explainConflict(inUse('links of x'), registry, asked(harbours, harbour)), undefined);
  });
});

describe('a claim that another holds is refused', () => {
  const explained = (key: string) => said(explainConflict(taken(key), registry, asked(harbours, harbour)));

  test('in the words of the type that was asked for, or decided anew where it says so', () => {
    assert.deepEqual(explained('name pharos'), [409, 'NameTaken', '/theirs has the name.', undefined]);
    assert.equal(explained('address 10.0.0.4'), undefined);
  });

  test('in the kernel’s words otherwise', () => {
    assert.deepEqual(explained('depth 7'), [
      409,
      'Conflict',
      "'depth 7' is '/theirs' for /theirs; it cannot be 'mine' too.",
      undefined,
    ]);
  });
});

test('a document that another has written meanwhile is decided anew', () => {
  const stale = new StoreConflict({ kind: 'version', id: harbour, expected: 1, found: 2 });
  assert.equal(explainConflict(stale, registry, asked(harbours, harbour)), undefined);
});
