import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogueAsOf } from './as-of.ts';
import { type Catalogue, currentCatalogue } from './catalogue.ts';
import type { Requirement } from './requirement.ts';

const today = '2026-11-27';
const pattern = currentCatalogue.requirements[0];

/** One row of a page that is known from 1 March on. */
const withRow = (
  page: Partial<NonNullable<Requirement['page']>> = {},
  more: Partial<Requirement> = {},
): Catalogue => ({
  ...currentCatalogue,
  requirements: [
    { ...pattern!, id: 'known', page: { ...pattern!.page!, knownFrom: '2026-01-01' } },
    { ...pattern!, id: 'row', page: { ...pattern!.page!, knownFrom: '2026-03-01', ...page }, ...more },
  ],
});
const rowOn = (day: string, catalogue: Catalogue): Requirement | undefined =>
  catalogueAsOf(catalogue, day, today).requirements.find(({ id }) => id === 'row');

describe('a row on a day', () => {
  test('is there from the day on from which its page is known, that day included', () => {
    assert.equal(rowOn('2026-02-28', withRow()), undefined);
    assert.equal(rowOn('2026-03-01', withRow())?.id, 'row');
  });

  test('is there from the day on on which its page got it, and not from an earlier one', () => {
    const later = withRow({ since: '2026-05-10' });
    assert.equal(rowOn('2026-05-09', later), undefined);
    assert.equal(rowOn('2026-05-10', later)?.id, 'row');
    // What its page had before the first text that is known stays unknown.
    assert.equal(rowOn('2026-02-28', withRow({ since: '2026-02-01' })), undefined);
  });

  test('stands until the day before it was withdrawn, as if nothing had come in its place', () => {
    const gone = withRow(
      { withdrawn: '2026-06-01' },
      { status: 'superseded', supersededBy: 'known', host: 'gone.example' },
    );
    const standing = rowOn('2026-05-31', gone);
    assert.deepEqual([standing?.status, standing?.supersededBy], ['current', undefined]);
    assert.deepEqual(((row) => [row?.status, row?.supersededBy])(rowOn('2026-06-01', gone)), [
      'superseded',
      'known',
    ]);
  });

  test('whose page is not known that far back is named as unknown, with its product and cloud', () => {
    const notes = (day: string) => catalogueAsOf(withRow(), day, today).notes?.join(' ') ?? '';
    assert.match(notes('2026-02-28'), /not known of: .* \(known from 2026-03-01 on\)/);
    assert.doesNotMatch(notes('2026-03-01'), /not known/);
  });
});
