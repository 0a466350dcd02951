import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { type Arm, signIn } from './arm.ts';
import { type ServerProcess, startServer, tombolo } from './server.ts';
import { applyTopology, resolve4 } from './topology.ts';

const scratch = directoryOfFile();

/** Everything that the API lists in the group, without what each answer makes anew. */
const resourcesOf = async (arm: Arm, group: string) => {
  const items = await arm.list(`${group}/resources?api-version=2025-04-01`);
  const network = `${group}/providers/Microsoft.Network`;
  const more = await Promise.all([
    arm.list(`${network}/privateEndpoints?api-version=2024-05-01`),
    arm.list(`${network}/networkInterfaces?api-version=2024-05-01`),
    arm.list(`${network}/privateDnsZones/privatelink.his.arc.azure.com/ALL?api-version=2020-06-01`),
    arm.list(`${group}/providers/Microsoft.HybridCompute/privateLinkScopes?api-version=2022-11-10`),
  ]);
  return { items, more };
};

const epochOf = async (server: ServerProcess): Promise<unknown> =>
  (await server.tomboloHere('status')).json.epoch;

test('a backup taken while writes go on, restored elsewhere: the same resources and authority under a new epoch, and followers converge', async () => {
  const server = await startServer(join(scratch, 'original'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  const { group, members, nameServer } = await applyTopology(server, arm);
  const before = await resourcesOf(arm, group);
  assert.ok(before.items.length >= 6);

  let writing = true;
  let written = 0;
  const writes = (async () => {
    for (let n = 0; writing; n += 1) {
      await arm.done('PUT', `${arm.subscription}/resourceGroups/busy?api-version=2025-04-01`, {
        location: 'japaneast',
        tags: { n: String(n) },
      });
      written = n;
    }
  })();
  const file = join(scratch, 'backup.db');
  const backup = await server.tombolo('backup', file);
  assert.equal(backup.code, 0, backup.stdout);
  writing = false;
  await writes;
  assert.equal(statSync(file).mode & 0o777, 0o600, 'it holds keys');
  symlinkSync(join(server.state, 'control'), join(scratch, 'link'));
  for (const own of [join(server.state, 'control', 'store.db-journal'), join(scratch, 'link', 'copy.db')]) {
    const refused = await server.tombolo('backup', own);
    assert.equal(refused.code, 2, `not into what it is a backup of: ${refused.stdout}`);
    assert.equal(existsSync(own), false);
  }
  const epoch = await epochOf(server);
  const authority = readFileSync(join(server.state, 'ca.pem'), 'utf8');
  assert.equal(await server.stop(), 0);

  const elsewhere = join(scratch, 'restored');
  const restored = await server.tombolo('restore', file);
  assert.equal(restored.code, 2, 'not over an installation without --force');
  assert.equal((await tombolo(['restore', file, '--state', elsewhere, '--json'])).code, 0);
  const copy = await startServer(elsewhere);
  const copyArm = await signIn(elsewhere, copy.ready.resourceManager);
  const waited = await copy.tomboloHere('wait');
  assert.equal(waited.code, 0, waited.stdout);

  assert.equal(readFileSync(join(elsewhere, 'ca.pem'), 'utf8'), authority);
  assert.notEqual(await epochOf(copy), epoch);
  assert.equal(copyArm.subscription, arm.subscription);
  assert.deepEqual(await resourcesOf(copyArm, group), before);
  const busy = await copyArm.send('GET', `${arm.subscription}/resourceGroups/busy?api-version=2025-04-01`);
  if (busy.status === 200) assert.ok(Number(busy.body.tags!.n) <= written);
  const port = copy.ready.dns.split(':')[1];
  for (const { fqdn, address } of members)
    assert.deepEqual(await resolve4(`${nameServer.split(':')[0]}:${port}`, fqdn), [address]);
  assert.equal(await copy.stop(), 0);
});

test('restored in place: followers that had seen more than the backup start anew from it', async () => {
  const server = await startServer(join(scratch, 'in-place'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  const file = join(scratch, 'in-place.db');
  assert.equal((await server.tombolo('backup', file)).code, 0);
  const { members, nameServer } = await applyTopology(server, arm);
  const { fqdn, address } = members[0]!;
  assert.deepEqual(await resolve4(nameServer, fqdn), [address]);
  assert.equal(await server.stop(), 0);

  assert.equal((await server.tombolo('restore', file, '--force')).code, 0);
  const again = await startServer(server.state, []);
  const waited = await again.tomboloHere('wait');
  assert.equal(waited.code, 0, waited.stdout);
  const status = await again.tomboloHere('status');
  for (const { name, report } of status.json.followers as readonly {
    name: string;
    report: { listening?: string[] };
  }[])
    if (name !== 'dns')
      assert.deepEqual(report.listening ?? [], [], `${name} has forgotten what the backup does not know`);
  await assert.rejects(resolve4(nameServer, fqdn), 'the network is gone, and its inbound endpoint with it');
  assert.equal(await again.stop(), 0);
});

test('a restore that was cut off once it was decided is finished by the next start', async () => {
  const server = await startServer(join(scratch, 'cut'));
  const file = join(scratch, 'cut.db');
  assert.equal((await server.tombolo('backup', file)).code, 0);
  const arm = await signIn(server.state, server.ready.resourceManager);
  const later = `${arm.subscription}/resourceGroups/later?api-version=2025-04-01`;
  await arm.done('PUT', later, { location: 'japaneast' });
  assert.equal(await server.stop(), 0);

  // What a process leaves that was killed behind the rename which decides.
  const elsewhere = join(scratch, 'cut-elsewhere');
  assert.equal((await tombolo(['restore', file, '--state', elsewhere, '--json'])).code, 0);
  const ready = join(server.state, 'restore.ready');
  mkdirSync(ready, { mode: 0o700 });
  copyFileSync(join(elsewhere, 'control', 'store.db'), join(ready, 'store.db'));
  copyFileSync(join(elsewhere, 'installation.json'), join(ready, 'installation.json'));

  const again = await startServer(server.state, []);
  const restored = await signIn(server.state, again.ready.resourceManager);
  assert.equal((await restored.send('GET', later)).status, 404, 'the backup does not know it');
  assert.ok(!existsSync(ready));
  assert.equal(await again.stop(), 0);
});
