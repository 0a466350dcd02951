import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { unusedPort } from '@tombolo/testkit/unused-port';
import { createPacResolver } from 'pac-resolver';
import { QuickJS } from 'quickjs-wasi';
import { type ExportOptions, exportRules, findFormat } from './export-rules.ts';
import {
  accepts,
  env,
  needs,
  pathOf,
  planFor,
  privatePlan,
  publicPlan,
  run,
  sampleTags,
  scratch,
  squidPlaces,
  tagDocument,
} from './plan.testkit.ts';
import type { FirewallPlan } from './plan.ts';

const proxy = 'proxy.example.org:3128';
const made = (plan: FirewallPlan, format: string, options: ExportOptions = {}) =>
  exportRules(plan, findFormat(format), options).files;

/** The set algebra's corners: everything, and one address. */
const wholeWorld = (): FirewallPlan =>
  publicPlan({
    serviceTags: tagDocument({
      AzureActiveDirectory: ['0.0.0.0/0', '::/0'],
      AzureResourceManager: ['192.0.2.1/32'],
    }),
  });
const cases = { public: publicPlan, private: privatePlan, 'the whole world': wholeWorld };

describe('real programs accept what is generated', () => {
  for (const [name, plan] of Object.entries(cases)) {
    for (const enforce of [false, true]) {
      const mode = `${name}${enforce ? ', enforced' : ''}`;
      test(`nft -c -f: ${mode}`, needs('nft', 'root', 'a network namespace', 'unshare'), () => {
        const files = made(plan(), 'nftables', { enforce });
        const folder = scratch(files);
        const file = join(folder, files[0]?.name ?? '');
        accepts('unshare', ['--net', pathOf('nft') ?? '', '-c', '-f', file]);
        // Twice for real: the second load replaces the first.
        accepts('unshare', [
          '--net',
          'sh',
          '-c',
          `"${pathOf('nft')}" -f "${file}" && "${pathOf('nft')}" -f "${file}"`,
        ]);
      });

      test(
        `ipset restore, iptables-restore and ip6tables-restore --test: ${mode}`,
        needs('ipset', 'xtables-nft-multi', 'root', 'a network namespace', 'unshare'),
        () => {
          const folder = scratch(made(plan(), 'iptables', { enforce }));
          const [sets, tables] = [pathOf('ipset'), pathOf('xtables-nft-multi')];
          const printed = accepts(
            'unshare',
            [
              '--net',
              'sh',
              '-c',
              `set -e; "${sets}" restore < tombolo.ipset; "${sets}" restore < tombolo.ipset; "${sets}" list -t -n; "${tables}" iptables-restore --noflush --test < tombolo.rules.v4; "${tables}" ip6tables-restore --noflush --test < tombolo.rules.v6`,
            ],
            { cwd: folder },
          );
          assert.match(printed, /^tombolo-internet-tcp-443-4$/m);
          assert.doesNotMatch(printed, /tombolo-new/);
        },
      );
    }
  }

  test(
    'the parsers do refuse: a prefix out of bounds',
    needs('nft', 'root', 'a network namespace', 'unshare'),
    () => {
      const files = made(publicPlan(), 'nftables').map((file) => ({
        ...file,
        text: file.text.replace('203.0.113.0/25', '203.0.113.0/33'),
      }));
      const folder = scratch(files);
      const ended = run('unshare', ['--net', pathOf('nft') ?? '', '-c', '-f', join(folder, 'tombolo.nft')]);
      assert.notEqual(ended.status, 0);
    },
  );

  for (const tlsInspection of [false, true]) {
    for (const [name, plan] of Object.entries({ public: publicPlan(), private: privatePlan() })) {
      test(`squid -k parse: ${name}${tlsInspection ? ', TLS inspected' : ''}`, needs('squid'), () => {
        const folder = scratch();
        const files = made(plan, 'squid', { directory: folder, enforce: true, tlsInspection });
        const written = scratch(files);
        const config = files[0]?.text.replaceAll(folder, written) ?? '';
        const whole = `http_port 127.0.0.1:3128\nvisible_hostname test\npid_filename none\n${squidPlaces()}${config}`;
        const [file] = [join(scratch([{ name: 'squid.conf', text: whole }]), 'squid.conf')];
        const printed = accepts('squid', ['-k', 'parse', '-f', file]);
        assert.doesNotMatch(printed, /ERROR|FATAL|WARNING|Bungled/);
        assert.match(printed, /Processing: http_access deny all/);
      });
    }
  }

  test('haproxy -c -f: every list is read', needs('haproxy'), () => {
    for (const plan of [publicPlan(), privatePlan()]) {
      const folder = scratch();
      const files = made(plan, 'haproxy', { proxy: '127.0.0.1:3129', directory: folder });
      const written = scratch(files.map((file) => ({ ...file, text: file.text })));
      const config = files[0]?.text.replaceAll(folder, written) ?? '';
      const file = join(scratch([{ name: 'haproxy.cfg', text: config }]), 'haproxy.cfg');
      assert.doesNotMatch(accepts('haproxy', ['-c', '-f', file]), /ALERT|WARNING/);
    }
  });
});

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });

/** The status line that the proxy answers to one request line. */
const ask = (port: number, requestLine: string, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = dial(port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('data', (text: string) => {
      socket.destroy();
      resolve(text.split('\r\n')[0] ?? '');
    });
    socket.write(`${requestLine} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });

const pkiops = 'http://www.microsoft.com/pkiops/certs';
const allowed = [
  ['CONNECT login.windows.net:443', 'login.windows.net:443'],
  ['CONNECT whatever.his.arc.azure.com:443', 'whatever.his.arc.azure.com:443'],
  [`GET ${pkiops}/x.crt`, 'www.microsoft.com'],
] as const;
const refused = [
  ['CONNECT evil.example:443', 'login.windows.net:443'],
  ['CONNECT login.windows.net:8443', 'login.windows.net:8443'],
  ['CONNECT login.windows.net.evil.example:443', 'login.windows.net.evil.example:443'],
  ['CONNECT his.arc.azure.com:443', 'his.arc.azure.com:443'],
  ['GET http://www.microsoft.com/', 'www.microsoft.com'],
  ['GET http://www.microsoft.com/pkiops/certsX', 'www.microsoft.com'],
  [`GET ${pkiops}/../../x`, 'www.microsoft.com'],
  [`GET ${pkiops}/%2e%2e/x`, 'www.microsoft.com'],
  ['CONNECT www.microsoft.com:443', 'www.microsoft.com:443'],
] as const;

interface Places {
  /** Of the proxy under test. */
  readonly port: number;
  /** Of the one behind it, which answers 200 to whatever reaches it. */
  readonly upstream: number;
}

/** Starts a program on a configuration made for these ports, asks for all of the above, and ends it. */
const judge = async (
  program: string,
  configure: (places: Places) => { readonly args: readonly string[] },
): Promise<void> => {
  const behind = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    );
  });
  const upstream = await listening(behind);
  const port = await unusedPort();
  const { args } = configure({ port, upstream });
  const child = spawn(pathOf(program) ?? '', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    for (let tries = 0; ; tries += 1) {
      const up = await ask(port, 'CONNECT login.windows.net:443', 'login.windows.net:443').catch(() => '');
      if (up !== '') break;
      assert.ok(tries < 2400 && child.exitCode === null, `${program} did not start:\n${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    for (const [line, host] of allowed)
      assert.match(await ask(port, line, host), / 200 /, `${line}\n${printed}`);
    for (const [line, host] of refused) assert.match(await ask(port, line, host), / 40[03] /, line);
  } finally {
    child.kill('SIGKILL');
    await ended;
    await new Promise((resolve) => behind.close(resolve));
  }
};

describe('a proxy lets through what is listed and refuses the rest', () => {
  test('HAProxy', needs('haproxy'), () =>
    judge('haproxy', ({ port, upstream }) => {
      const folder = scratch();
      const files = made(publicPlan(), 'haproxy', { proxy: `127.0.0.1:${upstream}`, directory: folder });
      const written = scratch(files);
      const text = (files[0]?.text ?? '')
        .replaceAll(folder, written)
        .replace('127.0.0.1:3128', `127.0.0.1:${port}`);
      return { args: ['-db', '-f', join(scratch([{ name: 'haproxy.cfg', text }]), 'haproxy.cfg')] };
    }),
  );

  test('Squid', needs('squid'), () => {
    // Its shared memory is named for the service, for the whole machine, and stays when it is killed.
    const service = `tombolo${process.pid}`;
    const memory = '/dev/shm';
    after(() => {
      for (const name of existsSync(memory) ? readdirSync(memory) : [])
        if (name.startsWith(`${service}-`)) rmSync(join(memory, name));
    });
    const forAll = process.getuid?.() === 0 ? '/tmp' : undefined;
    return judge('squid', ({ port, upstream }) => {
      const folder = scratch();
      const files = made(publicPlan(), 'squid', { directory: folder, enforce: true });
      const written = scratch(files, forAll);
      chmodSync(written, 0o755);
      const text = `http_port 127.0.0.1:${port}
visible_hostname test
pid_filename none
${process.getuid?.() === 0 ? 'cache_effective_user nobody\ncache_effective_group nogroup\n' : ''}cache_log /dev/null
access_log none
cache_store_log none
netdb_filename none
pinger_enable off
workers 1
shutdown_lifetime 0 seconds
cache_peer 127.0.0.1 parent ${upstream} 0 no-query no-digest default
never_direct allow all
cache deny all
${squidPlaces()}${(files[0]?.text ?? '').replaceAll(folder, written)}`;
      const place = scratch([{ name: 'squid.conf', text }], forAll);
      chmodSync(place, 0o755);
      return { args: ['-N', '-n', service, '-d', '1', '-f', join(place, 'squid.conf')] };
    });
  });
});

const evaluate = async (text: string): Promise<(url: string, host: string) => Promise<string>> => {
  const engine = await QuickJS.create();
  return createPacResolver(engine, text);
};

describe('the PAC file, evaluated', () => {
  test('the proxy for public names, DIRECT for the endpoint and for bypass groups (R19)', async () => {
    const [file] = made(privatePlan(), 'pac', { proxy });
    const find = await evaluate(file?.text ?? '');
    const way = (host: string): Promise<string> => find(`https://${host}/`, host);
    assert.equal(await way('login.microsoftonline.com'), `PROXY ${proxy}`);
    assert.equal(await way('LOGIN.windows.net'), `PROXY ${proxy}`);
    assert.equal(await way('azgn3.servicebus.windows.net'), `PROXY ${proxy}`);
    assert.equal(await way('other.servicebus.windows.net'), 'DIRECT');
    for (const host of ['gbl.his.arc.azure.com', 'japaneast.dp.kubernetesconfiguration.azure.com'])
      assert.equal(await way(host), 'DIRECT', host);
    assert.equal(await way('new.guestconfiguration.azure.com'), 'DIRECT', 'below the bypass group Arc');
    assert.equal(await way('example.org'), 'DIRECT', 'not listed');
  });

  test('names that only look like a bypassed or listed one are not taken for it', async () => {
    const [file] = made(privatePlan(), 'pac', { proxy, otherwise: 'proxy' });
    const find = await evaluate(file?.text ?? '');
    const way = (host: string): Promise<string> => find(`https://${host}/`, host);
    assert.equal(await way('xhis.arc.azure.com'), `PROXY ${proxy}`);
    assert.equal(await way('his.arc.azure.com.example.org'), `PROXY ${proxy}`);
    assert.equal(await way('his.arc.azure.com'), 'DIRECT');
  });

  test('without a private endpoint Arc goes through the proxy', async () => {
    const [file] = made(
      planFor({ region: 'japaneast', connectivity: 'proxy' }, { serviceTags: sampleTags }),
      'pac',
      { proxy },
    );
    const find = await evaluate(file?.text ?? '');
    assert.equal(await find('https://gbl.his.arc.azure.com/', 'gbl.his.arc.azure.com'), `PROXY ${proxy}`);
  });
});
