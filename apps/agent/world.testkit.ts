/** The hybrid world for agent processes: a real gateway, name servers for two views, and a small ARM over HTTPS. */

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentStatus } from '@tombolo/agent';
import { createListenerProjection, dialTo, Gateway } from '@tombolo/gateway';
import { identityIdOf } from '@tombolo/hybrid-services/projection';
import { hosts, machineId, memberAddress, openWorld, profile } from '@tombolo/hybrid-services/world.testkit';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { findRegion, members } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { decode, encode } from 'dns-packet';

export const secret = 'the secret of the service principal';
const tenant = '11111111-2222-4333-8444-555555555555';
const subscription = '00000000-0000-4000-8000-000000000001';

/** Answers A questions from a table; NXDOMAIN else. */
const openNameServer = async (table: ReadonlyMap<string, string>) => {
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const query = decode(message);
    const question = query.questions?.[0];
    const address = table.get(question?.name.toLowerCase() ?? '');
    const reply = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: 0x0180 | (address === undefined ? 3 : 0),
      questions: query.questions ?? [],
      answers:
        address !== undefined && question?.type === 'A'
          ? [{ type: 'A', name: question.name, ttl: 1, data: address }]
          : [],
    });
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
};

export const openAgentWorld = async () => {
  // The agents are processes, with the system's clock.
  const world = await openWorld({ clock: Date.now });
  const { address, port } = world.server.publicAddresses[0]!;
  const gateway = new Gateway({ port, dial: dialTo(world.proxySocketPath) });
  const reconcile = async () => {
    await world.settled();
    const { documents } = await world.store.snapshot();
    return gateway.reconcile(createListenerProjection().replace(documents).listeners);
  };
  const certificate = await issueServerCertificate(world.authority, {
    names: ['management.test', 'login.test'],
    now: Date.now(),
  });
  const writes: string[] = [];
  const arm = createServer(
    { key: certificate.privateKey, cert: certificate.certificate },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
          response.writeHead(status, { 'content-type': 'application/json', ...headers });
          response.end(JSON.stringify(body));
        };
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (path.endsWith('/oauth2/v2.0/token')) {
          if (new URLSearchParams(text).get('client_secret') === secret)
            answer(200, { access_token: 'arm-token' });
          else
            answer(401, {
              error: 'invalid_client',
              error_description: 'AADSTS7000215: Invalid client secret.',
            });
          return;
        }
        if (request.headers.authorization !== 'Bearer arm-token') {
          answer(401, { error: { code: 'InvalidAuthenticationToken', message: 'no' } });
          return;
        }
        if (request.method !== 'GET') writes.push(`${request.method} ${path}`);
        if (request.method === 'PUT') {
          const body = JSON.parse(text) as JsonObject;
          const { feed } = await world.put(path, 'Microsoft.HybridCompute/machines', body);
          answer(200, body, { 'x-tombolo-feed': String(feed) });
        } else if (request.method === 'DELETE') {
          await world.store.commit({ deletes: [path, identityIdOf(path)] });
          answer(200, {});
        } else {
          const found = await world.store.get(path);
          if (found) answer(200, found.body);
          else answer(404, { error: { code: 'ResourceNotFound', message: 'no such machine' } });
        }
      });
    },
  );
  arm.listen(0, '127.0.0.1');
  await once(arm, 'listening');
  const armPort = (arm.address() as AddressInfo).port;

  const always: [string, string][] = [
    ['management.test', '127.0.0.1'],
    ['login.test', '127.0.0.1'],
  ];
  const publicNames = Object.values(hosts).map((name): [string, string] => [name, address]);
  const privateNames = (link: number) =>
    members(findRegion('japaneast')!, profile.suffixes).map((member): [string, string] => [
      member.fqdn,
      memberAddress(link, member.memberName),
    ]);
  const nameServers: { close(): void }[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'tombolo-agent-'));

  const tables = new Map<string, Map<string, string>>();
  const namesBy = (link: number | undefined): readonly [string, string][] =>
    link === undefined ? [...always, ...publicNames] : [...always, ...publicNames, ...privateNames(link)];
  /** From now on machines of this profile resolve so. */
  const resolveBy = (name: string, link?: number): void => {
    for (const [host, address] of namesBy(link)) tables.get(name)?.set(host, address);
  };
  /** A profile file for machines that resolve publicly, through the network of this link, or nothing at all. */
  const writeProfile = async (name: string, link?: number | 'nothing'): Promise<string> => {
    const table = new Map(link === 'nothing' ? [] : namesBy(link));
    tables.set(name, table);
    const server = await openNameServer(table);
    nameServers.push(server);
    const file = join(directory, `${name}.profile.json`);
    const content = {
      name: 'AzureCloud',
      suffixes: profile.suffixes,
      regions: profile.regions,
      resourceManager: `https://management.test:${armPort}`,
      activeDirectory: `https://login.test:${armPort}`,
      ports: { https: port, dns: 53 },
      certificateAuthorities: world.authority.chain,
      nameServers: [server.address],
      publicAddresses: [address],
    };
    await writeFile(file, JSON.stringify(content));
    return file;
  };

  const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [bin, ...args], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: directory,
        AZCMAGENT_SERVICE_PRINCIPAL_SECRET: secret,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    return { child, stdout: () => stdout, stderr: () => stderr };
  };
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const started = start(args, env);
    const [code] = (await once(started.child, 'close')) as [number | null];
    return { code, stdout: started.stdout(), stderr: started.stderr() };
  };
  const connectArgs = (name: string, file: string): readonly string[] => [
    ...['connect', '--state-dir', join(directory, name), '--cloud-profile', file],
    ...['-i', 'an-app', '-t', tenant, '-s', subscription, '-g', 'rg', '-n', name, '-l', 'japaneast'],
  ];
  /** Polls the status file, within bounds, until it is so. */
  const statusUntil = async (name: string, so: (status: AgentStatus) => boolean): Promise<AgentStatus> => {
    const file = join(directory, name, 'status.json');
    for (let attempt = 0; attempt < 3000; attempt += 1) {
      const status = await readFile(file, 'utf8').then(
        (text) => JSON.parse(text) as AgentStatus,
        () => undefined,
      );
      if (status !== undefined && so(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`status never so: ${await readFile(file, 'utf8').catch(String)}`);
  };
  /** As `moveResources` leaves it: the machine and its identity are in another group. */
  const move = async (name: string, group: string): Promise<string> => {
    const from = machineId(name);
    const to = from.replace(/resourceGroups\/[^/]+/, `resourceGroups/${group}`);
    const found = await world.store.getMany([from, identityIdOf(from)]);
    const [machine, identity] = [from, identityIdOf(from)].map((id) => found.get(id.toLowerCase())!);
    const properties = { ...(identity!.body.properties as JsonObject), machineId: to };
    await world.store.commit({
      deletes: [from, identityIdOf(from)],
      puts: [
        { ...machine!, id: to },
        {
          ...{ id: identityIdOf(to), type: identity!.type },
          body: { ...identity!.body, properties, formerIds: [identityIdOf(from)] },
        },
      ],
    });
    return to;
  };
  /** The resource is no longer this agent's: another key, and no identity. */
  const dispossess = async (id: string): Promise<void> => {
    const { type, body } = (await world.store.get(id))!;
    const properties = { ...(body.properties as JsonObject), clientPublicKey: 'none' };
    const puts = [{ id, type, body: { ...body, properties } }];
    await world.store.commit({ puts, deletes: [identityIdOf(id)] });
  };
  return {
    world,
    gateway,
    move,
    dispossess,
    reconcile,
    writes,
    directory,
    writeProfile,
    resolveBy,
    /** What the internet answers. */
    everyName: () => new Map([...always, ...publicNames]),
    start,
    run,
    connectArgs,
    statusUntil,
    close: async () => {
      for (const server of nameServers) server.close();
      arm.closeAllConnections();
      arm.close();
      await gateway.drain(0);
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
