import assert from 'node:assert/strict';
import type { Resolver } from 'node:dns/promises';
import { describe, type TestContext, test } from 'node:test';
import { forwarderMaterial, type ZoneStyle, zoneMaterial } from './index.ts';
import { needs, sampleEndpoint, scratch } from './programs.testkit.ts';
import { dnsmasq, named, nsd, portOf, startServer } from './servers.testkit.ts';

const publicAddress = '20.1.2.3';
const his = 'his.arc.azure.com';

/** Public DNS as it is: the names of every region lead through privatelink names, with or without an endpoint. */
const azure = (gbl: string): string =>
  [
    `$ORIGIN ${his}.`,
    '$TTL 60',
    '@ SOA localhost. nobody.invalid. ( 1 2 3 4 5 )',
    '@ NS localhost.',
    'gbl CNAME gbl.privatelink',
    `gbl.privatelink ${gbl}`,
    'weu CNAME weu.privatelink',
    'weu.privatelink CNAME pub',
    `pub A ${publicAddress}`,
    '',
  ].join('\n');

/** The internet's name servers (`CNAME pub`), or a virtual network's (`A 10.0.1.4`), for one suffix. */
const startAzure = (t: TestContext, gbl: string): Promise<Resolver> => {
  const folder = scratch([{ name: 'azure.zone', content: azure(gbl) }]);
  return startServer(t, nsd, folder, {
    known: `pub.${his}`,
    more: `zone:\n    name: "${his}"\n    zonefile: "azure.zone"\n`,
  });
};

describe('a BIND that forwards everything, with the generated zones', () => {
  const start = async (t: TestContext, style: ZoneStyle): Promise<Resolver> => {
    const upstream = portOf(await startAzure(t, 'CNAME pub'));
    const material = zoneMaterial('bind', sampleEndpoint(), { style, serial: 1, ttl: 300, source: 'test' });
    return startServer(t, named, scratch(material.files), {
      known: `pub.${his}`,
      more: `recursion yes; forward only; forwarders { 127.0.0.1 port ${upstream}; };`,
    });
  };
  const options = { ...needs('named', 'nsd'), timeout: 120_000 };

  test(
    'R7: privatelink zones make the public name private, and hide the names of other regions',
    options,
    async (t) => {
      const resolver = await start(t, 'privatelink');
      assert.deepEqual(await resolver.resolve4(`gbl.${his}`), ['10.0.1.4']);
      await assert.rejects(resolver.resolve4(`weu.${his}`), { code: 'ENOTFOUND' });
    },
  );

  test('zones of exact names make the public name private, and hide nothing', options, async (t) => {
    const resolver = await start(t, 'public');
    assert.deepEqual(await resolver.resolve4(`gbl.${his}`), ['10.0.1.4']);
    assert.deepEqual(await resolver.resolve4(`weu.${his}`), [publicAddress]);
  });
});

describe('a dnsmasq that forwards to the virtual network', () => {
  const start = async (t: TestContext, linesFor: (network: number) => string): Promise<Resolver> => {
    const [upstream, network] = await Promise.all([startAzure(t, 'CNAME pub'), startAzure(t, 'A 10.0.1.4')]);
    const more = `server=127.0.0.1#${portOf(upstream)}\n${linesFor(portOf(network))}`;
    return startServer(t, dnsmasq, scratch(), { known: `pub.${his}`, more });
  };
  const options = { ...needs('dnsmasq', 'nsd'), timeout: 120_000 };

  test('the generated lines, with public suffixes: the private address', options, async (t) => {
    const { suffixes } = sampleEndpoint();
    const resolver = await start(
      t,
      (port) =>
        forwarderMaterial('forwarder-dnsmasq', suffixes, [{ address: '127.0.0.1', port }], 'test').files[0]!
          .content,
    );
    assert.deepEqual(await resolver.resolve4(`gbl.${his}`), ['10.0.1.4']);
  });

  test(
    'why never the privatelink name: a server for that is not asked, and the address is public',
    options,
    async (t) => {
      const resolver = await start(t, (port) => `server=/privatelink.${his}/127.0.0.1#${port}\n`);
      assert.deepEqual(await resolver.resolve4(`gbl.${his}`), [publicAddress]);
    },
  );
});
