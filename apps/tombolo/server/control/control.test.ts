import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { configurationSchema } from '../../installation/configuration.ts';
import { prepareInstallation, writeRoleTokens } from '../../installation/installation.ts';
import { connectToServer } from '../../installation/server-connection.ts';
import { makeRuntimeDirectory, openStateDirectory } from '../../installation/state-directory.ts';
import type { ProcessConfiguration } from '../server.ts';
import { type Control, createControl } from './control.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-control-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const prepare = async (name: string): Promise<ProcessConfiguration> => {
  const state = openStateDirectory(join(directory, name));
  const configuration = configurationSchema.parse({ httpsPort: 0, dnsPort: 0 });
  return {
    stateDirectory: state.path,
    runtimeDirectory: makeRuntimeDirectory(state),
    installation: await prepareInstallation(state, configuration),
    configuration,
    tokens: writeRoleTokens(state),
  };
};

const events: string[] = [];
const guids = (first: number) => {
  let next = first;
  return () => `00000000-0000-4000-8000-${String(++next).padStart(12, '0')}`;
};
let link = 0x01010100;
const open = (settings: ProcessConfiguration, first: number): Promise<Control> =>
  createControl({
    settings,
    log: (event) => events.push(event),
    now: Date.now,
    newGuid: guids(first),
    newLinkIdentifier: () => ++link,
  });

describe('control is a value', () => {
  test('two of them live in one process, each with its own resources, and are opened again on what they kept', async () => {
    const [one, other] = [await prepare('one'), await prepare('other')];
    const controls = [await open(one, 0), await open(other, 1_000_000)];
    const servers = [connectToServer(one.stateDirectory), connectToServer(other.stateDirectory)];
    const arms = servers.map((server) => server.arm());
    const group = (index: number): string =>
      `/subscriptions/${servers[index]!.credentials.subscriptionId}/resourceGroups/only-here?api-version=2025-04-01`;
    const written = await arms[0]!.send('PUT', group(0), { location: 'japaneast' });
    assert.equal(written.status, 201);
    assert.equal(controls[0]!.numbers().head, written.feed);
    await assert.rejects(arms[1]!.send('GET', group(1)), { code: 'RequestRefused' });
    assert.equal((await servers[0]!.ask('GET', '/status')).feed, written.feed);
    await controls[0]!.close();
    await assert.rejects(arms[0]!.send('GET', group(0)));
    assert.equal((await arms[1]!.send('GET', '/subscriptions?api-version=2022-12-01')).status, 200);

    const again = await open(one, 2_000_000);
    assert.equal((await servers[0]!.arm().send('GET', group(0))).body.name, 'only-here');
    assert.equal(again.numbers().head, written.feed);
    for (const arm of arms) arm.close();
    await again.close();
    await controls[1]!.close();
    assert.deepEqual(events, []);
  });

  test('what cannot be opened leaves nothing open: the same directory opens once the reason is gone', async () => {
    const settings = await prepare('taken');
    const { arm } = settings.installation.addresses;
    const neighbour = createServer();
    await new Promise<void>((listening) =>
      neighbour.listen(settings.installation.ports.https, arm, listening),
    );
    await assert.rejects(open(settings, 3_000_000), { code: 'EADDRINUSE' });
    await assert.rejects(connectToServer(settings.stateDirectory).ask('GET', '/status'), {
      code: 'NotRunning',
    });
    await new Promise((closed) => neighbour.close(closed));
    const control = await open(settings, 4_000_000);
    assert.equal(control.address.port, settings.installation.ports.https);
    await control.close();
  });

  test('a store that is none is refused and not replaced', async () => {
    const settings = await prepare('spoilt');
    writeFileSync(
      join(settings.stateDirectory, 'control', 'store.db'),
      'this is no database, and somebody wants it\n'.repeat(50),
    );
    await assert.rejects(open(settings, 5_000_000), /not a database/);
  });
});
