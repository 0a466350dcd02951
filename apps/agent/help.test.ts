import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
const helpOf = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [bin, ...words, '--help'])).stdout;

describe('help of tombolo-agent', async () => {
  const whole = await helpOf();
  const names = [...(whole.split(/^Commands:/m)[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
    ([, name]) => name!,
  );
  test('lists the commands', () => assert.ok(names.includes('connect') && names.includes('run')));

  for (const words of [[], ...names.filter((name) => name !== 'help').map((name) => [name])])
    test(`of "${words.join(' ')}" fits 80 columns`, async () => {
      const lines = (await helpOf(...words)).split('\n');
      assert.deepEqual(
        lines.filter((line) => [...line].length > 80),
        [],
      );
    });
});
