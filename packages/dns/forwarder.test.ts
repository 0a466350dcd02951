import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { unusedPort } from '@tombolo/testkit/unused-port';
import oracle from 'dns-packet';
import type { DnsServerAddress } from './dns-state.ts';
import { createForwarder, type Forwarder, type ForwarderOptions } from './forwarder.ts';
import { type Question, rcodes } from './resource-record.ts';
import { replyTo, startUpstream, type TestUpstream, type UpstreamScript } from './wire.testkit.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers) await close();
});

const upstream = async (script: UpstreamScript, port?: number): Promise<TestUpstream> => {
  const started = await startUpstream(script, port);
  closers.push(() => started.close());
  return started;
};
const forwarder = (options: ForwarderOptions = {}): Forwarder => {
  const made = createForwarder(options);
  closers.push(() => made.close());
  return made;
};

const question = (name: string): Question => ({ name, type: 1, class: 1 });
const a = (name: string, data: string, ttl = 60): oracle.Answer => ({ type: 'A', name, ttl, data });
const soa = (name: string, minimum: number): oracle.Answer => ({
  type: 'SOA',
  name,
  ttl: 3600,
  data: { mname: 'ns', rname: 'me', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});
const address = (answer: { answers: readonly { data: object }[] }): unknown =>
  (answer.answers[0]?.data as { address?: string } | undefined)?.address;

describe('forwarder', () => {
  test('asks with recursion, EDNS and a fresh port each time, and takes the answer', async () => {
    const server = await upstream((heard) => [
      replyTo(heard, [a(heard.query.questions?.[0]?.name ?? '', '10.1.1.1')]),
    ]);
    const made = forwarder();
    for (let n = 0; n < 8; n++)
      assert.equal(address(await made.resolve(question(`n${n}.example`), [server])), '10.1.1.1');
    assert.ok(new Set(server.heard.map(({ port }) => port)).size > 1);
    assert.ok(new Set(server.heard.map(({ query }) => query.id)).size > 4);
    const [first] = server.heard;
    assert.equal(first?.query.flag_rd, true);
    assert.equal(first?.query.additionals?.[0]?.type, 'OPT');
  });

  test('packets that answer another id or question are passed over', async () => {
    const server = await upstream((heard) => [
      replyTo(heard, [a('x.example', '6.6.6.6')], { id: ((heard.query.id ?? 0) + 1) & 0xffff }),
      replyTo(heard, [a('y.example', '6.6.6.6')], { questions: [{ type: 'A', name: 'y.example' }] }),
      Buffer.from('junk'),
      replyTo(heard, [a('x.example', '10.1.1.1')]),
    ]);
    assert.equal(address(await forwarder().resolve(question('x.example'), [server])), '10.1.1.1');
  });

  test('a server that sends its answer cut at every octet first is survived', async () => {
    const server = await upstream((heard) => {
      const whole = oracle.encode(replyTo(heard, [a('x.example', '10.1.1.2')]));
      return [...Array.from(whole, (_, length) => whole.subarray(0, length)), whole];
    });
    assert.equal(address(await forwarder().resolve(question('x.example'), [server])), '10.1.1.2');
  });

  test('a first server that nobody runs is passed, held back, and asked again later', async () => {
    let now = 1_000_000;
    const first: DnsServerAddress = { address: '127.0.0.1', port: await unusedPort() };
    const second = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.2', 0)])]);
    const made = forwarder({ now: () => now, timeoutMs: 10_000 });
    assert.equal(address(await made.resolve(question('x.example'), [first, second])), '10.0.0.2');
    // It comes back, at the very same port; while held it is not preferred, afterwards it is.
    const back = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.1', 0)])], first.port);
    assert.equal(address(await made.resolve(question('x.example'), [first, second])), '10.0.0.2');
    now += 2000;
    assert.equal(address(await made.resolve(question('x.example'), [first, second])), '10.0.0.1');
    assert.equal(back.heard.length, 1);
  });

  test('a silent server costs one timeout, then the next is asked', async () => {
    const silent = await upstream(() => []);
    const good = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.2', 0)])]);
    const made = forwarder({ timeoutMs: 1000 });
    assert.equal(address(await made.resolve(question('x.example'), [silent, good])), '10.0.0.2');
    assert.equal(address(await made.resolve(question('x.example'), [silent, good])), '10.0.0.2');
    assert.equal(silent.heard.length, 1);
  });

  test('SERVFAIL and REFUSED of one server lead to the next', async () => {
    const failing = await upstream((heard) => [replyTo(heard, [], { rcode: 2 })]);
    const refusing = await upstream((heard) => [replyTo(heard, [], { rcode: 5 })]);
    const good = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.3')])]);
    assert.equal(
      address(await forwarder().resolve(question('x.example'), [failing, refusing, good])),
      '10.0.0.3',
    );
  });

  test('when nobody answers it is SERVFAIL, with the reason', async () => {
    const dead = { address: '127.0.0.1', port: await unusedPort() };
    const answer = await forwarder({ timeoutMs: 10_000 }).resolve(question('x.example'), [dead]);
    assert.equal(answer.rcode, rcodes.SERVFAIL);
    assert.equal(answer.extendedError?.code, 22);
    assert.match(answer.extendedError?.text ?? '', /127\.0\.0\.1:\d+ failed: ECONNREFUSED/);
  });

  test('an address to which there is no way fails at once, and the next is asked', async () => {
    const good = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.3')])]);
    // Broadcast needs a permission that the socket lacks, whatever the routes.
    const nowhere = { address: '255.255.255.255', port: 53 };
    assert.equal(address(await forwarder().resolve(question('x.example'), [nowhere, good])), '10.0.0.3');
  });

  test('a truncated answer is asked again over TCP', async () => {
    const server = await upstream((heard) =>
      heard.transport === 'udp'
        ? [replyTo(heard, [], { truncated: true })]
        : [
            replyTo(
              heard,
              Array.from({ length: 100 }, (_, n) => a('x.example', `10.0.1.${n}`)),
            ),
          ],
    );
    assert.equal((await forwarder().resolve(question('x.example'), [server])).answers.length, 100);
  });

  test('a server that does not know EDNS is asked without', async () => {
    const server = await upstream((heard) =>
      heard.query.additionals?.length
        ? [replyTo(heard, [], { rcode: 1, questions: [] })]
        : [replyTo(heard, [a('x.example', '10.0.0.4')])],
    );
    assert.equal(address(await forwarder().resolve(question('x.example'), [server])), '10.0.0.4');
  });

  test('with mixed case on, an answer in another case is passed over (0x20)', async () => {
    const name = 'averyveryverylongname.example';
    const server = await upstream((heard) => [
      replyTo(heard, [a(name, '6.6.6.6')], { questions: [{ type: 'A', name }] }),
      replyTo(heard, [a(name, '10.0.0.5')]),
    ]);
    // Alternating bits: every other letter is a capital.
    let bit = 0;
    const made = forwarder({ mixCase: true, randomUint16: () => bit++ });
    assert.equal(address(await made.resolve(question(name), [server])), '10.0.0.5');
  });

  test('a server that answers in its own case is asked once more, in plain letters and with another id', async () => {
    const name = 'www.Example';
    const server = await upstream((heard) => [
      replyTo(heard, [a(name, '10.0.0.5')], { questions: [{ type: 'A', name: 'WWW.EXAMPLE' }] }),
    ]);
    // No capital at all: what the server answers is another case than what is asked.
    let id = 0;
    const made = forwarder({ randomUint16: () => (id += 2) });
    assert.equal(address(await made.resolve(question(name), [server])), '10.0.0.5');
    const asked = server.heard.map(({ query }) => query.questions?.[0]?.name);
    assert.deepEqual(asked, ['www.example', 'www.Example']);
    assert.notEqual(server.heard[0]!.query.id, server.heard[1]!.query.id);
  });

  test('forged answers in another case are not believed: whoever sends them has to guess twice', async () => {
    const name = 'averyveryverylongname.example';
    const server = await upstream((heard) =>
      /[A-Z]/.test(heard.query.questions?.[0]?.name ?? '')
        ? [replyTo(heard, [a(name, '6.6.6.6')], { questions: [{ type: 'A', name }] })]
        : [replyTo(heard, [a(name, '10.0.0.5')])],
    );
    let bit = 0;
    const made = forwarder({ randomUint16: () => bit++ });
    assert.equal(address(await made.resolve(question(name), [server])), '10.0.0.5');
  });

  test('what comes back has the letters that were asked for, whatever was sent', async () => {
    const server = await upstream((heard) => {
      const name = heard.query.questions?.[0]?.name ?? '';
      return [
        replyTo(heard, [
          { type: 'CNAME', name, ttl: 60, data: 'Target.Example' },
          a('Target.Example', '10.0.0.5'),
        ]),
      ];
    });
    let bit = 0;
    const made = forwarder({ randomUint16: () => bit++ });
    const { answers } = await made.resolve(question('WWW.example'), [server]);
    assert.notEqual(server.heard[0]!.query.questions?.[0]?.name, 'WWW.example');
    assert.deepEqual(
      answers.map(({ name }) => name),
      ['WWW.example', 'Target.Example'],
    );
  });

  test('answers are kept for their TTL, which runs down; then asked anew', async () => {
    let now = 5_000_000;
    const server = await upstream((heard) => [replyTo(heard, [a('x.example', '10.0.0.6', 30)])]);
    const made = forwarder({ now: () => now });
    const ttl = async (): Promise<number | undefined> =>
      (await made.resolve(question('X.example'), [server])).answers[0]?.ttl;
    assert.equal(await ttl(), 30);
    now += 12_000;
    assert.equal(await ttl(), 18);
    assert.equal(server.heard.length, 1);
    now += 18_000;
    assert.equal(await ttl(), 30);
    assert.equal(server.heard.length, 2);
  });

  test('NXDOMAIN is kept for the SOA’s minimum, without a SOA not at all (RFC 2308)', async () => {
    let now = 5_000_000;
    const server = await upstream((heard) => [
      replyTo(heard, [], {
        rcode: 3,
        authorities:
          heard.query.questions?.[0]?.name.toLowerCase() === 'with.example' ? [soa('example', 20)] : [],
      }),
    ]);
    const made = forwarder({ now: () => now });
    for (const name of ['with.example', 'without.example', 'with.example', 'without.example']) {
      assert.equal((await made.resolve(question(name), [server])).rcode, rcodes.NXDOMAIN);
    }
    assert.equal(server.heard.length, 3);
    now += 20_000;
    await made.resolve(question('with.example'), [server]);
    assert.equal(server.heard.length, 4);
  });

  test('the cache is bounded', async () => {
    const server = await upstream((heard) => [
      replyTo(heard, [a(heard.query.questions?.[0]?.name ?? '', '10.0.0.7')]),
    ]);
    const made = forwarder({ cacheEntries: 2 });
    for (const name of ['a', 'b', 'c', 'a']) await made.resolve(question(name), [server]);
    assert.equal(server.heard.length, 4);
    await made.resolve(question('c'), [server]);
    assert.equal(server.heard.length, 4);
  });

  test('equal questions at one time are asked once; too many different ones are refused', async () => {
    const server = await upstream((heard) => [replyTo(heard, [a('x', '10.0.0.8', 0)])]);
    const made = forwarder({ maxInFlight: 1 });
    const both = Promise.all([made.resolve(question('x'), [server]), made.resolve(question('X'), [server])]);
    const other = await made.resolve(question('y'), [server]);
    assert.deepEqual([other.rcode, other.extendedError?.code], [rcodes.SERVFAIL, 14]);
    assert.deepEqual((await both).map(address), ['10.0.0.8', '10.0.0.8']);
    assert.equal(server.heard.length, 1);
  });

  test('neither a client nor servers that are silent take more than their share of what may be under way', async () => {
    const silent = await upstream(() => []);
    const server = await upstream((heard) => [replyTo(heard, [a('x', '10.0.0.8', 0)])]);
    const made = forwarder({ maxInFlight: 8, timeoutMs: 60_000, deadlineMs: 60_000 });
    const pending = ['a', 'b'].map((name) => made.resolve(question(name), [silent], 'one'));
    // The client has its share, and so have the silent servers.
    const refused = [
      await made.resolve(question('x'), [server], 'one'),
      await made.resolve(question('c'), [silent], 'other'),
    ];
    assert.deepEqual(
      refused.map(({ extendedError }) => extendedError?.code),
      [14, 14],
    );
    // Again and again: what is over gives its room back.
    for (let count = 0; count < 9; count += 1)
      assert.equal(address(await made.resolve(question('x'), [server], 'other')), '10.0.0.8');
    made.close();
    await Promise.all(pending);
  });

  test('closing ends what is under way', async () => {
    const server = await upstream(() => []);
    const made = forwarder({ timeoutMs: 60_000, deadlineMs: 60_000 });
    const pending = made.resolve(question('x'), [server]);
    made.close();
    assert.equal((await pending).rcode, rcodes.SERVFAIL);
  });
});
