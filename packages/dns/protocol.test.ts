import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import type oracle from 'dns-packet';
import { readExtendedError } from './extended-error.testkit.ts';
import { decodeMessage } from './message.ts';
import { rcodes } from './resource-record.ts';
import { hisZone } from './sample-documents.testkit.ts';
import { hub, listen, outside, start } from './server.testkit.ts';
import { askTcp, askUdp, encodeQuery, opt } from './wire.testkit.ts';

const port = await listen(start(), hub);
const publicPort = await listen(start(), outside);

const resolver = (at: number): Resolver => {
  const made = new Resolver({ timeout: 10_000, tries: 3 });
  made.setServers([`127.0.0.1:${at}`]);
  return made;
};
const rcodeOf = (octets: Uint8Array): number => decodeMessage(octets).rcode;

describe('a client of node:dns', () => {
  test('gets the private address in the linked view, the public one in the public view', async () => {
    assert.deepEqual(await resolver(port).resolve4('gbl.his.arc.azure.com'), ['10.0.0.4']);
    assert.deepEqual(await resolver(publicPort).resolve4('gbl.his.arc.azure.com'), ['20.0.0.9']);
    assert.deepEqual(await resolver(port).resolveCname('gbl.his.arc.azure.com'), [`gbl.${hisZone}`]);
  });

  test('hears ENOTFOUND for what the linked zone lacks and ENODATA for the other type', async () => {
    await assert.rejects(resolver(port).resolve4('japan-ats.his.arc.azure.com'), { code: 'ENOTFOUND' });
    await assert.rejects(resolver(port).resolve6(`gbl.${hisZone}`), { code: 'ENODATA' });
  });

  test('repeats over TCP what does not fit into UDP', async () => {
    assert.equal((await resolver(port).resolveTxt(`big.${hisZone}`)).length, 60);
  });

  test('reaches names outside through the upstream, and a rule’s second server past its dead first', async () => {
    assert.deepEqual(await resolver(port).resolve4('www.example.org'), ['93.184.216.34']);
    assert.deepEqual(await resolver(port).resolve4('db.corp.example'), ['192.168.7.7']);
    await assert.rejects(resolver(port).resolve4('no.example.org'), { code: 'ENOTFOUND' });
  });
});

describe('joining local and forwarded answers', () => {
  const answers = async (name: string): Promise<unknown[]> =>
    decodeMessage(await askUdp(port, encodeQuery(name, 'A'))).answers.map(({ name: owner, data }) => ({
      owner,
      ...data,
    }));

  test('a local CNAME leads on to the upstream’s answer', async () => {
    assert.deepEqual(await answers('www.away.example'), [
      { owner: 'www.away.example', kind: 'CNAME', target: 'www.example.org' },
      { owner: 'www.example.org', kind: 'A', address: '93.184.216.34' },
    ]);
  });

  test('a forwarded CNAME into a linked private zone is followed there, not believed', async () => {
    assert.deepEqual(await answers('into.example.org'), [
      { owner: 'into.example.org', kind: 'CNAME', target: `gbl.${hisZone}` },
      { owner: `gbl.${hisZone}`, kind: 'A', address: '10.0.0.4' },
    ]);
  });

  test('records that nobody asked for are dropped from a forwarded answer', async () => {
    assert.deepEqual(await answers('stray.example.org'), [
      { owner: 'stray.example.org', kind: 'A', address: '10.0.0.1' },
    ]);
  });

  test('without upstreams a name of no zone is refused, with the reason', async () => {
    const alone = await listen(start({ upstreams: [] }), hub);
    const read = decodeMessage(
      await askUdp(alone, encodeQuery('www.example.org', 'A', { additionals: [opt(1232)] })),
    );
    assert.equal(read.rcode, rcodes.REFUSED);
    assert.match(readExtendedError(read)?.text ?? '', /no server to forward to/);
  });
});

describe('protocol', () => {
  test('the case of the question comes back (0x20), from the first and from the prepared answer', async () => {
    for (const name of ['gBl.HiS.aRc.AzUrE.cOm', 'GbL.hIs.ArC.aZuRe.CoM', 'gBl.HiS.aRc.AzUrE.cOm']) {
      const read = decodeMessage(await askUdp(port, encodeQuery(name, 'A')));
      assert.deepEqual([read.questions[0]?.name, read.answers[0]?.name], [name, name]);
    }
  });

  test('flags and id are the query’s own; local answers are authoritative', async () => {
    for (const id of [1, 65_535, 1]) {
      const read = decodeMessage(await askUdp(port, encodeQuery(`je.${hisZone}`, 'A', { id, flags: 0 })));
      assert.deepEqual(
        [read.id, read.recursionDesired, read.recursionAvailable, read.authoritative, read.edns],
        [id, false, true, true, undefined],
      );
    }
    assert.equal(decodeMessage(await askUdp(port, encodeQuery('www.example.org', 'A'))).authoritative, false);
  });

  const sizes: readonly (readonly [string, number | undefined, number, number])[] = [
    ['512 without EDNS', undefined, 1232, 512],
    ['512 where EDNS asks for less', 100, 1232, 512],
    ['what EDNS asks for', 700, 1232, 700],
    ['our own limit where EDNS asks for more', 65_000, 1232, 1232],
    ['4096 at most, whatever is configured', 65_000, 9000, 4096],
  ];
  for (const [what, asked, configured, limit] of sizes) {
    test(`UDP answers hold ${what}`, async () => {
      const at = await listen(start({ maxUdpPayload: configured }), hub);
      const query = encodeQuery(`big.${hisZone}`, 'TXT', {
        additionals: asked === undefined ? [] : [opt(asked)],
      });
      for (let again = 0; again < 2; again++) {
        const octets = await askUdp(at, query);
        const read = decodeMessage(octets);
        assert.ok(octets.length <= limit && octets.length > limit - 130, `${octets.length} of ${limit}`);
        assert.equal(read.truncated, true);
        assert.equal(read.edns?.udpPayload, asked === undefined ? undefined : Math.min(4096, configured));
      }
      const [whole] = await askTcp(at, [query]);
      assert.equal(decodeMessage(whole as Buffer).answers.length, 60);
    });
  }

  test('another EDNS version is BADVERS, and says that ours is 0', async () => {
    const read = decodeMessage(
      await askUdp(port, encodeQuery(hisZone, 'SOA', { additionals: [opt(1232, 1)] })),
    );
    assert.deepEqual([read.rcode, read.edns?.version, read.answers.length], [rcodes.BADVERS, 0, 0]);
  });

  test('other opcodes are NOTIMP; none or two questions, and answers in a query, are FORMERR', async () => {
    const notify = encodeQuery('a.example', 'A', { flags: 4 << 11 });
    assert.equal(rcodeOf(await askUdp(port, notify)), rcodes.NOTIMP);
    const question: oracle.Question = { type: 'A', name: 'a.example' };
    for (const packet of [
      { questions: [] },
      { questions: [question, question] },
      { answers: [{ type: 'A' as const, name: 'a.example', data: '1.2.3.4' }] },
    ]) {
      assert.equal(rcodeOf(await askUdp(port, encodeQuery('a.example', 'A', packet))), rcodes.FORMERR);
    }
  });

  test('transfers are refused', async () => {
    const [answer] = await askTcp(port, [encodeQuery(hisZone, 'AXFR')]);
    assert.equal(rcodeOf(answer as Buffer), rcodes.REFUSED);
  });
});

const digPath = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v dig'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();

describe('dig', { skip: digPath === undefined && 'dig is not installed' }, () => {
  const dig = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('dig', [`-p${port}`, '@127.0.0.1', '+time=2', '+tries=1', ...args])).stdout;
  const options: readonly (readonly string[])[] = [
    [],
    ['+tcp'],
    ['+noedns'],
    ['+bufsize=512'],
    ['+bufsize=4096'],
  ];
  for (const option of options) {
    test(`gets the same chain with ${option.join(' ') || 'its defaults'}`, async () => {
      const lines = (await dig('+short', 'gbl.his.arc.azure.com', ...option)).trim().split('\n');
      assert.deepEqual(lines, [`gbl.${hisZone}.`, '10.0.0.4']);
    });
  }
  test('retries over TCP what is truncated, and sees TC with +ignore', async () => {
    assert.equal((await dig('+short', 'TXT', `big.${hisZone}`)).trim().split('\n').length, 60);
    assert.match(await dig('+ignore', '+noedns', 'TXT', `big.${hisZone}`), /flags:[^;]* tc/);
  });
});
