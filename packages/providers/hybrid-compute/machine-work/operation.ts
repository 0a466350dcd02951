/** The long-running operation of what a machine is asked to do: it ends with the agent's report, or when none comes in time. */

import type { OperationKind, StepInput, StepOutcome } from '@tombolo/arm';
import { isoTime } from '@tombolo/arm';
import { nameOf, objectsAt, propertiesOf, textAt } from '@tombolo/store/document';
import { reportIdOf, reportOf, workOf } from '@tombolo/store/machine-report';
import type { Document, JsonObject } from '@tombolo/store/port';
import { machineWorkKind } from '../types.ts';
import { type Progress, progressOf } from './progress.ts';

/** Extension operations wait six hours for a machine that is away (Learn, "Connected Machine agent overview"). */
const queuedMs = 6 * 3_600_000;
/** What a client is told sooner than a tenth of what it has waited costs the store more than it is worth. */
const leastPauseMs = 1_000;
const pauseShare = 0.1;

interface WorkItem {
  readonly id: string;
  readonly generation: string;
}

interface WorkStart {
  readonly items: readonly WorkItem[];
  /** How long it may take once the machine has begun. */
  readonly runMs: number;
  /** `asyncExecution`: it has begun, and that is all that was asked for. */
  readonly endsWhenBegun?: boolean;
}

/** An operation of these items. */
export const workOperation = ({ items, runMs, endsWhenBegun }: WorkStart) => ({
  kind: machineWorkKind,
  state: {
    items: items.map(({ id, generation }) => ({ id, generation })),
    runMs,
    ...(endsWhenBegun ? { endsWhenBegun } : {}),
  } satisfies JsonObject,
});

interface Judged {
  readonly item: WorkItem;
  readonly document: Document | undefined;
  readonly progress?: Progress;
  readonly error?: { readonly code: string; readonly message: string };
}

const judge = (item: WorkItem, found: ReadonlyMap<string, Document>): Judged => {
  const document = found.get(item.id.toLowerCase());
  const what = `'${nameOf(item.id)}'`;
  if (document === undefined)
    return {
      item,
      document,
      error: { code: 'ResourceNotFound', message: `${what} was deleted before its machine reported on it.` },
    };
  const work = workOf(document);
  if (work?.generation !== item.generation)
    return {
      item,
      document,
      error: {
        code: 'OperationPreempted',
        message: `${what} was changed again before its machine reported on it; the later operation tells what became of it.`,
      },
    };
  return {
    item,
    document,
    progress: progressOf(document, reportOf(found.get(reportIdOf(item.id).toLowerCase()))),
  };
};

/** What the machine has removed goes from the store too, with all that was kept of it. */
const removal = ({ document }: Judged) => {
  if (document === undefined) return {};
  return {
    expect: [{ id: document.id, version: document.version }],
    deletes: [document.id, reportIdOf(document.id)],
    releases: [{ holder: document.id.toLowerCase() }],
  };
};

const givenUp = ({ document }: Judged, message: string, now: number) => {
  if (document === undefined) return [];
  const properties = propertiesOf(document);
  const work = { ...(properties.work as JsonObject), gaveUp: { message, at: isoTime(now) } };
  return [
    { id: document.id, type: document.type, body: { ...document.body, properties: { ...properties, work } } },
  ];
};

const step = async ({ operation, store, now }: StepInput): Promise<StepOutcome> => {
  const items = objectsAt(operation.state, 'items').map((item) => ({
    id: textAt(item, 'id') ?? '',
    generation: textAt(item, 'generation') ?? '',
  }));
  const found = await store.getMany(items.flatMap(({ id }) => [id, reportIdOf(id)]));
  const judged = items.map((item) => judge(item, found));
  const runMs = Number(operation.state.runMs ?? 0);
  const waiting = judged.filter(
    ({ error, progress }) =>
      error === undefined &&
      progress?.ended === undefined &&
      !(operation.state.endsWhenBegun === true && progress?.begunAt !== undefined),
  );
  const deadlineOf = ({ progress }: Judged): number =>
    progress?.begunAt === undefined ? operation.startTime + queuedMs : progress.begunAt + runMs;
  const late = waiting.filter((each) => deadlineOf(each) <= now);
  if (late.length > 0) {
    const begun = late[0]?.progress?.begunAt !== undefined;
    const message = begun
      ? `The machine began, and has reported no end within ${Math.round(runMs / 60_000)} minutes. Its agent says what it did when it is heard of again.`
      : `The machine has not taken the instruction within ${queuedMs / 3_600_000} hours. See that its agent runs and reaches the service (./tombolo-agent show), and send the request again.`;
    return {
      status: 'Failed',
      effects: {
        expect: late.flatMap(({ document }) =>
          document === undefined ? [] : [{ id: document.id, version: document.version }],
        ),
        puts: late.flatMap((each) => givenUp(each, message, now)),
      },
      error: { code: 'MachineDidNotReport', message },
    };
  }
  if (waiting.length > 0) {
    const pause = Math.max(leastPauseMs, Math.ceil((now - operation.startTime) * pauseShare));
    const dueAt = Math.min(now + pause, ...waiting.map(deadlineOf));
    return { status: 'InProgress', state: operation.state, dueAt };
  }
  const removed = judged.filter(({ progress }) => progress?.ended?.phase === 'removed').map(removal);
  const effects = {
    expect: removed.flatMap(({ expect = [] }) => expect),
    deletes: removed.flatMap(({ deletes = [] }) => deletes),
    releases: removed.flatMap(({ releases = [] }) => releases),
  };
  const failed = judged.flatMap(({ error, progress }) => {
    if (error !== undefined) return [error];
    return progress?.ended?.phase === 'failed' ? [progress.ended] : [];
  });
  const [first] = failed;
  if (first === undefined) return { status: 'Succeeded', effects };
  return { status: 'Failed', effects, error: { code: first.code, message: first.message } };
};

/** Deletions too: a resource that is gone when its removal is looked for is what was wanted. */
export const machineWork: OperationKind = {
  step: async (input) => {
    const outcome = await step(input);
    const gone = outcome.status === 'Failed' && outcome.error.code === 'ResourceNotFound';
    return gone && input.operation.state.removes === true ? { status: 'Succeeded' } : outcome;
  },
};
