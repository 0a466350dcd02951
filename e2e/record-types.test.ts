/** Every record type that a zone may have, the whole way: written by ARM, followed, served by the name server, printed by dig. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { decodeMessage } from '@tombolo/dns/message';
import { askUdp, encodeQuery } from '@tombolo/dns/wire.testkit';
import { needs, pathOf, env as programs } from '@tombolo/dns-material/programs.testkit';
import { armRecordNames, recordText } from '@tombolo/dns-records';
import { recordSamples } from '@tombolo/dns-records/record-samples.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { signIn } from './arm.ts';
import { startServer } from './server.ts';
import { applyTopology } from './topology.ts';

const server = await startServer(join(directoryOfFile(), 'state'));
const arm = await signIn(server.state, server.ready.resourceManager);
const { group, nameServer } = await applyTopology(server, arm);
const [address = '', port = ''] = nameServer.split(':');

const network = `${group}/providers/Microsoft.Network`;
const zone = `${network}/privateDnsZones/corp.example`;
const put = (id: string, body: JsonObject) => arm.done('PUT', `${id}?api-version=2020-06-01`, body);
/** A zone's SOA is at its top; each other type has a name of its own. */
const placeOf = (name: string) => (name === 'SOA' ? '@' : `at-${name.toLowerCase()}`);

await put(zone, { location: 'global' });
await put(`${zone}/virtualNetworkLinks/quickstart`, {
  location: 'global',
  properties: {
    virtualNetwork: { id: `${network}/virtualNetworks/quickstart-network` },
    registrationEnabled: false,
  },
});
for (const name of armRecordNames)
  await put(`${zone}/${name}/${placeOf(name)}`, {
    properties: { ttl: 77, ...(recordSamples[name].properties as JsonObject) },
  });
const waited = await server.tomboloHere('wait');
assert.equal(waited.code, 0, waited.stdout);

describe('a record set that ARM took is served', () => {
  for (const name of armRecordNames) {
    const owner = name === 'SOA' ? 'corp.example' : `${placeOf(name)}.corp.example`;

    test(`of type ${name}`, async () => {
      const { answers } = decodeMessage(
        await askUdp(Number(port), encodeQuery(owner, name), { to: address }),
      );
      assert.deepEqual(
        answers.map(({ ttl, data }) => [ttl, recordText(data)]),
        recordSamples[name].texts.map((text) => [77, text]),
      );
    });

    test(`of type ${name}, as dig prints it`, needs('dig'), async () => {
      const args = [`@${address}`, '-p', port, '+short', '+time=5', owner, name];
      const { stdout } = await promisify(execFile)(pathOf('dig')!, args, { env: programs });
      assert.deepEqual(stdout.trim().split('\n'), recordSamples[name].texts);
    });
  }
});
