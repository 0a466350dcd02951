import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MalformedMessage, type RecordDataOf, type RecordName } from '@tombolo/dns-records';
import oracle from 'dns-packet';
import fc from 'fast-check';
import { readExtendedError } from './extended-error.testkit.ts';
import { decodeMessage, encodeMessage, extendedError, type Message } from './message.ts';
import type { ResourceRecord } from './resource-record.ts';
import { typeCodes, typeName } from './type-codes.ts';

const seed = 20261122;
const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const octets = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max });

const nameData = <Kind extends string>(kind: Kind) => fc.record({ kind: fc.constant(kind), target: name });

/** One for each type, or it does not compile. */
const dataOf: { readonly [Name in RecordName]: fc.Arbitrary<RecordDataOf<Name>> } = {
  A: fc.ipV4().map((address) => ({ kind: 'A', address })),
  AAAA: fc.array(uint(16), { minLength: 8, maxLength: 8 }).map((parts) => ({
    kind: 'AAAA',
    address: parts.map((part) => (part | 0x1000).toString(16)).join(':'),
  })),
  CNAME: nameData('CNAME'),
  NS: nameData('NS'),
  PTR: nameData('PTR'),
  TXT: fc.array(octets(255), { minLength: 1, maxLength: 3 }).map((strings) => ({ kind: 'TXT', strings })),
  MX: fc.record({ kind: fc.constant('MX'), preference: uint(16), exchange: name }),
  SRV: fc.record({
    kind: fc.constant('SRV'),
    priority: uint(16),
    weight: uint(16),
    port: uint(16),
    target: name,
  }),
  SOA: fc.record({
    kind: fc.constant('SOA'),
    primary: name,
    mailbox: name,
    serial: uint(32),
    refresh: uint(32),
    retry: uint(32),
    expire: uint(32),
    minimum: uint(32),
  }),
};
const recordData = fc.oneof(...Object.values<fc.Arbitrary<RecordDataOf<RecordName>>>(dataOf));

const record = fc.tuple(name, uint(31), recordData).map(
  ([owner, ttl, data]): ResourceRecord => ({
    name: owner,
    type: typeCodes[data.kind],
    class: 1,
    ttl,
    data,
  }),
);

const message: fc.Arbitrary<Message> = fc.record({
  id: uint(16),
  response: fc.boolean(),
  opcode: fc.constant(0),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  checkingDisabled: fc.boolean(),
  rcode: fc.integer({ min: 0, max: 5 }),
  questions: fc.array(fc.record({ name, type: fc.constantFrom(1, 5, 16, 28), class: fc.constant(1) }), {
    minLength: 1,
    maxLength: 1,
  }),
  answers: fc.array(record, { maxLength: 4 }),
  authorities: fc.array(record, { maxLength: 2 }),
  additionals: fc.array(record, { maxLength: 2 }),
});

/** Our record in the oracle's words. */
const spoken = ({ name, ttl, data }: ResourceRecord): Record<string, unknown> => {
  const common = { name, ttl, type: data.kind, class: 'IN' };
  switch (data.kind) {
    case 'A':
    case 'AAAA':
      return { ...common, data: data.address };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...common, data: data.target };
    case 'TXT':
      return { ...common, data: data.strings.map((string) => Buffer.from(string)) };
    case 'MX':
      return { ...common, data: { preference: data.preference, exchange: data.exchange } };
    case 'SRV': {
      const { kind: _, ...rest } = data;
      return { ...common, data: rest };
    }
    case 'SOA': {
      const { primary: mname, mailbox: rname, serial, refresh, retry, expire, minimum } = data;
      return { ...common, data: { mname, rname, serial, refresh, retry, expire, minimum } };
    }
    case 'opaque':
      throw new Error('not generated');
  }
};

const flagsOf = (value: Message): number =>
  (value.authoritative ? oracle.AUTHORITATIVE_ANSWER : 0) |
  (value.truncated ? oracle.TRUNCATED_RESPONSE : 0) |
  (value.recursionDesired ? oracle.RECURSION_DESIRED : 0) |
  (value.recursionAvailable ? oracle.RECURSION_AVAILABLE : 0) |
  (value.checkingDisabled ? oracle.CHECKING_DISABLED : 0);

/** Names compare without case, because compression may take the case of an earlier name. */
const folded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, entry) =>
    typeof entry === 'string' ? entry.toLowerCase() : entry,
  );

const sections = ['answers', 'authorities', 'additionals'] as const;

describe('codec against dns-packet', () => {
  test('what we encode, the oracle decodes to the same message', () => {
    fc.assert(
      fc.property(message, (value) => {
        const heard = oracle.decode(Buffer.from(encodeMessage(value))) as unknown as Record<string, unknown>;
        assert.equal(heard.id, value.id);
        assert.equal(heard.type, value.response ? 'response' : 'query');
        assert.equal((heard.flags as number) & 0x0790, flagsOf(value));
        assert.equal((heard.flags as number) & 0xf, value.rcode);
        for (const section of sections) {
          const said = value[section].map(spoken);
          const got = (heard[section] as Record<string, unknown>[]).map(({ flush: _, ...rest }) => rest);
          assert.deepEqual(folded(got), folded(said));
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  test('what the oracle encodes, we decode to the same message', () => {
    fc.assert(
      fc.property(message, (value) => {
        const said = {
          id: value.id,
          type: value.response ? 'response' : 'query',
          flags: flagsOf(value) | value.rcode,
          questions: value.questions.map((asked) => ({ name: asked.name, type: typeName(asked.type) })),
          ...Object.fromEntries(sections.map((section) => [section, value[section].map(spoken)])),
        };
        const heard = decodeMessage(oracle.encode(said as unknown as oracle.Packet));
        assert.deepEqual(folded(heard), folded(value));
      }),
      { seed, numRuns: 300 },
    );
  });

  test('our own decoder reads what our encoder compressed', () => {
    fc.assert(
      fc.property(message, (value) => {
        assert.deepEqual(folded(decodeMessage(encodeMessage(value))), folded(value));
      }),
      { seed, numRuns: 200 },
    );
  });

  test('EDNS: payload size, DO and options go both ways', () => {
    const bytes = oracle.encode({
      type: 'query',
      id: 7,
      questions: [{ type: 'A', name: 'a.example' }],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 1232,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: oracle.DNSSEC_OK,
          flag_do: true,
          options: [{ code: 65001, data: Buffer.from('hi') }],
        },
      ],
    } as unknown as oracle.Packet);
    const { edns } = decodeMessage(bytes);
    assert.equal(edns?.udpPayload, 1232);
    assert.equal(edns?.dnssecOk, true);
    assert.deepEqual(edns?.options, [{ code: 65001, data: new Uint8Array([104, 105]) }]);
  });
});

const answerOf = (count: number): Message => ({
  id: 1,
  response: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: true,
  checkingDisabled: false,
  rcode: 0,
  questions: [{ name: 'MiXed.Example', type: 1, class: 1 }],
  answers: Array.from({ length: count }, (_, index) => ({
    name: 'mixed.example',
    type: 1,
    class: 1,
    ttl: 5,
    data: { kind: 'A', address: `10.0.0.${index}` },
  })),
  authorities: [],
  additionals: [],
});

describe('encoding', () => {
  test('owner names point to the question and so keep its case (0x20)', () => {
    const bytes = encodeMessage(answerOf(3));
    // Question: 12 + 15 + 4; each answer: a pointer and 14 octets.
    assert.equal(bytes.length, 12 + 15 + 4 + 3 * 16);
    assert.equal(decodeMessage(bytes).answers[2]?.name, 'MiXed.Example');
  });

  test('truncation is at a record boundary, sets TC and keeps the OPT record', () => {
    const edns = { udpPayload: 1232, version: 0, dnssecOk: false, options: [] };
    for (let limit = 60; limit < 220; limit++) {
      const bytes = encodeMessage({ ...answerOf(10), edns }, limit);
      assert.ok(bytes.length <= limit, `${bytes.length} > ${limit}`);
      const read = decodeMessage(bytes);
      const fits = Math.min(10, Math.floor((limit - 31 - 11) / 16));
      assert.equal(read.answers.length, fits);
      assert.equal(read.truncated, fits < 10);
      assert.equal(read.edns?.udpPayload, 1232);
    }
  });

  test('additionals that do not fit are left out without TC', () => {
    const [extra] = answerOf(1).answers;
    const bytes = encodeMessage({ ...answerOf(1), additionals: extra ? [extra] : [] }, 50);
    assert.deepEqual([decodeMessage(bytes).truncated, decodeMessage(bytes).additionals.length], [false, 0]);
  });

  test('an extended rcode is split between header and OPT', () => {
    const edns = { udpPayload: 512, version: 0, dnssecOk: false, options: [extendedError(18, 'no')] };
    const read = decodeMessage(encodeMessage({ ...answerOf(0), rcode: 16, edns }));
    assert.equal(read.rcode, 16);
    assert.deepEqual(readExtendedError(read), { code: 18, text: 'no' });
  });

  test('types unknown to us pass through as octets', () => {
    const opaque: ResourceRecord = {
      name: 'a.Example',
      type: 65,
      class: 1,
      ttl: 1,
      data: { kind: 'opaque', octets: new Uint8Array([1, 2, 3]) },
    };
    assert.deepEqual(decodeMessage(encodeMessage({ ...answerOf(0), answers: [opaque] })).answers, [opaque]);
  });
});

describe('decoding refuses', () => {
  const header = (...counts: readonly number[]): number[] => [
    0,
    1,
    1,
    0,
    ...counts.flatMap((count) => [0, count]),
  ];
  const question = [0, 1, 0, 1];
  const longName = [...Array.from({ length: 4 }, () => [63, ...new Array<number>(63).fill(97)]).flat(), 0];
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['a header cut off', [0, 1, 1]],
    ['a pointer to itself', [...header(1, 0, 0, 0), 0xc0, 12, ...question]],
    ['a pointer forwards', [...header(1, 0, 0, 0), 0xc0, 20, ...question, 0, 0, 0]],
    ['a pointer into the header', [...header(1, 0, 0, 0), 0xc0, 4, ...question]],
    ['a pointer within its own name', [...header(1, 0, 0, 0), 1, 97, 0xc0, 12, ...question]],
    ['a label type of the future', [...header(1, 0, 0, 0), 0x41, 97, 0, ...question]],
    ['a name over 255 octets', [...header(1, 0, 0, 0), ...longName, ...question]],
    ['more questions counted than sent', [...header(2, 0, 0, 0), 1, 97, 0, ...question]],
    ['octets behind the last record', [...header(1, 0, 0, 0), 1, 97, 0, ...question, 9]],
    ['record data cut off', [...header(0, 1, 0, 0), 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2]],
    ['an address of three octets', [...header(0, 1, 0, 0), 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 2, 3]],
    ['an OPT record among the answers', [...header(0, 1, 0, 0), 0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]],
    ['two OPT records', [...header(0, 0, 0, 2), ...[0, 1].flatMap(() => [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0])]],
  ];
  for (const [what, bytes] of cases) {
    test(what, () => assert.throws(() => decodeMessage(Uint8Array.from(bytes)), MalformedMessage));
  }
});
