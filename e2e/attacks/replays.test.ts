/** What a machine has sent once, sent again by somebody who read it, after the process that took it is no more. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createArcServices } from '@tombolo/agent/arc-services';
import { createHttpsClient, type HttpAnswer, type HttpAsk } from '@tombolo/agent/https-client';
import { createMachineKey } from '@tombolo/agent/machine-key';
import { probeNames } from '@tombolo/private-link';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { cloudProfile } from '../../apps/tombolo/installation/installation.ts';
import { connectToServer } from '../../apps/tombolo/installation/server-connection.ts';
import { createTopology } from '../../apps/tombolo/quickstart/topology.ts';
import { createOutput } from '../../apps/tombolo/shell/output.ts';
import { type ChildName, startServer } from '../server.ts';

test('a proof, an assertion and a registration are used once, whatever was killed since, and the machine stays', async () => {
  const state = join(directoryOfFile(), 'state');
  let server = await startServer(state);
  const connection = connectToServer(state);
  const arm = connection.arm();
  const topology = await createTopology(arm, connection.installation, createOutput(true));
  await connection.ask('GET', '/wait?timeout=30');
  const profile = cloudProfile(
    connection.installation,
    connection.certificateAuthority,
    topology.networkNameServers,
  );

  const client = createHttpsClient(profile);
  const sent: HttpAsk[] = [];
  const key = createMachineKey();
  const vmId = randomUUID();
  const machineId = `${topology.group}/providers/Microsoft.HybridCompute/machines/replayed`;
  const agentVersion = '1.67.0';
  const services = createArcServices({
    client: {
      ...client,
      send: (ask) => {
        sent.push(ask);
        return client.send(ask);
      },
    },
    ...{ key, machineId, vmId, agentVersion, now: Date.now, newGuid: randomUUID },
  });
  const made = await arm.send('PUT', `${machineId}?api-version=2025-01-13`, {
    location: 'japaneast',
    properties: {
      ...{ vmId, agentVersion, clientPublicKey: key.clientPublicKey },
      privateLinkScopeResourceId: topology.scopeId,
    },
  });
  const lookUp = () => services.lookUpRegion(probeNames(profile).global, 'japaneast');
  const hosts = await lookUp();
  const { serial, feed } = await services.register(hosts, made.feed);
  const { token } = await services.token(hosts, serial, feed);
  const beat = { agentVersion, status: 'Connected' };
  await services.heartbeat(hosts, token, beat);
  const [registration, assertion, proof] = [
    '/machines/register',
    '/oauth2/token',
    '/machines/heartbeats',
  ].map((path) => sent.find(({ url }) => url.endsWith(path))!);

  const refused = ({ status, text }: HttpAnswer, why: RegExp, what: string): void => {
    assert.equal(status, 401, `${what}: ${text}`);
    assert.match(text, why, what);
  };
  /** The replays, and after them the machine itself, by the certificate that it had. */
  const isAsBefore = async (what: string): Promise<void> => {
    refused(await client.send(proof!), /proof.*used before/, `${what}, the proof`);
    refused(await client.send(assertion!), /used before/, `${what}, the assertion with its proof`);
    const dpop = await key.proof({
      ...{ method: 'POST', url: assertion!.url },
      at: Date.now(),
      jti: randomUUID(),
    });
    const again = { ...assertion!, headers: { ...assertion!.headers, dpop } };
    refused(await client.send(again), /assertion.*used before/, `${what}, the assertion with a new proof`);
    refused(await client.send(registration!), /used before/, `${what}, the registration`);
    await isItself(what);
  };
  const isItself = async (what: string): Promise<void> => {
    const answer = await services.heartbeat(hosts, token, beat);
    assert.equal(answer.route?.kind, 'private', what);
    const fresh = await services.token(hosts, serial);
    await services.heartbeat(hosts, fresh.token, beat);
  };
  const answersAgain = () => until('hybrid answers', () => lookUp().then(Boolean, () => false));

  await isAsBefore('at once');
  const rounds: readonly (readonly ChildName[])[] = [['hybrid'], ['hybrid', 'control']];
  for (const names of rounds) {
    const killed = names.map((name) => server.pid(name)!);
    for (const pid of killed) assert.ok(signal(pid, 'SIGKILL'));
    await until('others in their place', () =>
      names.every((name, index) => ![undefined, killed[index]].includes(server.pid(name))),
    );
    await answersAgain();
    await isAsBefore(`after ${names.join(' and ')} were killed`);
  }

  // A machine that loses its power may lose what was not synced: then control still knows the registration.
  await server.killAll();
  rmSync(join(state, 'hybrid', 'replays'));
  server = await startServer(state);
  await answersAgain();
  const repeated = await client.send(registration!);
  assert.equal(repeated.status, 200, repeated.text);
  assert.equal(
    (repeated.body as { serial: string }).serial,
    serial,
    'the answer of before, no new certificate',
  );
  await isItself('after a registration that was taken again');

  arm.close();
  client.release();
  assert.equal(await server.stop(), 0);
});
