/** Has test files run with a mutant switched on, by a process that is kept from one run to the next while it is clean. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('host.mjs', import.meta.url));

/**
 * @param settings.map of the copies with mutants
 * @param settings.running gets a function that ends what runs
 * @param settings.apart a process for every run
 */
export const createTestHost = ({ map, cwd, running = new Set(), apart = false }) => {
  let child;
  let onAnswer = () => {};

  const start = () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const made = fork(program, [map, cwd], {
      cwd,
      env,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A group of its own, so that what it starts ends with it.
      detached: true,
    });
    made.on('message', (answer) => made === child && onAnswer(answer));
    // A process that ends while it is asked has crashed, or was ended by the code.
    made.on('exit', () => {
      if (made !== child) return;
      child = undefined;
      onAnswer({ outcome: 'failed', isSpent: false });
    });
    return made;
  };
  const end = () => {
    const ended = child;
    child = undefined;
    try {
      if (ended !== undefined) process.kill(-ended.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  running.add(end);

  /**
   * @param request the file, and the mutant with its limit; without one, what the file reaches is answered
   * @returns `passed`, `failed` or `timeout`, and how long it took by the clock and by the processor
   */
  const run = (request, timeoutMs) =>
    new Promise((resolve) => {
      const began = performance.now();
      const settle = (answer) => {
        clearTimeout(timer);
        onAnswer = () => {};
        if (answer.isSpent || apart) end();
        const ms = Math.round(performance.now() - began);
        // Of a process that was ended nothing is known; it can have used no more than there was.
        resolve({ ms, cpuMs: ms, hits: {}, ...answer });
      };
      const timer = setTimeout(() => settle({ outcome: 'timeout', isSpent: true }), timeoutMs);
      onAnswer = settle;
      child ??= start();
      child.send(request);
    });

  const close = () => {
    end();
    running.delete(end);
  };
  return { run, close };
};
