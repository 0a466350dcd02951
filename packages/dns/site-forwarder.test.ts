import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createForwarder } from './forwarder.ts';
import { decodeMessage } from './message.ts';
import { projectDnsState } from './projection.ts';
import { rcodes } from './resource-record.ts';
import {
  aDocument,
  document,
  hisZone,
  idOf,
  linkDocument,
  networkDocument,
} from './sample-documents.testkit.ts';
import { createDnsServer } from './server.ts';
import { type SiteForwarderOptions, startSiteForwarder } from './site-forwarder.ts';
import { askUdp, encodeQuery, replyTo, startUpstream } from './wire.testkit.ts';

const closers: (() => unknown)[] = [];
after(async () => {
  for (const close of closers.reverse()) await close();
});

/** The resolver in the virtual network: knows the linked zone, and the public CNAME by its upstream. */
const internet = await startUpstream((heard) => {
  const name = heard.query.questions?.[0]?.name ?? '';
  if (name.toLowerCase() === 'gbl.his.arc.azure.com') {
    return [replyTo(heard, [{ type: 'CNAME', name, ttl: 60, data: `gbl.${hisZone}` }])];
  }
  return [replyTo(heard, [{ type: 'A', name, ttl: 60, data: '20.0.0.1' }])];
});
const networkState = projectDnsState([
  networkDocument('hub', '10.0.0.0/16'),
  document(`privateDnsZones/${hisZone}`),
  linkDocument(hisZone, 'hub'),
  aDocument(hisZone, 'gbl', '10.0.0.4'),
]);
const forwarder = createForwarder();
const inbound = createDnsServer({ state: () => networkState, forwarder, upstreams: [internet] });
const [listener] = await inbound.reconcile([
  { address: '127.0.0.1', port: 0, view: { kind: 'network', virtualNetworkId: idOf('virtualNetworks/hub') } },
]);
const hub = { address: '127.0.0.1', port: listener?.port ?? 0 };
closers.push(
  () => internet.close(),
  () => forwarder.close(),
  () => inbound.close(),
);

const start = async (options: Partial<SiteForwarderOptions> = {}) => {
  const site = await startSiteForwarder({
    listen: [{ address: '127.0.0.1', port: 0 }],
    rules: [{ suffix: 'his.arc.azure.com', servers: [hub] }],
    ...options,
  });
  closers.push(() => site.close());
  const port = site.listeners[0]?.port ?? 0;
  const ask = async (name: string, from = '127.0.0.1') =>
    decodeMessage(await askUdp(port, encodeQuery(name, 'A'), { from }));
  return { site, ask };
};

describe('the site’s forwarder', () => {
  test('seed 001: sends the public suffix to the network’s resolver and so ends at the private address', async () => {
    const { ask } = await start();
    const { answers } = await ask('gbl.his.arc.azure.com');
    assert.deepEqual(
      answers.map(({ data }) => data),
      [
        { kind: 'CNAME', target: `gbl.${hisZone}` },
        { kind: 'A', address: '10.0.0.4' },
      ],
    );
  });

  test('sends the rest to its upstreams, or refuses it where there is none', async () => {
    assert.equal((await (await start()).ask('www.example')).rcode, rcodes.REFUSED);
    const { ask } = await start({ upstreams: [internet] });
    assert.deepEqual((await ask('www.example')).answers[0]?.data, { kind: 'A', address: '20.0.0.1' });
  });

  test('serves its configured clients only', async () => {
    const { ask } = await start({ clients: ['127.0.0.1/32'] });
    assert.equal((await ask('gbl.his.arc.azure.com', '127.0.0.5')).rcode, rcodes.REFUSED);
  });

  test('takes new rules while it runs', async () => {
    const { site, ask } = await start();
    site.setRules([{ suffix: '.', servers: [internet] }]);
    assert.deepEqual((await ask('www.example')).answers[0]?.data, { kind: 'A', address: '20.0.0.1' });
  });

  test('refuses a rule for a privatelink suffix and names the public one', async () => {
    await assert.rejects(
      start({ rules: [{ suffix: hisZone, servers: [hub] }] }),
      /machines ask for the public names.*forward "his\.arc\.azure\.com" instead/,
    );
    await assert.rejects(start({ rules: [{ suffix: 'a..b', servers: [hub] }] }), /no domain name/);
    await assert.rejects(start({ rules: [{ suffix: 'corp.example', servers: [] }] }), /names no server/);
  });
});
