import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../apps/tombolo/quickstart/outcome.ts';

const bin = fileURLToPath(new URL('../apps/tombolo/bin.mjs', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'tombolo-quickstart-'));
after(() => rmSync(state, { recursive: true, force: true }));

const quickstart = (): Promise<{ code: number; outcome: Outcome; stderr: string }> =>
  new Promise((resolve) => {
    const args = [
      bin,
      'quickstart',
      '--check',
      '--json',
      '--state',
      state,
      '--https-port',
      '0',
      '--dns-port',
      '0',
    ];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : 0,
        outcome: JSON.parse(stdout) as Outcome,
        stderr,
      });
    });
  });

describe('npm start -- --check --json', () => {
  for (const time of ['the first time', 'again on the same state']) {
    test(`comes out as expected ${time}`, async () => {
      const { code, outcome, stderr } = await quickstart();
      assert.deepEqual(
        outcome.checks.filter((check) => !check.ok),
        [],
        stderr,
      );
      assert.equal(code, 0);
      assert.ok(outcome.ok);
      const names = outcome.checks.map((check) => check.name);
      for (const wanted of [
        'server-1 is Connected through the endpoint',
        'server-2 is refused through the endpoint',
        'server-3 while public access is Disabled',
        'a live connection when it is Rejected',
        'server-1 once it is Approved',
      ]) {
        assert.ok(names.includes(wanted), wanted);
      }
      assert.deepEqual(
        outcome.agents.map(({ name, result }) => `${name} ${result}`),
        ['server-1 Connected', 'server-2 AZCM0026', 'server-2 MachineNotAssociated', 'server-3 Connected'],
      );
    });
  }
});
