/**
 * How long a fleet takes to connect: from starting `tombolo-agent connect` to Connected (ARM resource, certificate,
 * first heartbeat, all by the private route), as processes and as calls of the agent's library in one process; beside
 * the bare minimum, a TLS handshake with the same server and the issue of a certificate; all eight at a time, in turns
 * within one run. `node bench/agents.ts [--json] [--agents N] [--at-once N]`.
 */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import { connectEnvironment, connectFlags, connectMachine, type MachineOptions } from './bench-machine.ts';
import { openWorld } from './bench-world.ts';
import { median, percentile, printRows, type Row } from './report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    agents: { type: 'string', default: '100' },
    'at-once': { type: 'string', default: '8' },
  },
});
const agents = Number(values.agents);
const atOnce = Number(values['at-once']);
const rounds = 4;

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
const byLibrary = async (name: string): Promise<void> => {
  await connectMachine(world, machine(name));
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
  'agent library, one process': byLibrary,
  'TLS handshake and certificate': bareMinimum,
};

/** Each name once, at most `atOnce` under way; milliseconds of each, and of all. */
const measure = async (names: string[], work: (name: string) => Promise<void>) => {
  const each: number[] = [];
  const start = performance.now();
  const lane = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const begin = performance.now();
      await work(name);
      each.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { each, all: performance.now() - start };
};

const seen = new Map<string, { each: number[]; perSecond: number[] }>();
let count = 0;
const names = (prefix: string, length: number): string[] =>
  Array.from({ length }, () => {
    count += 1;
    return `${prefix}-${count}`;
  });
for (let round = 0; round < rounds; round += 1)
  for (const [index, [subject, work]] of Object.entries(subjects).entries()) {
    process.stderr.write(`${subject}, round ${round + 1} of ${rounds}\n`);
    const { each, all } = await measure(names(`bench-${index}`, Math.ceil(agents / rounds)), work);
    const before = seen.get(subject) ?? { each: [], perSecond: [] };
    seen.set(subject, {
      each: [...before.each, ...each],
      perSecond: [...before.perSecond, (each.length / all) * 1000],
    });
  }

/** Heartbeats are batched, so the last machines are shown as Connected a moment later. */
const connected = async (): Promise<number> => {
  const path = `${topology.group}/providers/Microsoft.HybridCompute/machines?api-version=2024-07-10&$top=1000`;
  const { body } = await world.arm.send('GET', path);
  const machines = body.value as readonly { readonly properties: { readonly status: string } }[];
  return machines.filter(({ properties }) => properties.status === 'Connected').length;
};
const expected =
  seen.get('agent processes')!.each.length + seen.get('agent library, one process')!.each.length;
for (const deadline = Date.now() + 10_000; (await connected()) !== expected; await pause(100))
  if (Date.now() > deadline) throw new Error(`${await connected()} of ${expected} machines are Connected`);

const rate = (subject: string): number => median(seen.get(subject)!.perSecond);
const least = 'TLS handshake and certificate';
printRows(
  [...seen].map(
    ([subject, { each }]): Row => ({
      subject,
      agents: each.length,
      'p50 ms': percentile(each, 0.5),
      'p99 ms': percentile(each, 0.99),
      'agents/s': rate(subject),
      '÷ bare minimum': rate(subject) / rate(least),
    }),
  ),
  values.json === true,
);

await world.close();
rmSync(directory, { recursive: true });
