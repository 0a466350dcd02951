/** The thread in which one target is run: it writes down every input before it runs it, so that the other thread knows where it hung. */

import { parentPort, workerData } from 'node:worker_threads';
import { followBlocks } from './block-coverage.ts';
import { runCampaign } from './campaign.ts';
import { seededRandom } from './random.ts';
import type { ThreadMessage, ThreadOrder } from './watched-run.ts';

const order = workerData as ThreadOrder;
const coverage = followBlocks(order.root);
// After the counters are on: what is compiled before has none.
const { loadTarget } = (await import(order.targets)) as typeof import('./targets/index.ts');
const target = await loadTarget(order.name);
if (target === undefined) throw new Error(`there is no target ${order.name}`);

const [head, octets] = [new Int32Array(order.shared, 0, 2), new Uint8Array(order.shared, 8)];
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);
const until = performance.now() + order.milliseconds;
const { inputs, blocks, corpus } = await runCampaign({
  target,
  coverage,
  random: seededRandom(order.seed),
  corpus: order.corpus,
  goOn: (done) => performance.now() < until && done < order.most,
  onInput: (input) => {
    octets.set(input.subarray(0, octets.length));
    head[1] = input.length;
    Atomics.add(head, 0, 1);
  },
  onFault: (fault, input) => tell({ kind: 'fault', fault, input }),
});
coverage.close();
tell({ kind: 'done', inputs, blocks, corpus });
// Listeners and stores of the targets would keep the thread.
process.exit(0);
