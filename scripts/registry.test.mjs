/** A fresh clone whose registry is dead, slow, forbidden or not needed; the only packages here are made up, and served on loopback. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from './project-node.mjs';
import { explainFailure } from './registry.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-registry-'));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
let made = 0;
const fresh = () => {
  made += 1;
  const path = join(scratch, String(made));
  mkdirSync(path);
  return path;
};

/** The package that every clone here needs. */
const tarball = (() => {
  const folder = fresh();
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package/package.json'), '{"name":"commander","version":"1.0.0"}');
  execFileSync('tar', ['czf', 'made.tgz', 'package'], { cwd: folder });
  return readFileSync(join(folder, 'made.tgz'));
})();
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
const packument = (origin) => ({
  name: 'commander',
  'dist-tags': { latest: '1.0.0' },
  versions: {
    '1.0.0': { name: 'commander', version: '1.0.0', dist: { tarball: `${origin}/made.tgz`, integrity } },
  },
});

const listening = async (server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  return server.address().port;
};
const answering = async (answer) => {
  const server = createServer((request, response) => answer(request, response));
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
const living = () =>
  answering((request, response) => {
    if (request.url.endsWith('.tgz')) response.end(tarball);
    else response.end(JSON.stringify(packument(`http://${request.headers.host}`)));
  });
const refusing = (status) => answering((_, response) => response.writeHead(status).end('{}'));
const silent = async () => {
  const sockets = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${await listening(server)}/` };
};
const closedPort = async () => {
  const server = createServer();
  const port = await listening(server);
  server.close();
  return { url: `http://127.0.0.1:${port}/` };
};

/** What a clone has that nobody has installed yet. */
const clone = () => {
  const folder = fresh();
  mkdirSync(join(folder, 'scripts'));
  for (const name of ['with-setup', 'registry', 'project-node', 'parent-process'])
    copyFileSync(join(root, 'scripts', `${name}.mjs`), join(folder, 'scripts', `${name}.mjs`));
  const own = { name: 'clone', version: '1.0.0', dependencies: { commander: '1.0.0' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own));
  const packages = { '': own, 'node_modules/commander': { version: '1.0.0', integrity } };
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...own, lockfileVersion: 3, requires: true, packages }),
  );
  writeFileSync(
    join(folder, 'hello.mjs'),
    "import 'node:fs'; console.log('hello', process.argv.slice(2).join());",
  );
  return folder;
};

/** npm as nobody has configured it, but for what is given. */
const environment = (settings) => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_config_|proxy$|^NODE_TEST_CONTEXT$/i.test(name)),
  ),
  npm_config_userconfig: join(scratch, 'npmrc'),
  npm_config_globalconfig: join(scratch, 'global-npmrc'),
  npm_config_update_notifier: 'false',
  ...settings,
});

/** From another folder, as ./tombolo may be called. */
const start = (folder, settings) =>
  new Promise((resolve) => {
    const args = [join(folder, 'scripts/with-setup.mjs'), 'hello.mjs', 'one'];
    const child = execFile(
      process.execPath,
      args,
      { cwd: scratch, env: environment({ npm_config_cache: join(folder, 'cache'), ...settings }) },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

const hello = 'hello one\n';
const isInstalled = (folder) => existsSync(join(folder, 'node_modules/.tombolo-installed'));

describe('a clone that nobody has installed', () => {
  for (const [what, serve, reason, fix] of [
    ['a port where nobody listens', closedPort, /nobody listens there \(connect ECONNREFUSED/, /https-proxy/],
    ['one that accepts and never answers', silent, /no answer within 8 s\n/, /npm config set registry/],
    [
      'a name that nobody knows',
      () => ({ url: 'http://registry.invalid/' }),
      /its name cannot be resolved \(.*registry\.invalid/,
      /https-proxy/,
    ],
    ['one that wants a sign-in', () => refusing(401), /it refuses who asks \(401 Unauthorized/, /npm login/],
    ['one that is ill', () => refusing(503), /an error of its own \(503 Service/, /Try again later/],
  ])
    test(`with a registry that is ${what} says what was tried, why it failed and what to do`, async () => {
      const folder = clone();
      const { url } = await serve();
      const { code, stdout, stderr } = await start(folder, { npm_config_registry: url });
      assert.equal(code, 1, stderr);
      assert.equal(stdout, '');
      assert.ok(stderr.includes(`tried  ${url}`), stderr);
      assert.match(stderr, reason);
      assert.match(stderr, fix);
      assert.match(stderr, /copy the folder node_modules/);
      assert.ok(!isInstalled(folder));
    });

  test('reaches its registry by the proxy that is configured, and names it, without its password, where that is dead', async () => {
    const dead = new URL((await closedPort()).url);
    const proxy = `http://someone:confidential@${dead.host}/`;
    const settings = { npm_config_registry: 'http://registry.invalid/' };
    for (const configured of [{ npm_config_proxy: proxy }, { HTTP_PROXY: proxy }]) {
      const { code, stderr } = await start(clone(), { ...settings, ...configured });
      assert.equal(code, 1);
      assert.ok(
        stderr.includes(`http://registry.invalid/ (a proxy is configured: http://${dead.host}/)`),
        stderr,
      );
      assert.match(stderr, /nobody listens there/);
      assert.doesNotMatch(stderr, /confidential/);
    }
  });

  test('takes the registry from .npmrc as well, installs what it has, and asks nobody the next time', async () => {
    const folder = clone();
    const registry = await living();
    writeFileSync(join(folder, '.npmrc'), `registry=${registry.url}\n`);
    const first = await start(folder, {});
    assert.deepEqual([first.code, first.stdout], [0, hello], first.stderr);
    assert.ok(existsSync(join(folder, 'node_modules/commander/package.json')));
    registry.close();
    const again = await start(folder, {});
    assert.deepEqual(again, { code: 0, stdout: hello, stderr: '' });

    // The same of a machine that has no network, with what was installed elsewhere.
    const copied = clone();
    cpSync(join(folder, 'node_modules'), join(copied, 'node_modules'), { recursive: true });
    const dead = { npm_config_registry: (await closedPort()).url };
    assert.deepEqual(await start(copied, dead), { code: 0, stdout: hello, stderr: '' });
    rmSync(join(copied, 'node_modules/.tombolo-installed'));
    const withoutStamp = await start(copied, dead);
    assert.deepEqual([withoutStamp.code, withoutStamp.stdout], [0, hello], withoutStamp.stderr);
    assert.ok(isInstalled(copied));
  });

  test("does without its registry where npm's cache has everything, in npm's offline mode too", async () => {
    const cache = join(fresh(), 'cache');
    const registry = await living();
    const settings = { npm_config_cache: cache, npm_config_registry: registry.url };
    assert.equal((await start(clone(), settings)).code, 0);
    registry.close();
    for (const offline of [{}, { npm_config_offline: 'true' }]) {
      const folder = clone();
      const { code, stdout, stderr } = await start(folder, { ...settings, ...offline });
      assert.deepEqual([code, stdout], [0, hello], stderr);
      assert.ok(existsSync(join(folder, 'node_modules/commander/package.json')));
    }
    const empty = await start(clone(), { npm_config_registry: registry.url, npm_config_offline: 'true' });
    assert.equal(empty.code, 1);
    assert.match(empty.stderr, /offline mode is on.*\n.*npm config delete offline/);
  });

  test('leaves it to npm to say what an answer without our packages means', async () => {
    const { url } = await refusing(404);
    const { code, stderr } = await start(clone(), { npm_config_registry: url });
    assert.equal(code, 1);
    assert.match(stderr, /npm error.*404[\s\S]*npm install failed/);
  });
});

test('what keeps npm waiting without an answer of any kind is ended', async () => {
  const folder = fresh();
  const waiting = join(folder, 'npm.mjs');
  writeFileSync(waiting, 'setInterval(() => {}, 1_000);');
  const program = `import { probeRegistry } from ${JSON.stringify(pathToFileURL(join(root, 'scripts/registry.mjs')).href)};
    console.log(JSON.stringify(await probeRegistry('commander@1.0.0', { answerMs: 1, limitMs: 1 })));`;
  const args = ['--input-type=module', '-e', program];
  // Bounded, so that this test fails instead of waiting too.
  const options = { env: environment({ npm_execpath: waiting }), timeout: 60_000, killSignal: 'SIGKILL' };
  const told = execFileSync(process.execPath, args, options);
  assert.deepEqual(JSON.parse(String(told)), { code: 'TIMEOUT', summary: '' });
});

test("each of npm's codes has a reason and a fix, and one that nobody knows has npm's own words", () => {
  const settings = { registry: 'https://registry.example/', proxy: undefined };
  const of = (code, summary = '') => explainFailure({ code, summary }, settings);
  for (const [code, reason] of [
    ['EAI_AGAIN', 'name cannot be resolved'],
    ['ETIMEDOUT', 'no answer'],
    ['ERR_SOCKET_TIMEOUT', 'no answer'],
    ['EHOSTUNREACH', 'no route'],
    ['ECONNRESET', 'cut off'],
    ['E403', 'refuses who asks'],
    ['E407', 'the proxy wants a sign-in'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate is not trusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate is not trusted'],
    ['E502', 'error of its own'],
  ])
    assert.ok(of(code).includes(reason), of(code));
  assert.match(of('ENEW', 'something new'), /npm failed \(something new\)/);
  assert.doesNotMatch(of('ENEW', 'request to http://me:secret@host/ failed'), /secret/);
});
