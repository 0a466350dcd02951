/** Killed, or without room on the disk, at any step of `connect`, renewal and `disconnect`: the next run makes an end of it. */

import assert from 'node:assert/strict';
import { randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStateDirectory, runDaemon } from '@tombolo/agent';
import { machineId } from '@tombolo/hybrid-services/world.testkit';
import { normalSerial } from '@tombolo/identity/serial-number';
import type { JsonObject } from '@tombolo/store/port';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { bury, faultAt, stepsOf } from '@tombolo/testkit/fault-points';
import { runHere } from './surroundings.testkit.ts';
import { openAgentWorld, secret } from './world.testkit.ts';

const filesOf = (state: string): string[] => readdirSync(state).toSorted();
const jsonOf = (state: string, name: string) => JSON.parse(readFileSync(join(state, name), 'utf8'));

/** Every file by its own name is whole. */
const assertWhole = (state: string, when: string): void => {
  for (const name of filesOf(state).filter((file) => /^[^.].*\.(json|pem)$/.test(file))) {
    const text = readFileSync(join(state, name), 'utf8');
    if (name.endsWith('.json')) assert.doesNotThrow(() => JSON.parse(text), `${name} ${when}`);
    else assert.match(text, /-----END [A-Z ]+-----\s*$/, `${name} ${when}`);
  }
};

describe('an agent that is killed', async () => {
  const agents = await openAgentWorld();
  endsWithFile(() => agents.close());
  const { world } = agents;
  const profile = await agents.writeProfile('publicly');
  const stateOf = (name: string): string => join(agents.directory, name);
  const env = { HOME: agents.directory, AZCMAGENT_SERVICE_PRINCIPAL_SECRET: secret };
  const run = (words: readonly string[]) => runHere(words, { env, now: world.now, newGuid: randomUUID });
  const connect = (name: string) => run(agents.connectArgs(name, profile));
  const disconnect = (name: string) => run(['disconnect', '--state-dir', stateOf(name), '-i', 'an-app']);
  const resource = async (name: string) => (await world.store.get(machineId(name)))?.body;

  const assertConnected = async (name: string, when: string): Promise<void> => {
    const properties = (await resource(name))?.properties as JsonObject;
    assert.equal(properties.vmId, jsonOf(stateOf(name), 'machine.json').vmId, when);
    const left = ['agent.json', 'certificate.pem', 'key.pem', 'machine.json'];
    assert.deepEqual(
      filesOf(stateOf(name)).filter((file) => file !== 'status.json'),
      left,
      when,
    );
  };

  /** Steps before which the disk, or ARM, is as it was before the last one. */
  const leavesNothing =
    /^(open |send GET|answer to GET|send POST (?!v2)|answer to POST (?!machines.register))/;
  const pointsOf = (steps: readonly string[]) =>
    [...steps.entries()].filter(([, step]) => !leavesNothing.test(step));
  const noRoom = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

  const connecting = await stepsOf(() => connect('whole'));
  const connected = connecting.indexOf('rename agent.json') + 1;

  test('in connect: the next connect is the same machine, with the resource that is there', async () => {
    for (const [at, step] of pointsOf(connecting)) {
      const [name, when] = [`killed-${at}`, `killed before: ${step}`];
      assert.ok((await faultAt(at, () => connect(name))).reached, when);
      assertWhole(stateOf(name), when);
      bury(stateOf(name));
      const again = await connect(name);
      assert.equal(again.code, at < connected ? 0 : 67, `${when} ${again.stderr}`);
      await assertConnected(name, when);
    }
  });

  test('by SIGKILL in connect, as a process: the next process is the same machine', async () => {
    const program = fileURLToPath(new URL('./killed-program.testkit.ts', import.meta.url));
    await Promise.all(
      ['half of key.pem', 'half of agent.json'].map(async (step, index) => {
        const name = `sigkill-${index}`;
        const words = agents.connectArgs(name, profile);
        const { child, stderr } = agents.start(words, {
          NODE_OPTIONS: `--import=${program}`,
          DIE_BEFORE: step,
        });
        const [, signal] = await once(child, 'exit');
        assert.equal(signal, 'SIGKILL', `${step} ${stderr()}`);
        assertWhole(stateOf(name), step);
        assert.ok(filesOf(stateOf(name)).includes('change.lock'), step);
        assert.equal((await connect(name)).code, 0, step);
        await assertConnected(name, step);
      }),
    );
  });

  test('in disconnect: the next one makes an end of it, and nothing of the machine stays', async () => {
    await connect('leaving');
    const steps = await stepsOf(() => disconnect('leaving'));
    const first = steps.findIndex((step) => step.startsWith('send DELETE'));
    for (const [at, step] of pointsOf(steps).filter(([index]) => index >= first)) {
      const when = `killed before: ${step}`;
      assert.equal((await connect('leaving')).code, 0, when);
      assert.ok((await faultAt(at, () => disconnect('leaving'))).reached, when);
      bury(stateOf('leaving'));
      const again = await disconnect('leaving');
      assert.ok(again.code === 0 || again.code === 63, `${when} ${again.stderr}`);
      assert.deepEqual(filesOf(stateOf('leaving')), [], when);
      assert.equal(await resource('leaving'), undefined, when);
    }
  });

  test('a disk that fills up in connect is one sentence, and the next one goes on from there', async () => {
    for (const step of [
      'half of change.lock',
      ...['key.pem', 'machine.json', 'certificate.pem', 'agent.json'].map((file) => `half of ${file}`),
    ]) {
      const name = step.replaceAll(' ', '-');
      let refused: Awaited<ReturnType<typeof connect>> | undefined;
      const fault = await faultAt(
        connecting.indexOf(step),
        async () => {
          refused = await connect(name);
        },
        noRoom,
      );
      assert.ok(fault.reached && refused?.code === 1, step);
      assert.match(refused.stderr, /AZCM0001.*Nothing can be written to .* no space is left there\./, step);
      assertWhole(stateOf(name), step);
      assert.ok(
        filesOf(stateOf(name)).every((file) => !file.startsWith('.') && !file.endsWith('.lock')),
        step,
      );
      assert.equal((await connect(name)).code, 0, step);
      await assertConnected(name, step);
    }
    // It is connected by then.
    await faultAt(connecting.indexOf('half of status.json'), () => connect('no-status'), noRoom);
    await assertConnected('no-status', 'half of status.json');
  });

  describe('in the renewal of its certificate', () => {
    /** Runs until it has done what a heartbeat does, or cannot. */
    const beat = async (name: string, log: string[] = []): Promise<void> => {
      const stop = new AbortController();
      await runDaemon({
        state: await openStateDirectory(stateOf(name)),
        ...{ heartbeatMs: 60_000, now: world.now, env: {}, random: () => 0.5, newGuid: randomUUID },
        log: (_, message) => {
          log.push(message);
          if (message === 'heartbeat' || message === 'cycle failed') stop.abort();
        },
        signal: stop.signal,
        notifications: false,
      });
    };
    const serialsOf = (name: string): readonly string[] => [
      jsonOf(stateOf(name), 'agent.json').certificate.serial,
      normalSerial(
        new X509Certificate(readFileSync(join(stateOf(name), 'certificate.pem'), 'utf8')).serialNumber,
      ),
    ];
    const points = [
      'answer to POST machines/renew',
      'half of certificate.pem',
      'rename certificate.pem',
    ].concat('half of agent.json', 'rename agent.json', 'send POST oauth2/token');
    let steps: readonly string[] = [];
    let began = 0;
    before(async () => {
      for (const name of ['model', 'full', ...[...points.keys()].map((at) => `renewed-${at}`)])
        assert.equal((await connect(name)).code, 0);
      world.moveClock(46 * 86_400_000);
      steps = await stepsOf(() => beat('model'));
      began = steps.indexOf('answer to POST machines/renew');
    });

    test('the next daemon renews it, or has the new one', async () => {
      for (const [index, step] of points.entries()) {
        const [name, when] = [`renewed-${index}`, `killed before: ${step}`];
        const [former] = serialsOf(name);
        assert.ok((await faultAt(steps.indexOf(step, began), () => beat(name))).reached, when);
        assertWhole(stateOf(name), when);
        bury(stateOf(name));
        const log: string[] = [];
        await beat(name, log);
        assert.ok(log.includes('heartbeat'), `${when} ${log}`);
        const [serial, ofFile] = serialsOf(name);
        assert.ok(serial !== former && serial === ofFile, when);
        assert.deepEqual(
          filesOf(stateOf(name)).filter((file) => /^\.|\.lock$/.test(file)),
          [],
          when,
        );
      }
    });

    test('without room for the new one it goes on with the former one', async () => {
      const [former] = serialsOf('full');
      const log: string[] = [];
      await faultAt(steps.indexOf('half of certificate.pem', began), () => beat('full', log), noRoom);
      assert.ok(
        log.includes('the renewed certificate could not be kept') && log.includes('heartbeat'),
        `${log}`,
      );
      assert.deepEqual(serialsOf('full'), [former, former]);
      await beat('full');
      assert.notEqual(serialsOf('full')[0], former);
    });
  });
});
