/** Has test files run with a mutant switched on, by a process that is kept from one run to the next while it is clean. */

import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('host.mjs', import.meta.url));

/** Milliseconds that a process stood ready and was not let run (Linux: sched-stats.rst); elsewhere 0. */
const starvedMs = (pid) => {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
};

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
   * @param patienceMs without the time in which others had the processors: a busy machine notices nothing by itself
   * @returns `passed`, `failed` or `timeout`, and how long it took by the clock and by the processor
   */
  const run = (request, patienceMs) =>
    new Promise((resolve) => {
      const began = performance.now();
      child ??= start();
      const starvedBefore = starvedMs(child.pid);
      const settle = (answer) => {
        clearTimeout(timer);
        onAnswer = () => {};
        if (answer.isSpent || apart) end();
        const ms = Math.round(performance.now() - began);
        // Of a process that was ended nothing is known; it can have used no more than there was.
        resolve({ ms, cpuMs: ms, hits: {}, ...answer });
      };
      let timer;
      const wait = (ms) => {
        timer = setTimeout(() => {
          const own = performance.now() - began - (starvedMs(child.pid) - starvedBefore);
          if (own < patienceMs - 50) wait(patienceMs - own);
          else settle({ outcome: 'timeout', isSpent: true });
        }, ms);
      };
      wait(patienceMs);
      onAnswer = settle;
      child.send(request);
    });

  const close = () => {
    end();
    running.delete(end);
  };
  return { run, close };
};
