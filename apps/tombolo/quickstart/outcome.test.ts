/** What the quickstart tells a person to type next can be typed. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { describeOutcome } from './outcome.ts';

test('the lines to try next are one command each, wherever the state directory is', () => {
  const state = "/srv/it's a place/$HOME";
  const told = describeOutcome(
    {
      ok: true,
      resourceManager: 'https://127.0.0.1:8443',
      services: '127.0.0.2:443',
      dns: '127.0.0.1:5354',
      names: [],
      agents: [],
      checks: [],
    },
    state,
  );
  const lines = told.split('\n').filter((line) => /^ {2}(\.\/|eval)/.test(line));
  assert.equal(lines.length, 3);
  // The programs are stand-ins that say what they were given.
  const typed = lines.join('\n').replaceAll('./tombolo-agent', 'said').replaceAll('./tombolo', 'said');
  const script = `said() { printf '%s\\n' "$@" >&3; }\n${typed}`;
  assert.deepEqual(
    execFileSync('sh', ['-c', `exec 3>&1\n${script}`], { encoding: 'utf8' })
      .split('\n')
      .slice(0, -1),
    ['status', '--state', state, 'show', '--state-dir', `${state}/agents/server-1`, 'env', '--state', state],
  );
});
