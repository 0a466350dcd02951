import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareRules } from './difference.ts';
import { comparable, exportDocument, readExport } from './export-document.ts';
import { planFor, privatePlan, publicPlan, sampleTags, tagDocument } from './plan.testkit.ts';
import { FirewallProblem } from './problem.ts';

const rules = (tags: Readonly<Record<string, readonly string[]>>) =>
  comparable(publicPlan({ serviceTags: tagDocument(tags) }));

describe('what changed between two sets of rules', () => {
  test('an export reads back as what it was made from, and differs from itself in nothing', () => {
    for (const plan of [publicPlan(), privatePlan(), publicPlan({})]) {
      const read = readExport(JSON.parse(JSON.stringify(exportDocument(plan))), 'x.json');
      assert.equal(compareRules(read, comparable(plan)).same, true);
      assert.equal(read.hosts.length, plan.hosts.length);
      assert.ok(read.hosts.length > 5);
    }
  });

  test('prefixes added and removed, however a list cuts them', () => {
    const from = rules({ AzureActiveDirectory: ['192.0.2.0/25', '192.0.2.128/25', '198.51.100.0/24'] });
    const same = rules({ AzureActiveDirectory: ['192.0.2.0/24', '198.51.100.0/24'] });
    assert.equal(compareRules(from, same).same, true);
    const to = rules({ AzureActiveDirectory: ['192.0.2.0/24', '198.51.100.0/25', '203.0.113.0/28'] });
    assert.deepEqual(compareRules(from, to).addresses, [
      { rule: 'internet-tcp-443', added: ['203.0.113.0/28'], removed: ['198.51.100.128/25'] },
    ]);
  });

  test('a prefix that goes from one tag to another is moved, and no address rule changes', () => {
    const from = rules({ AzureActiveDirectory: ['192.0.2.0/24'], AzureResourceManager: ['203.0.113.0/24'] });
    const to = rules({
      AzureActiveDirectory: ['192.0.2.0/25'],
      AzureResourceManager: ['203.0.113.0/24', '192.0.2.128/25'],
    });
    const found = compareRules(from, to);
    assert.deepEqual(found.addresses, []);
    assert.deepEqual(found.moved, [
      { from: 'AzureActiveDirectory', to: 'AzureResourceManager', port: 443, prefixes: ['192.0.2.128/25'] },
    ]);
    assert.equal(found.same, false);
  });

  test('names added and removed by another question', () => {
    const from = comparable(
      planFor({ products: ['servers'], region: 'japaneast' }, { serviceTags: sampleTags }),
    );
    const to = comparable(
      planFor({ products: ['servers', 'esu'], region: 'japaneast' }, { serviceTags: sampleTags }),
    );
    const { names } = compareRules(from, to);
    assert.deepEqual(
      names.added.map(({ rule }) => rule),
      ['internet tcp 80 www.microsoft.com/pkiops/certs', 'internet tcp 443 www.microsoft.com/pkiops/certs'],
    );
    assert.deepEqual(names.removed, []);
    assert.deepEqual(compareRules(to, from).names.removed.length, 2);
  });

  test('what is no export is refused with the place at fault', () => {
    const good = JSON.parse(JSON.stringify(exportDocument(publicPlan())));
    const bad = [
      [{}, /format/],
      [{ ...good, hosts: 'x' }, /hosts/],
      [
        { ...good, addresses: [{ ...good.addresses[0], prefixes: { v4: ['192.0.2.1/24'], v6: [] } }] },
        /host bits/,
      ],
    ] as const;
    for (const [json, pattern] of bad)
      assert.throws(
        () => readExport(json, 'x.json'),
        (error) => error instanceof FirewallProblem && pattern.test(error.message),
      );
  });
});
