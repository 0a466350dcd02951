import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClouds } from '@tombolo/private-link';
import { AgentFailure } from './failure.ts';
import { chooseProxy } from './proxy.ts';

const bypassGroups = ['AAD', 'ARM', 'Arc', 'ArcData', 'AMA'] as const;

const cloud = realClouds.AzureCloud!;
const carried = (host: string, bypass: readonly string[] = [], env: NodeJS.ProcessEnv = {}, port = 443) =>
  chooseProxy({ url: 'http://proxy.example:3128', bypass }, env, cloud)!.carries(host, port);

test('the setting goes before the variables, the lower-case one of which is first', () => {
  const shown = (url: string | undefined, env: NodeJS.ProcessEnv) =>
    chooseProxy(url === undefined ? {} : { url }, env, cloud)?.shown;
  const both = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2' };
  assert.equal(shown('https://set:3', both), 'https://set:3');
  assert.equal(shown(undefined, both), 'http://lower:2');
  assert.equal(shown('', { HTTPS_PROXY: 'upper:1' }), 'http://upper:1');
  assert.equal(shown(undefined, { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: ' ' }), undefined);
});

test('a proxy that cannot be one is refused by where it is said, without what it says', () => {
  for (const text of [
    'socks5://me:s3cret@proxy',
    'http://',
    'ftp://me:s3cret@proxy',
    '://s3cret',
    'http://me:s3cret%@proxy',
  ]) {
    for (const [settings, env, where] of [
      [{ url: text }, {}, /^proxy\.url /],
      [{}, { https_proxy: text }, /^https_proxy /],
    ] as const)
      assert.throws(
        () => chooseProxy(settings, env, cloud),
        (error) =>
          error instanceof AgentFailure &&
          error.number === 23 &&
          (where.test(error.message) || /percent-encoded/.test(error.message)) &&
          !error.message.includes('s3cret'),
        text,
      );
  }
  const choice = chooseProxy({ url: 'http://me:s3cret%20@proxy.example:3128' }, {}, cloud)!;
  assert.equal(choice.shown, 'http://proxy.example:3128');
  assert.equal(choice.address.href, 'http://proxy.example:3128/');
  assert.equal(choice.authorization, `Basic ${Buffer.from('me:s3cret ').toString('base64')}`);
});

describe('what goes past the proxy', () => {
  test('NO_PROXY: a name with all below it, below a dot only, with a port, an address, everything', () => {
    const cases: readonly (readonly [string, string, boolean, number?])[] = [
      ['example.com', 'example.com', false],
      ['example.com', 'a.example.com', false],
      ['example.com', 'anexample.com', true],
      ['.example.com', 'example.com', true],
      ['.example.com', 'a.example.com', false],
      ['*.example.com', 'a.b.example.com', false],
      ['example.com:8443', 'example.com', true],
      ['example.com:8443', 'example.com', false, 8443],
      ['10.0.0.4', '10.0.0.4', false],
      ['other.test, EXAMPLE.com', 'Example.COM.', false],
      ['*', 'anything.example', false],
      ['', 'example.com', true],
    ];
    for (const [list, host, wanted, port] of cases)
      for (const name of ['NO_PROXY', 'no_proxy'])
        assert.equal(carried(host, [], { [name]: list }, port), wanted, `${list} ${host}`);
  });

  test('this machine itself', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]'])
      assert.equal(carried(host), false, host);
  });

  test('R19: the groups have the hosts of azcmagent, and none has those of another', () => {
    const hosts = {
      AAD: ['login.windows.net', 'login.microsoftonline.com', 'pas.windows.net'],
      ARM: ['management.azure.com'],
      Arc: ['gbl.his.arc.azure.com', 'je.his.arc.azure.com', 'japaneast-gas.guestconfiguration.azure.com'],
      ArcData: ['san-x.japaneast.arcdataservices.com'],
      AMA: [
        'global.handler.control.monitor.azure.com',
        'japaneast.handler.control.monitor.azure.com',
        'a1b2.ods.opinsights.azure.com',
        'mine.japaneast.ingest.monitor.azure.com',
      ],
    } as const;
    for (const group of bypassGroups)
      for (const [of, names] of Object.entries(hosts))
        for (const host of names)
          assert.equal(
            carried(host, [group.toLowerCase()]),
            of !== group && !(group === 'AMA' && of === 'ARM'),
            `${group} ${host}`,
          );
    // Not in any group, private endpoint or not.
    for (const host of [
      'japaneast.dp.kubernetesconfiguration.azure.com',
      'guestnotificationservice.azure.com',
    ])
      assert.equal(carried(host, bypassGroups), true, host);
    assert.throws(
      () => carried('x', ['Everything']),
      /'Everything' is no group: AAD, ARM, Arc, ArcData, AMA/,
    );
  });

  test("an installation's own names are in them, too", () => {
    const own = {
      suffixes: { ...cloud.suffixes, his: 'his.site.example', guestConfiguration: 'gc.site.example' },
      resourceManager: 'https://arm.site.example',
      activeDirectory: 'https://login.site.example',
    };
    const past = (host: string, group: string) =>
      !chooseProxy({ url: 'http://proxy:1', bypass: [group] }, {}, own)!.carries(host, 443);
    assert.ok(past('gbl.his.site.example', 'Arc') && past('x.gc.site.example', 'Arc'));
    assert.ok(past('arm.site.example', 'ARM') && past('login.site.example', 'AAD'));
    assert.ok(!past('arm.site.example', 'AAD') && !past('gbl.his.site.example', 'ARM'));
  });
});
