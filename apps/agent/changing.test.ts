import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AgentFailure, openStateDirectory } from '@tombolo/agent';
import { changing } from './changing.ts';
import { processSurroundings } from './surroundings.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-changing-'));
after(() => rmSync(directory, { recursive: true }));
const number = (wanted: number) => (error: unknown) =>
  error instanceof AgentFailure && error.number === wanted;

test('one change at a time; Ctrl-C ends it with AZCM0011, whatever it waits for, and the next one may begin', async () => {
  const state = await openStateDirectory(join(directory, 'state'));
  let interrupt = (): void => {};
  const surroundings = {
    ...processSurroundings,
    whenInterrupted: (end: () => void) => {
      interrupt = end;
      return () => {};
    },
  };
  const endless = changing(state, surroundings, () => {
    interrupt();
    return new Promise<never>(() => {});
  });
  await assert.rejects(endless, number(11));
  const again = await changing(state, surroundings, async () => {
    await assert.rejects(
      changing(state, surroundings, async () => {}),
      number(2),
    );
    return 'done';
  });
  assert.equal(again, 'done');
  assert.deepEqual(readdirSync(state.path), []);
});
