/** In a mount namespace of its own: commands of the agent on a disk that is full, then on one that is read-only. Prints what came of them. */

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { runHere } from './surroundings.testkit.ts';

const [directory = '', ...connect] = process.argv.slice(2);
const mount = (...words: readonly string[]): void => void execFileSync('mount', words);
mount('-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', directory);

const state = ['--state-dir', directory];
const commands: Readonly<Record<string, readonly string[]>> = {
  connect: ['connect', ...state, ...connect],
  'config set': ['config', 'set', 'proxy.bypass', 'Arc,AAD', ...state],
  run: ['run', ...state],
};
const run = (words: readonly string[]) =>
  runHere(words, { env: { AZCMAGENT_SERVICE_PRINCIPAL_SECRET: 'unused' } });
await run(['config', 'set', 'proxy.bypass', 'Arc', ...state]);

const contents = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => name !== 'filling')
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
const before = contents();
const all = async () => {
  const outcomes: object[] = [];
  for (const [command, words] of Object.entries(commands)) {
    const { code, stderr } = await run(words);
    outcomes.push({ command, code, stderr, asBefore: JSON.stringify(contents()) === JSON.stringify(before) });
  }
  return outcomes;
};

const filling = openSync(join(directory, 'filling'), 'w');
try {
  for (;;) writeSync(filling, Buffer.alloc(4_096));
} catch {
  closeSync(filling);
}
const full = await all();
rmSync(join(directory, 'filling'));
mount('-o', 'remount,ro', directory);
const readOnly = await all();
console.log(JSON.stringify({ full, readOnly, kept: Object.keys(before) }));
