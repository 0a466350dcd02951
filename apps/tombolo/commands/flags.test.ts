import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Command, type Option } from 'commander';
import { formerly } from '../shell/command.ts';
import { addCommands } from './index.ts';

const program = new Command('tombolo');
await addCommands(program, async () => {});

const below = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(below)];
const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
const options = below(program).flatMap((command) =>
  command.options.map((option): readonly [string, Option] => [pathOf(command), option]),
);

/** Words that mean another thing in another command. */
const otherThings = ['--source', '--tag'];

describe('one thing has one flag, in every command', () => {
  test('a flag that several commands have takes the same in each', () => {
    const forms = new Map<string, Map<string, string>>();
    for (const [command, option] of options) {
      if (option.hidden || option.long === undefined || otherThings.includes(option.long)) continue;
      const known = forms.get(option.long) ?? new Map<string, string>();
      forms.set(option.long, known.set(option.flags.replace(/^-\w, /, ''), command));
    }
    const differing = [...forms.values()].filter((known) => known.size > 1);
    assert.deepEqual(
      differing.map((known) => [...known]),
      [],
    );
  });

  test('a letter means one flag in every command that has it', () => {
    const flags = new Map<string, Set<string>>();
    for (const [, { short, long }] of options)
      if (short && long) flags.set(short, (flags.get(short) ?? new Set()).add(long));
    assert.ok(flags.size > 1);
    assert.deepEqual(
      [...flags].filter(([, meant]) => meant.size > 1).map(([short, meant]) => [short, ...meant]),
      [],
    );
  });

  test('names of before are taken and not shown; each means a flag that its command shows', () => {
    const former = options
      .filter(([, { hidden, long }]) => hidden && long !== '--no-color')
      .map(([command, option]) => {
        const [, now] =
          options.find(
            ([path, other]) =>
              path === command && !other.hidden && other.attributeName() === option.attributeName(),
          ) ?? assert.fail(`${command} ${option.long} means nothing`);
        assert.equal(option.required, now.required, `${command} ${option.long}: both take a value, or none`);
        return `${command} ${option.long}: ${now.long}`;
      });
    assert.deepEqual(former.sort(), [
      'tombolo firewall diff --endpoint-file: --file',
      'tombolo firewall export --directory: --folder',
      'tombolo firewall export --endpoint-file: --file',
      'tombolo requirements export --output: --out',
      'tombolo service-tags generate --output: --out',
      'tombolo service-tags generate --profile: --cloud-profile',
    ]);
  });

  test('the name of before sets what the new one sets', async () => {
    const seen: unknown[] = [];
    for (const flag of ['--out', '--output']) {
      const command = new Command('x')
        .option('--out <path>', 'there')
        .addOption(formerly('--output <file>', '--out'))
        .action((flags: unknown) => {
          seen.push(flags);
        });
      await command.parseAsync([flag, 'a'], { from: 'user' });
    }
    assert.deepEqual(seen, [{ out: 'a' }, { out: 'a' }]);
  });
});
