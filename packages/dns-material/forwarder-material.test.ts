import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import { type ForwarderFormat, forwarderFormats, forwarderMaterial } from './index.ts';
import { MaterialProblem } from './problem.ts';
import { accepts, golden, needs, run, scratch } from './programs.testkit.ts';

const { suffixes } = realClouds.AzureCloud!;
const network = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub';
const targets = [
  { address: '10.0.2.4', port: 53 },
  { address: 'fd00::4', port: 53 },
];
const odd = [{ address: '10.0.2.4', port: 5354 }];
const contentOf = (format: ForwarderFormat, to = targets): string =>
  forwarderMaterial(format, suffixes, to, network).files[0]!.content;

describe('conditional forwarders', () => {
  for (const format of forwarderFormats) {
    test(`${format}: the public suffixes are forwarded, never the privatelink names`, () => {
      const lines = contentOf(format)
        .split(/\r?\n/)
        .filter((line) => !/^\s*(#|\/\/)/.test(line));
      const text = lines.join('\n');
      for (const suffix of [
        'his.arc.azure.com',
        'guestconfiguration.azure.com',
        'dp.kubernetesconfiguration.azure.com',
      ])
        assert.ok(text.includes(suffix), suffix);
      assert.doesNotMatch(text, /privatelink/);
      assert.match(contentOf(format), /never the privatelink names/);
    });
  }

  test('named-checkconf takes the zones', needs('named-checkconf'), () => {
    for (const to of [targets, odd])
      accepts(
        'named-checkconf',
        ['f.conf'],
        scratch([{ name: 'f.conf', content: contentOf('forwarder-bind', to) }]),
      );
  });
  test('unbound-checkconf takes the zones', needs('unbound-checkconf'), () => {
    for (const to of [targets, odd]) {
      const folder = scratch([{ name: 'f.conf', content: contentOf('forwarder-unbound', to) }]);
      const settings = `server:\n    chroot: ""\n    username: ""\n    directory: "${folder}"\n    pidfile: ""\n`;
      const whole = scratch([
        { name: 'unbound.conf', content: `${settings}include: "${folder}/f.conf"\n` },
        {
          name: 'broken.conf',
          content: `${settings}forward-zone:\n    name: "a"\n    forward-addr: nothing\n`,
        },
      ]);
      assert.match(accepts('unbound-checkconf', ['unbound.conf'], whole), /no errors/);
      assert.notEqual(run('unbound-checkconf', ['broken.conf'], whole).status, 0);
    }
  });
  test('dnsmasq --test takes the lines', needs('dnsmasq'), () => {
    for (const to of [targets, odd]) {
      const folder = scratch([
        { name: 'f.conf', content: contentOf('forwarder-dnsmasq', to) },
        { name: 'broken.conf', content: 'server=/his.arc.azure.com/10.0.2.4#nothing\n' },
      ]);
      assert.match(accepts('dnsmasq', ['--test', '--conf-file=f.conf'], folder), /syntax check OK/);
      assert.notEqual(run('dnsmasq', ['--test', '--conf-file=broken.conf'], folder).status, 0);
    }
  });

  for (const [format, name] of [
    ['forwarder-coredns', 'Corefile'],
    ['forwarder-windows', 'forwarder-windows.ps1'],
  ] as const)
    test(`${format}, not executed: held to a golden`, () => {
      const content = contentOf(format);
      assert.match(content, /^# Not executed/m);
      assert.equal(content, golden(name, content));
    });

  test('Windows asks port 53 only: another is refused', () =>
    assert.throws(() => contentOf('forwarder-windows', odd), /port 53 only/));
  test('no server, a name for an address, a port out of range and too many servers are refused', () => {
    for (const to of [
      [],
      [{ address: 'dns.example', port: 53 }],
      [{ address: '10.0.2.4', port: 0 }],
      Array.from({ length: 9 }, (_, index) => ({ address: `10.0.2.${index + 1}`, port: 53 })),
    ])
      assert.throws(() => contentOf('forwarder-bind', to), MaterialProblem);
  });
  test('privatelink names given as suffixes are refused', () => {
    const wrong = { ...suffixes, his: 'privatelink.his.arc.azure.com' };
    assert.throws(() => forwarderMaterial('forwarder-bind', wrong, targets, network), /no public suffix/);
  });
});
