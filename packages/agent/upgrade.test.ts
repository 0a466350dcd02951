import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { linuxInstaller } from '@tombolo/onboarding';
import { realClouds } from '@tombolo/private-link';
import { AgentFailure } from './failure.ts';
import { upgradeAgent } from './upgrade.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-upgrade-'));
after(() => rmSync(directory, { recursive: true }));
const program = join(directory, 'bin', 'tombolo-agent.mjs');
mkdirSync(join(directory, 'bin'));
const number = (wanted: number) => (error: unknown) =>
  error instanceof AgentFailure && error.number === wanted;

const saying = (version: string): string => `console.log(JSON.stringify({ version: "${version}" }));\n`;

/** An installation that hands this out; `announced` is what its installer says of it. */
const handing = (content: string | undefined, version: string, announced = content ?? '') => {
  const sha256 = createHash('sha256').update(announced).digest('hex');
  const bodies: Readonly<Record<string, string | undefined>> = {
    '/azcmagent-linux':
      content &&
      linuxInstaller({
        ...{ version, sha256, url: 'https://gbl.test/tombolo-agent.mjs' },
        executables: { x64: { sha256, url: 'https://gbl.test/tombolo-agent-linux-x64' } },
      }),
    '/tombolo-agent.mjs': content,
    '/tombolo-agent-linux-x64': content,
  };
  const client = {
    serviceUrl: (host: string, path: string) => `https://${host}${path}`,
    download: async ({ url, file }: { readonly url: string; readonly file: string }) =>
      writeFileSync(file, bodies[new URL(url).pathname] ?? '', { mode: 0o600 }),
    send: async ({ url }: { readonly url: string }) => {
      const text = bodies[new URL(url).pathname];
      return {
        status: text === undefined ? 501 : 200,
        headers: {},
        body: undefined,
        text: text ?? '',
        remoteAddress: '',
      };
    },
  };
  return { client, profile: realClouds.AzureCloud! };
};
const upgrade = (source: Parameters<typeof upgradeAgent>[0]['source'], wanted?: string) =>
  upgradeAgent({ version: '1.67.0-tombolo.1', wanted, program, source });

test('a newer agent takes the place of the one that runs, with its mode, and is what was announced', async () => {
  writeFileSync(program, 'former');
  chmodSync(program, 0o755);
  const newer = saying('1.68.0-tombolo.1');
  const done = await upgrade(handing(newer, '1.68.0-tombolo.1'), '1.68');
  assert.deepEqual([done.upgraded, done.from, done.version], [true, '1.67.0-tombolo.1', '1.68.0-tombolo.1']);
  assert.equal(readFileSync(program, 'utf8'), newer);
  assert.equal(statSync(program).mode & 0o777, 0o755);
  assert.deepEqual(readdirSync(join(directory, 'bin')), ['tombolo-agent.mjs']);
});

test('what has another checksum, does not start or says another version replaces nothing: AZCM0121', async () => {
  writeFileSync(program, 'former');
  for (const source of [
    handing(saying('1.68.0'), '1.68.0', 'announced'),
    handing('this is no program', '1.68.0'),
    handing(saying('1.66.0'), '1.68.0'),
  ])
    await assert.rejects(upgrade(source), number(121));
  await assert.rejects(
    upgradeAgent({
      ...{ version: '1.67.0', wanted: undefined, program: join(directory, 'no', 'agent.mjs') },
      source: handing(saying('1.68.0'), '1.68.0'),
    }),
    number(122),
  );
  assert.equal(readFileSync(program, 'utf8'), 'former');
  assert.deepEqual(readdirSync(join(directory, 'bin')), ['tombolo-agent.mjs']);
});

test('a program with Node inside is replaced by one for its processor, which starts by itself, or by none', async () => {
  const own = join(directory, 'bin', 'tombolo-agent');
  writeFileSync(own, 'former', { mode: 0o755 });
  const newer = `#!/bin/sh\necho '{ "version": "1.68.0-tombolo.1" }'\n`;
  const upgradeOwn = (architecture: string) =>
    upgradeAgent({
      ...{ version: '1.67.0-tombolo.1', wanted: undefined, program: own, architecture },
      source: handing(newer, '1.68.0-tombolo.1'),
    });
  const { upgraded, steps } = await upgradeOwn('riscv64');
  assert.deepEqual([upgraded, steps.length > 0, readFileSync(own, 'utf8')], [false, true, 'former']);
  assert.equal((await upgradeOwn('x64')).upgraded, true);
  assert.equal(readFileSync(own, 'utf8'), newer);
  assert.equal(statSync(own).mode & 0o777, 0o755);
  rmSync(own);
});

test('what is not newer is left; without anything to download it says what to do', async () => {
  for (const version of ['1.67.0-tombolo.2', '1.66.9', '1.9.0']) {
    const { upgraded, steps } = await upgrade(handing(saying(version), version));
    assert.deepEqual([upgraded, steps], [false, []], version);
  }
  assert.deepEqual((await upgrade(undefined, '1.67')).steps, []);
  for (const source of [undefined, handing(undefined, '')])
    assert.equal((await upgrade(source)).steps.length, 3);
  const clone = { version: '1.67.0', wanted: undefined, program: undefined, source: undefined };
  assert.match((await upgradeAgent(clone)).steps[0] ?? '', /clone/);
  await assert.rejects(upgrade(handing(saying('1.68.0'), '1.68.0'), '1.70'), number(23));
  for (const wanted of ['newest', '1.68.1']) await assert.rejects(upgrade(undefined, wanted), number(23));
});
