/** What comes over sockets before anybody is known: PROXY headers, ClientHellos, DNS messages, events of the feed. */

import { deepEqual, equal, ok } from 'node:assert/strict';
import { decodeMessage, encodeMessage } from '@tombolo/dns/message';
import { MalformedMessage } from '@tombolo/dns-records';
import { readClientHello } from '@tombolo/gateway/client-hello';
import { decodeProxyHeader, encodeProxyHeader, linkIdentifierTlv } from '@tombolo/gateway/proxy-protocol';
import { eventBytes, feedEventReader } from '@tombolo/store/feed/event-stream';
import { octetsOf, type Target, unlessRefused } from '../target.ts';

const proxied = (source: string, destination: string): Uint8Array =>
  encodeProxyHeader({
    command: 'PROXY',
    source: { address: source, port: 50_000 },
    destination: { address: destination, port: 443 },
    tlvs: [linkIdentifierTlv(0x01020304), { type: 0x04, value: Uint8Array.of(0, 0) }],
  });

export const proxyHeader: Target = {
  name: 'proxy-header',
  asks: 'decodeProxyHeader',
  seeds: [
    proxied('10.0.0.4', '10.0.0.5'),
    proxied('fd00::4', '::ffff:1.2.3.4'),
    encodeProxyHeader({ command: 'LOCAL' }),
    'PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n',
  ],
  dictionary: ['\r\n\r\n\0\r\nQUIT\n', '\x21\x11', '\x20\x00', '\x21\x21'],
  longest: 1_200,
  run: (input) => {
    const read = decodeProxyHeader(input);
    if (read.status === 'need-more') return ok(read.atLeast > input.length, 'it waits for what it has');
    if (read.status === 'error') return ok(read.reason.length > 0);
    ok(read.length <= input.length);
    for (let cut = 0; cut < read.length; cut += 1)
      equal(decodeProxyHeader(input.subarray(0, cut)).status, 'need-more', `cut at ${cut}`);
    const { length: _, ...again } = decodeProxyHeader(encodeProxyHeader(read.header)) as typeof read;
    deepEqual(again, { status: 'header', header: read.header }, 'what is written of it is read as the same');
  },
};

const sized = (octets: number, ...content: readonly number[]): readonly number[] => [
  ...Array.from({ length: octets }, (_, at) => (content.length >> (8 * (octets - 1 - at))) & 0xff),
  ...content,
];

const helloOf = (name: string): Uint8Array => {
  const host = sized(2, ...sized(2, 0, ...sized(2, ...octetsOf(name))));
  const alpn = sized(2, ...sized(2, ...sized(1, ...octetsOf('h2')), ...sized(1, ...octetsOf('http/1.1'))));
  const versions = sized(2, ...sized(1, 0x3a, 0x3a, 3, 4, 3, 3));
  const body = [
    ...[3, 3, ...Array.from({ length: 32 }, () => 7)],
    ...[...sized(1, ...Array.from({ length: 32 }, () => 8)), ...sized(2, 0x13, 1, 0x13, 2), ...sized(1, 0)],
    ...sized(2, 0, 0, ...host, 0, 16, ...alpn, 0, 43, ...versions),
  ];
  return Uint8Array.of(22, 3, 1, ...sized(2, 1, ...sized(3, ...body)));
};

export const clientHello: Target = {
  name: 'client-hello',
  asks: 'readClientHello',
  seeds: [helloOf('je.his.arc.azure.com'), helloOf('10.0.0.4'), helloOf('a_b.example')],
  dictionary: ['\x16\x03\x01', '\x00\x00', '\x00\x10', '\x00\x2b', 'xn--a.example', '::1', 'İ.example'],
  run: (input) => {
    const read = readClientHello(input);
    if (read.status === 'need-more') ok(read.atLeast > input.length, 'it waits for what it has');
    if (read.status !== 'hello') return;
    const { serverName } = read.hello;
    ok(serverName.length <= 253 && serverName === serverName.toLowerCase());
    for (let cut = 0; cut < input.length; cut += 1) {
      const part = readClientHello(input.subarray(0, cut));
      ok(part.status === 'need-more' || part.status === 'hello', `cut at ${cut}: ${part.status}`);
    }
  },
};

const question = Uint8Array.of(0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, ...sized(1, 3), 0, 0);
const name = (text: string): readonly number[] => [
  ...text.split('.').flatMap((label) => sized(1, ...octetsOf(label))),
  0,
];
const answered = Uint8Array.of(
  ...[0x12, 0x34, 0x85, 0x80, 0, 1, 0, 2, 0, 1, 0, 1],
  ...[...name('his.arc.azure.com'), 0, 1, 0, 1],
  ...[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, ...sized(2, 10, 0, 0, 4)],
  ...[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, ...sized(2, 1, 97, 0xc0, 12)],
  ...[
    0xc0,
    16,
    0,
    6,
    0,
    1,
    0,
    0,
    0,
    60,
    ...sized(2, 0xc0, 12, 0xc0, 12, ...Array.from({ length: 20 }, () => 1)),
  ],
  ...[0, 0, 41, 4, 208, 0, 0, 0x80, 0, ...sized(2, 0, 10, ...sized(2, 1, 2, 3, 4, 5, 6, 7, 8))],
);

export const dnsMessage: Target = {
  name: 'dns-message',
  asks: 'decodeMessage, encodeMessage',
  seeds: [question, answered],
  dictionary: [
    '\x00\x01\x00\x01',
    '\x00\x0f\x00\x01',
    '\x00\x10\x00\x01',
    '\x00\x1c\x00\x01',
    '\x00\x21\x00\x01',
    '\x00\x0c\x00\x01',
    '\x00\x29',
    '\x00',
  ],
  longest: 1_500,
  run: (input) => {
    const message = unlessRefused([MalformedMessage], () => decodeMessage(input));
    if (message === undefined) return;
    const written = Uint8Array.from(encodeMessage(message));
    deepEqual(decodeMessage(written), message, 'what is written of it is read as the same');
    const short = encodeMessage(message, 512);
    ok(short.length <= 512 || message.questions.length > 0 || message.edns !== undefined);
  },
};

const documents = [{ id: '/a', type: 't', version: 1, body: { properties: {} } }];
const events = [
  { event: 'snapshot', epoch: 'e', part: 0, documents },
  { event: 'changes', epoch: 'e', changes: [{ feed: 2, id: '/a', type: 't' }] },
  { event: 'through', epoch: 'e', through: 2 },
] as const;

export const feedEvents: Target = {
  name: 'feed-events',
  asks: 'feedEventReader, eventBytes',
  seeds: [
    ...events.map(eventBytes),
    `: keep-alive\n\n${events.map(eventBytes).join('')}`,
    'data: {}\r\ndata:\r\n\r\n',
  ],
  dictionary: [
    'event: ',
    'data: ',
    '\n\n',
    '\r\n',
    'snapshot',
    'changes',
    'through',
    '"epoch":"e"',
    '"part":0',
    ':',
  ],
  run: (input) => {
    const octets = Buffer.from(input);
    // Its refusals are plain errors: the connection is given up for each.
    const read = (cuts: readonly number[]): unknown => {
      const take = feedEventReader(2_000);
      try {
        return cuts.flatMap((from, index) => take(octets.subarray(from, cuts[index + 1])));
      } catch (error) {
        if (
          error instanceof SyntaxError ||
          (error instanceof Error && error.message.startsWith('The feed sent'))
        )
          return 'refused';
        throw error;
      }
    };
    const whole = read([0]);
    const half = input.length >> 1;
    // Where the text is cut alters nothing, but when a bound of the length is noticed.
    if (input.length < 2_000) deepEqual(read([0, half, Math.min(half + 1, input.length)]), whole);
    if (!Array.isArray(whole)) return;
    const again = feedEventReader()(Buffer.from(whole.map(eventBytes).join('')));
    deepEqual(again, JSON.parse(JSON.stringify(whole)), 'what is written of them is read as the same');
  },
};
