import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  clearProperty,
  effectiveConfiguration,
  printedValue,
  type Settings,
  setProperty,
  settingsOf,
} from './configuration.ts';
import {
  type ConfigurationKey,
  configurationKeys,
  configurationProperties,
  defaultConfiguration,
} from './configuration-property.ts';
import { whenOtherwise } from './directory-watch.ts';
import { AgentFailure } from './failure.ts';
import { followSettings } from './followed-settings.ts';
import { type ConnectedState, openStateDirectory } from './state-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-settings-'));
after(() => rmSync(directory, { recursive: true }));
const number = (wanted: number) => (error: unknown) =>
  error instanceof AgentFailure && error.number === wanted;
const set = (key: ConfigurationKey, value: string, settings: Settings = {}) =>
  setProperty(settings, key, value, 'replace');

test('a value is kept in the one form that it has, or refused before anything changes', () => {
  const kept: readonly [ConfigurationKey, string, unknown][] = [
    ['proxy.bypass', 'arc,ARCDATA, aad', ['Arc', 'ArcData', 'AAD']],
    ['proxy.url', 'http://proxy.example:3128/', 'http://proxy.example:3128'],
    ['proxy.url', 'http://me:pass@[2001:db8::1]:80', 'http://me:pass@[2001:db8::1]:80'],
    ['connection.type', 'Gateway', 'gateway'],
    ['config.mode', 'MONITOR', 'monitor'],
    ['incomingconnections.ports', '22, 022,3389', ['22', '3389']],
    ['extensions.allowlist', 'Allow/None', ['Allow/None']],
    ['extensions.blocklist', '', []],
    ['extensions.agent.cpulimit', '80', 80],
    ['guestconfiguration.enabled', 'False', false],
  ];
  for (const [key, text, value] of kept) assert.deepEqual(set(key, text).settings, { [key]: value }, text);
  const refused: readonly [number, ConfigurationKey, string][] = [
    [23, 'proxy.bypass', 'Arc,Everything'],
    [23, 'proxy.bypass', 'Arc,'],
    [23, 'proxy.url', 'proxy.example:3128'],
    [23, 'proxy.url', 'http:me:secret@proxy.example'],
    [23, 'proxy.url', 'http://me:se@cret@proxy.example'],
    [23, 'proxy.url', 'http://proxy.example:99999'],
    [23, 'proxy.url', 'http://proxy.example/path'],
    [23, 'proxy.url', 'socks://proxy.example'],
    [23, 'connection.type', 'relay'],
    [23, 'config.mode', ''],
    [23, 'incomingconnections.ports', '0'],
    [23, 'incomingconnections.ports', '22;23'],
    [23, 'extensions.allowlist', 'AzureMonitorLinuxAgent'],
    [23, 'extensions.agent.cpulimit', '101'],
    [23, 'extensions.agent.cpulimit', '5.5'],
    [23, 'extensions.enabled', 'yes'],
    [27, 'extensions.blocklist', 'Allow/None'],
    [27, 'extensions.allowlist', 'Allow/None,Microsoft.Azure.Monitor/AzureMonitorLinuxAgent'],
    [23, 'incomingconnections.ports', Array.from({ length: 101 }, (_, at) => at + 1).join(',')],
  ];
  for (const [code, key, text] of refused)
    assert.throws(() => set(key, text), number(code), `${key} ${text}`);
});

test('lists are added to and taken from; what has one value is not', () => {
  const blocked = setProperty({}, 'extensions.blocklist', 'A/B,C/D', 'add');
  const more = setProperty(blocked.settings, 'extensions.blocklist', 'a/b,E/F', 'add');
  assert.deepEqual(more.after, ['A/B', 'C/D', 'E/F']);
  const less = setProperty(more.settings, 'extensions.blocklist', 'c/d,Not/There', 'remove');
  assert.deepEqual([less.before, less.after], [more.after, ['A/B', 'E/F']]);
  assert.deepEqual(clearProperty(less.settings, 'extensions.blocklist').settings, {});
  assert.throws(() => setProperty({}, 'config.mode', 'full', 'add'), number(23));
  assert.throws(() => setProperty({}, 'proxy.url', 'http://a', 'remove'), number(23));
});

test('monitor mode decides over lists and guest configuration, refuses to change them, and gives them back', () => {
  const own = set('extensions.allowlist', 'A/B').settings;
  const { settings } = set('config.mode', 'monitor', own);
  const monitored = effectiveConfiguration(settings);
  assert.deepEqual(
    [monitored['guestconfiguration.enabled'], monitored['incomingconnections.enabled']],
    [false, false],
  );
  assert.ok(!monitored['extensions.allowlist'].includes('A/B'));
  for (const key of ['extensions.allowlist', 'extensions.blocklist', 'guestconfiguration.enabled'] as const) {
    assert.throws(() => set(key, 'true', settings), number(27), key);
    assert.throws(() => clearProperty(settings, key), number(27), key);
  }
  const full = effectiveConfiguration(set('config.mode', 'full', settings).settings);
  assert.deepEqual(full['extensions.allowlist'], ['A/B']);
});

test("a proxy's password is in nothing that is printed, a refusal included", () => {
  assert.equal(printedValue('http://me:s3cret@proxy:80'), 'http://me:[redacted]@proxy:80');
  assert.equal(printedValue('http://:s3cret@proxy:80'), 'http://:[redacted]@proxy:80');
  const word = fc.stringMatching(/^[!-~]{1,12}$/);
  fc.assert(
    fc.property(word, word, (name, rest) => {
      const url = `http://${name}:s3cr3tWord${rest}@proxy.example:80`;
      try {
        assert.ok(!printedValue(set('proxy.url', url).after).includes('s3cr3tWord'), url);
      } catch (error) {
        assert.ok(error instanceof AgentFailure, String(error));
        assert.ok(!`${error.message}${error.fix}`.includes('s3cr3tWord'), url);
      }
    }),
    { seed: 4 },
  );
});

test('what is written is read back; what cannot be is refused by file and key, and what is unknown is left alone', () => {
  for (const key of configurationKeys) {
    const usual = configurationProperties[key].default;
    assert.equal(defaultConfiguration[key], usual);
  }
  const settings = set('incomingconnections.ports', '22', set('proxy.url', 'http://a:b@c').settings).settings;
  assert.deepEqual(settingsOf(JSON.parse(JSON.stringify(settings)), 'f'), settings);
  assert.deepEqual(settingsOf({ 'of.tomorrow': 1 }, 'f'), {});
  for (const bad of [
    { 'extensions.allowlist': null },
    [],
    null,
    { 'config.mode': ['full'] },
    { 'proxy.bypass': 'Arc' },
    { 'config.mode': 'other' },
    { 'extensions.blocklist': [null] },
  ])
    assert.throws(
      () => settingsOf(bad, 'the-file'),
      (error) => number(19)(error) && /the-file/.test((error as Error).message),
      JSON.stringify(bad),
    );
});

describe('in the state directory', () => {
  test('settings are a file of 0600, need no connection, and stay after disconnect', async () => {
    const state = await openStateDirectory(join(directory, 'kept'));
    assert.deepEqual(await state.readConfiguration(), defaultConfiguration);
    await state.writeSettings({ 'proxy.bypass': ['Arc'] });
    const file = join(state.path, 'configuration.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await state.forget();
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { 'proxy.bypass': ['Arc'] });
    writeFileSync(file, '{');
    await assert.rejects(state.readConfiguration(), number(19));
  });

  test('a daemon follows them: what changed is told, what cannot be used leaves the former in force', async () => {
    const state = await openStateDirectory(join(directory, 'followed'));
    const said: string[] = [];
    const file = join(state.path, 'configuration.json');
    writeFileSync(file, 'no JSON');
    const settings = followSettings(state, (level, message) => said.push(`${level} ${message}`));
    await assert.rejects(settings.read(), number(19), 'what they restrict is not known yet');
    await state.writeSettings({ 'config.mode': 'monitor' });
    assert.deepEqual((await settings.read()).changed, [], 'the first are no change');
    await state.writeSettings({ 'config.mode': 'monitor', 'connection.type': 'gateway' });
    assert.deepEqual((await settings.read()).changed, ['connection.type']);
    writeFileSync(file, '{"connection.type":"relay"}');
    for (const _ of [1, 2]) {
      const { configuration, changed } = await settings.read();
      assert.deepEqual([configuration['connection.type'], changed], ['gateway', []]);
    }
    assert.deepEqual(
      said.map((line) => line.slice(0, 22)),
      ['info settings changed', 'error the settings can'],
      'one complaint for one fault',
    );
  });

  test('the wait between heartbeats ends when they change', async () => {
    const state = await openStateDirectory(join(directory, 'awaited'));
    const connected = { connectedAt: 'then' } as ConnectedState;
    const was = { connected, configuration: await state.readConfiguration() };
    const watched = { ...state, readConnected: async () => connected };
    const stop = new AbortController();
    const ended = whenOtherwise(watched, was, stop.signal);
    await state.writeSettings({ 'config.mode': 'monitor' });
    await ended;
    assert.equal(stop.signal.aborted, false);
  });
});
