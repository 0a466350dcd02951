import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from './message.ts';
import { projectDnsState } from './projection.ts';
import { rcodes } from './resource-record.ts';
import { createResponder } from './responder.ts';
import { aDocument, hisZone, idOf, quickstartDocuments } from './sample-documents.testkit.ts';
import { createDnsServer, type DnsServer } from './server.ts';
import { askTcp, askUdp, encodeQuery, opt } from './wire.testkit.ts';

const seed = 20261122;
const view = { kind: 'network', virtualNetworkId: idOf('virtualNetworks/hub') } as const;
const state = projectDnsState([
  ...quickstartDocuments(),
  aDocument(hisZone, 'many', ...Array.from({ length: 200 }, (_, index) => `10.0.3.${index}`)),
]);
const valid = encodeQuery(`many.${hisZone}`, 'A', { additionals: [opt(1232)] });

/** Cut at every octet, every octet changed in three ways, wrong counts, pointers everywhere, compression loops. */
const hostile = (): Uint8Array[] => {
  const packets: Uint8Array[] = [];
  for (let length = 0; length < valid.length; length++) packets.push(valid.subarray(0, length));
  for (let at = 0; at < valid.length; at++) {
    for (const octet of [0, 0xff, 0xc0, (valid[at] as number) ^ 1]) {
      const changed = Uint8Array.from(valid);
      changed[at] = octet;
      packets.push(changed);
    }
  }
  for (let at = 4; at < 12; at += 2) {
    for (const count of [0, 1, 2, 7, 0xffff]) {
      const changed = Buffer.from(valid);
      changed.writeUInt16BE(count, at);
      packets.push(changed);
    }
  }
  for (let at = 12; at < valid.length - 1; at++) {
    for (const target of [0, 12, at, at + 1, at - 2, valid.length, 0x3fff]) {
      const looped = Buffer.from(valid);
      looped.writeUInt16BE(0xc000 | (target & 0x3fff), at);
      packets.push(looped);
    }
  }
  // Two pointers at each other, and a staircase of pointers, each to the one before.
  const stairs = Buffer.alloc(1200, 0);
  valid.copy(stairs, 0, 0, 12);
  for (let at = 14; at < 1198; at += 2) stairs.writeUInt16BE(0xc000 | (at - 2), at);
  packets.push(stairs, Buffer.concat([valid.subarray(0, 12), Uint8Array.of(0xc0, 14, 0xc0, 12, 0, 1, 0, 1)]));
  return packets;
};

/** What every answer to anything has to be. */
const acceptable = (query: Uint8Array, answer: Uint8Array | undefined): void => {
  if (query.length < 12 || (query[2] as number) & 0x80) {
    assert.equal(answer, undefined, 'no answer to responses and to what has no header');
    return;
  }
  assert.ok(answer);
  const read = decodeMessage(answer);
  assert.equal(read.response, true);
  assert.equal(read.id, ((query[0] as number) << 8) | (query[1] as number));
  assert.ok(answer.length <= 1232);
  const known: readonly number[] = Object.values(rcodes);
  assert.ok(known.includes(read.rcode));
};

describe('the responder, whatever it is sent,', () => {
  const respond = createResponder({ state: () => state });
  const client = { address: '127.0.0.1', transport: 'udp', view } as const;
  const check = async (query: Uint8Array): Promise<void> => acceptable(query, await respond(query, client));

  test('answers with a message that fits, or not at all: hostile packets', async () => {
    for (const packet of hostile()) await check(packet);
  });

  test('answers with a message that fits, or not at all: random octets behind a header', async () => {
    const packet = fc
      .tuple(fc.uint8Array({ minLength: 0, maxLength: 300 }), fc.boolean())
      .map(([octets, plausible]) => {
        // Half of them with small counts, so that the parser goes on.
        if (plausible)
          for (let at = 4; at < Math.min(12, octets.length); at++)
            octets[at] = at % 2 ? (octets[at] as number) % 3 : 0;
        return octets;
      });
    await fc.assert(fc.asyncProperty(packet, check), { seed, numRuns: 2000 });
  });

  test('calls a cut-off query a format error', async () => {
    for (let length = 12; length < valid.length; length++) {
      const answer = await respond(valid.subarray(0, length), client);
      assert.equal(answer && decodeMessage(answer).rcode, rcodes.FORMERR, `cut at ${length}`);
    }
  });
});

describe('the live server', () => {
  let server: DnsServer;
  let port = 0;
  before(async () => {
    server = createDnsServer({ state: () => state, tcpIdleMs: 5000 });
    const [report] = await server.reconcile([{ address: '127.0.0.1', port: 0, view }]);
    port = report?.port ?? 0;
  });
  after(() => server.close());

  const sentinel = async (): Promise<void> => {
    const read = decodeMessage(await askUdp(port, encodeQuery(`gbl.${hisZone}`, 'A')));
    assert.equal(read.answers.length, 1);
  };

  test('answers hostile packets with FORMERR and the like or drops them, and goes on', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const heard: Buffer[] = [];
    socket.on('message', (octets) => heard.push(octets));
    const packets = hostile();
    for (let at = 0; at < packets.length; at += 50) {
      for (const packet of packets.slice(at, at + 50)) socket.send(packet, port, '127.0.0.1');
      await sentinel();
    }
    const answerable = packets.filter(
      (packet) => packet.length >= 12 && !((packet[2] as number) & 0x80),
    ).length;
    socket.send(encodeQuery(hisZone, 'SOA', { id: 7 }), port, '127.0.0.1');
    while (heard.at(-1)?.readUInt16BE(0) !== 7) await once(socket, 'message');
    socket.close();
    assert.equal(heard.length - 1, answerable);
    for (const octets of heard) assert.equal(decodeMessage(octets).response, true);
  });

  test('survives hostile TCP streams: every packet framed, cut short and reset', async () => {
    for (const packet of hostile().filter((_, index) => index % 10 === 0)) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(Buffer.concat([Uint8Array.of(packet.length >> 8, packet.length & 0xff), packet]));
      socket.resume();
      await once(socket, 'connect');
      if (packet.length % 2) socket.resetAndDestroy();
      else socket.end();
      await once(socket, 'close');
    }
    await sentinel();
    const [answer] = await askTcp(port, [encodeQuery(hisZone, 'SOA')]);
    assert.equal(decodeMessage(answer as Buffer).rcode, rcodes.NOERROR);
  });
});
