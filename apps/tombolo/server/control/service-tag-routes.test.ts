import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import Fastify from 'fastify';
import { serviceTagRoutes } from './service-tag-routes.ts';

const now = Date.UTC(2026, 7, 20);
const dayMs = 86_400_000;

const open = async () => {
  const store = openMemoryStore({ now: () => now });
  let metrics = (): string => 'none';
  const app = Fastify();
  await app.register(
    serviceTagRoutes({
      store,
      now: () => now,
      isOperator: (request) => request.headers.authorization === 'Bearer operator',
      onMetrics: (render) => {
        metrics = render;
      },
    }),
  );
  const send = async (payload?: object, authorization = 'Bearer operator') => {
    const answer = await app.inject({
      method: payload ? 'POST' : 'GET',
      url: '/service-tags',
      headers: { authorization },
      ...(payload ? { payload } : {}),
    });
    return { status: answer.statusCode, json: answer.json() };
  };
  return { store, send, metrics: () => metrics() };
};

const body = (changeNumber: number, more: object = {}, prefixes = ['10.0.0.0/8'], cloud = 'Public') => ({
  document: {
    changeNumber,
    cloud,
    values: [{ name: 'Sql', id: 'Sql', properties: { region: '', addressPrefixes: prefixes } }],
  },
  form: 'file',
  source: 'list.json',
  fetchedAt: now - dayMs,
  publishedAt: now - 20 * dayMs,
  ...more,
});

test('only the operator may read or import', async () => {
  const { send, store } = await open();
  assert.equal((await send(undefined, 'Bearer dns')).status, 401);
  assert.equal((await send(body(1), 'Bearer dns')).status, 401);
  assert.deepEqual(await store.list({}), []);
});

test('an imported list is served, and its age is in the metrics', async () => {
  const { send, metrics } = await open();
  assert.equal(metrics(), '');
  assert.equal((await send()).json.served, null);
  assert.equal((await send(body(152))).status, 200);
  const { served } = (await send()).json;
  assert.deepEqual([served.changeNumber, served.prefixCount, served.source], ['152', 1, 'list.json']);
  assert.match(metrics(), /^tombolo_service_tags_age_seconds\{cloud="Public"\} 1728000$/m);
  assert.match(metrics(), /^tombolo_service_tags_stale\{cloud="Public"\} 1$/m);
});

test('an older list, or one of another cloud, takes its place only when that is asked for', async () => {
  const { send } = await open();
  await send(body(152));
  const older = await send(body(99));
  assert.equal(older.status, 409);
  assert.match(older.json.error.message, /serves change number 152, which is newer than 99/);
  const other = await send(body(153, {}, ['10.0.0.0/8'], 'AzureChina'));
  assert.match(other.json.error.message, /serves tags of Public, these are of AzureChina/);
  assert.equal((await send()).json.served.changeNumber, '152');
  assert.equal((await send(body(99, { replace: true }))).status, 200);
  assert.equal((await send()).json.served.changeNumber, '99');
});

test('what is not a list of service tags is refused here, too', async () => {
  const { send, store } = await open();
  const cases = [
    [body(1, {}, ['10.0.0.1/8']), 'BadPrefixes'],
    [body(1, { document: { values: [] } }), 'NotServiceTags'],
    [body(1, { form: 'guess' }), 'InvalidArgument'],
    [body(1, { fetchedAt: 'today' }), 'InvalidArgument'],
  ] as const;
  for (const [payload, code] of cases) {
    const answer = await send(payload);
    assert.deepEqual([answer.status, answer.json.error.code], [400, code]);
  }
  assert.deepEqual(await store.list({}), []);
});
