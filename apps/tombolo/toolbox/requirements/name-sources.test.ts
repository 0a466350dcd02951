/** `--expand` against a notification host and a name server on real sockets, as a cloud profile names them. */

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import { currentCatalogue, readQuery } from '@tombolo/requirements';
import packet from 'dns-packet';
import type { CommandError } from '../../shell/command-error.ts';
import { expandedNames } from './name-sources.ts';

const notification = 'gns.island.example';
const asked: string[] = [];
let status = 200;
let profile: CloudProfile;
const names = createSocket('udp4', (message, from) => {
  const query = packet.decode(message);
  const name = query.questions?.[0]?.name ?? '';
  const answer = packet.encode({
    type: 'response',
    id: query.id ?? 0,
    questions: query.questions ?? [],
    answers: name === notification ? [{ type: 'A', name, ttl: 1, data: '127.0.0.1' }] : [],
  });
  names.send(answer, from.port, from.address);
});
const service = createServer();

before(async () => {
  const authority = await createAuthority({ name: 'island', now: Date.now() });
  const issued = await issueServerCertificate(authority, { names: [notification], now: Date.now() });
  service.setSecureContext({ key: issued.privateKey, cert: issued.certificate });
  service.on('request', (request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    response.statusCode = status;
    response.end(
      status === 200 ? '["b.island.example","a.island.example"]' : '{"error":{"message":"No such region."}}',
    );
  });
  service.listen(0, '127.0.0.1');
  names.bind(0, '127.0.0.1');
  await Promise.all([once(service, 'listening'), once(names, 'listening')]);
  const cloud = realClouds.AzureCloud!;
  profile = {
    ...cloud,
    suffixes: { ...cloud.suffixes, notification },
    ports: { https: (service.address() as { port: number }).port, dns: names.address().port },
    certificateAuthorities: [authority.chain.join('\n')],
    nameServers: [`127.0.0.1:${names.address().port}`],
  };
});
after(() => {
  names.close();
  service.close();
  service.closeAllConnections();
});

const refusedWith = (code: string, words: RegExp) => (error: CommandError) => {
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};

describe('names from the allow-list service', () => {
  test("asks the profile's notification host, found by the profile's name servers, trusting its authority", async () => {
    const query = readQuery({ region: 'Japan East', profile }, currentCatalogue);
    assert.deepEqual(await expandedNames(query), ['a.island.example', 'b.island.example']);
    assert.deepEqual(asked, [
      `${notification}:${profile.ports.https} /urls/allowlist?api-version=2020-01-01&location=japaneast`,
    ]);
  });

  test('a refusal is RequestRefused with its reason; an unknown authority, name or closed port is NotRunning', async () => {
    status = 400;
    const query = readQuery({ region: 'japaneast', profile }, currentCatalogue);
    await assert.rejects(expandedNames(query), refusedWith('RequestRefused', /400: No such region\.$/));
    const changed = (change: Partial<CloudProfile>) =>
      expandedNames({ ...query, profile: { ...profile, ...change } });
    await assert.rejects(changed({ certificateAuthorities: [] }), refusedWith('NotRunning', /not reached/));
    const elsewhere = { ...query, suffixes: { ...query.suffixes, notification: 'absent.example' } };
    await assert.rejects(expandedNames(elsewhere), refusedWith('NotRunning', /not reached/));
    await assert.rejects(changed({ ports: { https: 1, dns: 1 } }), refusedWith('NotRunning', /not reached/));
  });

  test('without a region, or in a cloud without a notification host, nothing is asked', async () => {
    await assert.rejects(
      expandedNames(readQuery({ profile }, currentCatalogue)),
      refusedWith('InvalidArgument', /one region/),
    );
    const government = readQuery({ cloud: 'AzureUSGovernment', region: 'usgovvirginia' }, currentCatalogue);
    await assert.rejects(expandedNames(government), refusedWith('InvalidArgument', /no notification host/));
  });
});
