import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorBody } from './arm-error.ts';
import { defineRefusals } from './refusals.ts';

const harbourError = defineRefusals({
  BerthTaken: [
    409,
    (berth: string, ship: string) => `Berth '${berth}' is taken by '${ship}'.`,
    'Choose another.',
  ],
  HarbourClosed: [503, () => 'The harbour is closed.'],
});

describe('a table of refusals', () => {
  test('says what was refused and why, and then what to do', () => {
    const { code, status, message } = harbourError('BerthTaken', ['7', 'Dunlin']);
    assert.deepEqual(
      [code, status, message],
      ['BerthTaken', 409, "Berth '7' is taken by 'Dunlin'. Choose another."],
    );
    assert.equal(harbourError('HarbourClosed', []).message, 'The harbour is closed.');
  });

  test('shows characters that nobody sees, where they came with what was pasted', () => {
    const details = [{ code: 'Ship', message: 'Dunlin\u200b' }];
    const { error } = errorBody(harbourError('BerthTaken', ['7\r', 'Dunlin'], { details })) as {
      error: { message: string; details: readonly { message: string }[] };
    };
    assert.equal(error.message, "Berth '7‹U+000D›' is taken by 'Dunlin'. Choose another.");
    assert.equal(error.details[0]?.message, 'Dunlin‹U+200B›');
  });

  test('takes what the refusal is about as a text or with its details, and puts it into the envelope', () => {
    assert.deepEqual(errorBody(harbourError('HarbourClosed', [])), {
      error: { code: 'HarbourClosed', message: 'The harbour is closed.' },
    });
    assert.deepEqual(errorBody(harbourError('HarbourClosed', [], 'gate')), {
      error: { code: 'HarbourClosed', message: 'The harbour is closed.', target: 'gate' },
    });
    const details = [{ code: 'Storm', message: 'Force ten.', target: 'weather' }];
    assert.deepEqual(errorBody(harbourError('HarbourClosed', [], { target: 'gate', details })), {
      error: { code: 'HarbourClosed', message: 'The harbour is closed.', target: 'gate', details },
    });
  });

  test('says when to try again beside other headers', () => {
    const { headers, target } = harbourError('HarbourClosed', [], {
      headers: { 'x-tide': 'low' },
      retryAfterSeconds: 30,
    });
    assert.deepEqual(headers, { 'x-tide': 'low', 'retry-after': '30' });
    assert.equal(target, undefined);
    assert.deepEqual(harbourError('HarbourClosed', [], 'gate').headers, {});
  });

  test('holds the arguments of each code at compile time', () => {
    // @ts-expect-error: a berth without its ship.
    harbourError('BerthTaken', ['7']);
    // @ts-expect-error: no code of the table; there is no row to make it of.
    assert.throws(() => harbourError('Nowhere', []));
  });
});
