/** A site and an installation as two hosts: real private addresses, a host that accepts nothing inbound. */

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { endChild } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { bin, environment } from './server.ts';

const agentBin = fileURLToPath(new URL('../apps/agent/bin.mjs', import.meta.url));
const armExample = fileURLToPath(new URL('../examples/arm.mjs', import.meta.url));
const template = fileURLToPath(new URL('../examples/quickstart.json', import.meta.url));
const names = { cloud: `tc${process.pid}`, site: `ts${process.pid}` };
const [cloudAddress, servicesAddress, siteAddress] = ['192.0.2.1', '192.0.2.2', '192.0.2.10'];

const ip = (...args: readonly string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const within = (
  namespace: string,
  command: string,
  args: readonly string[],
  input?: string,
  more: Readonly<Record<string, string>> = {},
): { code: number | null; stdout: string } => {
  const done = spawnSync('ip', ['netns', 'exec', namespace, command, ...args], {
    encoding: 'utf8',
    env: environment(more),
    ...(input === undefined ? {} : { input }),
  });
  return { code: done.status, stdout: done.stdout };
};

const unavailable = (): string | false => {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  for (const program of ['ip', 'nft']) if (spawnSync(program, ['-V']).error) return `needs ${program}`;
  const made = spawnSync('ip', ['netns', 'add', names.cloud]);
  return made.status === 0 ? false : 'network namespaces cannot be made here';
};
const skip = unavailable();

describe('two hosts in network namespaces of their own', { skip }, () => {
  const state = join(directoryOfFile(), 'state');
  const agentState = join(directoryOfFile(), 'agent');
  const children: ChildProcess[] = [];
  let network = '';
  const server = (...args: readonly string[]) => {
    const { stdout, code } = within(names.cloud, process.execPath, [
      bin,
      ...args,
      '--state',
      state,
      '--json',
    ]);
    assert.equal(code, 0, stdout);
    return JSON.parse(stdout);
  };

  before(async () => {
    ip('netns', 'add', names.site);
    ip(
      'link',
      'add',
      'cloud0',
      'netns',
      names.cloud,
      'type',
      'veth',
      'peer',
      'name',
      'site0',
      'netns',
      names.site,
    );
    for (const namespace of [names.cloud, names.site]) ip('-n', namespace, 'link', 'set', 'lo', 'up');
    for (const address of [cloudAddress, servicesAddress])
      ip('-n', names.cloud, 'addr', 'add', `${address}/24`, 'dev', 'cloud0');
    ip('-n', names.cloud, 'link', 'set', 'cloud0', 'up');
    ip('-n', names.site, 'addr', 'add', `${siteAddress}/24`, 'dev', 'site0');
    ip('-n', names.site, 'link', 'set', 'site0', 'up');
    ip('-n', names.site, 'route', 'add', '10.32.0.0/16', 'via', cloudAddress);
    // R17: nothing that the host did not ask for gets in.
    const rules = `table inet site {
  chain in {
    type filter hook input priority 0; policy drop;
    iifname lo accept
    ct state established,related accept
    counter comment "refused"
  }
}
`;
    assert.equal(within(names.site, 'nft', ['-f', '-'], rules).code, 0);

    const configuration = join(directoryOfFile(), 'tombolo.json');
    writeFileSync(
      configuration,
      JSON.stringify({
        armAddress: cloudAddress,
        servicesAddress,
        dnsAddress: cloudAddress,
        dnsClients: ['192.0.2.0/24'],
        realize: 'lo',
        httpsPort: 8443,
        dnsPort: 5354,
      }),
    );
    const up = childOfFile(
      spawn(
        'ip',
        [
          'netns',
          'exec',
          names.cloud,
          process.execPath,
          bin,
          'up',
          '--config',
          configuration,
          '--state',
          state,
          '--json',
        ],
        { stdio: ['ignore', 'pipe', 'ignore'], env: environment() },
      ),
    );
    children.push(up);
    await once(createInterface({ input: up.stdout! }), 'line');
    const realistic = join(directoryOfFile(), 'topology.json');
    writeFileSync(realistic, readFileSync(template, 'utf8').replaceAll('127.32.', '10.32.'));
    const applied = server('apply', realistic, '-g', 'site', '-l', 'japaneast') as {
      resources: { id: string }[];
    };
    network = applied.resources.find(({ id }) => id.endsWith('/virtualNetworks/quickstart-network'))!.id;
    server('wait', '--timeout', '150');
  });

  after(async () => {
    for (const child of children.reverse()) await endChild(child);
    for (const namespace of [names.cloud, names.site]) spawnSync('ip', ['netns', 'del', namespace]);
  });

  test('--realize lo adds the addresses of the endpoint and of the resolver', () => {
    const addresses = ip('-n', names.cloud, '-br', 'addr', 'show', 'dev', 'lo');
    for (const address of ['10.32.1.4', '10.32.1.9', '10.32.2.4'])
      assert.match(addresses, new RegExp(`\\b${address}/32`));
    const { followers } = server('status') as { followers: { report: { unrealized?: unknown[] } }[] };
    for (const { report } of followers) assert.deepEqual(report.unrealized ?? [], []);
  });

  test('R17: a host that accepts nothing inbound connects through the endpoint and stays Connected', async () => {
    const profile = join(directoryOfFile(), 'profile.json');
    writeFileSync(profile, JSON.stringify(server('profile', '--network', network)));
    const credentials = JSON.parse(readFileSync(join(state, 'credentials.json'), 'utf8')) as Record<
      string,
      string
    >;
    const secret = join(directoryOfFile(), 'secret');
    writeFileSync(secret, credentials.clientSecret!, { mode: 0o600 });
    const scope = network.replace(
      'Microsoft.Network/virtualNetworks/quickstart-network',
      'Microsoft.HybridCompute/privateLinkScopes/quickstart-scope',
    );
    const connect = within(names.site, process.execPath, [
      ...[
        agentBin,
        'connect',
        '--json',
        '--state-dir',
        agentState,
        '--cloud-profile',
        profile,
        '--service-principal-secret-file',
        secret,
      ],
      ...['-i', credentials.clientId!, '-t', credentials.tenantId!, '-s', credentials.subscriptionId!],
      ...['-g', 'site', '-l', 'japaneast', '-n', 'shed', '--private-link-scope', scope],
    ]);
    assert.equal(connect.code, 0, connect.stdout);
    assert.equal((JSON.parse(connect.stdout) as { route: { kind: string } }).route.kind, 'private');

    const daemon = childOfFile(
      spawn(
        'ip',
        [
          'netns',
          'exec',
          names.site,
          process.execPath,
          agentBin,
          'run',
          '--state-dir',
          agentState,
          '--heartbeat-interval',
          '0.2',
        ],
        { stdio: 'ignore', env: environment() },
      ),
    );
    children.push(daemon);
    const status = () => {
      try {
        return JSON.parse(readFileSync(join(agentState, 'status.json'), 'utf8')) as {
          status: string;
          heartbeats: number;
          failures: number;
        };
      } catch {
        return undefined;
      }
    };
    await until('five heartbeats', () => (status()?.heartbeats ?? 0) >= 5);
    assert.equal(status()?.status, 'Connected');
    assert.equal(status()?.failures, 0);
    // Nothing listens at the site, and nobody tried to get in: the firewall counted no packet.
    assert.equal(within(names.site, 'ss', ['-Hlntu']).stdout.trim(), '');
    assert.match(
      within(names.site, 'nft', ['list', 'chain', 'inet', 'site', 'in']).stdout,
      /counter packets 0 /,
    );
  });

  test('ARM shows the interfaces that the agent reported', () => {
    const machine = network.replace(
      'Microsoft.Network/virtualNetworks/quickstart-network',
      'Microsoft.HybridCompute/machines/shed',
    );
    const variables = server('env') as Record<string, string>;
    const request = [armExample, 'GET', `${machine}/networkProfile?api-version=2024-07-10`];
    const { stdout, code } = within(names.cloud, process.execPath, request, undefined, variables);
    assert.equal(code, 0, stdout);
    const { networkInterfaces } = JSON.parse(stdout) as {
      networkInterfaces: { name: string; ipAddresses: { address: string }[] }[];
    };
    assert.deepEqual(
      networkInterfaces.map(({ name }) => name),
      ['site0'],
    );
    assert.equal(networkInterfaces[0]?.ipAddresses[0]?.address, siteAddress);
  });

  test('at the end the addresses are taken away again', async () => {
    await endChild(children[0]!);
    assert.doesNotMatch(ip('-n', names.cloud, '-br', 'addr', 'show', 'dev', 'lo'), /10\.32\./);
  });
});
