import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '@tombolo/store/port';
import { unusedPort } from '@tombolo/testkit/unused-port';
import type { View } from './dns-state.ts';
import { createForwarder } from './forwarder.ts';
import { whenTcpFails } from './listener.ts';
import { decodeMessage } from './message.ts';
import { projectDnsState } from './projection.ts';
import { rcodes } from './resource-record.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  quickstartDocuments,
  rulesetDocuments,
} from './sample-documents.testkit.ts';
import { closers, hub, listen, outside, start, state, upstream } from './server.testkit.ts';
import { inboundListeners } from './server.ts';
import { askUdp, encodeQuery } from './wire.testkit.ts';

const rcodeOf = (octets: Uint8Array): number => decodeMessage(octets).rcode;

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

  /** `rcode` of a name that would be forwarded, asked from 127.0.0.9 in this view of these networks. */
  const forwardedTo = async (view: View, ...networks: readonly Document[]): Promise<number> => {
    const local = projectDnsState([...quickstartDocuments(), ...networks]);
    const at = await listen(start({ ...strict, state: () => local }), view);
    return rcodeOf(await askUdp(at, encodeQuery('www.example.org', 'A'), { from }));
  };
  const networkAt = (name: string, prefix: string) =>
    document(`virtualNetworks/${name}`, { addressSpace: { addressPrefixes: [prefix] } });
  const peering = (name: string, remote: string) =>
    document(`virtualNetworks/${name}/virtualNetworkPeerings/to-${remote}`, {
      remoteVirtualNetwork: { id: idOf(`virtualNetworks/${remote}`) },
    });

  test('a network vouches for its clients in its own view, in those of its peers, and nowhere else', async () => {
    const near = networkAt('near', '127.0.0.8/29');
    const inNear: View = { kind: 'network', virtualNetworkId: near.id };
    assert.equal(await forwardedTo(inNear, near), rcodes.NOERROR);
    assert.equal(await forwardedTo(hub, near), rcodes.REFUSED, 'another network’s view');
    assert.equal(await forwardedTo(outside, near), rcodes.REFUSED, 'the public view');
    const [out, back] = [peering('hub', 'near'), peering('near', 'hub')];
    assert.equal(await forwardedTo(hub, near, out, back), rcodes.NOERROR, 'peered');
    assert.equal(await forwardedTo(hub, near, back), rcodes.REFUSED, 'one side alone says it of itself');
    assert.equal(await forwardedTo(hub, near, out), rcodes.REFUSED, 'half a peering');
  });

  test('a configured prefix that is none is refused at the start', () => {
    assert.throws(() => start({ clients: ['everybody'] }), /"everybody" is no address prefix/);
  });
});

describe('listeners', () => {
  test('views are told apart by address, at one port', async () => {
    const server = start();
    const free = await unusedPort('127.0.0.1', '127.0.0.2');
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
    const free = await unusedPort();
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

  test('a TCP client that could not be accepted takes no listener down', () => {
    const heard: string[] = [];
    const fails = whenTcpFails({ dropped: () => heard.push('dropped'), failed: () => heard.push('failed') });
    fails(Object.assign(new Error('accept EMFILE'), { syscall: 'accept', code: 'EMFILE' }));
    fails(Object.assign(new Error('read EIO'), { syscall: 'read', code: 'EIO' }));
    assert.deepEqual(heard, ['dropped', 'failed']);
  });

  test('no network’s view is served at an address of the installation itself', async () => {
    const server = start({ ownAddresses: ['127.0.0.1'] });
    const free = await unusedPort();
    const at = { address: '127.0.0.1', port: free };
    const reports = await server.reconcile([
      { ...at, view: hub },
      { ...at, view: outside },
    ]);
    assert.deepEqual(
      reports.map((report) => report.state),
      ['unrealized', 'listening'],
    );
    assert.match(reports[0]?.state === 'unrealized' ? reports[0].reason : '', /installation itself/);
  });

  test('each inbound endpoint wants its address at the DNS port', () => {
    assert.deepEqual(inboundListeners(state, 5354), [{ address: '10.0.1.4', port: 5354, view: hub }]);
  });

  test('a rule that leads back to its own listener ends as SERVFAIL, asked once at a time', async () => {
    const free = await unusedPort();
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
