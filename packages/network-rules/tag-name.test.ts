import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers } from '@tombolo/ip/range-set';
import { addressSet } from './address.ts';
import { needsTagList } from './lacking-tags.ts';
import { addressOfSpecialTag, isPlatformTag, specialTagOf } from './tag-name.ts';
import { createVocabulary } from './vocabulary.ts';

/** Learn: service-tags-overview, the tags that no downloadable list has. */
const published = [
  ['VirtualNetwork', undefined, false],
  ['Internet', undefined, false],
  ['AzureLoadBalancer', '168.63.129.16', false],
  ['AzurePlatformDNS', '168.63.129.16', true],
  ['AzurePlatformIMDS', '169.254.169.254', true],
  ['AzurePlatformLKM', undefined, true],
] as const;

for (const [name, address, platform] of published)
  test(`${name} is known without a list, in any case, and means the same wherever it is read`, () => {
    for (const word of [name, name.toLowerCase(), name.toUpperCase()]) {
      assert.equal(specialTagOf(word), name);
      assert.equal(needsTagList(word), false);
      assert.equal(isPlatformTag(word), platform);
      if (address === undefined) continue;
      const { certain } = createVocabulary({ virtualNetwork: ['10.0.0.0/16'] }, [word]).ofFlow(word);
      assert.deepEqual(certain, addressSet([address]));
    }
    assert.equal(addressOfSpecialTag(name), address);
  });

test('a tag of the lists is none of them, however it begins', () => {
  for (const word of ['AzurePlatformDNS.JapanEast', 'AzurePlatform', 'InternetGateway', 'Storage']) {
    assert.equal(specialTagOf(word), undefined);
    assert.equal(isPlatformTag(word), false);
    assert.equal(needsTagList(word), true);
  }
  const { internet } = createVocabulary({ virtualNetwork: ['10.0.0.0/16'] }, []);
  assert.ok(covers(internet, addressSet(['8.8.8.8'])));
});
