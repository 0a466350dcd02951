import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RecordData } from '@tombolo/dns-records';
import type { ForwardAnswer } from './forward-cache.ts';
import { hub, outside, stateOf } from './lookup.testkit.ts';
import { isPrivateName, lookup, maxChainLength } from './lookup.ts';
import { azureSoa } from './record-set-document.ts';
import { type Ask, completeResolution } from './resolution.ts';
import { classes, type ResourceRecord, rcodes } from './resource-record.ts';
import { aDocument, document, linkDocument, networkDocument } from './sample-documents.testkit.ts';
import { type TypeName, typeCodes } from './type-codes.ts';

const zone = 'corp.example';
const state = stateOf(
  networkDocument('hub', '10.0.0.0/16'),
  document(`privateDnsZones/${zone}`),
  linkDocument(zone, 'hub'),
  aDocument(zone, 'x', '10.0.0.5'),
  document(`privateDnsZones/${zone}/CNAME/away`, { ttl: 7, cnameRecord: { cname: 'www.example.org' } }),
  document(`privateDnsZones/${zone}/CNAME/loop`, { ttl: 7, cnameRecord: { cname: 'loop.corp.example' } }),
);

const record = (name: string, type: TypeName, data: RecordData): ResourceRecord => ({
  name,
  type: typeCodes[type],
  class: classes.IN,
  ttl: 60,
  data,
});
const a = (name: string, address: string) => record(name, 'A', { kind: 'A', address });
const cname = (name: string, target: string) => record(name, 'CNAME', { kind: 'CNAME', target });
const soa = record('example.org', 'SOA', azureSoa.data);
/** What else stands in the authority section. */
const ns = a('ns.example.org', '20.0.0.53');
const said = (answers: readonly ResourceRecord[], more: Partial<ForwardAnswer> = {}): ForwardAnswer => ({
  rcode: rcodes.NOERROR,
  answers,
  authorities: [],
  ...more,
});

/** What comes of a question when other servers say this, one answer after another, and what they were asked. */
const resolve = async (
  name: string,
  replies: readonly ForwardAnswer[] | ((name: string) => ForwardAnswer),
  { view = hub, type = 'A' as TypeName } = {},
) => {
  const start = lookup(state, view, { name, type: typeCodes[type], class: classes.IN });
  assert.ok(start.kind === 'forward');
  const asked: string[] = [];
  const ask: Ask = async (question, servers) => {
    assert.equal(servers, 'upstreams');
    asked.push(question.name);
    return typeof replies === 'function' ? replies(question.name) : replies[asked.length - 1]!;
  };
  return { asked, ...(await completeResolution(state, view, start, ask)) };
};
const names = ({ answer }: { readonly answer: readonly ResourceRecord[] }) =>
  answer.map(
    ({ name, data }) => `${name} ${'target' in data ? data.target : 'address' in data ? data.address : ''}`,
  );

describe('what other servers answer', () => {
  test('is the chain from the question to its records; all else is dropped', async () => {
    const chain = [a('www.example.net', '20.0.0.1'), cname('WWW.example.org', 'www.Example.net')];
    const { authoritative, rcode, ...rest } = await resolve('www.example.org', [
      said([...chain, a('www.example.net', '20.0.0.2'), a('evil.example', '6.6.6.6')], {
        authorities: [ns, soa],
      }),
    ]);
    assert.deepEqual([rcode, authoritative, rest.authority], [rcodes.NOERROR, false, []]);
    assert.deepEqual(names(rest), [
      'WWW.example.org www.Example.net',
      'www.example.net 20.0.0.1',
      'www.example.net 20.0.0.2',
    ]);
    assert.deepEqual(rest.asked, ['www.example.org']);
  });

  test('begins with what was found here, and is ours as far as that', async () => {
    const found = await resolve('away.corp.example', [said([a('www.example.org', '20.0.0.1')])]);
    assert.deepEqual(names(found), ['away.corp.example www.example.org', 'www.example.org 20.0.0.1']);
    assert.equal(found.authoritative, true);
  });

  test('to ANY are all records of the name', async () => {
    const txt = record('www.example.org', 'TXT', { kind: 'TXT', strings: [] });
    const found = await resolve('www.example.org', [said([a('www.example.org', '20.0.0.1'), txt])], {
      type: 'ANY',
    });
    assert.deepEqual(
      found.answer.map(({ type }) => type),
      [typeCodes.A, typeCodes.TXT],
    );
  });

  test('is nothing: their code, with the SOA and no other authority', async () => {
    for (const rcode of [rcodes.NXDOMAIN, rcodes.NOERROR]) {
      const found = await resolve('no.example.org', [said([], { rcode, authorities: [ns, soa] })]);
      assert.deepEqual([found.rcode, found.answer, found.authority], [rcode, [], [soa]]);
    }
    const other = await resolve('no.example.org', [said([a('yes.example.org', '20.0.0.1')])]);
    assert.deepEqual([other.rcode, other.answer], [rcodes.NOERROR, []]);
  });

  test('an alias of ours to a name that nobody serves is the answer, and authoritative', async () => {
    const extendedError = { code: 20, text: 'no upstream' };
    const ended = await resolve('away.corp.example', [said([], { rcode: rcodes.REFUSED, extendedError })]);
    assert.deepEqual(
      [ended.rcode, ended.authoritative, names(ended), ended.authority, ended.extendedError],
      [rcodes.NOERROR, true, ['away.corp.example www.example.org'], [], extendedError],
    );
    // A failure may be over soon: whoever asks has to ask again.
    const failed = await resolve('away.corp.example', [said([], { rcode: rcodes.SERVFAIL })]);
    assert.deepEqual([failed.rcode, names(failed)], [rcodes.SERVFAIL, []]);
  });

  test('is a failure: their code and why, and nothing of what was found', async () => {
    const extendedError = { code: 22, text: 'no server answered' };
    const rcode = rcodes.SERVFAIL;
    assert.deepEqual(
      await resolve('away.corp.example', [
        said([a('www.example.org', '20.0.0.1')], { rcode, extendedError }),
      ]),
      { asked: ['www.example.org'], rcode, authoritative: false, answer: [], authority: [], extendedError },
    );
    const bare = await resolve('www.example.org', [said([], { rcode: rcodes.REFUSED })]);
    assert.deepEqual([bare.rcode, 'extendedError' in bare], [rcodes.REFUSED, false]);
  });
});

describe('a chain of theirs', () => {
  const alias = cname('www.example.org', 'x.corp.example');

  test('into a linked private zone is cut there and followed here, whatever they say of the target', async () => {
    for (const more of [{}, { rcode: rcodes.NXDOMAIN, authorities: [soa] }]) {
      const found = await resolve('www.example.org', [said([alias, a('x.corp.example', '6.6.6.6')], more)]);
      assert.deepEqual(names(found), ['www.example.org x.corp.example', 'x.corp.example 10.0.0.5']);
      assert.deepEqual([found.rcode, found.asked.length], [rcodes.NOERROR, 1]);
    }
  });

  test('to a name that the private zone lacks does not exist', async () => {
    const found = await resolve('www.example.org', [said([cname('www.example.org', 'no.corp.example')])]);
    assert.equal(found.rcode, rcodes.NXDOMAIN);
    assert.deepEqual(
      found.authority.map(({ name }) => name),
      [zone],
    );
    assert.deepEqual(names(found), ['www.example.org no.corp.example']);
  });

  test('is theirs to the end in a view without the zone', async () => {
    const found = await resolve('www.example.org', [said([alias, a('x.corp.example', '20.0.0.7')])], {
      view: outside,
    });
    assert.deepEqual(names(found), ['www.example.org x.corp.example', 'x.corp.example 20.0.0.7']);
  });

  test('through the private zone and out again is asked on from there', async () => {
    const found = await resolve('first.example.org', [
      said([cname('first.example.org', 'away.corp.example')]),
      said([a('www.example.org', '20.0.0.1')]),
    ]);
    assert.deepEqual(found.asked, ['first.example.org', 'www.example.org']);
    assert.deepEqual(names(found), [
      'first.example.org away.corp.example',
      'away.corp.example www.example.org',
      'www.example.org 20.0.0.1',
    ]);
  });

  test('that ends without a word on its target is asked on; with an SOA or NXDOMAIN that is the answer', async () => {
    const moved = cname('www.example.org', 'www.example.net');
    const on = await resolve('www.example.org', [said([moved]), said([a('www.example.net', '20.0.0.1')])]);
    assert.deepEqual(on.asked, ['www.example.org', 'www.example.net']);
    assert.deepEqual(names(on), ['www.example.org www.example.net', 'www.example.net 20.0.0.1']);
    const nodata = await resolve('www.example.org', [said([moved], { authorities: [soa] })]);
    assert.deepEqual(
      [nodata.rcode, names(nodata), nodata.authority],
      [rcodes.NOERROR, names({ answer: [moved] }), [soa]],
    );
    const gone = await resolve('www.example.org', [said([moved], { rcode: rcodes.NXDOMAIN })]);
    assert.deepEqual([gone.rcode, gone.asked.length], [rcodes.NXDOMAIN, 1]);
  });

  const tooLong = {
    rcode: rcodes.SERVFAIL,
    authoritative: false,
    answer: [],
    authority: [],
    extendedError: { code: 0, text: 'the CNAME chain is too long' },
  };
  test('that does not end is a failure, after as many questions as a chain may have names', async () => {
    const { asked, ...found } = await resolve('n1.example.org', (name) =>
      said([cname(name, `n${Number(/\d+/.exec(name)?.[0]) + 1}.example.org`)]),
    );
    assert.deepEqual(found, tooLong);
    assert.equal(asked.length, maxChainLength + 1);
  });
  test('in a circle is a failure at once', async () => {
    const circle = said([cname('a.example.org', 'b.example.org'), cname('b.example.org', 'a.example.org')]);
    const { asked, ...found } = await resolve('a.example.org', [circle]);
    assert.deepEqual(found, tooLong);
    assert.equal(asked.length, 1);
  });
  test('into a circle of ours is one, too', async () => {
    const { asked, ...found } = await resolve('a.example.org', [
      said([cname('a.example.org', 'loop.corp.example')]),
    ]);
    assert.deepEqual(found, tooLong);
    assert.equal(asked.length, 1);
  });
});

test('a name is private in the views of the networks that its zone is linked to', () => {
  assert.ok(isPrivateName(state, hub, 'X.Corp.Example'));
  assert.ok(!isPrivateName(state, hub, 'www.example.org'));
  assert.ok(!isPrivateName(state, outside, 'x.corp.example'));
});
