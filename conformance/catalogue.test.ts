/** A newer catalogue of requirements: a running installation answers from it with its next answer. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { openWorld } from './world.ts';

const world = await openWorld();

test('requirements update: what is served over HTTP is the catalogue in force, and says so', async () => {
  const list = '/edl/servers/AzureCloud/any/domains.txt';
  const catalogueOf = async (path: string) =>
    String((await world.send({ path, token: null })).headers['x-tombolo-catalogue']);
  const released = await catalogueOf(list);
  assert.match(released, /^\d+\.\d+\.\d+; sources .* days old$/);
  const document = (await world.send({ path: '/requirements/catalogue.json', token: null })).json;
  const file = join(directoryOfFile(), 'newer.json');
  writeFileSync(file, JSON.stringify({ ...document, version: '99.0.0' }));
  await world.installation.tombolo('requirements', 'update', '--file', file);
  for (const path of [list, '/requirements/catalogue.json', '/requirements/feed.json'])
    assert.match(await catalogueOf(path), /^99\.0\.0 \(taken from a file\); /, path);
  assert.equal(
    (await world.send({ path: '/requirements/catalogue.json', token: null })).json.version,
    '99.0.0',
  );
});
