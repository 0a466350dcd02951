/** A ClientHello at each of its bounds, written by hand byte by byte (RFC 8446 4.1.2 and 5.1, RFC 6066 3, RFC 7301). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { handmadeHello, serverNameExtension, splitRecords } from './client-hello.testkit.ts';
import { maximumHelloLength, readClientHello } from './client-hello.ts';

const name = 'gbl.example';
const u16 = (n: number) => [n >> 8, n & 0xff];
const v16 = (bytes: readonly number[]) => [...u16(bytes.length), ...bytes];
const record = (
  payload: readonly number[],
  { type = 22, major = 3, minor = 1, length = payload.length } = {},
) => Uint8Array.from([type, major, minor, ...u16(length), ...payload]);
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A handshake message whose parts can each be something else. */
const message = ({
  version = 0x0303,
  sessionId = [] as readonly number[],
  ciphers = [0x13, 0x01] as readonly number[],
  compression = [0] as readonly number[],
  extensions = v16(serverNameExtension(name)) as readonly number[],
} = {}) => {
  const body = [
    ...u16(version),
    ...Array<number>(32).fill(7),
    sessionId.length,
    ...sessionId,
    ...v16(ciphers),
    compression.length,
    ...compression,
    ...extensions,
  ];
  return [1, 0, ...u16(body.length), ...body];
};
const outcome = (bytes: Uint8Array): string => {
  const reading = readClientHello(bytes);
  if (reading.status === 'need-more') return `more, ${reading.atLeast}`;
  return reading.status === 'error' ? reading.reason : reading.hello.serverName;
};
const of = (parts: Parameters<typeof message>[0]) => outcome(record(message(parts)));

describe('a record', () => {
  test('of another kind is no TLS where it is the first, and malformed after that', () => {
    const whole = message();
    const first = record(whole.slice(0, 40));
    for (const wrong of [{ type: 23 }, { major: 2 }, { major: 4 }, { minor: 5 }]) {
      assert.equal(outcome(record(whole, wrong)), 'not-tls', JSON.stringify(wrong));
      assert.equal(outcome(join(first, record(whole.slice(40), wrong))), 'malformed', JSON.stringify(wrong));
    }
    for (const minor of [0, 1, 2, 3, 4]) assert.equal(outcome(record(whole, { minor })), name);
  });

  test('is judged by each byte of its header as it comes', () => {
    assert.equal(outcome(Uint8Array.of()), 'more, 5');
    for (const header of [[22], [22, 3], [22, 3, 1], [22, 3, 1, 0]])
      assert.equal(outcome(Uint8Array.from(header)), 'more, 5');
    for (const header of [[21], [22, 2], [22, 3, 5]])
      assert.equal(outcome(Uint8Array.from(header)), 'not-tls');
    assert.equal(outcome(Uint8Array.of(22, 3, 1, 0, 9)), 'more, 14');
  });

  test('holds a byte at least and 16384 at most', () => {
    assert.equal(outcome(record([])), 'malformed');
    assert.equal(outcome(Uint8Array.of(22, 3, 1, ...u16(2 ** 14 + 1))), 'malformed');
    assert.equal(outcome(Uint8Array.of(22, 3, 1, ...u16(2 ** 14 - 5))), `more, ${maximumHelloLength}`);
    assert.equal(outcome(Uint8Array.of(22, 3, 1, ...u16(2 ** 14 - 4))), 'too-long');
    assert.equal(outcome(Uint8Array.of(22, 3, 1, ...u16(2 ** 14))), 'too-long');
  });

  test('begins with another message than a ClientHello: no TLS for us', () => {
    assert.equal(outcome(record([2, 0, 0, 4])), 'not-tls');
    assert.equal(outcome(record([2])), 'not-tls');
  });

  test('ends with the hello: nothing follows it in its record', () => {
    const whole = message();
    assert.equal(outcome(record([...whole, 0])), 'malformed');
    assert.equal(outcome(join(record(whole.slice(0, 60)), record([...whole.slice(60), 0]))), 'malformed');
    // Said before the rest has come: the record's length tells.
    assert.equal(outcome(record(whole, { length: whole.length + 1 })), 'malformed');
    assert.equal(outcome(join(record(whole), Uint8Array.of(23, 3, 3))), name);
  });
});

describe('the length of a hello', () => {
  /** A hello of so many bytes in all, in one record: padding is an extension that nobody reads. */
  const padded = (total: number) => {
    const bare = record(message()).length;
    const padding = [...u16(21), ...v16(Array<number>(total - bare - 4).fill(0))];
    return record(message({ extensions: v16([...serverNameExtension(name), ...padding]) }));
  };

  test('is bounded: the longest is read, and one byte more is refused as soon as that is known', () => {
    const longest = padded(maximumHelloLength);
    assert.equal(longest.length, maximumHelloLength);
    assert.equal(outcome(longest), name);
    assert.equal(outcome(longest.subarray(0, 100)), `more, ${maximumHelloLength}`);
    assert.equal(outcome(padded(maximumHelloLength + 1).subarray(0, 9)), 'too-long');
  });

  test('counts the headers of all its records', () => {
    const fitting = padded(maximumHelloLength - 5);
    assert.equal(outcome(splitRecords(fitting, [8_000, 20_000])), name);
    const over = padded(maximumHelloLength - 4);
    const split = splitRecords(over, [8_000, 20_000]);
    assert.equal(outcome(split), 'too-long');
    assert.equal(outcome(split.subarray(0, 8_005 + 5)), 'too-long', 'before its second record has come');
  });

  test('in crumbs, each with its header, is bounded by what they come to', () => {
    const crumbs = splitRecords(padded(4_000), [1]);
    assert.equal(outcome(crumbs), 'too-long');
    const few = splitRecords(padded(2_600), [1]);
    assert.equal(few.length, 2_595 * 6);
    assert.equal(outcome(few), name);
    assert.equal(outcome(few.subarray(0, 6 * 2_594)), `more, ${6 * 2_594 + 5}`);
  });
});

describe('the body of a hello', () => {
  test('is of TLS: its version is 3.x', () => {
    assert.equal(of({ version: 0x0301 }), name);
    for (const version of [0x0203, 0x0403, 0x0003]) assert.equal(of({ version }), 'malformed');
  });
  test('has a session id of 32 bytes at most', () => {
    assert.equal(of({ sessionId: Array<number>(32).fill(1) }), name);
    assert.equal(of({ sessionId: Array<number>(33).fill(1) }), 'malformed');
  });
  test('offers a cipher suite, and each in two bytes', () => {
    for (const ciphers of [[], [0x13], [0x13, 1, 0x13]]) assert.equal(of({ ciphers }), 'malformed');
    assert.equal(of({ ciphers: [0x13, 1, 0x13, 2] }), name);
  });
  test('offers a compression method', () => assert.equal(of({ compression: [] }), 'malformed'));
  test('without extensions has no server name; with a byte after them it is malformed', () => {
    assert.equal(of({ extensions: [] }), 'no-server-name');
    assert.equal(of({ extensions: [...v16(serverNameExtension(name)), 0] }), 'malformed');
    assert.equal(of({ extensions: [0] }), 'malformed', 'half a length');
  });
});

describe('an extension', () => {
  const with_ = (...extensions: readonly (readonly number[])[]) =>
    readClientHello(handmadeHello(extensions.flat()));
  const ending = (...extensions: readonly (readonly number[])[]) => outcome(handmadeHello(extensions.flat()));
  const sni = serverNameExtension(name);
  const extension = (type: number, content: readonly number[]) => [...u16(type), ...v16(content)];
  const alpn = (content: readonly number[]) => extension(16, content);
  const versions = (content: readonly number[]) => extension(43, content);

  test('server name: a list of host names, and nothing after it', () => {
    const entry = [0, ...v16([0x61])];
    assert.equal(ending(extension(0, v16(entry))), 'a');
    assert.equal(ending(extension(0, [...v16(entry), 0])), 'malformed');
    assert.equal(ending(extension(0, v16([1, ...v16([0x61])]))), 'malformed', 'another kind of name');
    assert.equal(ending(extension(0, v16([...entry, 0]))), 'malformed', 'cut off');
    assert.equal(ending(extension(0, [])), 'malformed');
  });

  test('ALPN: names of a byte at least, one at least, and nothing after them', () => {
    const read = with_(sni, alpn(v16([2, 0x68, 0x32, 1, 0x78])));
    assert.deepEqual(read.status === 'hello' && read.hello.alpn, ['h2', 'x']);
    for (const content of [v16([]), v16([0]), v16([1, 0x78, 0]), [...v16([1, 0x78]), 0], v16([5, 0x78])])
      assert.equal(ending(sni, alpn(content)), 'malformed', String(content));
  });

  test('supported versions: the highest 3.x of them in any order, and nothing after them', () => {
    const highest = (...list: number[]) => {
      const content = list.flatMap(u16);
      const read = with_(sni, versions([content.length, ...content]));
      return read.status === 'hello' ? read.hello.maxVersion : read;
    };
    assert.equal(highest(0x0302, 0x0304, 0x0303), 0x0304);
    assert.equal(highest(0x0304, 0x7f1c, 0xfafa), 0x0304);
    assert.equal(highest(0x7f1c), 0);
    for (const content of [
      [2, 3, 4, 0],
      [3, 3, 4, 3],
      [4, 3, 4],
    ])
      assert.equal(ending(sni, versions(content)), 'malformed', String(content));
  });

  test('of a kind is there once', () => {
    for (const twice of [sni, alpn(v16([1, 0x78])), extension(99, [])])
      assert.equal(ending(sni, twice, twice), 'malformed');
    assert.equal(ending(extension(99, []), sni, extension(98, [1, 2, 3])), name);
  });
});

describe('a server name', () => {
  const named = (text: string) => outcome(handmadeHello(serverNameExtension(text)));
  const label = (length: number) => 'a'.repeat(length);
  test('has labels of 1 to 63 letters, digits, hyphens and underscores, which do not end in a hyphen', () => {
    for (const good of ['a', 'a.b', '_sip.a', 'a_', 'x-1.y', label(63), `${label(63)}.b`, '9'])
      assert.equal(named(good), good);
    for (const bad of [
      '',
      '.',
      'a.',
      '.a',
      'a..b',
      '-a',
      'a-',
      'a.-b',
      'a b',
      'a*',
      '*.a',
      'ä',
      label(64),
      `b.${label(64)}`,
    ])
      assert.equal(named(bad), 'bad-server-name', bad);
  });
  test('has 253 characters at most', () => {
    const longest = [label(63), label(63), label(63), label(61)].join('.');
    assert.equal(longest.length, 253);
    assert.equal(named(longest), longest);
    assert.equal(named(`${longest}b`), 'bad-server-name');
  });
  test('is read in lower case', () => assert.equal(named('GBL.Example'), 'gbl.example'));
});
