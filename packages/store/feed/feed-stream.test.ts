import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../memory/memory-store.ts';
import type { Store } from '../port.ts';
import { feedStream } from './feed-stream.ts';

const put = (id: string) => ({ puts: [{ id, type: 'T/a', body: {} }] });

describe('a feed under steady writes', () => {
  test('comes to a `through`, though the head moves on with every page that is read', async () => {
    const store = openMemoryStore({ newGuid: () => 'epoch' });
    for (let index = 0; index < 450; index += 1) await store.commit(put(`/before/${index}`));
    let written = 0;
    const busy: Pick<Store, 'changes' | 'snapshot' | 'onHead'> = {
      onHead: store.onHead,
      snapshot: store.snapshot,
      changes: async (query) => {
        const page = await store.changes(query);
        written += 1;
        await store.commit(put(`/meanwhile/${written}`));
        return page;
      },
    };
    const response = new PassThrough();
    const stream = feedStream({
      store: busy,
      types: ['T/a'],
      cursor: { epoch: 'epoch', after: 0 },
      response: response as unknown as ServerResponse,
      timers: { after: () => () => {}, every: () => () => {} },
    });
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      if (text.includes('event: through')) break;
      assert.ok(written < 20, 'no through after twenty pages');
    }
    stream.end();
    await stream.ended;
    assert.match(text, /"through":\s*452/);
  });
});
