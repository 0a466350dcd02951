import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import type oracle from 'dns-packet';
import type { DnsState, View } from './dns-state.ts';
import { createForwarder } from './forwarder.ts';
import { decodeMessage, rcodes, readExtendedError } from './message.ts';
import { projectDnsState } from './projection.ts';
import { publicZones } from './public-zones.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  quickstartDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { createDnsServer, type DnsServer, type DnsServerOptions, inboundListeners } from './server.ts';
import { askTcp, askUdp, deadPort, encodeQuery, opt, replyTo, startUpstream } from './wire.testkit.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const profile = {
  ...(realClouds.AzureCloud as CloudProfile),
  publicAddresses: ['20.0.0.9'],
  regions: ['japaneast'],
};
const zones = publicZones(profile);
const hub: View = { kind: 'network', virtualNetworkId: idOf('virtualNetworks/hub') };
const outside: View = { kind: 'public' };

const upstream = await startUpstream((heard) => {
  const name = heard.query.questions?.[0]?.name ?? '';
  switch (name.toLowerCase()) {
    case 'www.example.org':
      return [replyTo(heard, [{ type: 'A', name, ttl: 30, data: '93.184.216.34' }])];
    case 'into.example.org':
      // A public chain into the linked zone, with the public tail that must not be believed.
      return [
        replyTo(heard, [
          { type: 'CNAME', name, ttl: 30, data: `gbl.${hisZone}` },
          { type: 'A', name: `gbl.${hisZone}`, ttl: 30, data: '6.6.6.6' },
        ]),
      ];
    case 'stray.example.org':
      return [
        replyTo(heard, [
          { type: 'A', name: 'bank.example', ttl: 30, data: '6.6.6.6' },
          { type: 'A', name, ttl: 30, data: '10.0.0.1' },
        ]),
      ];
    default:
      return [replyTo(heard, [], { rcode: 3 })];
  }
});
const corp = await startUpstream((heard) => [
  replyTo(heard, [{ type: 'A', name: heard.query.questions?.[0]?.name ?? '', ttl: 5, data: '192.168.7.7' }]),
]);
closers.push(
  () => upstream.close(),
  () => corp.close(),
);

const bigTexts = Array.from({ length: 60 }, (_, index) => ({ value: [`${index} ${'x'.repeat(90)}`] }));
const state: DnsState = projectDnsState(
  [
    ...quickstartDocuments(),
    document(`privateDnsZones/${hisZone}/TXT/big`, { ttl: 5, txtRecords: bigTexts }),
    aDocument(hisZone, 'many', ...Array.from({ length: 60 }, (_, index) => `10.0.2.${index}`)),
    document('privateDnsZones/away.example'),
    linkDocument('away.example', 'hub'),
    document('privateDnsZones/away.example/CNAME/www', { ttl: 9, cnameRecord: { cname: 'www.example.org' } }),
    ...rulesetDocuments('hub', {
      // The first of the two is dead.
      corp: {
        domain: 'corp.example.',
        servers: [
          { ipAddress: '127.0.0.1', port: await deadPort() },
          { ipAddress: corp.address, port: corp.port },
        ],
      },
    }),
  ],
  zones,
);

const forwarder = createForwarder({ timeoutMs: 1000 });
closers.push(() => forwarder.close());

const start = (options: Partial<DnsServerOptions> = {}): DnsServer => {
  const server = createDnsServer({ state: () => state, forwarder, upstreams: [upstream], ...options });
  closers.push(() => server.close());
  return server;
};

/** One listener of the view at a free port. */
const listen = async (server: DnsServer, view: View, address = '127.0.0.1'): Promise<number> => {
  const [report] = await server.reconcile([{ address, port: 0, view }]);
  assert.equal(report?.state, 'listening');
  return report?.port ?? 0;
};
const port = await listen(start(), hub);
const publicPort = await listen(start(), outside);

const resolver = (at: number): Resolver => {
  const made = new Resolver({ timeout: 2000, tries: 2 });
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
    const at = await listen(start({ tcpIdleMs: 50 }), hub);
    for (const said of [[], [0], [0, 40, 1, 2], [0xff, 0xff]]) {
      const socket = connect(at, '127.0.0.1');
      socket.on('error', () => undefined);
      if (said.length > 0) socket.write(Uint8Array.from(said));
      socket.resume();
      await once(socket, 'close');
    }
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

describe('strangers', () => {
  const strict = { clients: ['127.0.0.1/32'] };
  const from = '127.0.0.9';
  const asked = async (view: View, name: string, source?: string): Promise<[number, boolean, number]> => {
    const at = await listen(start(strict), view);
    const read = decodeMessage(await askUdp(at, encodeQuery(name, 'A'), source ? { from: source } : {}));
    return [read.rcode, read.recursionAvailable, read.answers.length];
  };

  test('are refused what would be forwarded, and no query goes out', async () => {
    const before = upstream.heard.length;
    assert.deepEqual(await asked(outside, 'stranger.example.org', from), [rcodes.REFUSED, false, 0]);
    assert.equal(upstream.heard.length, before);
    assert.deepEqual(await asked(outside, 'www.example.org'), [rcodes.NOERROR, true, 1]);
  });

  test('get the public zones, as from any authoritative server', async () => {
    assert.deepEqual(await asked(outside, 'gbl.his.arc.azure.com', from), [rcodes.NOERROR, false, 2]);
  });

  test('get nothing of a network’s view', async () => {
    assert.deepEqual(await asked(hub, 'gbl.his.arc.azure.com', from), [rcodes.REFUSED, false, 0]);
  });

  test('are not the clients in the networks’ own address spaces', async () => {
    const local = projectDnsState([
      ...quickstartDocuments(),
      document('virtualNetworks/near', { addressSpace: { addressPrefixes: ['127.0.0.8/29'] } }),
    ]);
    const at = await listen(start({ ...strict, state: () => local }), hub);
    assert.equal(rcodeOf(await askUdp(at, encodeQuery(`gbl.${hisZone}`, 'A'), { from })), rcodes.NOERROR);
  });

  test('a configured prefix that is none is refused at the start', () => {
    assert.throws(() => start({ clients: ['everybody'] }), /"everybody" is no address prefix/);
  });
});

describe('listeners', () => {
  test('views are told apart by address, at one port', async () => {
    const server = start();
    const free = await deadPort();
    const reports = await server.reconcile([
      { address: '127.0.0.1', port: free, view: outside },
      { address: '127.0.0.2', port: free, view: hub },
    ]);
    assert.deepEqual(
      reports.map((report) => report.state),
      ['listening', 'listening'],
    );
    const first = async (to: string): Promise<unknown> =>
      decodeMessage(await askUdp(free, encodeQuery(`gbl.${hisZone}`, 'A'), { to })).answers[0]?.data;
    assert.deepEqual(await first('127.0.0.1'), { kind: 'A', address: '20.0.0.9' });
    assert.deepEqual(await first('127.0.0.2'), { kind: 'A', address: '10.0.0.4' });
    await server.reconcile([{ address: '127.0.0.1', port: free, view: hub }]);
    assert.deepEqual(await first('127.0.0.1'), { kind: 'A', address: '10.0.0.4' });
    assert.equal(server.reports().length, 1);
    const again = await start().reconcile([{ address: '127.0.0.2', port: free, view: hub }]);
    assert.equal(again[0]?.state, 'listening', 'the removed address is free again');
  });

  test('an address that is not on this host is unrealized, with the command that adds it', async () => {
    const [report] = await start().reconcile([{ address: '203.0.113.7', port: 5354, view: hub }]);
    assert.deepEqual(report, {
      address: '203.0.113.7',
      port: 5354,
      state: 'unrealized',
      reason: '203.0.113.7 is not an address of this host',
      fix: 'ip addr add 203.0.113.7/32 dev lo',
    });
  });

  test('a taken port is unrealized, and listens once it is free', async () => {
    const holder = start();
    const taken = await listen(holder, outside);
    const server = start();
    const wanted = [{ address: '127.0.0.1', port: taken, view: hub }];
    const [report] = await server.reconcile(wanted);
    assert.equal(report?.state, 'unrealized');
    assert.match(report?.state === 'unrealized' ? report.fix : '', /ss -lnp/);
    await holder.close();
    assert.equal((await server.reconcile(wanted))[0]?.state, 'listening');
  });

  test('a second view at one address and port is unrealized, the first goes on', async () => {
    const server = start();
    const free = await deadPort();
    const at = { address: '127.0.0.1', port: free };
    const reports = await server.reconcile([
      { ...at, view: hub },
      { ...at, view: outside },
    ]);
    assert.deepEqual(
      reports.map((report) => report.state),
      ['listening', 'unrealized'],
    );
    assert.equal(decodeMessage(await askUdp(free, encodeQuery(`gbl.${hisZone}`, 'A'))).answers[0]?.ttl, 10);
  });

  test('each inbound endpoint wants its address at the DNS port', () => {
    assert.deepEqual(inboundListeners(state, 5354), [{ address: '10.0.1.4', port: 5354, view: hub }]);
  });

  test('a rule that leads back to its own listener ends as SERVFAIL, asked once at a time', async () => {
    const free = await deadPort();
    const looping = projectDnsState([
      ...quickstartDocuments(),
      ...rulesetDocuments('hub', {
        self: { domain: '.', servers: [{ ipAddress: '127.0.0.1', port: free }] },
      }),
    ]);
    const own = createForwarder({ timeoutMs: 50, deadlineMs: 120 });
    closers.push(() => own.close());
    const server = start({ state: () => looping, forwarder: own });
    await server.reconcile([{ address: '127.0.0.1', port: free, view: hub }]);
    assert.equal(rcodeOf(await askUdp(free, encodeQuery('loop.example', 'A'))), rcodes.SERVFAIL);
    assert.ok(server.counters.queries < 10, `${server.counters.queries} queries`);
  });

  test('a new state answers from the next query on', async () => {
    let current = state;
    const at = await listen(start({ state: () => current }), hub);
    const address = async (): Promise<unknown> =>
      decodeMessage(await askUdp(at, encodeQuery(`gbl.${hisZone}`, 'A'))).answers[0]?.data;
    assert.deepEqual(await address(), { kind: 'A', address: '10.0.0.4' });
    const moved = quickstartDocuments().filter(({ id }) => !id.endsWith('/A/gbl'));
    current = projectDnsState([...moved, aDocument(hisZone, 'gbl', '10.0.0.44')]);
    assert.deepEqual(await address(), { kind: 'A', address: '10.0.0.44' });
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
