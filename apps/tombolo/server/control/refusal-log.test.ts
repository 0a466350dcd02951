import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { AuditEntry } from '@tombolo/store/port';
import { createRefusalLog } from './refusal-log.ts';

const refusal = (n: number): AuditEntry => ({
  at: n,
  correlationId: String(n),
  caller: 'somebody',
  action: 'Microsoft.Resources/subscriptions/read',
  resourceId: '/subscriptions/x',
  status: 403,
  code: 'AuthorizationFailed',
});

test('refusals are bounded: a flood leaves a hundred lines and one that counts the rest', async () => {
  const store = openMemoryStore({ now: () => 0 });
  const refusals = createRefusalLog(store, assert.ifError);
  for (let n = 0; n < 10_000; n += 1) refusals.add(refusal(n));
  await refusals.stop();
  const lines = await store.audit({ limit: 20_000 });
  assert.equal(lines.length, 101);
  const summary = lines.find(({ code }) => code === 'RefusalsNotLogged');
  assert.match(summary!.message!, /^9900 more refused requests/);
  assert.ok(lines.some(({ correlationId, code }) => correlationId === '0' && code === 'AuthorizationFailed'));
  await store.close();
});

test('a flood that lasts fills no disk, and hides nobody else: its caller has so many lines, and one in ten seconds', async () => {
  const written: AuditEntry[] = [];
  let tick = async (): Promise<unknown> => undefined;
  const store = {
    commit: async ({ audit = [] }: { readonly audit?: readonly AuditEntry[] }) => {
      written.push(...audit);
    },
  } as unknown as Parameters<typeof createRefusalLog>[0];
  const refusals = createRefusalLog(store, assert.ifError, (_, work) => {
    tick = work;
    return { wake: () => {}, stop: async () => {} };
  });
  const hour = 3_600;
  for (let second = 0; second < hour; second += 1) {
    for (let n = 0; n < 200; n += 1) refusals.add(refusal(second * 1_000 + n));
    if (second === hour - 1)
      refusals.add({ ...refusal(second * 1_000), caller: 'another', correlationId: 'seen' });
    await tick();
  }
  await refusals.stop();
  const counts = written.filter(({ code }) => code === 'RefusalsNotLogged');
  assert.ok(written.length - counts.length <= 1_000 + hour / 10 + 1, `${written.length} lines`);
  assert.ok(counts.length <= 10 + hour / 10 + 1, `${counts.length} counts`);
  assert.equal(
    counts.reduce((sum, { message }) => sum + Number.parseInt(message!, 10), 0),
    200 * hour + 1 - (written.length - counts.length),
  );
});

test("who has not signed in has a share of its own, and takes nobody else's; all are counted", async () => {
  const store = openMemoryStore({ now: () => 0 });
  const refusals = createRefusalLog(store, assert.ifError);
  for (let n = 0; n < 1_000; n += 1)
    refusals.add({ ...refusal(n), caller: 'anonymous', code: 'AuthenticationFailed' });
  for (let n = 0; n < 7; n += 1) refusals.add(refusal(n));
  await refusals.stop();
  const codes = (await store.audit({ limit: 2_000 })).map(({ code }) => code);
  assert.equal(codes.filter((code) => code === 'AuthenticationFailed').length, 10);
  assert.equal(codes.filter((code) => code === 'AuthorizationFailed').length, 7);
  assert.deepEqual(
    [...refusals.counts()],
    [
      ['AuthenticationFailed', 1_000],
      ['AuthorizationFailed', 7],
    ],
  );
  await store.close();
});

test('one that the store does not take hides no other', async () => {
  const store = openMemoryStore({ now: () => 0 });
  const failed: unknown[] = [];
  const refusals = createRefusalLog(store, (error) => failed.push(error));
  for (let n = 0; n < 3; n += 1) refusals.add(refusal(n));
  refusals.add({ ...refusal(3), resourceId: '/subscriptions/\u{10FFFF}' });
  for (let n = 4; n < 6; n += 1) refusals.add(refusal(n));
  await refusals.stop();
  assert.deepEqual((await store.audit({ limit: 100 })).map(({ at }) => at).sort(), [0, 1, 2, 4, 5]);
  assert.equal(failed.length, 1);
  await store.close();
});

test('few refusals are all there, and nothing of them enters the feed', async () => {
  const store = openMemoryStore({ now: () => 0 });
  const before = await store.head();
  const refusals = createRefusalLog(store, assert.ifError);
  for (let n = 0; n < 7; n += 1) refusals.add(refusal(n));
  await refusals.stop();
  const lines = await store.audit({ limit: 100 });
  assert.deepEqual(lines.map(({ at }) => at).sort(), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await store.head(), before);
  await store.close();
});
