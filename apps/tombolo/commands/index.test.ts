import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { addCommands } from './index.ts';

const namesFor = async (...words: readonly string[]): Promise<readonly string[]> => {
  const program = new Command('tombolo');
  await addCommands(program, async () => {}, words);
  return program.commands.map((command) => command.name());
};

describe('commands are loaded when they are asked for', async () => {
  const all = await namesFor();

  test('without one that is known all are there, each once', async () => {
    assert.equal(all.length, new Set(all).size);
    assert.ok(all.includes('up') && all.includes('version'));
    for (const words of [['--help'], ['help'], ['staus'], ['--version']])
      assert.deepEqual(await namesFor(...words), all, words.join(' '));
  });

  for (const name of all)
    test(`${name} brings itself, whole`, async () => {
      assert.deepEqual(await namesFor(name), [name]);
      const below = async (...words: readonly string[]): Promise<readonly string[]> => {
        const program = new Command('tombolo');
        await addCommands(program, async () => {}, words);
        return program.commands.find((command) => command.name() === name)!.commands.map((sub) => sub.name());
      };
      assert.deepEqual(await below(name), await below());
    });
});
