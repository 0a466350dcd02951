/** `tombolo az` and `tombolo terraform`: words, signals and exit codes are the client's; its sign-in is not the user's own. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { bin, environment, startServer, tombolo } from './server.ts';

const scratch = directoryOfFile();
const state = join(scratch, 'state');
const server = await startServer(state);
const log = join(scratch, 'log');
const folder = join(scratch, 'bin');
mkdirSync(folder);

/** A client that notes how it is called, one JSON document a line. */
const standIn = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require('node:fs');
const words = process.argv.slice(2);
appendFileSync(process.env.NOTES, JSON.stringify({ words, env: process.env }) + '\\n');
if (words[0] === 'version') console.log(JSON.stringify({ 'azure-cli': process.env.STANDS_FOR ?? '2.74.0' }, null, 1));
if (words[0] === 'fail') process.exitCode = 42;
if (words[0] === 'login' && process.env.REFUSED) { console.error('AADSTS7000215'); process.exitCode = 1; }
const profile = (text) => writeFileSync(process.env.AZURE_CONFIG_DIR + '/azureProfile.json', text);
if (words[0] === 'login' && !process.env.REFUSED) profile('{"subscriptions":[{}]}');
if (words[1] === 'clear') profile('{"subscriptions":[]}');
if (words[0] === 'stay') {
  process.on('SIGTERM', () => process.exit(33));
  process.stdout.write('staying\\n');
  setInterval(() => {}, 1_000);
}
`;
for (const name of ['az', 'terraform']) writeFileSync(join(folder, name), standIn, { mode: 0o700 });

interface Noted {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
let noted = 0;
const notes = (): readonly Noted[] => {
  const all = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  const fresh = all.slice(noted).map((line) => JSON.parse(line) as Noted);
  noted = all.length;
  return fresh;
};
const home = join(scratch, 'home');
mkdirSync(home);
const own = {
  HOME: home,
  NOTES: log,
  PATH: `${folder}${delimiter}${process.env.PATH}`,
  TOMBOLO_STATE: state,
};
const callers = {
  ARM_USE_OIDC: 'true',
  AZURE_USERNAME: 'me',
  AZURE_CONFIG_DIR: join(home, 'mine'),
  AZURE_DEFAULTS_GROUP: 'g',
};
const run = (words: readonly string[], more: Record<string, string> = {}) =>
  tombolo(words, { env: { ...own, ...callers, ...more } });

describe('a client within the installation', () => {
  test('az signs in once, in a directory of its own, and its secret is in no argument list', async () => {
    const first = await run(['az', 'group', 'list', '--output', 'table', '--json']);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /registering the cloud and signing in/);
    const called = notes();
    assert.deepEqual(
      called.map(({ words }) => words.slice(0, 2).join(' ')),
      ['version --output', 'cloud register', 'cloud set', 'login --service-principal', 'group list'],
    );
    assert.deepEqual(called.at(-1)?.words, ['group', 'list', '--output', 'table', '--json']);
    assert.equal(called[0]?.env.HTTPS_PROXY, 'http://127.0.0.1:9', 'it looks for no newer az');
    assert.equal(called[1]?.env.HTTPS_PROXY, process.env.HTTPS_PROXY);
    const secret = readFileSync(join(state, 'az', 'secret'), 'utf8');
    assert.equal(secret, called[0]?.env.AZURE_CLIENT_SECRET);
    for (const { words } of called) assert.ok(!words.join(' ').includes(secret));
    for (const name of ['', 'secret']) assert.equal(statSync(join(state, 'az', name)).mode & 0o077, 0);
    assert.ok(!existsSync(join(home, '.azure')) && !existsSync(join(home, 'mine')));

    await run(['az', 'group', 'show']);
    assert.deepEqual(
      notes().map(({ words }) => words.join(' ')),
      ['group show'],
    );
    await run(['az', 'account', 'clear']);
    await run(['az', 'group', 'show']);
    assert.deepEqual(
      notes().map(({ words }) => words.slice(0, 2).join(' ')),
      [
        'account clear',
        'version --output',
        'cloud register',
        'cloud set',
        'login --service-principal',
        'group show',
      ],
    );
  });

  test('its environment is the installation’s, without the caller’s sign-ins', async () => {
    await run(['terraform', 'plan', '-out', 'file']);
    const [{ words, env } = { words: [], env: {} as Record<string, string> }] = notes();
    assert.deepEqual(words, ['plan', '-out', 'file']);
    assert.equal(env.ARM_METADATA_HOSTNAME, new URL(server.ready.resourceManager).host);
    assert.deepEqual(
      [env.AZURE_CONFIG_DIR, env.AZURE_CORE_INSTANCE_DISCOVERY, env.AZURE_CORE_COLLECT_TELEMETRY],
      [join(state, 'az'), 'false', 'false'],
    );
    assert.deepEqual(
      [env.ARM_USE_OIDC, env.AZURE_USERNAME, env.AZURE_DEFAULTS_GROUP, env.CHECKPOINT_DISABLE],
      [undefined, undefined, 'g', '1'],
    );
  });

  test('its exit code and the signals are passed', async () => {
    assert.equal((await run(['terraform', 'fail'])).code, 42);
    const child = childOfFile(
      spawn(process.execPath, [bin, 'terraform', 'stay'], {
        env: environment({ ...own, ...callers }),
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 33);
    notes();
  });

  test('its own flags come first; --help of the client is the client’s', async () => {
    await run(['terraform', '--state', state, 'plan', '--help', '--state', 'x']);
    assert.deepEqual(notes()[0]?.words, ['plan', '--help', '--state', 'x']);
    await run(['terraform', '--state', state, '-chdir=x', 'plan', '--state', 'y']);
    assert.deepEqual(notes()[0]?.words, ['-chdir=x', 'plan', '--state', 'y']);
    assert.match((await run(['az', '--help'])).stdout, /AZURE_CONFIG_DIR/);
    assert.deepEqual(notes(), []);
  });

  test('an az before 2.54 gets the authority of AD FS, so that it asks no public cloud', async () => {
    const elsewhere = join(scratch, 'other');
    const other = await startServer(elsewhere);
    const outcome = await run(['az', 'account', 'show'], { STANDS_FOR: '2.45.0', TOMBOLO_STATE: elsewhere });
    assert.equal(outcome.code, 0, outcome.stderr);
    const register = notes().find(({ words }) => words[1] === 'register')?.words ?? [];
    assert.deepEqual(JSON.parse(register.at(-1) ?? '').endpoints, {
      resource_manager: other.ready.resourceManager,
      active_directory: `${other.ready.resourceManager}/adfs`,
      microsoft_graph_resource_id: `${other.ready.resourceManager}/`,
    });
    const lines = (await run(['env', '--az', 'adfs'], { TOMBOLO_STATE: elsewhere })).stdout;
    assert.match(lines, /^az cloud register .*\/adfs/m);
    await other.stop();
  });

  test('what cannot be is said: no sign-in, no such program, no server', async () => {
    const elsewhere = join(scratch, 'third');
    await startServer(elsewhere);
    const refused = await run(['az', 'account', 'show'], { REFUSED: 'yes', TOMBOLO_STATE: elsewhere });
    assert.equal(refused.code, 8);
    assert.match(refused.stderr, /AADSTS7000215/);
    assert.ok(!existsSync(join(elsewhere, 'az', 'signed-in')), 'it is tried again');
    const missing = await run(['terraform', 'plan'], { PATH: scratch });
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /terraform is not on the PATH\.\n {2}→ Install Terraform/);
    assert.equal((await run(['terraform', 'plan'], { TOMBOLO_STATE: join(scratch, 'none') })).code, 5);
  });
});
