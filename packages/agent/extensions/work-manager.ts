/** Brings about what the service wants of this machine, one step after another, each on disk before it is taken. */

import { ServiceRefusal } from '../failure.ts';
import { type WantedLine, type WorkKind, type WorkReport, type WorkServices, wantedLines } from './work.ts';
import type { WorkFiles, WorkState } from './work-files.ts';
import { createWorkRun, type WorkRunOptions } from './work-run.ts';

export interface WorkManagerOptions extends WorkRunOptions {
  readonly files: WorkFiles;
  readonly vmId: string;
  /** There is something to tell the service. */
  readonly wake: () => void;
}

export interface WorkManager {
  /** The desired configuration, as the service said it last. */
  want(configuration: unknown): void;
  /** Tells what there is to tell, fetches what is new, and starts it. */
  exchange(services: WorkServices): Promise<void>;
  /** Ends everything that runs, with all its children; what it was is on disk when this resolves. */
  stop(): Promise<void>;
}

interface Item {
  state: WorkState;
  /** `running` has been told, of this generation. */
  begunTold: boolean;
  readonly abort: AbortController;
  work: Promise<void>;
}

const keyOf = ({ kind, name }: { readonly kind: WorkKind; readonly name: string }): string =>
  `${kind}/${name.toLowerCase()}`;

/** Takes up what an agent that ended has left. */
export const openWorkManager = async (options: WorkManagerOptions): Promise<WorkManager> => {
  const { files, vmId, now, wake, log } = options;
  const run = createWorkRun(options);
  const items = new Map<string, Item>();
  let wanted: readonly WantedLine[] | undefined;
  let stopped = false;
  /** Extensions one after the other, as packages are installed; run commands beside each other. */
  let extensionQueue = Promise.resolve();

  const put = async (item: Item, state: WorkState): Promise<void> => {
    await files.write(state);
    item.state = state;
  };

  const finish = async (item: Item, report: Omit<WorkReport, 'generation'>): Promise<void> => {
    const { instruction: _, ...rest } = item.state;
    const ended = { startTime: rest.startTime, endTime: new Date(now()).toISOString() };
    const times = Object.fromEntries(Object.entries(ended).filter(([, time]) => time !== undefined));
    const full = { ...times, ...report, generation: rest.generation };
    await put(item, { ...rest, step: 'ended', report: full, told: false });
    log('info', 'work ended', { kind: rest.kind, name: rest.name, phase: report.phase, code: report.code });
    wake();
  };

  const perform = async (item: Item): Promise<void> => {
    const { state, abort } = item;
    if (state.step === 'removing') {
      await run.remove(state, abort.signal);
      await finish(item, { phase: 'removed', code: '0', message: 'Removed.' });
      return;
    }
    const begin = async (): Promise<void> =>
      put(item, { ...item.state, step: 'begun', startTime: new Date(now()).toISOString() });
    await finish(item, await run.enable(state, abort.signal, begin));
  };

  const start = (item: Item): void => {
    const work = async (): Promise<void> => {
      try {
        if (!item.abort.signal.aborted) await perform(item);
      } catch (error) {
        // The disk fails, or the like: it is as if the agent had ended here.
        log('error', 'work could not be done', { name: item.state.name, error: (error as Error).message });
      }
    };
    if (item.state.kind === 'extensions') {
      extensionQueue = extensionQueue.then(work);
      item.work = extensionQueue;
    } else item.work = work();
  };

  const newItem = (state: WorkState): Item => {
    const item = { state, begunTold: false, abort: new AbortController(), work: Promise.resolve() };
    items.set(keyOf(state), item);
    return item;
  };

  /** What was there of it ends first. */
  const replace = async (state: Omit<WorkState, 'format' | 'vmId' | 'told'>): Promise<void> => {
    const before = items.get(keyOf(state));
    before?.abort.abort();
    await before?.work;
    const { publisher, type } = state.instruction ?? {};
    const handler = publisher === undefined ? {} : { handler: `${publisher}/${type ?? ''}` };
    const next: WorkState = { format: 1, vmId, told: false, ...handler, ...state };
    await files.write(next);
    start(newItem(next));
  };

  const drop = async (item: Item): Promise<void> => {
    item.abort.abort();
    await item.work;
    await run.remove(item.state, AbortSignal.timeout(60_000));
    await files.forget(item.state.kind, item.state.name);
    items.delete(keyOf(item.state));
  };

  /** Asked for by a command of the machine: of what the service still wants the next exchange brings it back. */
  const removeAsked = async (): Promise<void> => {
    for (const asked of await files.askedRemovals()) {
      const item = [...items.values()].find(({ state }) => keyOf(state) === asked.replace('.', '/'));
      if (item !== undefined) await drop(item);
      await files.doneRemoval(asked);
      log('info', 'removed by a command of this machine', { name: asked });
    }
  };
  const watching = new AbortController();
  let removing = Promise.resolve();
  const lookForRemovals = (): void => {
    removing = removing
      .then(removeAsked)
      .catch((error: Error) => log('error', 'an extension could not be removed', { error: error.message }));
  };

  const tell = async (services: WorkServices, item: Item): Promise<void> => {
    const { generation, kind, name, report, step, told } = item.state;
    if (step === 'ended' && report !== undefined && !told) {
      await services.report(kind, name, report);
      if (item.state.report === report) await put(item, { ...item.state, told: true });
    } else if ((step === 'accepted' || step === 'begun') && !item.begunTold) {
      const message = 'The agent has taken the instruction.';
      await services.report(kind, name, {
        generation,
        phase: 'running',
        code: '0',
        message,
        executionState: 'Running',
      });
      item.begunTold = true;
    }
  };

  /** What the service does not know (any more) concerns nobody else: the next poll says what is wanted now. */
  const forOne = async (name: string, work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (!(error instanceof ServiceRefusal) || error.status === 401 || error.status >= 429) throw error;
      log('warn', 'work could not be exchanged', { name, code: error.code, error: error.message });
    });
  };

  const take = async (services: WorkServices, line: WantedLine): Promise<void> => {
    if (items.get(keyOf(line))?.state.generation === line.generation) return;
    const { kind, name } = line;
    if (line.wanted === 'absent') {
      const instruction = { ...line, properties: {} };
      await replace({ kind, name, generation: line.generation, step: 'removing', instruction });
      return;
    }
    const instruction = await services.instruction(kind, name);
    // It may have changed since the poll: the next one says so.
    if (instruction.generation !== line.generation || instruction.wanted !== 'present') return;
    await replace({ kind, name, generation: line.generation, step: 'accepted', instruction });
  };

  for (const state of await files.all()) {
    const item = newItem(state);
    if (state.vmId !== vmId) await drop(item);
    else if (state.step === 'begun') {
      await run.endRemains(state);
      await finish(item, {
        phase: 'failed',
        code: 'Interrupted',
        message: `The agent ended while '${state.name}' ran: how far it came is not known. What was left of it was ended, and it was not run again; send it again with another forceUpdateTag if it can be.`,
        executionState: 'Failed',
      });
    } else if (state.step !== 'ended') start(item);
  }

  files.watch(lookForRemovals, watching.signal);
  lookForRemovals();

  return {
    want: (configuration) => {
      wanted = wantedLines(configuration);
    },
    exchange: async (services) => {
      if (stopped) return;
      for (const item of [...items.values()]) await forOne(item.state.name, tell(services, item));
      if (wanted === undefined) return;
      for (const line of wanted) await forOne(line.name, take(services, line));
      const known = new Set(wanted.map(keyOf));
      for (const [key, item] of items) if (!known.has(key)) await drop(item);
      // What has just been taken is told at once: whoever waits sees that it goes on.
      for (const item of [...items.values()]) await forOne(item.state.name, tell(services, item));
    },
    stop: async () => {
      stopped = true;
      watching.abort();
      await removing;
      for (const { abort } of items.values()) abort.abort();
      await Promise.all([...items.values()].map(({ work }) => work));
    },
  };
};
