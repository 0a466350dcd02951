import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Change, Document } from '../port.ts';
import { eventBytes, type FeedEvent, feedEventReader, listEvents } from './event-stream.ts';
import { pendingChanges } from './pending-changes.ts';

const document = (id: string, version = 1): Document => ({
  id,
  type: 'T/a',
  version,
  body: { text: 'é😀\n' },
});
const change = (feed: number, id: string, version?: number): Change =>
  version === undefined
    ? { feed, id, type: 'T/a' }
    : { feed, id, type: 'T/a', document: document(id, version) };
const snapshot = (epoch: string, part: number, ...ids: string[]): FeedEvent => ({
  event: 'snapshot',
  epoch,
  part,
  documents: ids.map((id) => document(id)),
});
const changes = (epoch: string, ...list: Change[]): FeedEvent => ({ event: 'changes', epoch, changes: list });
const through = (epoch: string, number: number): FeedEvent => ({ event: 'through', epoch, through: number });

describe('pending changes', () => {
  test('a round that was cut goes on where it was, before the last number that came of it', () => {
    const pending = pendingChanges({ epoch: 'e', through: 1 });
    assert.deepEqual(pending.resumeAt(), { epoch: 'e', through: 1 });
    pending.add(changes('e', change(2, '/a', 1), change(7, '/b', 1), change(7, '/c', 1)));
    pending.cut();
    assert.equal(pending.take(), undefined);
    assert.deepEqual(pending.resumeAt(), { epoch: 'e', through: 6 });
    pending.add(changes('e', change(8, '/B'), change(9, '/d', 1)));
    assert.equal(pending.add(through('e', 9)), true);
    assert.deepEqual(pending.resumeAt(), { epoch: 'e', through: 9 });
    const taken = pending.take()!;
    assert.deepEqual(taken.cursor, { epoch: 'e', through: 9 });
    assert.deepEqual(
      [...taken.changes.values()],
      [change(2, '/a', 1), change(7, '/c', 1), change(8, '/B'), change(9, '/d', 1)],
    );
  });

  test('a snapshot that was cut is forgotten, and what came of a round is when one begins', () => {
    const pending = pendingChanges({ epoch: 'e', through: 1 });
    pending.add(snapshot('f', 0, '/half'));
    pending.cut();
    assert.deepEqual(pending.resumeAt(), { epoch: 'e', through: 1 });
    pending.add(changes('e', change(5, '/old', 1)));
    pending.cut();
    pending.add(snapshot('f', 0, '/new'));
    pending.add(through('f', 3));
    assert.deepEqual([...pending.take()!.changes], []);
    assert.deepEqual(pending.resumeAt(), { epoch: 'f', through: 3 });
  });

  test('what waits for a slow apply is merged: the last change of an id, a snapshot over all before', () => {
    const pending = pendingChanges({ epoch: 'e', through: 1 });
    pending.add(changes('e', change(2, '/a', 2), change(3, '/b', 1)));
    pending.add(through('e', 3));
    pending.add(changes('e', change(4, '/A')));
    pending.add(through('e', 4));
    assert.deepEqual([...pending.take()!.changes.values()], [change(3, '/b', 1), change(4, '/A')]);
    pending.add(changes('e', change(5, '/c', 1)));
    pending.add(through('e', 5));
    pending.add(snapshot('f', 0, '/x'));
    pending.add(snapshot('f', 1, '/y'));
    pending.add(through('f', 1));
    pending.add(changes('f', change(2, '/x')));
    pending.add(through('f', 2));
    const { cursor, snapshot: all, changes: after } = pending.take()!;
    assert.deepEqual(cursor, { epoch: 'f', through: 2 });
    assert.deepEqual([...all!.keys()], ['/x', '/y']);
    assert.deepEqual([...after.keys()], ['/x']);
  });

  test('an epoch that changes without a snapshot, and a snapshot without its beginning, are refused', () => {
    const pending = pendingChanges({ epoch: 'e', through: 1 });
    assert.throws(() => pending.add(changes('f', change(2, '/a'))), /epoch/);
    assert.throws(() => pending.add(through('f', 2)), /epoch/);
    assert.throws(() => pending.add(snapshot('f', 1, '/a')), /beginning/);
  });
});

describe('event stream', () => {
  test('is read whole however its bytes are split', () => {
    const events = [snapshot('e', 0, '/é', '/b'), changes('e', change(2, '/a')), through('e', 2)];
    const text = `: a comment\n\n${events.map(eventBytes).join(': keep-alive\n\n')}event: newer\ndata: {"epoch":"e"}\n\n`;
    for (const bytes of [Buffer.from(text), Buffer.from(text.replaceAll('\n', '\r\n'))])
      for (let cut = 0; cut <= bytes.length; cut++) {
        const reader = feedEventReader();
        assert.deepEqual([...reader(bytes.subarray(0, cut)), ...reader(bytes.subarray(cut))], events);
      }
  });

  test('a list of large documents comes as several events, none longer than a reader takes', () => {
    const large = (id: string): Document => ({ ...document(id), body: { text: 'x'.repeat(300_000) } });
    const list = ['/a', '/b', '/c', '/d', '/e'].map(large);
    const texts = [...listEvents('snapshot', 'e', list)];
    const events = texts.flatMap((text) => feedEventReader(1_100_000)(Buffer.from(text)));
    assert.deepEqual(events, [
      { event: 'snapshot', epoch: 'e', part: 0, documents: list.slice(0, 3) },
      { event: 'snapshot', epoch: 'e', part: 1, documents: list.slice(3) },
    ]);
    const alone = change(1, '/a', 1);
    assert.deepEqual([...listEvents('changes', 'e', [alone])], [eventBytes(changes('e', alone))]);
    assert.deepEqual([...listEvents('snapshot', 'e', [], 3)], []);
    assert.deepEqual(
      [...listEvents('snapshot', 'e', [document('/a')], 3)],
      [eventBytes(snapshot('e', 3, '/a'))],
    );
  });

  test('ends at malformed events and at events without end', () => {
    for (const data of [
      '{',
      '[]',
      '{"epoch":1}',
      '{"epoch":"e","changes":[{"id":1}]}',
      '{"epoch":"e","changes":7}',
    ])
      assert.throws(() => feedEventReader()(Buffer.from(`event: changes\ndata: ${data}\n\n`)), data);
    const bounded = feedEventReader(1_000);
    assert.throws(() => {
      for (let n = 0; n < 100; n++) bounded(Buffer.from('x'.repeat(100)));
    }, /more than 1000/);
    const lines = feedEventReader(1_000);
    assert.throws(() => {
      for (let n = 0; n < 100; n++) lines(Buffer.from(`data: ${'x'.repeat(100)}\n`));
    }, /more than 1000/);
  });
});
