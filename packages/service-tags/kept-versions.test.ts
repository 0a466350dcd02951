import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { ServiceTagDocument } from './document.ts';
import { findVersion, keepVersion, listVersions, readVersion } from './kept-versions.ts';
import { ServiceTagRefusal } from './refusal.ts';

const root = mkdtempSync(join(tmpdir(), 'tombolo-tags-'));
after(() => rmSync(root, { recursive: true }));
let directories = 0;
const fresh = () => join(root, String(directories++), 'service-tags');

const list = (changeNumber: string, prefix = '10.0.0.0/24', cloud = 'Public'): ServiceTagDocument => ({
  cloud,
  changeNumber,
  form: 'file',
  tags: [
    {
      name: 'Sql',
      id: 'Sql',
      changeNumber: '3',
      region: '',
      platform: 'Azure',
      systemService: 'AzureSQL',
      addressPrefixes: [prefix],
      networkFeatures: [],
    },
  ],
});
const at = Date.UTC(2026, 7, 11);
const facts = { source: 'ServiceTags_Public_20260810.json', fetchedAt: at, publishedAt: at - 86_400_000 };
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof ServiceTagRefusal
      ? error.code
      : ((error as NodeJS.ErrnoException).code ?? 'Error');
  }
  return 'taken';
};

describe('versions in a directory', () => {
  test('are kept by cloud and change number, private, with where they came from, and read back the same', () => {
    const directory = fresh();
    for (const number of ['99', '152', '100']) keepVersion(directory, list(number), facts);
    keepVersion(directory, list('7', '10.9.0.0/24', 'AzureChina'), facts);
    const kept = listVersions(directory);
    assert.deepEqual(
      kept.versions.map((version) => `${version.cloud} ${version.changeNumber}`),
      ['AzureChina 7', 'Public 99', 'Public 100', 'Public 152'],
    );
    assert.deepEqual(kept.problems, []);
    const newest = findVersion(kept, 'newest', 'public');
    assert.deepEqual(
      [newest.changeNumber, newest.source, newest.fetchedAt, newest.publishedAt],
      ['152', facts.source, at, facts.publishedAt],
    );
    assert.equal(findVersion(kept, 'previous', 'Public').changeNumber, '100');
    assert.deepEqual(readVersion(newest), list('152'));
    assert.equal(statSync(newest.path).mode & 0o777, 0o600);
    assert.equal(statSync(join(directory, 'Public')).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(join(directory, 'Public')).sort(), ['100.jsonl', '152.jsonl', '99.jsonl']);
  });
  test('the same list again moves only its dates on', () => {
    const directory = fresh();
    keepVersion(directory, list('1'), facts);
    const again = keepVersion(directory, list('1'), { source: 'again', fetchedAt: at + 5_000 });
    assert.equal(again.outcome, 'same');
    assert.deepEqual([again.version.fetchedAt, again.version.publishedAt], [at + 5_000, facts.publishedAt]);
  });
  test('other content under a number that is kept is refused, and the first stays', () => {
    const directory = fresh();
    const { version } = keepVersion(directory, list('1'), facts);
    const before = readFileSync(version.path, 'utf8');
    assert.equal(
      codeOf(() => keepVersion(directory, list('1', '10.1.0.0/24'), facts)),
      'OtherContent',
    );
    assert.equal(readFileSync(version.path, 'utf8'), before);
    assert.equal(
      keepVersion(directory, list('1', '10.1.0.0/24'), facts, { replace: true }).outcome,
      'replaced',
    );
    assert.deepEqual(readVersion(listVersions(directory).versions[0]!), list('1', '10.1.0.0/24'));
  });
  test('a damaged or foreign file is named, never used, never deleted', () => {
    const directory = fresh();
    const { version } = keepVersion(directory, list('1'), facts);
    const foreign = join(directory, 'Public', '2.jsonl');
    writeFileSync(foreign, 'not ours\n');
    const text = readFileSync(version.path, 'utf8');
    writeFileSync(version.path, text.replace('10.0.0.0/24', '10.0.0.0/25'));
    const kept = listVersions(directory);
    assert.deepEqual(
      kept.problems.map(({ path }) => path),
      [foreign],
    );
    assert.equal(
      codeOf(() => readVersion(kept.versions[0]!)),
      'Damaged',
    );
    assert.equal(readFileSync(foreign, 'utf8'), 'not ours\n');
  });
  test('names that are not kept say what is', () => {
    const directory = fresh();
    assert.equal(
      codeOf(() => findVersion(listVersions(directory), 'newest')),
      'NotKept',
    );
    keepVersion(directory, list('1'), facts);
    keepVersion(directory, list('1', '10.0.0.0/24', 'AzureChina'), facts);
    const kept = listVersions(directory);
    assert.throws(() => findVersion(kept, 'newest'), /several clouds are kept: AzureChina, Public/);
    assert.throws(() => findVersion(kept, '8', 'Public'), /kept are: 1\./);
    assert.throws(() => findVersion(kept, 'previous', 'Public'), /no previous version/);
  });
  test('where nothing can be written nothing is left behind', () => {
    const directory = fresh();
    writeFileSync(join(root, 'file'), '');
    assert.equal(
      codeOf(() => keepVersion(join(root, 'file', 'below'), list('1'), facts)),
      'ENOTDIR',
    );
    assert.equal(listVersions(directory).versions.length, 0);
  });
});
