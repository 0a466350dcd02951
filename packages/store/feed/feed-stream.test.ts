import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../memory/memory-store.ts';
import type { Store } from '../port.ts';
import { controlPlane, converged, watch } from './control-plane.testkit.ts';
import { type FeedEvent, feedEventReader } from './event-stream.ts';
import { feedStream } from './feed-stream.ts';

const put = (id: string) => ({ puts: [{ id, type: 'T/a', body: {} }] });
const documents = 450;

/** A store into which more is written with each part than a part holds: every document anew, again and again. */
const busyStore = async (): Promise<Store> => {
  const store = openMemoryStore({ newGuid: () => 'epoch' });
  let next = 0;
  const write = async (count: number) => {
    for (let index = 0; index < count; index += 1) await store.commit(put(`/${next++ % documents}`));
  };
  await write(documents);
  return {
    ...store,
    round: (query, take) =>
      store.round(query, async (changes, through) => {
        await write(changes.length + 100);
        return take(changes, through);
      }),
  };
};

describe('a feed into which is written faster than it is sent', () => {
  test('each round ends at the head as it was when the round began', async () => {
    const store = await busyStore();
    const response = new PassThrough();
    const stream = feedStream({
      store,
      types: ['T/a'],
      cursor: { epoch: 'epoch', after: 0 },
      response: response as unknown as ServerResponse,
      timers: { after: () => () => {}, every: () => () => {} },
    });
    const reader = feedEventReader();
    const events: FeedEvent[] = [];
    const ends = () => events.flatMap((event) => (event.event === 'through' ? [event.through] : []));
    for await (const chunk of response) {
      events.push(...reader(chunk as Buffer));
      if (ends().length === 3) break;
    }
    stream.end();
    await stream.ended;
    // 450 changes are written; with their three parts 750 more, with the 450 that differ then 750 more.
    assert.deepEqual(ends(), [450, 1_200, 1_950]);
  });

  test('is applied all the same', async () => {
    const store = await busyStore();
    const { socketPath } = await controlPlane(store);
    const { follower } = watch(socketPath);
    await converged(store, documents);
    await store.commit(put('/0'));
    assert.deepEqual((await converged(store, 3_000)).behind, []);
    assert.ok(follower.applied() < (await store.head()).through, 'the writes have not ended');
    await follower.stop();
  });
});
