import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hosts, scopeId } from '@tombolo/hybrid-services/world.testkit';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { openSquid, squidIsMissing } from './squid.testkit.ts';
import { openAgentWorld } from './world.testkit.ts';

const password = 's3cret of the proxy';

describe('R19: by a proxy that asks for a password', { skip: squidIsMissing }, async () => {
  if (squidIsMissing) return;
  const agents = await openAgentWorld();
  endsWithFile(() => agents.close());
  const profile = await agents.writeProfile('nothing', 'nothing');
  const squid = await openSquid({ hosts: agents.everyName(), user: 'me', password });
  endsWithFile(() => squid.close());
  const at = (user: string, word: string) =>
    `http://${user}:${encodeURIComponent(word)}@127.0.0.1:${squid.port}`;
  const shown = `http://127.0.0.1:${squid.port}`;
  const secrets = [password, encodeURIComponent(password)];
  const silent = (text: string) => {
    for (const secret of secrets) assert.ok(!text.includes(secret), text);
  };

  test('a wrong password ends connect before anything is written, and says by which proxy', async () => {
    const refused = await agents.run([...agents.connectArgs('shut', profile), '--json'], {
      HTTPS_PROXY: at('me', 'another'),
    });
    assert.equal(refused.code, 26, refused.stderr);
    assert.ok(
      refused.stderr.includes(`the proxy ${shown} asks for a user and a password (HTTP 407)`),
      refused.stderr,
    );
    assert.match(refused.stderr, /percent-encoded: .*config set proxy\.url/);
    assert.ok(!`${refused.stdout}${refused.stderr}`.includes('another'));
    assert.deepEqual(agents.writes, []);
  });

  test('connect and daemon go by it for every name, though no name resolves here; nobody is told the password', async () => {
    const state = join(agents.directory, 'lamp');
    const env = { https_proxy: at('me', password), HTTPS_PROXY: 'http://127.0.0.1:9' };
    const connected = await agents.run([...agents.connectArgs('lamp', profile), '--json'], env);
    assert.equal(connected.code, 0, connected.stderr);
    silent(`${connected.stdout}${connected.stderr}`);
    const daemon = agents.start(['run', '--state-dir', state, '--heartbeat-interval', '0.1'], env);
    endsWithFile(() => daemon.child.kill('SIGTERM'));
    await agents.statusUntil('lamp', (is) => is.heartbeats >= 3 && is.status === 'Connected');
    const names = new Set(squid.seen().map((line) => line.split(':')[0]));
    for (const host of ['management.test', 'login.test', hosts.gbl, hosts.his, hosts.ats, hosts.gas])
      assert.ok(names.has(host), `${host} of ${[...names].join(' ')}`);
    const show = await agents.run(['show', '--state-dir', state], env);
    silent(`${daemon.stderr()}${show.stdout}${readFileSync(join(state, 'status.json'), 'utf8')}`);
    daemon.child.kill('SIGTERM');
  });

  test('groups go past it: sign-in and ARM by the proxy, Arc by the private endpoint', async () => {
    await agents.world.putScope('beside', 'Disabled');
    await agents.world.putConnection('beside', 23);
    await agents.reconcile();
    const within = await agents.writeProfile('within', 23);
    const signIns = () => squid.seen().filter((line) => line.startsWith('login.test:')).length;
    const before = signIns();
    const state = join(agents.directory, 'beside');
    const set = (key: string, value: string) =>
      agents.run(['config', 'set', key, value, '--state-dir', state]);
    assert.equal((await set('proxy.url', at('me', password))).code, 0);
    assert.equal((await set('proxy.bypass', 'Arc')).code, 0);
    const args = [
      ...agents.connectArgs('beside', within),
      '--private-link-scope',
      scopeId('beside'),
      '--json',
    ];
    const connected = await agents.run(args, { HTTPS_PROXY: 'http://127.0.0.1:9' });
    assert.equal(connected.code, 0, connected.stderr);
    // The proxy knows the public addresses only: who came by the endpoint came past it.
    assert.equal(JSON.parse(connected.stdout).route.kind, 'private');
    await until('the proxy has seen a sign-in', () => signIns() > before);
  });
});
