import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CommandError } from '../shell/command-error.ts';
import { signInWithAz } from './az-sign-in.ts';
import type { ServerConnection } from './server-connection.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-az-'));
after(() => rmSync(directory, { recursive: true }));

const server = (name: string, clientSecret = 'secret') =>
  ({
    origin: 'https://localhost:8443',
    state: { file: (...names: string[]) => join(directory, name, ...names) },
    credentials: { clientId: 'app', clientSecret, tenantId: 'tenant', subscriptionId: 'sub' },
  }) as unknown as ServerConnection;

const profile = (name: string, subscriptions: readonly object[]): void =>
  writeFileSync(
    join(directory, name, 'az', 'azureProfile.json'),
    `\uFEFF${JSON.stringify({ subscriptions })}`,
  );

/** An az of that version in the state directory `name`; `fails`: the command that it ends with 1. */
const az = (name: string, version: string, fails?: string) => {
  const ran: string[] = [];
  const run = async (words: readonly string[]) => {
    ran.push(words.join(' '));
    if (words[0] === 'login' && fails !== 'login') profile(name, [{ id: 'sub' }]);
    if (words[0] === 'version') return { code: 0, said: `{ "azure-cli": "${version}" }` };
    return { code: words[0] === fails ? 1 : 0, said: 'no such tenant' };
  };
  return { ran, run };
};
const silent = (): void => {};

test('az signs in once, and anew when the installation is another: clouds and sign-ins of before are forgotten, settings stay', async () => {
  const folder = join(directory, 'once', 'az');
  mkdirSync(folder, { recursive: true });
  for (const name of ['clouds.config', 'msal_token_cache.json', 'config'])
    writeFileSync(join(folder, name), '');
  const first = az('once', '2.60.0');
  await signInWithAz(server('once'), first.run, silent);
  assert.equal(first.ran.length, 4);
  assert.deepEqual(
    ['clouds.config', 'msal_token_cache.json', 'config'].map((name) => existsSync(join(folder, name))),
    [false, false, true],
  );
  assert.ok(
    !first.ran.join().includes('secret,') && readFileSync(join(folder, 'secret'), 'utf8') === 'secret',
  );
  assert.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600);
  const second = az('once', '2.60.0');
  await signInWithAz(server('once'), second.run, silent);
  assert.deepEqual(second.ran, []);
  await signInWithAz(server('once', 'another'), second.run, silent);
  assert.equal(second.ran.length, 4);
});

test('az signs in anew after "az account clear", and where its profile is gone or cannot be read', async () => {
  const { ran, run } = az('cleared', '2.60.0');
  const said: string[] = [];
  const next = async () => {
    ran.length = 0;
    await signInWithAz(server('cleared'), run, (text) => said.push(text));
    return ran.length;
  };
  assert.equal(await next(), 4);
  assert.equal(await next(), 0);
  profile('cleared', []);
  assert.equal(await next(), 4);
  assert.match(said.at(-1) ?? '', /signed out of https:\/\/localhost:8443/);
  assert.equal(await next(), 0);
  writeFileSync(join(directory, 'cleared', 'az', 'azureProfile.json'), '{');
  assert.equal(await next(), 4);
  rmSync(join(directory, 'cleared', 'az', 'azureProfile.json'));
  assert.equal(await next(), 4);
});

test('az before 2.54 gets AD FS as its authority, a later one finds out by itself', async () => {
  for (const [version, adfs] of [
    ['2.53.1', true],
    ['2.54.0', false],
    ['1.9.0', true],
    ['3.0.0', false],
  ] as const) {
    const { ran, run } = az(version, version);
    await signInWithAz(server(version), run, silent);
    assert.equal(ran[1]!.includes('/adfs'), adfs, version);
  }
});

test('a sign-in that fails is told in az’s words, and tried again', async () => {
  const { run } = az('fails', '2.60.0', 'login');
  await assert.rejects(signInWithAz(server('fails'), run, silent), (error) => {
    assert.ok(error instanceof CommandError);
    assert.match(error.message, /"az login --service-principal" ended with 1: no such tenant/);
    return true;
  });
  const again = az('fails', '2.60.0');
  await signInWithAz(server('fails'), again.run, silent);
  assert.equal(again.ran.length, 4);
});
