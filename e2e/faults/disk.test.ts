import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { type Arm, signIn } from '../arm.ts';
import { startServer, tombolo } from '../server.ts';
import { mountSmallDisk } from './small-disk.ts';

const scratch = directoryOfFile();
const disk = mountSmallDisk(64);
const skip = disk === undefined ? 'only root may mount a file system' : false;

const group = (arm: Arm, name: string): string =>
  `${arm.subscription}/resourceGroups/${name}?api-version=2025-04-01`;
/** Some kilobytes, so that a full disk is met soon. */
const body = {
  location: 'japaneast',
  tags: Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`t${n}`, 'x'.repeat(200)])),
};

const namesOf = async (arm: Arm): Promise<ReadonlySet<string | undefined>> =>
  new Set(
    (await arm.list(`${arm.subscription}/resourceGroups?api-version=2025-04-01`)).map(({ name }) => name),
  );

describe('a disk that fails under a running installation', { skip }, () => {
  test('full: writes are 507 with the reason, reads go on, and with space again it goes on by itself; nothing acknowledged is lost', async (t) => {
    const state = join(disk!.path, 'state');
    const server = await startServer(state);
    const arm = await signIn(server.state, server.ready.resourceManager);
    const acknowledged: string[] = [];
    const write = async (name: string) => {
      const answer = await arm.send('PUT', group(arm, name), body);
      if (answer.status === 201) acknowledged.push(name);
      return answer;
    };
    await write('before');
    for (let n = 0; n < 20; n += 1) await write(`early-${n}`);
    disk!.fill();
    // The store's log has room that it took before: some writes still find a place.
    let refused = await write('filling-0');
    for (let n = 1; refused.status === 201 && n < 20_000; n += 1) refused = await write(`filling-${n}`);
    assert.equal(refused.status, 507);
    assert.equal(refused.body.error?.code, 'InsufficientStorage');
    assert.match(refused.body.error!.message, /disk of this installation is full; nothing was written/);
    assert.doesNotMatch(refused.body.error!.message, new RegExp(disk!.path), 'no path of the machine');
    assert.equal(refused.headers['retry-after'], '30');
    assert.equal((await arm.send('GET', group(arm, 'before'))).status, 200, 'reads go on');
    for (let n = 0; n < 20; n += 1) assert.equal((await write(`refused-${n}`)).status, 507);
    assert.match(server.log(), /"event":"store fails".*The disk that holds .*store\.db is full/);
    assert.ok(
      server.log().split('"store fails"').length <= 3,
      'the log is told once a minute, not at each request',
    );
    disk!.free();
    assert.equal((await write('afterwards')).status, 201);
    const there = await namesOf(arm);
    assert.deepEqual(
      acknowledged.filter((name) => !there.has(name)),
      [],
    );
    assert.deepEqual(
      [...there].filter((name) => name?.startsWith('refused')),
      [],
    );
    t.diagnostic(`${acknowledged.length} writes acknowledged around a full disk, none lost, none too many`);
    await server.killAll();
    const again = await startServer(state);
    const later = await signIn(again.state, again.ready.resourceManager);
    const kept = await namesOf(later);
    assert.deepEqual(
      acknowledged.filter((name) => !kept.has(name)),
      [],
      'nor after a kill',
    );
    assert.equal(await again.stop(), 0);
  });

  test('read-only before the start: one sentence, and writable again it starts', async () => {
    const state = join(disk!.path, 'state');
    disk!.readOnly(true);
    const refused = await tombolo(['up', '--state', state, '--https-port', '0', '--dns-port', '0', '--json']);
    disk!.readOnly(false);
    const said = refused.stdout + refused.stderr;
    assert.notEqual(refused.code, 0);
    assert.match(said, /read-only/i);
    assert.match(said, new RegExp(disk!.path));
    assert.doesNotMatch(said, /\n\s+at /, 'no stack');
    const server = await startServer(state);
    assert.equal(await server.stop(), 0);
  });

  test('full before the start: one sentence that names the place and what to do, and nothing half made', async () => {
    const state = join(disk!.path, 'late');
    disk!.fill();
    const refused = await tombolo(['up', '--state', state, '--https-port', '0', '--dns-port', '0', '--json']);
    disk!.free();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /full|no space/i);
    assert.match(refused.stdout + refused.stderr, new RegExp(disk!.path));
    assert.doesNotMatch(refused.stdout + refused.stderr, /\n\s+at /, 'no stack');
    const server = await startServer(state);
    assert.equal(await server.stop(), 0);
  });
});

describe('a damaged store', () => {
  test('pages of garbage are told at the start, with the file and what to do', async () => {
    const state = join(scratch, 'damaged');
    const server = await startServer(state);
    const arm = await signIn(server.state, server.ready.resourceManager);
    for (let n = 0; n < 50; n += 1) await arm.send('PUT', group(arm, `g${n}`), body);
    assert.equal((await server.tomboloHere('wait')).code, 0);
    const whole = await server.tombolo('check');
    assert.equal(whole.code, 0, 'while it runs, too');
    const copies = whole.json.followers as { compared: string }[];
    assert.deepEqual(new Set(copies.map(({ compared }) => compared)), new Set(['equal']));
    assert.equal(await server.stop(), 0);
    const file = join(state, 'control', 'store.db');
    const { size } = statSync(file);
    const descriptor = openSync(file, 'r+');
    for (let page = 2; page < size / 4096; page += 1)
      writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
    closeSync(descriptor);
    const before = readFileSync(file);
    const refused = await tombolo(['up', '--state', state, '--https-port', '0', '--dns-port', '0', '--json']);
    assert.notEqual(refused.code, 0);
    const said = refused.stdout + refused.stderr;
    assert.match(said, /store\.db is damaged/);
    assert.match(said, /restore/);
    assert.doesNotMatch(said, /\n\s+at /, 'no stack');
    assert.ok(readFileSync(file).equals(before), 'what is left is as it was');
    const checked = await tombolo(['check', '--state', state, '--json']);
    assert.equal(checked.code, 9);
    assert.equal(checked.json.whole, false);
    assert.ok((checked.json.store as { faults: string[] }).faults.length > 0);
  });
});
