/**
 * The gateway beside the same load sent direct and beside HAProxy with the same rules (server name inspected, PROXY v2
 * to the same Unix socket): throughput, new connections a second and the processor time of each; one core for the
 * server and one for both ends of the load, in turns within one run.
 * `node bench/gateway.ts [--json] [--rounds N] [--seconds N]`.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Done, Task } from './gateway-load.ts';
import { isThere, type Running, start, startOwn } from './peers.ts';
import { median, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

const serverName = 'gbl.his.arc.azure.com';
const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-gateway-'));
const upstream = join(directory, 'upstream.sock');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const listens = async (port: number): Promise<void> => {
  for (let attempt = 1; ; attempt += 1)
    try {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(100);
    }
};

const startHaproxy = async (): Promise<Running & { port: number }> => {
  const port = await freePort();
  const configuration = join(directory, 'haproxy.cfg');
  writeFileSync(
    configuration,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode tcp
  timeout connect 10s
  timeout client 240s
  timeout server 240s
frontend endpoint
  bind 127.0.0.1:${port}
  tcp-request inspect-delay 5s
  tcp-request content accept if { req.ssl_sni -i ${serverName} }
  tcp-request content reject
  default_backend services
backend services
  server upstream unix@${upstream} send-proxy-v2
`,
  );
  const haproxy = start('server', 'haproxy', ['-db', '-q', '-f', configuration]);
  await listens(port);
  return { ...haproxy, port };
};

const load = await startOwn<{ port: number }>('load', './gateway-load.ts', { path: upstream, serverName });
const gateway = await startOwn<{ port: number }>('server', './gateway-server.ts', { upstream, serverName });
const haproxy = isThere('haproxy') ? await startHaproxy() : undefined;
if (!haproxy) process.stderr.write('haproxy cannot be had here: its rows are left out.\n');

interface Subject {
  readonly port: number;
  readonly server?: Running;
}
const subjects: Record<string, Subject> = {
  direct: { port: load.answer.port },
  gateway: { port: gateway.answer.port, server: gateway },
  ...(haproxy && { HAProxy: { port: haproxy.port, server: haproxy } }),
};

/** Units a second, and the server's processor time for each unit. */
const measure = async (kind: Task['kind'], { port, server }: Subject) => {
  const before = server?.processorSeconds() ?? 0;
  load.process.send({ kind, port, seconds } satisfies Task);
  const [done] = (await once(load.process, 'message')) as [Done];
  const spent = (server?.processorSeconds() ?? 0) - before;
  return { rate: done.count / done.seconds, each: spent / done.count };
};

const rows: Row[] = [];
try {
  const kinds = ['stream', 'connect'] as const;
  const seen = new Map<string, { rate: number; each: number }[]>();
  // One round to warm up.
  for (let round = 0; round <= rounds; round += 1)
    for (const kind of kinds)
      for (const [name, subject] of Object.entries(subjects)) {
        process.stderr.write(`${kind}, ${name}, round ${round} of ${rounds}\n`);
        const result = await measure(kind, subject);
        if (round > 0) seen.set(`${kind} ${name}`, [...(seen.get(`${kind} ${name}`) ?? []), result]);
      }
  const of = (kind: Task['kind'], name: string, what: 'rate' | 'each'): number =>
    median((seen.get(`${kind} ${name}`) ?? []).map((result) => result[what]));
  for (const name of Object.keys(subjects))
    rows.push({
      through: name,
      'Gb/s': (of('stream', name, 'rate') * 8) / 1e9,
      '÷ direct': of('stream', name, 'rate') / of('stream', 'direct', 'rate'),
      'CPU s/GB': of('stream', name, 'each') * 1e9,
      ...(haproxy && {
        'CPU ÷ HAProxy': of('stream', name, 'each') / of('stream', 'HAProxy', 'each'),
      }),
      'connections/s': of('connect', name, 'rate'),
      'connections ÷ direct': of('connect', name, 'rate') / of('connect', 'direct', 'rate'),
      'CPU µs a connection': of('connect', name, 'each') * 1e6,
      ...(haproxy && {
        'connection CPU ÷ HAProxy': of('connect', name, 'each') / of('connect', 'HAProxy', 'each'),
      }),
    });
  printRows(rows, values.json === true);
} finally {
  await Promise.all([load, gateway, haproxy].map((each) => each?.stop()));
  rmSync(directory, { recursive: true });
}
