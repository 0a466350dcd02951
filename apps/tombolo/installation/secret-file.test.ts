import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { secretTextOf } from '@tombolo/identity/secret-text';
import { CommandError } from '../shell/command-error.ts';
import { withSecretFile } from './secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-secret-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const textOf = (random: string): string => secretTextOf(Buffer.from(random, 'base64url'));

const prepared = (name: string) => {
  const directory = join(folder, name);
  mkdirSync(directory);
  const file = join(directory, 'secret');
  writeFileSync(file, 'former\n');
  return { file, names: () => readdirSync(directory).sort(), read: () => readFileSync(file, 'utf8') };
};

describe('a secret that is told once, in a file', () => {
  test('is written out before the server is asked, and has its name when it is good', async () => {
    const { file, names, read } = prepared('good');
    let asked = '';
    const answer = await withSecretFile(file, async (random) => {
      asked = textOf(random);
      const [, beside = ''] = names();
      assert.equal(readFileSync(join(file, '..', beside), 'utf8'), `${asked}\n`);
      assert.equal(read(), 'former\n');
      return { clientSecret: asked };
    });
    assert.deepEqual([answer.clientSecret, read()], [asked, `${asked}\n`]);
    assert.deepEqual(names(), ['secret']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('that cannot be written ends nothing: the server is not asked', async () => {
    const { file } = prepared('full');
    const ask = async (): Promise<never> => assert.fail('asked');
    mkdirSync(`${file}.${process.pid}.tmp`);
    await assert.rejects(withSecretFile(file, ask), /what was good stays good/);
    await assert.rejects(withSecretFile(folder, ask), /it is a folder/);
  });

  test('that is refused, or not the one, leaves the former and nothing beside it', async () => {
    const { file, names, read } = prepared('refused');
    const refused = new CommandError('RequestRefused', 'There is no such principal.', 'Name one.');
    await assert.rejects(
      withSecretFile(file, () => Promise.reject(refused)),
      refused,
    );
    await withSecretFile(file, async () => ({}));
    assert.deepEqual([names(), read()], [['secret'], 'former\n']);
  });

  test('of which no answer came stays beside the former, and the message says where', async () => {
    for (const error of [new CommandError('NotRunning', 'Gone.', 'Start it.'), new Error('broken')]) {
      const { file, names, read } = prepared(error.message);
      let asked = '';
      const failing = withSecretFile(file, (random) => {
        asked = textOf(random);
        return Promise.reject(error);
      });
      await assert.rejects(failing, (thrown: CommandError) => {
        const [, beside = ''] = names();
        return thrown.fix.includes(beside) && beside !== '';
      });
      const [, beside = ''] = names();
      assert.deepEqual([readFileSync(join(file, '..', beside), 'utf8'), read()], [`${asked}\n`, 'former\n']);
    }
  });
});
