/** Runs a target in a thread of its own and watches it: an input that never ends is a fault like others. */

import { Worker } from 'node:worker_threads';
import type { Fault } from './fault.ts';

export interface ThreadOrder {
  readonly name: string;
  /** The module that has `loadTarget`. */
  readonly targets: string;
  readonly root: string;
  readonly seed: number;
  readonly milliseconds: number;
  readonly most: number;
  readonly corpus: readonly Uint8Array[];
  /** Two words, the count of inputs and the length of the last, then that input. */
  readonly shared: SharedArrayBuffer;
}

export type ThreadMessage =
  | { readonly kind: 'fault'; readonly fault: Fault; readonly input: Uint8Array }
  | {
      readonly kind: 'done';
      readonly inputs: number;
      readonly blocks: number;
      readonly corpus: readonly Uint8Array[];
    };

export interface RunOutcome {
  readonly inputs: number;
  /** Undefined: the run did not come to its end. */
  readonly blocks?: number;
  readonly corpus: readonly Uint8Array[];
}

const longestInput = 64 * 1024;
const headOctets = 8;

export const runWatched = (
  order: Omit<ThreadOrder, 'shared'>,
  onFault: (fault: Fault, input: Uint8Array) => void,
  /** Far beyond what any input takes, on a machine that is busy too. */
  hangMs = 30_000,
): Promise<RunOutcome> =>
  new Promise((resolve, reject) => {
    const shared = new SharedArrayBuffer(headOctets + longestInput);
    const head = new Int32Array(shared, 0, 2);
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { ...order, shared } });
    let seen = 0;
    let done: RunOutcome | undefined;
    const hung = (why: string): void => {
      const input = Uint8Array.from(new Uint8Array(shared, headOctets, Math.min(head[1]!, longestInput)));
      onFault({ key: 'hang', text: why }, input);
    };
    const watch = setInterval(() => {
      const count = Atomics.load(head, 0);
      if (count !== seen || count === 0) {
        seen = count;
        return;
      }
      hung(`it had no end within ${hangMs / 1000} seconds`);
      done = { inputs: count, corpus: [] };
      void worker.terminate();
    }, hangMs);
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'fault') onFault(message.fault, message.input);
      else done = message;
    });
    worker.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    worker.on('exit', () => {
      clearInterval(watch);
      if (done === undefined)
        hung('the thread ended with it: a promise that nobody settles, or the end of the process');
      resolve(done ?? { inputs: Atomics.load(head, 0), corpus: [] });
    });
  });
