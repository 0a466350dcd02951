/**
 * `tombolo-agent check` of as many endpoints as any question of it has, of which five swallow what is sent to them, beside
 * `curl --parallel` and `nmap -sT` with the same ones, in turns within one run, in a network namespace of the bench's own (root).
 * `node bench/check.ts [--json] [--rounds N] [--deadline SECONDS]`.
 */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkList } from '@tombolo/connectivity-check';
import { createAuthority, issueServerCertificate } from '@tombolo/identity';
import { realClouds } from '@tombolo/private-link';
import { currentCatalogue } from '@tombolo/requirements';
import { decode, encode } from 'dns-packet';
import { environment, isThere } from './peers.ts';
import { median, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    deadline: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);
const deadline = Number(values.deadline);

const inside = 'TOMBOLO_BENCH_CHECK_INSIDE';
if (process.env[inside] === undefined) {
  const able =
    process.getuid?.() === 0 && isThere('nft') && spawnSync('unshare', ['--net', 'ip', '-V']).status === 0;
  if (!able)
    console.error('A network namespace with nftables cannot be made here, so check is not measured.');
  const again = ['--net', process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const env = { ...process.env, [inside]: '1' };
  process.exit(able ? (spawnSync('unshare', again, { env, stdio: 'inherit' }).status ?? 1) : 0);
}

const location = 'eastus';
const profile = { ...realClouds.AzureCloud!, nameServers: ['127.0.0.1:53'] };
const hosts = checkList(
  { profile, location, extensions: 'all', includeAll: true, privateLink: false, operatingSystem: 'linux' },
  currentCatalogue,
)
  .endpoints.filter(({ pattern }) => !pattern)
  .map(({ host }) => host);
const hanging = hosts.filter((_, index) => index % 5 === 2).slice(0, 5);
const addresses = new Map(
  hosts.map((host, index) => [host, `${hanging.includes(host) ? '20.44.9' : '20.44.8'}.${index + 1}`]),
);
for (const words of ['link set lo up', 'route add local 20.44.8.0/23 dev lo'])
  execFileSync('ip', words.split(' '));
execFileSync('nft', ['-f', '-'], {
  env: environment,
  input: 'table ip hole { chain out { type filter hook output priority 0; ip daddr 20.44.9.0/24 drop; }; }',
});

const now = Date.now();
const authority = await createAuthority({ name: 'bench', now });
const issued = await issueServerCertificate(authority, { names: hosts, now });
const server = createServer({ key: issued.privateKey, cert: issued.certificate }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
}).on('tlsClientError', () => {});
server.listen(443, '0.0.0.0');
await once(server, 'listening');
const names = createSocket('udp4');
names.on('message', (message, peer) => {
  const { id = 0, questions = [] } = decode(message);
  const [question] = questions;
  const data = question?.type === 'A' ? addresses.get(question.name.toLowerCase()) : undefined;
  const answers =
    question === undefined || data === undefined
      ? []
      : [{ type: 'A' as const, name: question.name, ttl: 1, data }];
  names.send(encode({ type: 'response', id, flags: 0x0180, questions, answers }), peer.port, peer.address);
});
names.bind(53, '127.0.0.1');
await once(names, 'listening');

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-check-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const roots = file('roots.pem', authority.chain.join('\n'));
const site = file('profile.json', JSON.stringify({ ...profile, certificateAuthorities: authority.chain }));
const bin = fileURLToPath(new URL('../apps/agent/bin.mjs', import.meta.url));
const printed = join(directory, 'printed');

interface Program {
  readonly command: readonly string[];
  /** How many it reached. */
  readonly reached: (text: string) => number;
}
const programs: Readonly<Record<string, Program>> = {
  'tombolo-agent check': {
    command: [
      ...[process.execPath, bin, 'check', '--json', '--cloud-profile', site, '-l', location],
      ...['--extensions', 'all', '--include-all', '--timeout', String(deadline)],
    ],
    reached: (text) =>
      Object.values(JSON.parse(text) as Record<string, { readonly reachable: boolean | null }>).filter(
        ({ reachable }) => reachable === true,
      ).length,
  },
  curl: {
    command: [
      ...[
        'curl',
        '--parallel',
        '--parallel-immediate',
        '--parallel-max',
        '64',
        '--silent',
        '--cacert',
        roots,
      ],
      ...['--connect-timeout', String(deadline), '--write-out', '%{http_code}\\n'],
      ...[...addresses].flatMap(([host, address]) => ['--resolve', `${host}:443:${address}`]),
      ...hosts.flatMap((host) => ['--output', '/dev/null', `https://${host}/`]),
    ],
    reached: (text) => text.split('\n').filter((line) => line === '204').length,
  },
  nmap: {
    command: [
      ...['nmap', '-sT', '-Pn', '-n', '-p443', '--max-retries', '0', '-oG', '-'],
      ...['--initial-rtt-timeout', `${deadline}s`, '--min-rtt-timeout', `${deadline}s`],
      ...['--max-rtt-timeout', `${deadline}s`, ...addresses.values()],
    ],
    reached: (text) => text.split('\n').filter((line) => line.includes('443/open/')).length,
  },
};

const script = 'out="$1"; shift; "$@" > "$out" 2> /dev/null; times';
/** Seconds by the clock, and of processor time: the shell's children are the second line of `times`. */
const measure = async ({ command, reached }: Program) => {
  const began = performance.now();
  const child = spawn('sh', ['-c', script, 'sh', printed, ...command], {
    env: { ...environment, TOMBOLO_AGENT_STATE: join(directory, 'state') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let times = '';
  child.stdout.on('data', (chunk: Buffer) => {
    times += chunk;
  });
  await once(child, 'close');
  const whole = (performance.now() - began) / 1000;
  const processor = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((sum, one) => sum + one, 0);
  return { whole, processor, reached: reached(readFileSync(printed, 'utf8')) };
};

const there = Object.entries(programs).filter(([name, { command }]) => {
  const found = name.startsWith('tombolo') || isThere(command[0]!);
  if (!found) console.error(`${name} cannot be had here: its row is left out.`);
  return found;
});
try {
  const seen = new Map(there.map(([name]) => [name, [] as Awaited<ReturnType<typeof measure>>[]]));
  for (let round = 1; round <= rounds; round += 1)
    for (const [name, program] of there) {
      console.error(`Round ${round} of ${rounds}: ${name}`);
      seen.get(name)!.push(await measure(program));
    }
  const middle = (name: string, of: 'whole' | 'processor' | 'reached'): number =>
    median(seen.get(name)!.map((one) => one[of]));
  const ours = middle(there[0]![0], 'whole');
  printRows(
    there.map(
      ([name]): Row => ({
        [`${hosts.length} endpoints, ${hanging.length} hang`]: name,
        'seconds, whole': middle(name, 'whole'),
        '÷ deadline': middle(name, 'whole') / deadline,
        'check ÷ it': ours / middle(name, 'whole'),
        'processor seconds': middle(name, 'processor'),
        reached: `${middle(name, 'reached')} of ${hosts.length - hanging.length}`,
      }),
    ),
    values.json === true,
  );
} finally {
  rmSync(directory, { recursive: true });
  server.close();
  names.close();
}
