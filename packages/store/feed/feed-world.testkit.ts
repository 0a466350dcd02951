/** Store, stream and follower in one process, where nothing moves unless the test says so: no sockets, no clock. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { openMemoryStore } from '../memory/memory-store.ts';
import type { Change, Document, Store } from '../port.ts';
import { feedEventReader } from './event-stream.ts';
import type { FeedClientOptions } from './feed-client.ts';
import { feedStream } from './feed-stream.ts';
import { type Follow, follow } from './follower.ts';
import type { FollowerState } from './follower-state.ts';
import { feedForgets } from './forgetting.ts';

export const followedTypes = ['T/a', 'T/b'];
const stillTimers = { after: () => () => {}, every: () => () => {} };
/** So few that a round of a few documents has several parts. */
const changesPerPart = 2;

/** What is on its way to the follower: each write fills the connection until it is delivered. */
class Wire extends EventEmitter {
  readonly sent: string[] = [];
  destroyed = false;
  get writableNeedDrain(): boolean {
    return this.sent.length > 0;
  }
  write(text: string): void {
    this.sent.push(text);
  }
  end(): void {
    this.destroyed = true;
  }
}

const inParts = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / changesPerPart) }, (_, index) =>
    list.slice(index * changesPerPart, (index + 1) * changesPerPart),
  );

/** Gives `take` each part in smaller ones, while it wants them. */
const smaller =
  <T, S>(take: (entries: readonly T[], size: S) => Promise<boolean>) =>
  async (entries: readonly T[], size: S): Promise<boolean> => {
    for (const part of inParts(entries)) if (!(await take(part, size))) return false;
    return true;
  };

const everyDocument = async (store: Store): Promise<ReadonlyMap<string, Document>> => {
  const { documents } = await store.snapshot(followedTypes);
  return new Map(documents.map((document) => [document.id.toLowerCase(), document]));
};

export interface FeedWorld {
  readonly store: () => Store;
  /** Applied so far: the epoch's and the feed's number of each. */
  readonly applied: string[];
  write(batch: Parameters<Store['commit']>[0]): Promise<void>;
  /** Lets the follower have the next of what was sent; false where there is nothing. */
  deliver(): Promise<boolean>;
  /** Forgets what control would, were so many numbers enough for those who follow by no name. */
  forget(leastNumbers: number): Promise<void>;
  /** Snapshots of which the follower was given the beginning. */
  readonly snapshots: () => number;
  /** Ends the connection with all that is on its way. */
  cut(): Promise<void>;
  restartFollower(): Promise<void>;
  /** Another store, in which only some documents are, under a new epoch. */
  restore(keep: (id: string) => boolean): Promise<void>;
  /** The next apply is refused. */
  refuseApply(): void;
  /** Delivers until nothing is on its way; throws where that does not end. */
  drain(): Promise<void>;
  followed(): ReadonlyMap<string, Document>;
  close(): Promise<void>;
}

/** Everything that can go on without the test's doing has gone on: each step takes a few turns of the loop, and none waits. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

export async function openFeedWorld(): Promise<FeedWorld> {
  let epochs = 1;
  let store: Store = openMemoryStore({ newGuid: () => 'epoch-1' });
  /** What the store held at each number of each epoch. */
  const history = new Map<string, ReadonlyMap<string, Document>>();
  const remember = async (): Promise<void> => {
    const { epoch, through } = await store.head();
    history.set(`${epoch} ${through}`, await everyDocument(store));
  };
  await remember();

  let kept: { cursor: FollowerState['cursor']; documents: Map<string, Document> } = {
    cursor: undefined,
    documents: new Map(),
  };
  let wire: Wire | undefined;
  let reader = feedEventReader();
  let take: Parameters<ReturnType<NonNullable<Parameters<typeof follow>[0]['connect']>>['stream']>[1] =
    () => {};
  let refused = false;
  const applied: string[] = [];
  let snapshots = 0;

  const state = (): FollowerState => {
    return {
      cursor: kept.cursor,
      documents: () => kept.documents.values(),
      async replace(cursor, all) {
        kept = { cursor, documents: new Map(all) };
      },
      async amend(cursor, changes: readonly Change[]) {
        const next = new Map(kept.documents);
        for (const { id, document } of changes)
          if (document === undefined) next.delete(id.toLowerCase());
          else next.set(id.toLowerCase(), document);
        kept = { cursor, documents: next };
      },
      close() {},
    };
  };

  const connect = (_: FeedClientOptions) => ({
    stream(
      cursor: { epoch: string; through: number } | undefined,
      takeEvent: typeof take,
      signal: AbortSignal,
    ): Promise<void> {
      const opened = new Wire();
      wire = opened;
      reader = feedEventReader();
      take = takeEvent;
      const stream = feedStream({
        store: {
          onHead: store.onHead,
          round: (query, takePart) => store.round(query, smaller(takePart)),
          snapshotInParts: (types, takePart) => store.snapshotInParts(types, smaller(takePart)),
        },
        types: followedTypes,
        ...(cursor ? { cursor: { epoch: cursor.epoch, after: cursor.through } } : {}),
        response: opened as unknown as ServerResponse,
        timers: stillTimers,
      });
      signal.addEventListener('abort', () => opened.emit('close'));
      return stream.ended;
    },
    async acknowledge({ epoch, through }: { epoch: string; through: number }) {
      const head = await store.head();
      if (epoch === head.epoch) assert.ok(through <= head.through, 'nothing is acknowledged that never was');
      await store.acknowledge({ name: 'dns', through, at: 0, report: {} });
    },
    close() {},
  });

  const start = (): Follow =>
    follow({
      name: 'dns',
      types: followedTypes,
      socketPath: '',
      token: '',
      state,
      now: () => 0,
      random: () => 0,
      timers: {
        ...stillTimers,
        after(_, call) {
          const immediate = setImmediate(call);
          return () => clearImmediate(immediate);
        },
      },
      log: () => {},
      connect,
      apply: async ({ documents }) => {
        const { epoch, through } = kept.cursor!;
        const all = new Map([...documents()].map((document) => [document.id.toLowerCase(), document]));
        assert.deepEqual(all, history.get(`${epoch} ${through}`), `what is applied at ${through}`);
        if (refused) {
          refused = false;
          throw new Error('refused');
        }
        applied.push(`${epoch} ${through}`);
        return {};
      },
    });
  let follower = start();
  await settled();

  const cut = async (): Promise<void> => {
    wire?.emit('close');
    await settled();
  };
  const deliver = async (): Promise<boolean> => {
    const text = wire?.sent.shift();
    if (text === undefined) return false;
    for (const event of reader(Buffer.from(text))) {
      if (event.event === 'snapshot' && event.part === 0) snapshots += 1;
      take(event);
    }
    wire?.emit('drain');
    await settled();
    return true;
  };

  return {
    store: () => store,
    applied,
    async write(batch) {
      await store.commit(batch);
      await remember();
      await settled();
    },
    deliver,
    async forget(leastNumbers) {
      const [{ through }, followers] = await Promise.all([store.head(), store.followers()]);
      const asked = { through, followers, progress: new Map(), now: 0 };
      await store.compact({ before: feedForgets(asked, { leastNumbers, mostNumbers: 1_000_000 }) });
    },
    snapshots: () => snapshots,
    cut,
    async restartFollower() {
      await follower.stop();
      follower = start();
      await settled();
    },
    async restore(keep) {
      const { documents } = await store.snapshot();
      epochs += 1;
      store = openMemoryStore({ newGuid: () => `epoch-${epochs}` });
      await remember();
      for (const { id, type, body } of documents)
        if (keep(id)) {
          await store.commit({ puts: [{ id, type, body }] });
          await remember();
        }
      await cut();
    },
    refuseApply() {
      refused = true;
    },
    async drain() {
      for (let events = 0; await deliver(); events++) assert.ok(events < 10_000, 'the feed comes to an end');
    },
    followed: () => kept.documents,
    close: () => follower.stop(),
  };
}
