import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CommandError } from '../shell/command-error.ts';
import { readConfiguration } from './configuration.ts';
import { ownAddresses } from './installation.ts';

describe('regions of the installation', () => {
  const read = (...names: readonly string[]) => readConfiguration(undefined, { regions: names }, {}).regions;

  test('are taken in any spelling, and are names of ARM from then on', () =>
    assert.deepEqual(read('West US 2', 'JapanEast', 'uksouth'), ['westus2', 'japaneast', 'uksouth']));

  for (const [name, says] of [
    ['US Gov Virginia', /'regions\.0': US Gov Virginia is a region of AzureUSGovernment, not of AzureCloud/],
    ['chinaeast2', /'regions\.0': China East 2 is a region of AzureChinaCloud/],
    ['atlantis', /'regions\.0': there is no region 'atlantis'/],
  ] as const)
    test(`${name} is none of its cloud`, () => assert.throws(() => read(name), { message: says }));
});

describe('addresses of the installation', () => {
  test('have one form, so that what tenants ask for can be compared with them', () => {
    const read = readConfiguration(
      undefined,
      { armAddress: '0:0:0:0:0:0:0:1', dnsAddress: 'FD00::0005' },
      {},
    );
    assert.deepEqual([read.armAddress, read.dnsAddress], ['::1', 'fd00::5']);
  });

  for (const text of [
    '0.0.0.0',
    '::',
    '0.0.0.1',
    '::ffff:127.0.0.2',
    '224.0.0.1',
    'ff02::1',
    'fe80::1%lo',
    'localhost',
  ])
    test(`${text} is none: a listener there takes the place of others`, () =>
      assert.throws(
        () => readConfiguration(undefined, { servicesAddress: text }, {}),
        (error) =>
          error instanceof CommandError && /servicesAddress.*no address of one machine/.test(error.message),
      ));

  test('are those of every listener, metrics too', () => {
    const addresses = { arm: '10.0.0.5', services: '10.0.0.6', dns: '10.0.0.5' };
    assert.deepEqual(ownAddresses({ addresses }, {}), ['10.0.0.5', '10.0.0.6']);
    assert.deepEqual(ownAddresses({ addresses }, { metricsPort: 9100 }), [
      '10.0.0.5',
      '10.0.0.6',
      '127.0.0.1',
    ]);
  });
});

test('strict includes what Azure refuses, which is not what strictDns does; each is there by itself too', () => {
  const read = (flags: Record<string, unknown>) => {
    const { strict, strictDns, strictApiVersions } = readConfiguration(undefined, flags, {});
    return [strict, strictDns, strictApiVersions];
  };
  assert.deepEqual(read({}), [false, false, false]);
  // Azure refuses nothing of what strictDns refuses.
  assert.deepEqual(read({ strict: true }), [true, false, true]);
  assert.deepEqual(read({ strict: true, strictDns: true }), [true, true, true]);
  assert.deepEqual(read({ strictDns: true }), [false, true, false]);
  assert.deepEqual(read({ strictApiVersions: true }), [false, false, true]);
});
