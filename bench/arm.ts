/**
 * The cost of the ARM pipeline: GET, PUT and list per second beside the bare HTTPS server that answers the same bytes
 * and beside the bare store, in turns within one run; and the processor time a request, which a busy machine distorts
 * less. `node bench/arm.ts [--json] [--rounds N] [--seconds N]`.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '@tombolo/store';
import autocannon from 'autocannon';
import { openWorld } from './bench-world.ts';
import { startOwn } from './peers.ts';
import { processorSeconds } from './processor-time.ts';
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

process.env.BARE_STATE = world.state;
const bare = await startOwn<{ port: number }>('any', './bare-server.ts', { one, page });

interface Rate {
  readonly perSecond: number;
  /** Of the server, microseconds of processor time. */
  readonly each: number;
}

let sequence = 0;
const load = async (pid: number, origin: string, method: 'GET' | 'PUT', path: string): Promise<Rate> => {
  const before = processorSeconds(pid);
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
  const spent = processorSeconds(pid) - before;
  return { perSecond: result.requests.average, each: (spent / result['2xx']) * 1e6 };
};

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-arm-'));
const store = openSqliteStore({ path: join(directory, 'store.db'), now: Date.now });
const idOf = (name: string): string => `${scopes}/${name}`;
const type = 'Microsoft.HybridCompute/privateLinkScopes';
for (let index = 0; index < 100; index += 1)
  await store.commit({ puts: [{ id: idOf(`scope-${index}`), type, body: JSON.parse(one) }] });

/** The store alone, as many at a time as the server has connections. */
const bareStore = async (work: () => Promise<unknown>): Promise<Rate> => {
  const before = processorSeconds(process.pid);
  const until = performance.now() + duration * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const spent = processorSeconds(process.pid) - before;
  return { perSecond: done / duration, each: (spent / done) * 1e6 };
};

const putNext = (): Promise<unknown> => {
  sequence += 1;
  return store.commit({ puts: [{ id: idOf(`put-${sequence}`), type, body: JSON.parse(one) }] });
};

const arm = (method: 'GET' | 'PUT', path: string) => () =>
  load(world.controlProcess, world.origin, method, path);
const http = (method: 'GET' | 'PUT', path: string) => () =>
  load(bare.process.pid ?? 0, `https://localhost:${bare.answer.port}`, method, path);
const cases = {
  GET: {
    arm: arm('GET', `${scopes}/scope-1${version}`),
    http: http('GET', '/one'),
    store: () => bareStore(() => store.get(idOf('scope-1'))),
  },
  PUT: {
    arm: arm('PUT', `${scopes}/new-NEW${version}`),
    http: http('PUT', '/one'),
    store: () => bareStore(putNext),
  },
  'list 100': {
    arm: arm('GET', `${scopes}${version}`),
    http: http('GET', '/page'),
    store: () => bareStore(() => store.list({ type, under: group, limit: 101 })),
  },
};

const rows: Row[] = [];
for (const [name, subjects] of Object.entries(cases)) {
  const seen: Record<keyof typeof subjects, Rate[]> = { arm: [], http: [], store: [] };
  // One round to warm up.
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(`${name}, round ${round} of ${rounds}\n`);
    for (const subject of ['arm', 'http', 'store'] as const) {
      const rate = await subjects[subject]();
      if (round > 0) seen[subject].push(rate);
    }
  }
  const rate = (subject: keyof typeof seen) => median(seen[subject].map(({ perSecond }) => perSecond));
  const each = (subject: keyof typeof seen) => median(seen[subject].map((one) => one.each));
  rows.push({
    case: name,
    'ARM/s': rate('arm'),
    'bare HTTPS/s': rate('http'),
    'bare store/s': rate('store'),
    'ARM ÷ HTTPS': rate('arm') / rate('http'),
    'ARM ÷ store': rate('arm') / rate('store'),
    'ARM CPU µs': each('arm'),
    'HTTPS CPU µs': each('http'),
    'store CPU µs': each('store'),
    'CPU: ARM ÷ (HTTPS + store)': each('arm') / (each('http') + each('store')),
  });
}
printRows(rows, values.json === true);

await bare.stop();
await store.close();
rmSync(directory, { recursive: true });
await world.close();
