/** What the pages say is in a state directory is what is in one, each part for its owner alone. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { currentCatalogue } from '@tombolo/requirements';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import {
  foreignEntries,
  keptEntries,
  openStateDirectory,
} from '../apps/tombolo/installation/state-directory.ts';
import { startServer } from './server.ts';

const pageOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8');

const server = await startServer(join(directoryOfFile(), 'state'));
// Every follower has written its file by then.
const waited = await server.tomboloHere('wait');
assert.equal(waited.code, 0, waited.stdout);

/** What commands keep beside the installation: a newer catalogue, and a list of service tags. */
const keep = async (document: object, ...command: readonly string[]): Promise<void> => {
  const file = join(directoryOfFile(), 'given.json');
  writeFileSync(file, JSON.stringify(document));
  const kept = await server.tombolo(...command, file);
  assert.equal(kept.code, 0, kept.stderr);
};
await keep({ ...currentCatalogue, version: '999.0.0' }, 'requirements', 'update', '--file');
await keep(
  {
    changeNumber: 1,
    cloud: 'Public',
    values: [
      {
        name: 'AzureArcInfrastructure',
        id: 'AzureArcInfrastructure',
        properties: { changeNumber: 1, region: '', platform: 'Azure', addressPrefixes: ['198.51.100.0/24'] },
      },
    ],
  },
  ...['service-tags', 'import'],
);

const paths = readdirSync(server.state, { recursive: true, withFileTypes: true })
  .filter((entry) => !entry.isDirectory())
  .map(({ parentPath, name }) => join(parentPath, name).slice(server.state.length + 1))
  // What SQLite has beside a database, while it is open.
  .filter((path) => !/\.db-(wal|shm|journal)$/.test(path));

/** `{dns,gateway}/followed.db` → both. */
const unfolded = (text: string): readonly string[] => {
  const [, before = '', choices, behind = ''] = /^(.*)\{(.*)\}(.*)$/.exec(text) ?? [];
  return choices === undefined ? [text] : choices.split(',').map((choice) => `${before}${choice}${behind}`);
};
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => unfolded(name));
const isOf = (path: string, name: string): boolean =>
  name.endsWith('/') ? path.startsWith(name) : path === name;

const table = pageOf('docs/operations.md').split('<!-- state-files -->\n')[1]?.split('\n\n')[0] ?? '';
const firstCells = table
  .split('\n')
  .slice(2)
  .map((row) => (row.split('|')[1] ?? '').replace(/\(.*\)/, ''))
  .join(' ');
const state = /\n## State\n\n`\.tombolo\/`([\s\S]*?)\[docs/.exec(pageOf('ARCHITECTURE.md'))?.[1] ?? '';

/** What is there only after a quickstart, an import, `--realize lo`, a restore that was cut off, or below a long path. */
const sometimes = [
  ...['az/', 'agents/', 'logs/', 'dns/realized', 'gateway/realized'],
  ...['restore.partial/', 'restore.ready/', 'runtime'],
];

describe('a state directory in use', () => {
  for (const [page, names, more] of [
    ['docs/operations.md', namesIn(firstCells), sometimes],
    ['ARCHITECTURE.md', namesIn(state), []],
  ] as const) {
    test(`holds nothing that ${page} does not name, and all that it names`, () => {
      assert.ok(paths.length > 10);
      assert.deepEqual(
        paths.filter((path) => !names.some((name) => isOf(path, name))),
        [],
      );
      assert.deepEqual(
        names.filter((name) => !paths.some((path) => isOf(path, name))),
        names.filter((name) => (more as readonly string[]).includes(name)),
      );
      assert.deepEqual(
        more.filter((name) => !names.includes(name)),
        [],
      );
    });
  }

  test('is removed by a reset, but for what commands keep without an installation', () => {
    assert.deepEqual(foreignEntries(openStateDirectory(server.state)).toSorted(), keptEntries.toSorted());
  });

  test('is for its owner alone', () => {
    const open = [server.state, ...paths.map((path) => join(server.state, path))].filter(
      (path) => !statSync(path).isSocket() && (statSync(path).mode & 0o077) !== 0,
    );
    assert.deepEqual(open, []);
  });
});
