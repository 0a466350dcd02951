import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ageText,
  compareVersions,
  dayMs,
  freshnessMetrics,
  freshnessOf,
  freshnessText,
  newestByCloud,
  publishedAtOf,
  type VersionFacts,
} from './freshness.ts';

const now = Date.UTC(2026, 7, 20);
const version = (more: Partial<VersionFacts> = {}): VersionFacts => ({
  cloud: 'Public',
  changeNumber: '152',
  form: 'file',
  source: 'file.json',
  fetchedAt: now - dayMs,
  tagCount: 3,
  prefixCount: 9,
  ...more,
});

test('the date is in the name of the downloadable file', () => {
  assert.equal(publishedAtOf('ServiceTags_Public_20260810.json'), Date.UTC(2026, 7, 10));
  assert.equal(publishedAtOf('/tmp/ServiceTags_AzureGovernment_20261332.json'), undefined);
  assert.equal(publishedAtOf('tags.json'), undefined);
});

test('an old file fetched today is old; one without a date counts from its fetch', () => {
  const old = freshnessOf(version({ publishedAt: now - 15 * dayMs }), now);
  assert.deepEqual([old.ageMs, old.since, old.stale], [15 * dayMs, 'published', true]);
  const fetched = freshnessOf(version(), now);
  assert.deepEqual([fetched.ageMs, fetched.since, fetched.stale], [dayMs, 'fetched', false]);
  assert.equal(freshnessOf(version({ publishedAt: now - 14 * dayMs }), now).stale, false);
  assert.equal(freshnessOf(version({ fetchedAt: now + dayMs }), now).ageMs, 0, 'a clock that is behind');
});

test('freshness in words', () => {
  const old = version({ publishedAt: now - 15 * dayMs });
  assert.equal(
    freshnessText(old, freshnessOf(old, now)),
    'published 15 days ago (2026-08-05), fetched 2026-08-19: STALE, older than 14 days',
  );
  assert.equal(freshnessText(version(), freshnessOf(version(), now)), 'fetched 1 day ago (2026-08-19)');
  assert.deepEqual([0, 60_000, 7_200_000].map(ageText), ['under a minute', '1 minute', '2 hours']);
});

test('the newest is by change number, not by the order of fetching; by time where there are none', () => {
  const fetchedLater = version({ changeNumber: '99', fetchedAt: now });
  assert.ok(compareVersions(fetchedLater, version({ changeNumber: '100' })) < 0);
  assert.ok(
    compareVersions(
      version({ changeNumber: 'abc', fetchedAt: 1 }),
      version({ changeNumber: 'abd', fetchedAt: 2 }),
    ) < 0,
  );
  const newest = newestByCloud([
    version({ changeNumber: '100' }),
    fetchedLater,
    version({ cloud: 'AzureChina' }),
  ]);
  assert.deepEqual(
    newest.map((entry) => `${entry.cloud} ${entry.changeNumber}`),
    ['AzureChina 152', 'Public 100'],
  );
});

test('metrics: one series a cloud', () => {
  const entry = (cloud: string, days: number) => {
    const facts = version({ cloud, publishedAt: now - days * dayMs });
    return { version: facts, freshness: freshnessOf(facts, now) };
  };
  const text = freshnessMetrics([entry('AzureChina', 20), entry('Public', 2)]);
  assert.match(text, /^# TYPE tombolo_service_tags_age_seconds gauge$/m);
  assert.match(text, /^tombolo_service_tags_age_seconds\{cloud="Public"\} 172800$/m);
  assert.match(text, /^tombolo_service_tags_stale\{cloud="AzureChina"\} 1$/m);
  assert.match(text, /^tombolo_service_tags_change_number\{cloud="Public"\} 152$/m);
  assert.ok(text.endsWith('\n'));
});
