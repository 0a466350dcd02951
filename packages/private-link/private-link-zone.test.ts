import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateLinkZone, privateLinkZone, publicSuffixOf } from './private-link-zone.ts';

test('a zone of a private link has the label, in front or behind a region, in any case', () => {
  for (const name of [privateLinkZone('his.arc.azure.com'), 'japaneast.PrivateLink.azurecr.io'])
    assert.equal(isPrivateLinkZone(name), true, name);
  for (const name of ['his.arc.azure.com', 'privatelinks.example', 'myprivatelink.example'])
    assert.equal(isPrivateLinkZone(name), false, name);
});

test('the suffix of its public names lacks the label', () => {
  assert.equal(publicSuffixOf(privateLinkZone('his.arc.azure.com')), 'his.arc.azure.com');
  assert.equal(publicSuffixOf('japaneast.privatelink.azurecr.io'), 'japaneast.azurecr.io');
});
