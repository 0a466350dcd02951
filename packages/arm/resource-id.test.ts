import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ResourceId } from './resource-id.ts';
import { isUnder, parseResourceId, sameId, segmentsOf } from './resource-id.ts';

const sub = '11111111-1111-4111-8111-111111111111';

describe('resource ids', () => {
  const table: readonly (readonly [string, string, string, string | undefined])[] = [
    [`/subscriptions/${sub}`, 'Microsoft.Resources/subscriptions', sub, undefined],
    [
      `/subscriptions/${sub}/resourcegroups/g/`,
      'Microsoft.Resources/subscriptions/resourcegroups',
      'g',
      `/subscriptions/${sub}`,
    ],
    [
      `/subscriptions/${sub}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
      'Microsoft.Network/virtualNetworks/subnets',
      's',
      `/subscriptions/${sub}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v`,
    ],
    [
      `/subscriptions/${sub}/resourceGroups/g/providers/Microsoft.X/y/z/providers/Microsoft.Authorization/roleAssignments/r`,
      'Microsoft.Authorization/roleAssignments',
      'r',
      `/subscriptions/${sub}/resourceGroups/g/providers/Microsoft.X/y/z`,
    ],
    [
      '/providers/Microsoft.Authorization/roleDefinitions/r',
      'Microsoft.Authorization/roleDefinitions',
      'r',
      undefined,
    ],
    [
      `/subscriptions/${sub}/providers/Microsoft.X`,
      'Microsoft.Resources/subscriptions/providers',
      'Microsoft.X',
      `/subscriptions/${sub}`,
    ],
  ];
  for (const [text, type, name, parent] of table) {
    test(text, () => {
      const id = parseResourceId(text);
      assert.equal(id?.type, type);
      assert.equal(id?.name, name);
      assert.equal(id?.parent?.text, parent);
      assert.equal(id?.key, text.replace(/\/$/, '').toLowerCase());
      if (text.startsWith('/subscriptions')) assert.equal(id?.subscriptionId, sub);
    });
  }

  for (const text of [
    '',
    '/',
    'subscriptions/x',
    '/subscriptions',
    `/subscriptions/${sub}/resourceGroups`,
    `/subscriptions/${sub}/../x/y`,
    `/subscriptions/${sub}/./x`,
    `/subscriptions//resourceGroups/g`,
    `/subscriptions/${sub}/resourceGroups/a\u0000b`,
    `/subscriptions/${sub}/resourceGroups/a\nb`,
    `/subscriptions/${sub}/resourceGroups/a%2fb`,
    `/subscriptions/${sub}/resourceGroups/a\\b`,
    `/subscriptions/${sub}/resourceGroups/<b>`,
    `/subscriptions/${sub}/resourceGroups/${'g'.repeat(261)}`,
    `/subscriptions/${sub}${'/a/b'.repeat(600)}`,
    '/providers',
  ]) {
    test(`${JSON.stringify(text).slice(0, 60)} is no resource id`, () =>
      assert.equal(parseResourceId(text), undefined));
  }

  const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/).filter((text) => text !== '.' && text !== '..');
  const word = fc
    .stringMatching(/^[a-z][A-Za-z]{0,12}$/)
    .filter((text) => text.toLowerCase() !== 'providers');

  test('what is put together from names and words is taken apart into them', () => {
    const parts = fc.array(fc.tuple(word, name), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(name, name, parts, (group, namespace, pairs) => {
        fc.pre(namespace.toLowerCase() !== 'providers');
        const tail = pairs.map(([type, own]) => `${type}/${own}`).join('/');
        const id = parseResourceId(
          `/subscriptions/${sub}/resourceGroups/${group}/providers/${namespace}/${tail}`,
        );
        assert.equal(id?.type, [namespace, ...pairs.map(([type]) => type)].join('/'));
        assert.equal(id?.name, pairs.at(-1)![1]);
        assert.equal(id?.resourceGroup, group);
        let depth = 0;
        for (let up: ResourceId | undefined = id; up; up = up.parent) depth += 1;
        assert.equal(depth, pairs.length + 2);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('any text is an id or it is not; nothing is thrown, and no id has a traversal', () => {
    const noise = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('..', '.', '', 'providers', 'a', '/', '%2e'), { maxLength: 9 })
        .map((parts) => `/${parts.join('/')}`),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const id = parseResourceId(text);
        if (id) assert.ok(!id.text.split('/').includes('..') && !id.text.includes('//'));
        segmentsOf(text);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test('ids compare without case and trailing slash; under means strictly below, by whole segments', () => {
    assert.ok(sameId('/A/b/', '/a/B'));
    assert.ok(isUnder('/a/b/c', '/A/B'));
    assert.ok(!isUnder('/a/b', '/a/b'));
    assert.ok(!isUnder('/a/bc', '/a/b'));
  });

  test('a long text of slashes is gone through once', { timeout: 5_000 }, () => {
    const slashes = `${'/'.repeat(500_000)}x`;
    assert.equal(sameId(slashes, '/a'), false);
    assert.equal(isUnder('/a', slashes), false);
  });
});

test('an id says whether it is the subscription or the group itself', () => {
  const containerOf = (text: string) => parseResourceId(text)?.container;
  assert.equal(containerOf('/subscriptions/s'), 'subscription');
  assert.equal(containerOf('/SUBSCRIPTIONS/s/resourcegroups/g'), 'resourceGroup');
  assert.equal(containerOf('/subscriptions/s/locations/l'), undefined);
  assert.equal(containerOf('/subscriptions/s/resourceGroups/g/providers/Test.Sea/harbours/h'), undefined);
});
