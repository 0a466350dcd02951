import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { minVersion } from '@tombolo/private-link';
import type { ArmClient } from '../../installation/arm-client.ts';
import { configurationSchema } from '../../installation/configuration.ts';
import { prepareInstallation, writeRoleTokens } from '../../installation/installation.ts';
import { connectToServer, type ServerConnection } from '../../installation/server-connection.ts';
import { makeRuntimeDirectory, openStateDirectory } from '../../installation/state-directory.ts';
import type { ProcessConfiguration } from '../server.ts';
import { type Control, type ControlOptions, createControl } from './control.ts';

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
/** Ended with the test, whatever came of it; ended twice is ended. */
const open = async (
  context: TestContext,
  settings: ProcessConfiguration,
  first: number,
  more: Partial<ControlOptions> = {},
): Promise<Control> => {
  const control = await createControl({
    settings,
    log: (event) => events.push(event),
    now: Date.now,
    newGuid: guids(first),
    newLinkIdentifier: () => ++link,
    onSuperseded: () => events.push('superseded'),
    ...more,
  });
  context.after(() => control.close());
  return control;
};

const clientOf = (context: TestContext, server: ServerConnection): ArmClient => {
  const arm = server.arm();
  context.after(() => arm.close());
  return arm;
};

/** The certificate that the ARM listener shows now. */
const shownAt = (control: Control): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { ...control.address, servername: 'localhost', rejectUnauthorized: false, minVersion },
      () => {
        resolve(socket.getPeerX509Certificate()!.serialNumber);
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });

describe('control is a value', () => {
  test('two of them live in one process, each with its own resources, and are opened again on what they kept', async (context) => {
    const [one, other] = [await prepare('one'), await prepare('other')];
    const controls = [await open(context, one, 0), await open(context, other, 1_000_000)];
    const servers = [connectToServer(one.stateDirectory), connectToServer(other.stateDirectory)];
    const arms = servers.map((server) => clientOf(context, server));
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

    const again = await open(context, one, 2_000_000);
    assert.equal((await clientOf(context, servers[0]!).send('GET', group(0))).body.name, 'only-here');
    assert.equal(again.numbers().head, written.feed);
    assert.deepEqual(events, []);
  });

  test('what cannot be opened leaves nothing open: the same directory opens once the reason is gone', async (context) => {
    const settings = await prepare('taken');
    const { arm } = settings.installation.addresses;
    const neighbour = createServer();
    context.after(() => neighbour.close());
    await new Promise<void>((listening) =>
      neighbour.listen(settings.installation.ports.https, arm, listening),
    );
    await assert.rejects(open(context, settings, 3_000_000), { code: 'EADDRINUSE' });
    await assert.rejects(connectToServer(settings.stateDirectory).ask('GET', '/status'), {
      code: 'NotRunning',
    });
    await new Promise((closed) => neighbour.close(closed));
    const control = await open(context, settings, 4_000_000);
    assert.equal(control.address.port, settings.installation.ports.https);
  });

  test('one that another has superseded on its store says so, for whoever opened it to end it', async (context) => {
    const settings = await prepare('superseded');
    const superseded = Promise.withResolvers<void>();
    await open(context, settings, 7_000_000, { onSuperseded: superseded.resolve });
    const { installation } = await prepare('superseding');
    const beside = {
      ...settings,
      installation,
      runtimeDirectory: makeRuntimeDirectory(openStateDirectory(join(directory, 'superseding'))),
    };
    await open(context, beside, 8_000_000);
    await superseded.promise;
    assert.ok(events.splice(0).every((event) => event === 'operations could not be run'));
  });

  test('a store that is none is refused and not replaced', async (context) => {
    const settings = await prepare('spoilt');
    writeFileSync(
      join(settings.stateDirectory, 'control', 'store.db'),
      'this is no database, and somebody wants it\n'.repeat(50),
    );
    await assert.rejects(open(context, settings, 5_000_000), /not a database/);
  });

  test('what is due each hour, or oftener, is done: the listener shows a renewed certificate, and signing keys are rotated', async (context) => {
    const settings = await prepare('hourly');
    // It was opened so long ago: what is issued now is valid for clients of the real time, too.
    let now = Date.now() - 380 * 86_400_000;
    const works = new Map<number, () => Promise<number | undefined>>();
    const control = await open(context, settings, 6_000_000, {
      now: () => now,
      periodically: (everyMs, work) => {
        works.set(everyMs, work);
        return { wake: () => {}, stop: async () => {} };
      },
    });
    const keysOf = async (): Promise<readonly string[]> => {
      const { body } = await clientOf(context, connectToServer(settings.stateDirectory)).send(
        'GET',
        `/${settings.installation.tenantId}/discovery/v2.0/keys`,
      );
      return (body.keys as readonly { kid: string }[]).map(({ kid }) => kid);
    };
    const [shown, keys] = [await shownAt(control), await keysOf()];
    await works.get(3_600_000)!();
    assert.deepEqual([await shownAt(control), await keysOf()], [shown, keys]);
    now = Date.now();
    await works.get(3_600_000)!();
    assert.notEqual(await shownAt(control), shown);
    assert.notDeepEqual(await keysOf(), keys);
    await works.get(600_000)!();
  });
});
