/**
 * What agents take, all by the private route. How long they take to connect, from starting `tombolo-agent connect` to
 * Connected (ARM resource, certificate, first heartbeat), as processes and as agents of one process, beside the bare minimum,
 * a TLS handshake with the same server and the issue of a certificate: eight at a time, in turns within one run. Then a
 * fleet that connects and beats, and one idle daemon, watched for an interval between heartbeats.
 * `node bench/agents.ts [--json] [--agents N] [--processes N] [--at-once N] [--heartbeat SECONDS] [--seconds N]`.
 */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createMachineKey } from '@tombolo/agent/machine-key';
import { createAuthority } from '@tombolo/identity';
import { issueMachineCertificate } from '@tombolo/identity/machine-certificate';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { createTopology } from '../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../apps/tombolo/shell/output.ts';
import { connectFleet, watchHeartbeats } from './agent-fleet.ts';
import { connectEnvironment, connectFlags, connectMachine, type MachineOptions } from './bench-machine.ts';
import { openWorld } from './bench-world.ts';
import { watchIdleDaemon } from './idle-daemon.ts';
import { median, percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    agents: { type: 'string', default: '1000' },
    processes: { type: 'string', default: '100' },
    'at-once': { type: 'string', default: '8' },
    heartbeat: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
  },
});
const agents = Number(values.agents);
const processes = Number(values.processes);
const atOnce = Number(values['at-once']);
const heartbeatMs = Number(values.heartbeat) * 1000;
const rounds = 4;
/** As an agent has it by default. */
const idleSeconds = 300;

const directory = mkdtempSync(join(tmpdir(), 'tombolo-bench-agents-'));
const world = await openWorld();
const server = connectToServer(world.state);
const topology = await createTopology(world.arm, server.installation, createOutput(true));
await world.tombolo('wait');
const profile = join(directory, 'profile.json');
writeFileSync(profile, JSON.stringify(await world.tombolo('profile', '--network', topology.networkId)));

const machine = (name: string): MachineOptions => ({
  name,
  directory: join(directory, name),
  profile,
  scopeId: topology.scopeId,
});

const bin = fileURLToPath(new URL('../apps/agent/bin.mjs', import.meta.url));
const env = { ...process.env, ...connectEnvironment(world) };
const asFlags = (flags: object): string[] =>
  Object.entries(flags).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
const run = promisify(execFile);
const byProcess = async (name: string): Promise<void> => {
  const options = machine(name);
  const flags = asFlags(connectFlags(world, options));
  await run(process.execPath, [bin, 'connect', '--state-dir', options.directory, ...flags], { env });
};
const authority = await createAuthority({ name: 'bench', now: Date.now() });
const [[serverName, address]] = [...topology.addresses] as [[string, string]];
/** A machine's key is made, too: no agent connects without one. */
const bareMinimum = async (name: string): Promise<void> => {
  const { https: port } = server.installation.ports;
  const socket = connectTls({
    host: address,
    port,
    servername: serverName,
    ca: world.certificateAuthority,
    session: undefined,
  });
  await once(socket, 'secureConnect');
  socket.destroy();
  const request = await createMachineKey().certificateRequest(name);
  const machineId = `${topology.group}/providers/Microsoft.HybridCompute/machines/${name}`;
  await issueMachineCertificate(authority, { request, vmId: randomUUID(), machineId, now: Date.now() });
};

const subjects = {
  'agent processes': byProcess,
  'TLS handshake and certificate': bareMinimum,
};

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly count: number;
}

/** Each name once, at most `atOnce` under way. */
const measure = async (names: string[], work: (name: string) => Promise<void>): Promise<Measured> => {
  const each: number[] = [];
  const count = names.length;
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const begin = performance.now();
      await work(name);
      each.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = (count / (performance.now() - start)) * 1000;
  return { p50: percentile(each, 0.5), p99: percentile(each, 0.99), perSecond, count };
};

/** The same by agents of this process. */
const measureFleet = async (names: readonly string[]) => {
  const start = performance.now();
  const fleet = await connectFleet(world, names.map(machine), { atOnce, heartbeatMs });
  const perSecond = (names.length / (performance.now() - start)) * 1000;
  return { fleet, ...fleet.figures().connectMs!, perSecond, count: names.length };
};

const seen = new Map<string, readonly Measured[]>();
const note = (subject: string, measured: Measured): void => {
  seen.set(subject, [...(seen.get(subject) ?? []), measured]);
};
let made = 0;
const names = (prefix: string, length: number): string[] =>
  Array.from({ length }, () => {
    made += 1;
    return `${prefix}-${made}`;
  });
const inOneProcess = 'agents of one process';
for (let round = 0; round < rounds; round += 1) {
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  const each = Math.ceil(processes / rounds);
  for (const [index, [subject, work]] of Object.entries(subjects).entries())
    note(subject, await measure(names(`bench-${index}`, each), work));
  const { fleet, ...measured } = await measureFleet(names('bench-fleet', each));
  await fleet.stop();
  note(inOneProcess, measured);
}
const rate = (subject: string): number => median(seen.get(subject)!.map(({ perSecond }) => perSecond));
const rows = [...seen].map(
  ([subject, measured]): Row => ({
    subject,
    agents: measured.reduce((sum, { count }) => sum + count, 0),
    'p50 ms': median(measured.map(({ p50 }) => p50)),
    'p99 ms': median(measured.map(({ p99 }) => p99)),
    'agents/s': rate(subject),
    '÷ bare minimum': rate(subject) / rate('TLS handshake and certificate'),
  }),
);

process.stderr.write(`a fleet of ${agents}\n`);
const { fleet, ...connecting } = await measureFleet(names('bench-beats', agents));
// Everybody has beaten once: what is got with the first heartbeat is a part of starting.
await pause(heartbeatMs);
const beating = await watchHeartbeats(world, fleet, Number(values.seconds));
await fleet.stop();
process.stderr.write(`an idle daemon, for ${idleSeconds} s\n`);
const lonely = machine('bench-idle');
const { state } = await connectMachine(world, lonely);
const idle = await watchIdleDaemon(lonely.directory, state.profile.nameServers ?? [], idleSeconds);

const figures: readonly Row[] = [
  { figure: `${agents} agents connect, p50 ms`, value: connecting.p50 },
  { figure: 'p99 ms', value: connecting.p99 },
  { figure: 'agents/s', value: connecting.perSecond },
  { figure: 'heartbeats/s', value: beating.perSecond },
  { figure: 'refused', value: beating.refused },
  { figure: "heartbeats/s a core of the server's processes", value: beating.perCoreSecond },
  ...Object.entries(beating.processor).map(([name, seconds]) => ({
    figure: `processor ms a heartbeat: ${name}`,
    value: (seconds / beating.heartbeats) * 1000,
  })),
  { figure: 'bytes a heartbeat', value: beating.bytesEach },
  { figure: 'one idle daemon: resident MB', value: idle.residentMegabytes },
  { figure: 'wake-ups an hour', value: idle.wakeUpsAnHour },
  { figure: 'bytes a day', value: idle.bytesADay },
  { figure: `heartbeats while it was watched (${idleSeconds} s)`, value: idle.heartbeats },
  { figure: 'load average of this machine, 5 min', value: loadavg()[1]! },
];
if (values.json) console.log(JSON.stringify({ rows, figures }, null, 2));
else {
  printRows(rows, false);
  printRows(figures, false);
}

await world.close();
rmSync(directory, { recursive: true });
