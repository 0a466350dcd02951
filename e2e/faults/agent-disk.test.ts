import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runHere } from '../../apps/agent/surroundings.testkit.ts';
import { mountSmallDisk } from './small-disk.ts';

const disk = mountSmallDisk(1);
const skip = disk === undefined ? 'only root may mount a file system' : false;

describe("the agent's state directory on a disk that fails", { skip }, () => {
  const state = join(disk?.path ?? '', 'state');
  const agent = (...words: readonly string[]) => runHere([...words, '--state-dir', state]);
  const settings = (): string => readFileSync(join(state, 'configuration.json'), 'utf8');
  const refused = async (code: number, says: RegExp, ...words: readonly string[]): Promise<void> => {
    const before = readdirSync(state);
    const was = settings();
    const { code: ended, stderr } = await agent(...words);
    assert.equal(ended, code, stderr);
    assert.match(stderr, says);
    assert.match(stderr, /^ERROR {3}.+\n {8}.+\.\n$/, 'one sentence, and what to do');
    assert.deepEqual([readdirSync(state), settings()], [before, was], 'nothing is half written');
  };

  test('full: AZCM0001 with the cause, what was there stays, and with room again it goes on', async () => {
    assert.equal((await agent('config', 'set', 'proxy.bypass', 'Arc')).code, 0);
    disk!.fill();
    await refused(1, /no space is left/, 'config', 'set', 'proxy.bypass', 'ARM');
    await refused(1, /no space is left/, 'genkey');
    // Room for the lock, and for nothing after it.
    const ballast = join(disk!.path, 'ballast');
    truncateSync(ballast, statSync(ballast).size - 4096);
    await refused(1, /no space is left/, 'config', 'set', 'proxy.bypass', 'ARM');
    assert.match((await agent('config', 'get', 'proxy.bypass')).stdout, /^\[Arc\]/);
    disk!.free();
    assert.equal((await agent('genkey')).code, 0);
  });

  test('read-only: AZCM0018 with the cause; what only reads works', async () => {
    disk!.readOnly(true);
    await refused(18, /file system is read-only/, 'config', 'clear', 'proxy.bypass');
    await refused(18, /file system is read-only/, 'genkey');
    for (const words of [['show'], ['config', 'list']]) assert.equal((await agent(...words)).code, 0);
    disk!.readOnly(false);
  });
});
