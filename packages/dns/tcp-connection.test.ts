import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { decodeMessage } from './message.ts';
import { hisZone } from './sample-documents.testkit.ts';
import { closers, hub, listen, start } from './server.testkit.ts';
import { askTcp, encodeQuery } from './wire.testkit.ts';

const port = await listen(start(), hub);

describe('TCP', () => {
  test('pipelined queries are all answered, forwarded ones when they are there (RFC 7766)', async () => {
    const names = ['www.example.org', `je.${hisZone}`, 'db.corp.example', `gbl.${hisZone}`, 'no.example.org'];
    const queries = names.map((name, id) => encodeQuery(name, 'A', { id }));
    const answers = (await askTcp(port, queries)).map((octets) => decodeMessage(octets));
    assert.deepEqual(answers.map(({ id }) => id).sort(), [0, 1, 2, 3, 4]);
    for (const { id, questions } of answers) assert.equal(questions[0]?.name, names[id]);
  });

  test('a query in single octets is put together', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    const query = encodeQuery(`je.${hisZone}`, 'A');
    for (const octet of [0, query.length, ...query]) socket.write(Uint8Array.of(octet));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    assert.equal(decodeMessage(chunk.subarray(2)).answers.length, 1);
    socket.destroy();
  });

  test('a client that has said all still hears the answers', async () => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const query = encodeQuery('db.corp.example', 'A');
    socket.end(Buffer.concat([Uint8Array.of(0, query.length), query]));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    assert.equal(decodeMessage(Buffer.concat(chunks).subarray(2)).answers.length, 1);
  });

  test('silence, half a message and a message too long end the connection', async () => {
    const at = await listen(start({ tcpIdleMs: 1000 }), hub);
    const ends = [[], [0], [0, 40, 1, 2], [0xff, 0xff]].map((said) => {
      const socket = connect(at, '127.0.0.1');
      socket.on('error', () => undefined);
      if (said.length > 0) socket.write(Uint8Array.from(said));
      socket.resume();
      return once(socket, 'close');
    });
    await Promise.all(ends);
    assert.equal((await askTcp(at, [encodeQuery(hisZone, 'SOA')])).length, 1);
  });

  test('connections are limited in all and for each client', async () => {
    const at = await listen(start({ maxTcpConnections: 3, maxTcpConnectionsPerClient: 2 }), hub);
    const query = encodeQuery(hisZone, 'SOA');
    const open = async (from: string): Promise<'served' | 'closed'> => {
      const socket = connect({ port: at, host: '127.0.0.1', localAddress: from });
      socket.on('error', () => undefined);
      socket.write(Buffer.concat([Uint8Array.of(0, query.length), query]));
      closers.push(() => socket.destroy());
      return Promise.race([
        once(socket, 'data').then(() => 'served' as const),
        once(socket, 'close').then(() => 'closed' as const),
      ]);
    };
    const outcomes: string[] = [];
    for (const from of ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.3'])
      outcomes.push(await open(from));
    assert.deepEqual(outcomes, ['served', 'served', 'closed', 'served', 'closed']);
  });
});
