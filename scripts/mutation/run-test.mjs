/** Runs one test file with one mutant switched on, until it fails, ends or takes too long. */

import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const hook = fileURLToPath(new URL('hook.mjs', import.meta.url));

/** A failed test in TAP; a test that is to be done or left out fails nothing. */
const failure = /^\s*not ok \d+(?!.*# (?:TODO|SKIP))/m;

/**
 * @param setting what `hook.mjs` reads
 * @returns `passed`, `failed` or `timeout`, and how long it took
 */
export const runTest = (file, setting, { cwd, timeoutMs, running = new Set() }) =>
  new Promise((resolve) => {
    const began = performance.now();
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    // Libraries are compiled once, not for every mutant.
    env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'tombolo-mutation-compiled');
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--import', hook, '--test-reporter=tap', file],
      // A group of its own, so that what it starts ends with it.
      {
        cwd,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...env, TOMBOLO_MUTATION: JSON.stringify(setting) },
      },
    );
    let outcome;
    const end = (as) => {
      outcome ??= as;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    running.add(end);
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text = `${text}${chunk}`.slice(-65_536);
      if (failure.test(text)) end('failed');
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(end);
      end(code === 0 ? 'passed' : 'failed');
      resolve({ outcome, ms: Math.round(performance.now() - began) });
    });
  });
