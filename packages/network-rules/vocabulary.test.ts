import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { covers, intersects } from '@tombolo/ip/range-set';
import { addressSet, everyName } from './address.ts';
import type { Surroundings } from './surroundings.ts';
import { createVocabulary } from './vocabulary.ts';

const around: Surroundings = { virtualNetwork: ['10.0.0.0/16'] };
const side = (...prefixes: string[]) => ({ prefixes, ports: ['*'], applicationSecurityGroups: [] });

describe('Internet', () => {
  const { internet } = createVocabulary(around, []);
  for (const address of [
    '1.1.1.1',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.0.1',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.0.1',
    '223.255.255.255',
    '2001:db8::1',
  ])
    test(`has ${address}`, () => assert.ok(covers(internet, addressSet([address]))));
  for (const address of [
    '0.0.0.1',
    '10.255.0.1',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'fd00::1',
    'fe80::1',
    '::1',
  ])
    test(`has not ${address}`, () => assert.ok(!intersects(internet, addressSet([address]))));

  test('ends where the virtual network begins, whatever its addresses', () => {
    const own = createVocabulary({ ...around, virtualNetwork: ['20.0.0.0/16'], userRoutes: ['::/0'] }, []);
    assert.ok(!intersects(own.internet, addressSet(['20.0.0.1'])));
    assert.ok(covers(own.internet, addressSet(['20.1.0.1', '2001:db8::1'])), 'a default route takes nothing');
  });

  test('and “any” are words in any case', () => {
    const { ofFlow, ofRule } = createVocabulary(around, []);
    assert.deepEqual(ofFlow('ANY'), ofFlow('*'));
    assert.deepEqual(ofFlow('internet'), ofFlow('Internet'));
    assert.ok(covers(ofRule(side('Internet')).certain, everyName), 'every service is there');
  });
});

describe('VirtualNetwork', () => {
  test('has what is peered, announced and routed, and the platform’s address', () => {
    const { virtualNetwork } = createVocabulary(
      { ...around, peered: ['10.1.0.0/16'], onPremises: ['192.168.0.0/24'], userRoutes: ['10.9.0.0/16'] },
      [],
    );
    assert.deepEqual(
      virtualNetwork,
      addressSet(['10.0.0.0/15', '10.9.0.0/16', '168.63.129.16', '192.168.0.0/24']),
    );
  });
});

describe('a tag', () => {
  const words = ['Storage', 'Storage.JapanEast', 'Sql.WestEurope', 'AzureCloud', '10.0.0.4'];
  const { ofFlow, ofRule } = createVocabulary(around, words);
  const has = (outer: string, inner: string): boolean =>
    covers(ofFlow(outer).certain, ofFlow(inner).certain) && ofFlow(inner).certain.length > 0;

  test('of a service has its regions, of a region not the service', () => {
    assert.ok(has('Storage', 'Storage.JapanEast'));
    assert.ok(!has('Storage.JapanEast', 'Storage'));
    assert.ok(!has('Storage', 'Sql.WestEurope'));
  });
  test('AzureCloud has every service; that of a region has each service there and no other region', () => {
    for (const word of words.slice(0, 3)) assert.ok(has('AzureCloud', word), word);
    assert.ok(has('AzureCloud.JapanEast', 'Storage.JapanEast'));
    assert.ok(!has('AzureCloud.JapanEast', 'Sql.WestEurope'));
  });
  test('that occurs nowhere has no place', () => {
    for (const word of ['Batch', 'Storage.FranceSouth', 'Batch.JapanEast'])
      assert.deepEqual(ofFlow(word).certain, [], word);
  });
  test('is unknown as long as nobody knows its addresses: it may be anywhere in the internet', () => {
    assert.deepEqual(ofFlow('Storage').unknown, ['Storage']);
    const { unknown, possible, certain } = ofRule(side('Storage', '10.0.0.4'));
    assert.deepEqual(unknown, ['Storage']);
    assert.ok(covers(possible, addressSet(['20.0.0.1'])) && !intersects(certain, addressSet(['20.0.0.1'])));
  });
  test('that is resolved is known, by its addresses and by its name', () => {
    const known = createVocabulary({ ...around, resolveTag: () => ['20.0.0.0/24'] }, words);
    const meaning = known.ofRule(side('Storage'));
    assert.deepEqual([meaning.unknown, meaning.possible], [[], meaning.certain]);
    assert.ok(covers(meaning.certain, addressSet(['20.0.0.0/24'])));
    assert.ok(covers(meaning.certain, ofFlow('Storage').certain));
    assert.deepEqual(known.ofFlow('Storage'), {
      certain: addressSet(['20.0.0.0/24']),
      possible: addressSet(['20.0.0.0/24']),
      unknown: [],
    });
  });
  test('may be where a public address is, and is not where a private one is', () => {
    assert.ok(intersects(ofRule(side('20.0.0.4')).possible, everyName));
    assert.ok(!intersects(ofRule(side('10.0.0.4')).possible, everyName));
    assert.deepEqual(ofRule(side('20.0.0.4')).unknown, []);
  });
});

test('a group of which the members are not known may be anything in the virtual network', () => {
  const { ofRule } = createVocabulary(
    { ...around, applicationSecurityGroups: new Map([['/asg/known', ['10.0.0.4']]]) },
    [],
  );
  const of = (id: string) => ofRule({ prefixes: [], ports: [], applicationSecurityGroups: [id] });
  const members = addressSet(['10.0.0.4']);
  assert.deepEqual(of('/asg/known'), { certain: members, possible: members, unknown: [] });
  assert.deepEqual(of('/asg/other'), {
    certain: [],
    possible: addressSet(['10.0.0.0/16']),
    unknown: ['/asg/other'],
  });
});

test('an internet without IPv4 is named whole by no rule', () => {
  const { ofRule } = createVocabulary({ virtualNetwork: ['0.0.0.0/1', '128.0.0.0/1'] }, []);
  assert.ok(!intersects(ofRule(side('10.0.0.4')).certain, everyName));
});

test('a tag that the list lacks takes no traffic; one that nobody could look up is known by its name', () => {
  const [lacking, unlisted] = [{ ...around, lacksTag: (word: string) => word === 'Storge' }, around].map(
    (given) => createVocabulary(given, ['Storge', 'Storage']).ofRule(side('Storge')),
  );
  assert.deepEqual(lacking, { certain: [], possible: [], unknown: [] });
  assert.deepEqual(unlisted?.unknown, ['Storge']);
  assert.ok(unlisted.certain.length > 0);
});
