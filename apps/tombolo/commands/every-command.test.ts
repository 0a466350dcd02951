/** Every command × help, JSON, a bad flag, a bad value of each flag, no colours: its exit code, its JSON, its width. */

import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Command, type Option } from 'commander';
import { helpWidth } from '../shell/command.ts';
import { runInProcess } from './command-line.testkit.ts';
import { addCommands } from './index.ts';

const program = new Command('tombolo');
await addCommands(program, async () => {});

interface Leaf {
  readonly words: readonly string[];
  readonly command: Command;
}
const leavesOf = (command: Command, words: readonly string[]): readonly Leaf[] =>
  command.commands.length === 0
    ? [{ words, command }]
    : command.commands.flatMap((below) => leavesOf(below, [...words, below.name()]));
const leaves = leavesOf(program, []);
const groups = leaves
  .flatMap(({ words }) => words.slice(0, -1).map((_, at) => words.slice(0, at + 1)))
  .filter((words, at, all) => all.findIndex((other) => other.join() === words.join()) === at);

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-every-command-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
/** Nothing is there: whoever would ask an installation ends with 5, whoever would make one makes it visible. */
const state = join(scratch, 'state');

/** What a command needs beside the flag that is tried. */
const needs: Readonly<Record<string, readonly string[]>> = {
  apply: [join(scratch, 'absent.json'), '--resource-group', 'g'],
  backup: [join(scratch, 'backup.db')],
  restore: [join(scratch, 'absent.db')],
  'machine delete': ['server-1', '--resource-group', 'g'],
  'principal create': ['onboarding'],
  'principal show': ['onboarding'],
  'principal rotate': ['onboarding'],
  'principal disable': ['onboarding'],
  'principal enable': ['onboarding'],
  'principal delete': ['onboarding'],
  'onboard script': ['--os', 'linux', '--resource-group', 'g', '--location', 'japaneast'],
  'onboard bundle': ['--as', 'ansible', '--resource-group', 'g', '--folder', join(scratch, 'bundle')],
  'dns explain': ['gbl.his.arc.azure.com'],
  'dns export': ['--format', 'bind'],
  'dns forwarder': ['--listen', '127.0.0.1:0', '--to', '10.0.2.4'],
  'requirements show': ['products'],
  'requirements explain': ['management.azure.com'],
  'firewall export': ['--format', 'json'],
  'firewall diff': ['old.json', 'new.json'],
  'firewall check': ['--file', join(scratch, 'absent.json')],
  'service-tags import': [join(scratch, 'absent.json')],
};

/** Values that the flag does not have, beside those that nobody sees. */
const wrong: Readonly<Record<string, readonly string[]>> = {
  '--applied': ['abc', '-1', '1.5', '99999999999999999999'],
  '--timeout': ['abc', '0', '-1', '1e9'],
  '--limit': ['0', 'abc', '1001'],
  '--days': ['0', 'abc', '3651'],
  '--https-port': ['x', '65536', '-1'],
  '--dns-port': ['x', '65536'],
  '--arm-address': ['localhost', '0.0.0.0'],
  '--services-address': ['nowhere'],
  '--dns-address': ['::'],
  '--timing': ['slow'],
  '--realize': ['eth0'],
  '--resource': ['server-1', '/subscriptions'],
  '--network': ['/bad', '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/p'],
  '--endpoint': ['/bad', '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n'],
  '--scope': ['main'],
  '--nsg': ['/bad'],
  '--subnet': ['/bad'],
  '--nic': ['/bad'],
  '--listen': ['nowhere', '999.0.0.1:53', '127.0.0.1:70000'],
  '--to': ['nowhere'],
  '--upstream': ['nowhere'],
  '--rule': ['example.org', '=10.0.0.1', 'example.org=nowhere'],
  '--client': ['10.0.0.1', '10.0.0.0/33'],
  '--zones': ['all'],
  '--ttl': ['-1', 'abc', '604801'],
  '--serial': ['two', '4294967296'],
  '--product': ['severs'],
  '--region': ['japaneats'],
  '--feature': ['shh'],
  '--os': ['beos'],
  '--phase': ['later'],
  '--as-of': ['yesterday', '2025-02-30', '2999-01-01'],
  '--connectivity': ['wire'],
  '--agent-version': ['new'],
  '--extension-version': ['sql-server', 'sql-server=soon'],
  '--parameter': ['vcenter-address', 'who=me'],
  '--dns': ['nowhere'],
  '--proxy-bypass': ['Nobody'],
  '--format': ['pdf'],
  '--pac-default': ['sideways'],
  '--proxy': ['nowhere'],
  '--name': ['Über'],
  '--location': ['Japan East!'],
  '--direction': ['up'],
  '--protocol': ['carrier-pigeon'],
  '--flow': ['up and away'],
  '--source-port': ['http'],
  '--destination-port': ['70000'],
  '--virtual-network': ['10.0.0.0/33'],
  '--on-premises': ['here'],
  '--public': ['there'],
  '--max-age': ['0d', 'week'],
  '--fetched-at': ['yesterday', '2999-01-01'],
  '--published': ['yesterday'],
  '--az': ['elsewhere'],
  '--type': ['AXFR', 'pdf'],
  '--control': ['here'],
  '--services': ['10.0.0.0/33'],
  '--subscription-id': ['main'],
  '--tenant-id': ['main'],
  '--service-principal-id': ['me'],
  '--correlation-id': ['x'],
  '--auth': ['password'],
  '--as': ['pdf'],
  '--resolver': ['hosts'],
  '--count': ['0', 'abc', '20001'],
  '--prefix': ['a/b', 'x'.repeat(49)],
  '--resource-group': ['a/b', 'x'.repeat(91)],
  '--heartbeat': ['0', 'abc', '86401'],
  '--for': ['0', '5 minutes', '169h'],
  '--private-link-scope': [
    '/bad',
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/p',
  ],
};
/** Those of one command alone, where the same word means another thing elsewhere. */
const wrongOf: Readonly<Record<string, readonly string[]>> = {
  'onboard script --tag': ['Owner', '=x'],
  'onboard bundle --tag': ['Owner', '=x'],
  'onboard script --cloud': ['AzureGov'],
  'onboard bundle --cloud': ['AzureGov'],
  'service-tags generate --tag': ['Storage', 'Storage=here'],
  'service-tags generate --change-number': ['abc'],
  'service-tags import --change-number': ['abc'],
  'firewall check --source': ['a b'],
  'firewall check --destination': ['a b'],
  'requirements list --cloud': ['AzureGov'],
  'requirements explain --cloud': ['AzureGov'],
  'requirements export --cloud': ['AzureGov'],
  'requirements diff --cloud': ['AzureGov'],
  'firewall export --cloud': ['AzureGov'],
  'firewall export --folder': ['not/absolute'],
  'apply --location': ['japaneats'],
};
/** Names of files and folders: what is not there is told when it is looked for, and may be there by then. */
const paths = /<(file|path|dir)>/;
/** Texts that may be anything that is seen. */
const free = [
  '--role',
  '--resource-group',
  '--resource-name',
  '--name-server',
  '--tag',
  '--cloud',
  '--source',
  '--destination',
  '--change-number',
  '--location',
  '--service-tags',
];

const named = (command: string, option: Option): string => `${command} ${option.long}`;
const valuesOf = (command: string, option: Option): readonly string[] => [
  ...(wrongOf[named(command, option)] ??
    (free.includes(option.long!) && wrong[option.long!] === undefined ? [] : (wrong[option.long!] ?? []))),
];

const errorIn = (out: string): { code: string; message: string; fix: string } => {
  const { error } = JSON.parse(out) as { error: { code: string; message: string; fix: string } };
  assert.ok(error.message.length > 0 && error.fix.length > 0, out);
  return error;
};

const tooWide = (text: string): readonly string[] =>
  text.split('\n').filter((line) => [...line].length > helpWidth);

/** What an escape sequence begins with. */
const escapeCharacter = '\u001b';

/** Those that hand their words on to another program. */
const passing = ['az', 'terraform'];
/** Those that stay up until they are ended. */
const lasting = ['up', 'quickstart', 'dns forwarder'];

describe('help', () => {
  for (const words of [[], ...groups, ...leaves.map((leaf) => leaf.words)])
    test(`of "${words.join(' ')}": exit code 0, 80 columns, no colours`, async () => {
      const { code, out, err } = await runInProcess(...words, '--help');
      assert.deepEqual([code, err], [0, '']);
      assert.deepEqual(tooWide(out), []);
      assert.ok(!out.includes(escapeCharacter));
      if (words.length > 0) assert.match(out, /^Examples:\n {2}\S/m);
    });

  for (const words of groups)
    test(`the group "${words.join(' ')}" alone is no command`, async () => {
      assert.equal((await runInProcess(...words)).code, 2);
      assert.equal((await runInProcess(...words, 'fly')).code, 2);
    });
});

for (const { words, command } of leaves) {
  const name = words.join(' ');
  const base = [...words, ...(needs[name] ?? [])];
  const hasState = command.options.some(({ long }) => long === '--state');
  const inState = hasState ? ['--state', state] : [];

  describe(name, () => {
    if (!passing.includes(name))
      test('a flag that it does not have: exit code 2, JSON on standard output where JSON was asked for', async () => {
        const asJson = await runInProcess(...base, '--fly', '--json');
        assert.deepEqual([asJson.code, errorIn(asJson.out).code], [2, 'InvalidArgument']);
        const asText = await runInProcess(...base, '--fly');
        assert.deepEqual([asText.code, asText.out], [2, '']);
        assert.match(asText.err, /unknown option '--fly'/);
      });

    test('colours are nowhere, and may be refused', () =>
      assert.ok(command.options.some(({ long }) => long === '--no-color')));

    if (hasState && !passing.includes(name) && !lasting.includes(name))
      test('without an installation: one JSON document with --json, only standard error without, and nothing is made', async () => {
        const asJson = await runInProcess(...base, ...inState, '--json', '--no-color');
        JSON.parse(asJson.out);
        const asText = await runInProcess(...base, ...inState);
        assert.equal(asText.code, asJson.code);
        if (asJson.out.includes('"error"')) {
          assert.ok(errorIn(asJson.out));
          assert.equal(asText.out, '');
        }
        assert.equal(existsSync(state), false);
      });

    for (const option of command.options.filter(({ required, optional }) => required || optional)) {
      const values = valuesOf(name, option);
      const known = paths.test(option.flags) || free.includes(option.long!) || values.length > 0;
      const unseen = paths.test(option.flags) ? [] : ['x\r', '\u200bx', 'a\u00a0b'];
      test(`${option.long} with a value that it does not have: exit code 2, and nothing was asked, written or made`, async () => {
        assert.ok(known, 'a flag with values is in one of the tables of this file');
        const before = readdirSync(scratch);
        for (const value of [...values, ...unseen]) {
          const json = command.options.some(({ long }) => long === '--json') ? ['--json'] : [];
          const ended = await runInProcess(...base, ...inState, `${option.long}=${value}`, ...json);
          assert.equal(ended.code, 2, `${value}: ${ended.out}${ended.err}`);
          assert.match(errorIn(ended.out).code, /^(InvalidArgument|InvalidConfiguration)$/);
          const text = await runInProcess(...base, ...inState, `${option.long}=${value}`);
          assert.deepEqual([text.code, text.out], [2, ''], value);
          assert.ok(!text.err.includes(escapeCharacter));
        }
        assert.deepEqual(readdirSync(scratch), before);
        assert.equal(existsSync(state), false);
      });
    }
  });
}

describe('what every command prints by', () => {
  test('nothing but the shell writes to standard output, where a closed pipe and JSON are seen to', () => {
    const apps = join(import.meta.dirname, '..');
    const writers = globSync('**/*.ts', { cwd: apps })
      .filter((path) => !/\.(test|testkit)\.ts$/.test(path))
      .filter((path) =>
        /process\.stdout\.write|console\.(log|info)/.test(readFileSync(join(apps, path), 'utf8')),
      );
    assert.deepEqual(writers, ['shell/output.ts']);
  });

  for (const words of [
    ['requirements', 'list'],
    ['requirements', 'list', '--summary'],
    [
      'requirements',
      'list',
      '--product',
      'servers',
      '--region',
      'japaneast',
      '--connectivity',
      'private-endpoint',
    ],
  ])
    test(`"${words.join(' ')}": a table of 80 columns`, async () => {
      const { code, out } = await runInProcess(...words);
      const rows = out.split('\n').filter((line) => /^[│├┌└]/.test(line));
      assert.ok(code === 0 && rows.length > 5);
      assert.deepEqual(
        rows.filter((row) => [...row].length > 80),
        [],
      );
    });
});

describe('restore', () => {
  test('of a damaged file changes nothing: no directory stays, not even an empty one', async () => {
    const damaged = join(scratch, 'damaged.db');
    writeFileSync(damaged, 'no store at all');
    const deep = join(scratch, 'a', 'b', 'state');
    const { code, out } = await runInProcess('restore', damaged, '--state', deep, '--json');
    assert.equal(code, 2);
    assert.match(errorIn(out).message, /is not a backup of Tombolo/);
    assert.equal(existsSync(join(scratch, 'a')), false);
  });
});
