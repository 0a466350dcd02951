import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import type { Outcome } from '../apps/tombolo/quickstart/outcome.ts';
import { tombolo } from './server.ts';

/** It starts an installation and three agents, twice connects them, and waits for each of its changes. */
const quickstartLimitMs = 900_000;

const state = directoryOfFile();

const quickstart = async (): Promise<{ code: number | null; outcome: Outcome; stderr: string }> => {
  const words = ['quickstart', '--check', '--json', '--state', state, '--https-port', '0', '--dns-port', '0'];
  const { code, json, stdout, stderr } = await tombolo(words, { limitMs: quickstartLimitMs });
  assert.ok('checks' in json, stdout + stderr);
  return { code, outcome: json as unknown as Outcome, stderr };
};

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
