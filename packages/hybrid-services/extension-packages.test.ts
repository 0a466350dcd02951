/** R12: by which name a machine is told to fetch an extension package, and where its archive is served. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packageHost } from '@tombolo/private-link';
import { packageBody, packageIdOf, packageType } from '@tombolo/store/extension-package';
import { packageOf } from './extension-packages.ts';
import { codeOf, hosts, openWorldOfTwoScopes } from './world.testkit.ts';

const packageDirectory = mkdtempSync(join(tmpdir(), 'tombolo-packages-'));
const world = await openWorldOfTwoScopes({ packageDirectory });
after(async () => {
  await world.close();
  rmSync(packageDirectory, { recursive: true });
});

// Answers are read as JSON here.
const archive = JSON.stringify('an archive');
const add = (version: string, sha256: string) => {
  const name = { publisher: 'Lamp.Makers', type: 'Lamp', version };
  const rest = { manifest: `{"version":"${version}"}`, certificate: 'c', signature: 's', notAfter: 1 };
  return world.put(
    packageIdOf(name),
    packageType,
    packageBody({ ...name, sha256, size: archive.length, ...rest }),
  );
};
writeFileSync(join(packageDirectory, 'a'), archive);
await add('1.2.0', 'a');
await add('1.10.0', 'b');
await world.settled();
const path = '/extensions/lamp.makers/Lamp/1.2.0';

test('behind a private endpoint a machine fetches by the regional name, and else by the name of blob storage', () => {
  const url = (arrival: object, properties: object) =>
    (
      packageOf({ state: world.projection, request: { host: `${hosts.gas}:8443`, arrival } } as never, {
        kind: 'extensions',
        properties: { publisher: 'lamp.makers', type: 'lamp', ...properties },
      }) as { package?: { url: string; manifest: string } }
    ).package?.url;
  const end = '/extensions/Lamp.Makers/Lamp';
  assert.equal(url({ kind: 'private' }, {}), `https://${hosts.gas}:8443${end}/1.10.0`);
  assert.equal(url({ kind: 'public' }, {}), `https://${packageHost}:8443${end}/1.10.0`);
  const public_ = { kind: 'public' };
  for (const [properties, version] of [
    [{ typeHandlerVersion: '1.2' }, '1.2.0'],
    [{ typeHandlerVersion: '1.2.0' }, '1.2.0'],
    [{ typeHandlerVersion: '1' }, '1.10.0'],
    [{ typeHandlerVersion: '1.2', enableAutomaticUpgrade: true }, '1.10.0'],
    [{ typeHandlerVersion: '1.2.0', autoUpgradeMinorVersion: true }, '1.10.0'],
  ] as const)
    assert.equal(url(public_, properties), `https://${packageHost}:8443${end}/${version}`);
  for (const properties of [
    { typeHandlerVersion: '2' },
    { typeHandlerVersion: '2', enableAutomaticUpgrade: true },
    { type: 'Other' },
  ])
    assert.equal(url(public_, properties), undefined);
});

test('archives are served by both names, each on its own way', async () => {
  const get = (host: string, via?: ReturnType<typeof world.privately>, at = path) =>
    world.send({ host, method: 'GET', path: at, ...(via === undefined ? {} : { via }) });
  const byBlob = await get(packageHost);
  assert.deepEqual([byBlob.status, byBlob.body], [200, 'an archive']);
  assert.equal(byBlob.headers['content-length'], String(archive.length));
  assert.equal((await get(hosts.gas, world.privately(12, hosts.gas))).body, 'an archive');
  assert.equal(codeOf(await get(hosts.gas)), 'NotFound');
  assert.equal(codeOf(await get(packageHost, undefined, '/extensions/Lamp.Makers/Lamp/9.9')), 'NotFound');
  assert.match(
    (await get(packageHost, undefined, '/extensions/Lamp.Makers/Lamp/1.10.0')).body.error.message,
    /tombolo extension add/,
  );
});
