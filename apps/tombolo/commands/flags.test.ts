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

  test('names of before are taken and not shown', () => {
    const former = options
      .filter(([, { hidden }]) => hidden)
      .map(([command, { long }]) => `${command} ${long}`);
    assert.deepEqual(former.sort(), [
      'tombolo firewall diff --endpoint-file',
      'tombolo firewall export --directory',
      'tombolo firewall export --endpoint-file',
      'tombolo requirements export --output',
      'tombolo service-tags generate --output',
      'tombolo service-tags generate --profile',
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
