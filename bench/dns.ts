/**
 * The name server beside NSD: the same zone of 10,000 names, the same EDNS queries by dnsperf, one core for the server
 * and one for the load, in turns within one run. `node bench/dns.ts [--json] [--rounds N] [--seconds N]`.
 */

import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isThere, output, type Running, start, startOwn } from './peers.ts';
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

if (!isThere('dnsperf')) {
  console.error('dnsperf cannot be had here, so the name server is not measured.');
  process.exit(0);
}

const zone = 'bench.example';
const names = Array.from({ length: 10_000 }, (_, index) => `host-${String(index).padStart(5, '0')}`);
const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-dns-'));
const file = (name: string, lines: readonly string[]): string => {
  const path = join(directory, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const asked = (list: readonly string[]): string[] => list.map((name) => `${name}.${zone} A`);
/** Every name once, neighbours far apart: 7,919 is a prime that does not divide the number of names. */
const spread = names.map((_, index) => names[(index * 7_919) % names.length]!);
const missing = Array.from({ length: 100_000 }, (_, index) => `gone-${index}`);
const loads = {
  '10,000 names': file('all', asked(spread)),
  '100 names': file('few', asked(spread.slice(0, 100))),
  '100,000 names not there': file('missing', asked(missing)),
};

interface Server extends Running {
  readonly port: number;
}

const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
};

const answers = async (port: number): Promise<void> => {
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  for (let attempt = 1; ; attempt += 1)
    try {
      await resolver.resolve4(`${names[0]}.${zone}`);
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(100);
    }
};

const startTombolo = async (): Promise<Server> => {
  const server = await startOwn<{ port: number }>('server', './dns-server.ts', { zone, names });
  return { ...server, port: server.answer.port };
};

const startNsd = async (): Promise<Server> => {
  const port = await freePort();
  file('zone', [
    `$ORIGIN ${zone}.`,
    `@ 3600 IN SOA ns.${zone}. hostmaster.${zone}. 1 3600 300 2419200 10`,
    `@ 3600 IN NS ns.${zone}.`,
    ...names.map((name, index) => `${name} 10 IN A 10.0.${index >> 8}.${index & 255}`),
  ]);
  const configuration = file('nsd.conf', [
    'server:',
    `  ip-address: 127.0.0.1@${port}`,
    '  server-count: 1',
    '  username: ""',
    '  database: ""',
    `  zonesdir: "${directory}"`,
    `  pidfile: "${join(directory, 'nsd.pid')}"`,
    `  xfrdfile: "${join(directory, 'xfrd.state')}"`,
    `  zonelistfile: "${join(directory, 'zone.list')}"`,
    '  rrl-ratelimit: 0',
    '  rrl-whitelist-ratelimit: 0',
    'remote-control:',
    '  control-enable: no',
    'zone:',
    `  name: "${zone}"`,
    '  zonefile: "zone"',
  ]);
  return { ...start('server', 'nsd', ['-d', '-c', configuration]), port };
};

/** Queries a second, and for each second of the server's processor time; every query must be answered. */
const load = async (server: Server, queries: string): Promise<{ rate: number; perCore: number }> => {
  const before = server.processorSeconds();
  const args = ['-s', '127.0.0.1', '-p', String(server.port), '-d', queries, '-l', String(seconds)];
  const report = await output('load', 'dnsperf', [...args, '-e', '-q', '100', '-c', '4', '-S', '0']);
  const spent = server.processorSeconds() - before;
  const completed = Number(/Queries completed:\s+(\d+)/.exec(report)?.[1]);
  const rate = Number(/Queries per second:\s+([\d.]+)/.exec(report)?.[1]);
  if (!(completed > 0) || /SERVFAIL|REFUSED|FORMERR/.test(report)) throw new Error(report);
  return { rate, perCore: completed / spent };
};

const ours = await startTombolo();
const nsd = isThere('nsd') ? await startNsd() : undefined;
if (!nsd) process.stderr.write('nsd cannot be had here: its columns are left out.\n');
const servers = nsd ? { ours, nsd } : { ours };

const rows: Row[] = [];
try {
  for (const server of Object.values(servers)) await answers(server.port);
  for (const [name, queries] of Object.entries(loads)) {
    const seen = {
      ours: [] as number[],
      oursCore: [] as number[],
      nsd: [] as number[],
      nsdCore: [] as number[],
    };
    // One round to warm up.
    for (let round = 0; round <= rounds; round += 1) {
      process.stderr.write(`${name}, round ${round} of ${rounds}\n`);
      const own = await load(ours, queries);
      const peer = nsd && (await load(nsd, queries));
      if (round === 0) continue;
      seen.ours.push(own.rate);
      seen.oursCore.push(own.perCore);
      if (!peer) continue;
      seen.nsd.push(peer.rate);
      seen.nsdCore.push(peer.perCore);
    }
    rows.push({
      case: name,
      'queries/s': median(seen.ours),
      'queries/core s': median(seen.oursCore),
      ...(nsd && {
        'NSD queries/s': median(seen.nsd),
        'NSD queries/core s': median(seen.nsdCore),
        'ours ÷ NSD': median(seen.ours) / median(seen.nsd),
        'per core second ÷ NSD': median(seen.oursCore) / median(seen.nsdCore),
      }),
    });
  }
  printRows(rows, values.json === true);
} finally {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  rmSync(directory, { recursive: true });
}
