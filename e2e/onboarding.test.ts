/** Onboarding scripts as the seeds' day has them: made, run on a server as root, and the machine is Connected, or it is said why not. */

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { endChild } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { buildRelease } from '../scripts/release/build.mjs';
import { buildExecutables } from '../scripts/release/executable.mjs';
import { bin, environment } from './server.ts';

const armExample = fileURLToPath(new URL('../examples/arm.mjs', import.meta.url));
const template = fileURLToPath(new URL('../examples/quickstart.json', import.meta.url));
const names = { cloud: `oc${process.pid}`, site: `os${process.pid}` };
const resolverFolder = `/etc/netns/${names.site}`;
const [cloudAddress, servicesAddress, siteAddress] = ['192.0.2.1', '192.0.2.2', '192.0.2.10'];
/** The private endpoint's network, the public view, and nobody. */
const nameServers = { private: '10.32.2.4', public: cloudAddress, none: '127.0.0.9' };

const unavailable = (): string | false => {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  for (const program of ['ip', 'curl', 'openssl'])
    if (spawnSync(program, ['-V']).error) return `needs ${program}`;
  return spawnSync('ip', ['netns', 'add', names.cloud]).status === 0
    ? false
    : 'network namespaces cannot be made here';
};
const skip = unavailable();
const hasExecutable = process.platform === 'linux' && process.arch === 'x64';

/** A server's own folders, so that several servers are one after another in one namespace. */
const asServer = `
set -e
if [ -n "$NODE" ]; then mount --bind "$NODE" "$BOX/bin/node"; fi
mount --bind "$BOX/opt" /opt
mount --bind "$BOX/var" /var/lib
mount --bind "$BOX/local" /usr/local/bin
if [ -d /run/systemd ]; then mount -t tmpfs none /run/systemd; fi
exec bash "$SCRIPT" "$@"
`;

/** A proxy that says to whom it connected. */
const proxyProgram = `
import { createServer } from 'node:http';
import { connect } from 'node:net';
const server = createServer().on('connect', ({ url }, client) => {
  console.log(url);
  const [host, port] = url.split(':');
  const service = connect(Number(port), host, () => {
    client.write('HTTP/1.1 200 Connection established\\r\\n\\r\\n');
    client.pipe(service).pipe(client);
  });
  for (const one of [client, service]) one.on('error', () => [client, service].map((each) => each.destroy()));
});
server.listen(3128, '${cloudAddress}', () => console.log('ready'));
`;

describe('onboarding scripts, run as root on a server', { skip }, () => {
  const scratch = directoryOfFile();
  const state = join(scratch, 'state');
  let log = '';
  let scope = '';
  let up: ReturnType<typeof spawn>;
  let credentials: Record<string, string>;

  const ip = (...args: readonly string[]) =>
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const server = (...args: readonly string[]) => {
    const command = [
      'netns',
      'exec',
      names.cloud,
      process.execPath,
      bin,
      ...args,
      '--state',
      state,
      '--json',
    ];
    const { stdout, status } = spawnSync('ip', command, { encoding: 'utf8', env: environment() });
    return { code: status, answer: JSON.parse(stdout) };
  };
  const machines = (): readonly { id: string; name: string; status: string }[] =>
    server('machine', 'list').answer;
  /** ARM says so once the first heartbeat has been written, which the script does not wait for. */
  const untilConnected = (machine: string) =>
    until(`${machine} is Connected`, () =>
      machines().find(({ name, status }) => name === machine && status === 'Connected'),
    );
  const arm = (method: string, path: string, body?: object) => {
    const request = [method, path, ...(body === undefined ? [] : [JSON.stringify(body)])];
    const command = ['netns', 'exec', names.cloud, process.execPath, armExample, ...request];
    const { stdout } = spawnSync('ip', command, { encoding: 'utf8', env: environment(server('env').answer) });
    return JSON.parse(stdout);
  };
  const secretFile = (name: string, secret: string): string => {
    const path = join(scratch, name);
    writeFileSync(path, secret, { mode: 0o600 });
    return path;
  };
  const makeScript = (file: string, name: string, ...more: readonly string[]): string => {
    const auth = ['-i', credentials.clientId!, '--credential-file', file, '-n', name];
    const made = server('onboard', 'script', '--os', 'linux', '-g', 'site', ...auth, ...more);
    assert.equal(made.code, 0, JSON.stringify(made.answer));
    assert.deepEqual(made.answer.warnings, []);
    return made.answer.script;
  };
  const run = (
    box: string,
    script: string,
    resolver: keyof typeof nameServers,
    /** `at`: a script that lies somewhere already, and its arguments. */
    { at, withNode = true }: { readonly at?: readonly string[]; readonly withNode?: boolean } = {},
  ) => {
    const folder = join(scratch, box);
    for (const name of ['bin', 'opt', 'var', 'local', 'tmp'])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'bin', 'node'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    // There is no program with Node inside for such a processor.
    if (withNode) writeFileSync(join(folder, 'bin', 'uname'), '#!/bin/sh\necho riscv64\n', { mode: 0o755 });
    writeFileSync(join(folder, 'onboard.sh'), script);
    writeFileSync(
      join(resolverFolder, 'resolv.conf'),
      `nameserver ${nameServers[resolver]}\noptions timeout:5 attempts:2\n`,
    );
    const env = {
      NODE: withNode ? process.execPath : '',
      BOX: folder,
      SCRIPT: at?.[0] ?? join(folder, 'onboard.sh'),
      PATH: `${join(folder, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
      TMPDIR: join(folder, 'tmp'),
    };
    const command = ['netns', 'exec', names.site, 'bash', '-c', asServer, 'bash', ...(at?.slice(1) ?? [])];
    const ended = spawnSync('ip', command, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [], 'no temporary file stays');
    return { code: ended.status, output: `${ended.stdout}${ended.stderr}`, folder };
  };

  before(async () => {
    const [bundle] = await buildRelease(join(scratch, 'dist'), ['tombolo-agent']);
    if (hasExecutable) await buildExecutables(join(scratch, 'dist'), ['linux-x64']);
    ip('netns', 'add', names.site);
    const ends = [
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
    ];
    ip('link', 'add', ...ends);
    for (const namespace of [names.cloud, names.site]) ip('-n', namespace, 'link', 'set', 'lo', 'up');
    for (const address of [cloudAddress, servicesAddress])
      ip('-n', names.cloud, 'addr', 'add', `${address}/24`, 'dev', 'cloud0');
    ip('-n', names.cloud, 'link', 'set', 'cloud0', 'up');
    ip('-n', names.site, 'addr', 'add', `${siteAddress}/24`, 'dev', 'site0');
    ip('-n', names.site, 'link', 'set', 'site0', 'up');
    ip('-n', names.site, 'route', 'add', '10.32.0.0/16', 'via', cloudAddress);
    mkdirSync(resolverFolder, { recursive: true });

    const configuration = join(scratch, 'tombolo.json');
    writeFileSync(
      configuration,
      JSON.stringify({
        ...{ armAddress: cloudAddress, servicesAddress, dnsAddress: cloudAddress },
        ...{ dnsClients: ['192.0.2.0/24'], realize: 'lo', httpsPort: 443, dnsPort: 53, agentBundle: bundle },
      }),
    );
    const command = [process.execPath, bin, 'up', '--config', configuration, '--state', state, '--json'];
    up = childOfFile(
      spawn('ip', ['netns', 'exec', names.cloud, ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment(),
      }),
    );
    up.stderr!.on('data', (chunk) => {
      log += chunk;
    });
    await once(createInterface({ input: up.stdout! }), 'line');
    const topology = join(scratch, 'topology.json');
    writeFileSync(topology, readFileSync(template, 'utf8').replaceAll('127.32.', '10.32.'));
    const { answer } = server('apply', topology, '-g', 'site', '-l', 'japaneast');
    scope = (answer.resources as { id: string }[]).find(({ id }) => id.includes('/privateLinkScopes/'))!.id;
    server('wait', '--timeout', '150');
    credentials = JSON.parse(readFileSync(join(state, 'credentials.json'), 'utf8'));
    secretFile('secret', credentials.clientSecret!);
  });

  after(async () => {
    await endChild(up);
    for (const namespace of [names.cloud, names.site]) spawnSync('ip', ['netns', 'del', namespace]);
    rmSync(resolverFolder, { recursive: true, force: true });
  });

  test('through the private endpoint it ends Connected, with every tag as it was typed; again it changes nothing', async () => {
    const owner = '$(touch /tmp/never) `id` "Ω" \\ ; x';
    const script = makeScript(
      join(scratch, 'secret'),
      'private',
      ...['--private-link-scope', scope, '--tag', `Owner=${owner}`, '--tag', 'City=Osaka'],
    );
    const first = run('private', script, 'private');
    assert.equal(first.code, 0, first.output);
    assert.match(first.output, /Downloading https:\/\/gbl\.his\.arc\.azure\.com\/azcmagent-linux\n/);
    const machine = await untilConnected('private');
    assert.deepEqual(arm('GET', `${machine.id}?api-version=2024-07-10`).tags, {
      ...{ Datacenter: '', City: 'Osaka', StateOrDistrict: '', CountryOrRegion: '', Owner: owner },
    });
    const shown = join(first.folder, 'var', 'tombolo-agent', 'status.json');
    assert.equal(JSON.parse(readFileSync(shown, 'utf8')).route.kind, 'private');

    const changed = (): readonly (readonly [string, number])[] =>
      ['opt', 'var', 'local'].flatMap((folder) =>
        readdirSync(join(first.folder, folder), { recursive: true, encoding: 'utf8' }).map((name) => {
          const path = join(first.folder, folder, name);
          return [path, existsSync(path) ? statSync(path).mtimeMs : 0] as const;
        }),
      );
    const before = changed();
    const second = run('private', script, 'private');
    assert.equal(second.code, 0, second.output);
    assert.match(second.output, /connected already, as private .*nothing was changed/);
    assert.deepEqual(changed(), before);
  });

  test('made by ARM for a server that asks the installation’s name servers, over public addresses, it ends Connected; Node is in the program', async () => {
    const group = scope.slice(0, scope.indexOf('/providers/'));
    const action = `${group}/providers/Microsoft.HybridCompute/generateOnboardingScript`;
    const { script } = arm('POST', `${action}?api-version=2025-01-13`, {
      ...{ operatingSystem: 'Linux', location: 'japaneast', resourceName: 'public' },
      connectivity: { resolver: 'Installation' },
      authentication: {
        type: 'ServicePrincipalSecret',
        servicePrincipalId: credentials.clientId,
        credentialFile: join(scratch, 'secret'),
      },
    });
    const { code, output, folder } = run('public', script, 'none', { withNode: !hasExecutable });
    assert.equal(code, 0, output);
    if (hasExecutable) {
      assert.match(output, /Downloading https:\S+\/tombolo-agent-linux-x64\n/);
      assert.deepEqual(readdirSync(join(folder, 'opt', 'tombolo-agent')), ['tombolo-agent']);
    }
    await untilConnected('public');
  });

  test('by a proxy alone, on a server without DNS, it ends Connected', async () => {
    const program = join(scratch, 'proxy.mjs');
    writeFileSync(program, proxyProgram);
    mkdirSync(`/etc/netns/${names.cloud}`, { recursive: true });
    writeFileSync(`/etc/netns/${names.cloud}/resolv.conf`, `nameserver ${nameServers.public}\n`);
    const proxy = childOfFile(
      spawn('ip', ['netns', 'exec', names.cloud, process.execPath, program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const lines = createInterface({ input: proxy.stdout! });
    const reached: string[] = [];
    await once(lines, 'line');
    lines.on('line', (line) => reached.push(line));
    const url = `http://${cloudAddress}:3128`;
    const script = makeScript(join(scratch, 'secret'), 'proxied', '-l', 'japaneast', '--proxy', url);
    const { code, output } = run('proxied', script, 'none');
    const all = once(lines, 'close');
    await endChild(proxy);
    await all;
    rmSync(`/etc/netns/${names.cloud}`, { recursive: true });
    assert.equal(code, 0, output);
    await untilConnected('proxied');
    for (const host of ['gbl.his.arc.azure.com', 'login.microsoftonline.com', 'management.azure.com'])
      assert.ok(reached.includes(`${host}:443`), reached.join(' '));
  });

  test('a wrong secret ends with 41, is reported, and leaves no machine; nothing of it is kept', async () => {
    const script = makeScript(secretFile('wrong', 'wrong'), 'stranger', '-l', 'japaneast');
    const { code, output, folder } = run('stranger', script, 'public');
    assert.equal(code, 41, output);
    assert.match(output, /ERROR: This server was not connected: AZCM0041: /);
    assert.equal(
      machines().some(({ name }) => name === 'stranger'),
      false,
    );
    assert.equal(existsSync(join(folder, 'var', 'tombolo-agent', 'agent.json')), false);
    await until('the report', () => /failure log of a machine.*"messageType":"ConnectFailed"/.test(log));
  });

  test('without DNS it ends with 26 before anything is installed', () => {
    const script = makeScript(join(scratch, 'secret'), 'alone', '-l', 'japaneast');
    const { code, output, folder } = run('alone', script, 'none');
    assert.equal(code, 26, output);
    assert.match(output, /ERROR: This server's DNS has no address for gbl\.his\.arc\.azure\.com\./);
    assert.deepEqual(readdirSync(join(folder, 'opt')), []);
  });

  test('R9: private names without a scope end with 26, and nothing is written in ARM', () => {
    const script = makeScript(join(scratch, 'secret'), 'unscoped', '-l', 'japaneast');
    const { code, output } = run('unscoped', script, 'private');
    assert.equal(code, 26, output);
    assert.match(output, /Private Link Scope resource ID must be provided as endpoint gbl/);
    assert.equal(
      machines().some(({ name }) => name === 'unscoped'),
      false,
    );
  });

  test('a scope that the endpoint is not of ends with 62; the right script then connects the same server', async () => {
    const right = makeScript(join(scratch, 'secret'), 'moved', '--private-link-scope', scope);
    const other = join(scratch, 'other.json');
    writeFileSync(
      other,
      JSON.stringify({
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        contentVersion: '1.0.0.0',
        resources: [
          {
            type: 'Microsoft.HybridCompute/privateLinkScopes',
            apiVersion: '2024-07-10',
            name: 'other',
            location: 'japaneast',
            properties: {},
          },
        ],
      }),
    );
    assert.equal(server('apply', other, '-g', 'site', '-l', 'japaneast').code, 0);
    const wrong = run('moved', right.replaceAll(scope, scope.replace(/[^/]+$/, 'other')), 'private');
    assert.equal(wrong.code, 62, wrong.output);
    assert.match(wrong.output, /MachineNotAssociated|not associated/);
    const mended = run('moved', right, 'private');
    assert.equal(mended.code, 0, mended.output);
    await untilConnected('moved');
  });

  test('an offline bundle is verified before it runs, and connects by its own hosts block without a download', () => {
    const bundle = join(scratch, 'bundle');
    const auth = ['-i', credentials.clientId!, '--credential-file', join(scratch, 'secret'), '-n', 'island'];
    const flags = ['--as', 'offline', '-g', 'site', '--private-link-scope', scope, '--folder', bundle];
    const made = server('onboard', 'bundle', ...flags, ...auth);
    assert.equal(made.code, 0, JSON.stringify(made.answer));
    writeFileSync(join(resolverFolder, 'hosts'), '127.0.0.1 localhost\n');

    const changed = join(scratch, 'changed');
    cpSync(bundle, changed, { recursive: true });
    appendFileSync(join(changed, 'install.sh'), 'touch /opt/never\n');
    const refused = run('island', '', 'public', { at: [join(changed, 'onboard.sh'), '--hosts'] });
    assert.equal(refused.code, 121, refused.output);
    assert.match(refused.output, /not what the installation signed/);
    assert.deepEqual(readdirSync(join(refused.folder, 'opt')), []);

    const { code, output, folder } = run('island', '', 'public', {
      at: [join(bundle, 'onboard.sh'), '--hosts'],
    });
    rmSync(join(resolverFolder, 'hosts'));
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /Downloading/);
    const status = JSON.parse(readFileSync(join(folder, 'var', 'tombolo-agent', 'status.json'), 'utf8'));
    assert.equal(status.route.kind, 'private');
  });

  test('no script is made for a scope that nothing leads to', () => {
    const nowhere = scope.replace(/[^/]+$/, 'other');
    const made = server('onboard', 'script', '--os', 'linux', '-g', 'site', '--private-link-scope', nowhere);
    assert.equal(made.code, 2);
    assert.match(made.answer.error.message, /has 0 approved private endpoints/);
  });
});
