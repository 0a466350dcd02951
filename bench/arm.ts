/**
 * The cost of the ARM pipeline: GET, PUT and list per second beside the bare HTTPS server that answers the same bytes
 * and beside the bare store, in turns within one run. `node bench/arm.ts [--json] [--rounds N] [--seconds N]`.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '@tombolo/store';
import autocannon from 'autocannon';
import { openWorld } from './bench-world.ts';
import { median, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);
const duration = Number(values.seconds);
const connections = 16;

const world = await openWorld();
const token = await world.token();
const group = `/subscriptions/${world.subscriptionId}/resourceGroups/bench`;
const scopes = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes`;
const version = '?api-version=2022-11-10';
const body = JSON.stringify({
  location: 'japaneast',
  tags: { bench: 'arm' },
  properties: { publicNetworkAccess: 'Disabled' },
});
await world.arm.send('PUT', `${group}?api-version=2025-04-01`, { location: 'japaneast' });
for (let index = 0; index < 100; index += 1)
  await world.arm.send('PUT', `${scopes}/scope-${index}${version}`, JSON.parse(body));
const one = JSON.stringify((await world.arm.send('GET', `${scopes}/scope-1${version}`)).body);
const page = JSON.stringify((await world.arm.send('GET', `${scopes}${version}`)).body);

const bare = fork(fileURLToPath(new URL('./bare-server.ts', import.meta.url)), [], {
  env: { ...process.env, BARE_STATE: world.state },
});
bare.send({ one, page });
const [{ port }] = (await once(bare, 'message')) as [{ port: number }];

let sequence = 0;
const load = async (origin: string, method: 'GET' | 'PUT', path: string): Promise<number> => {
  const result = await autocannon({
    url: origin,
    connections,
    duration,
    tlsOptions: { ca: readFileSync(join(world.state, 'ca.pem')) },
    requests: [
      {
        method,
        path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}),
        },
        ...(method === 'PUT' ? { body } : {}),
        ...(method === 'PUT'
          ? {
              setupRequest: (request: { path?: string }) => {
                sequence += 1;
                return { ...request, path: path.replace('NEW', String(sequence)) };
              },
            }
          : {}),
      },
    ],
  } as autocannon.Options);
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${method} ${path}: ${result.non2xx} refused, ${result.errors} errors`);
  return result.requests.average;
};

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-arm-'));
const store = openSqliteStore({ path: join(directory, 'store.db'), now: Date.now });
const idOf = (name: string): string => `${scopes}/${name}`;
const type = 'Microsoft.HybridCompute/privateLinkScopes';
for (let index = 0; index < 100; index += 1)
  await store.commit({ puts: [{ id: idOf(`scope-${index}`), type, body: JSON.parse(one) }] });

/** The store alone, as many at a time as the server has connections. */
const bareStore = async (work: () => Promise<unknown>): Promise<number> => {
  const until = performance.now() + duration * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return done / duration;
};

const putNext = (): Promise<unknown> => {
  sequence += 1;
  return store.commit({ puts: [{ id: idOf(`put-${sequence}`), type, body: JSON.parse(one) }] });
};

const origin = world.origin;
const bareOrigin = `https://localhost:${port}`;
const cases = {
  GET: {
    arm: () => load(origin, 'GET', `${scopes}/scope-1${version}`),
    http: () => load(bareOrigin, 'GET', '/one'),
    store: () => bareStore(() => store.get(idOf('scope-1'))),
  },
  PUT: {
    arm: () => load(origin, 'PUT', `${scopes}/new-NEW${version}`),
    http: () => load(bareOrigin, 'PUT', '/one'),
    store: () => bareStore(putNext),
  },
  'list 100': {
    arm: () => load(origin, 'GET', `${scopes}${version}`),
    http: () => load(bareOrigin, 'GET', '/page'),
    store: () => bareStore(() => store.list({ type, under: group, limit: 101 })),
  },
};

const rows: Row[] = [];
for (const [name, { arm, http, store: alone }] of Object.entries(cases)) {
  const seen = { arm: [] as number[], http: [] as number[], store: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`${name}, round ${round + 1} of ${rounds}\n`);
    seen.arm.push(await arm());
    seen.http.push(await http());
    seen.store.push(await alone());
  }
  const [ours, bareHttp, bareStored] = [median(seen.arm), median(seen.http), median(seen.store)];
  rows.push({
    case: name,
    'ARM/s': ours,
    'bare HTTPS/s': bareHttp,
    'bare store/s': bareStored,
    'ARM ÷ HTTPS': ours / bareHttp,
    'ARM ÷ store': ours / bareStored,
  });
}
printRows(rows, values.json === true);

bare.kill();
await store.close();
rmSync(directory, { recursive: true });
await world.close();
