/** Real sockets for the tests: an upstream server in the oracle's words, and raw UDP and TCP clients. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { unusedPort } from '@tombolo/testkit/unused-port';
import oracle from 'dns-packet';

export interface Heard {
  readonly query: oracle.DecodedPacket;
  readonly transport: 'udp' | 'tcp';
  /** The asker's port. */
  readonly port: number;
}

export interface TestUpstream {
  readonly address: string;
  readonly port: number;
  readonly heard: Heard[];
  close(): Promise<void>;
}

/** What to send back: packets in order (over TCP the first), or nothing. */
export type UpstreamScript = (heard: Heard) => readonly (oracle.Packet | Buffer)[];

const octetsOf = (answer: oracle.Packet | Buffer): Buffer =>
  Buffer.isBuffer(answer) ? answer : oracle.encode(answer);

/** Listens on UDP and TCP at one port of 127.0.0.1, by default an unused one. */
export const startUpstream = async (script: UpstreamScript, wanted?: number): Promise<TestUpstream> => {
  const heard: Heard[] = [];
  const hear = (octets: Buffer, transport: 'udp' | 'tcp', port: number) => {
    const entry: Heard = { query: oracle.decode(octets), transport, port };
    heard.push(entry);
    return script(entry).map(octetsOf);
  };
  const tcp = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const [answer] = hear(chunk.subarray(2), 'tcp', socket.remotePort ?? 0);
      if (!answer) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      // In two pieces, so that the reader has to put them together.
      socket.write(Buffer.concat([length, answer.subarray(0, 5)]));
      setImmediate(() => socket.end(answer.subarray(5)));
    });
  });
  const port = wanted ?? (await unusedPort());
  tcp.listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  const udp = createSocket('udp4');
  udp.on('message', (octets, from) => {
    for (const answer of hear(octets, 'udp', from.port)) udp.send(answer, from.port, from.address);
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  return {
    address: '127.0.0.1',
    port,
    heard,
    async close() {
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
};

/** The answer that echoes the query's id and question. */
export const replyTo = (
  { query }: Heard,
  answers: readonly oracle.Answer[],
  extra: Partial<oracle.Packet> & { readonly rcode?: number; readonly truncated?: boolean } = {},
): oracle.Packet => {
  const { rcode = 0, truncated = false, ...rest } = extra;
  return {
    type: 'response',
    id: query.id ?? 0,
    flags: rcode | (truncated ? oracle.TRUNCATED_RESPONSE : 0) | oracle.RECURSION_AVAILABLE,
    questions: query.questions ?? [],
    answers: [...answers],
    ...rest,
  };
};

export const encodeQuery = (name: string, type: string, packet: Partial<oracle.Packet> = {}): Buffer =>
  oracle.encode({
    type: 'query',
    id: 4242,
    flags: oracle.RECURSION_DESIRED,
    questions: [{ name, type: type as oracle.RecordType }],
    ...packet,
  });

/** An OPT record to put among the additionals. */
export const opt = (udpPayloadSize: number, ednsVersion = 0): oracle.OptAnswer =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  }) as oracle.OptAnswer;

/** Sends one datagram and waits for one. `from`: the source address. */
export const askUdp = async (
  port: number,
  query: Uint8Array,
  { to = '127.0.0.1', from = '127.0.0.1' } = {},
): Promise<Buffer> => {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.send(query, port, to);
  const [octets] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return octets;
};

/** Writes these queries in one go and reads as many answers, in the order of arrival. */
export const askTcp = async (
  port: number,
  queries: readonly Uint8Array[],
  to = '127.0.0.1',
): Promise<Buffer[]> => {
  const socket = connect(port, to);
  const framed = queries.flatMap((query) => [Uint8Array.of(query.length >> 8, query.length & 0xff), query]);
  socket.write(Buffer.concat(framed));
  const answers: Buffer[] = [];
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      answers.push(received.subarray(2, end));
      received = received.subarray(end);
    }
    if (answers.length >= queries.length) break;
  }
  socket.destroy();
  return answers;
};
