import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareDocuments, type ServiceTagDifference, type TagDifference } from './difference.ts';
import { differenceMarkdown, differenceText } from './difference-text.ts';
import type { ServiceTag, ServiceTagDocument } from './document.ts';

const tag = (name: string, addressPrefixes: readonly string[], region = ''): ServiceTag => ({
  name,
  id: name,
  region,
  systemService: '',
  addressPrefixes,
});
const list = (changeNumber: string, tags: readonly ServiceTag[]): ServiceTagDocument => ({
  cloud: 'Public',
  changeNumber,
  form: 'file',
  tags,
});
const compare = (before: readonly ServiceTag[], after: readonly ServiceTag[]) =>
  compareDocuments(list('1', before), list('2', after));
const find = (difference: ServiceTagDifference, name: string): TagDifference =>
  difference.tags.find((entry) => entry.tag === name)!;
const none = { added: [], removed: [], movedIn: [], movedOut: [] };

describe('prefixes by tag', () => {
  test('added and removed prefixes, and tags that came and went', () => {
    const difference = compare(
      [
        tag('Sql', ['10.0.0.0/24', '10.9.0.0/24']),
        tag('Gone', ['192.0.2.0/24']),
        tag('Same', ['10.8.0.0/16']),
      ],
      [
        tag('Sql', ['10.0.0.0/24', '10.1.0.0/24']),
        tag('New', ['2001:db8::/32']),
        tag('Same', ['10.8.0.0/16']),
      ],
    );
    assert.deepEqual(
      difference.tags.map((entry) => `${entry.tag} ${entry.status}`),
      ['Gone removed', 'New added', 'Sql changed'],
    );
    assert.deepEqual(find(difference, 'Sql'), {
      tag: 'Sql',
      status: 'changed',
      ...none,
      added: ['10.1.0.0/24'],
      removed: ['10.9.0.0/24'],
      rules: { before: 2, after: 2, toAdd: 1, toRemove: 1 },
    });
    assert.deepEqual(find(difference, 'New').added, ['2001:db8::/32']);
    assert.deepEqual(find(difference, 'Gone').removed, ['192.0.2.0/24']);
    assert.equal(difference.unchanged, 1);
    assert.deepEqual(difference.totals, {
      addedTags: 1,
      removedTags: 1,
      added: 2,
      removed: 2,
      moved: 0,
      rules: { before: 3, after: 3, toAdd: 2, toRemove: 2 },
    });
  });
  test('the same addresses cut differently are no change', () => {
    const difference = compare([tag('Sql', ['10.0.0.0/24', '10.0.1.0/24'])], [tag('Sql', ['10.0.0.0/23'])]);
    assert.deepEqual([difference.tags, difference.recut], [[], ['Sql']]);
  });
  test('a part of a prefix that left is named exactly, and so is what it does to rules', () => {
    const { tags } = compare([tag('Sql', ['10.0.0.0/22'])], [tag('Sql', ['10.0.0.0/23', '10.0.2.0/24'])]);
    assert.deepEqual(tags[0]!.removed, ['10.0.3.0/24']);
    assert.deepEqual(tags[0]!.rules, { before: 1, after: 2, toAdd: 2, toRemove: 1 });
  });
});

describe('moved prefixes', () => {
  const world = (west: readonly string[], north: readonly string[], sql: readonly string[] = []) => [
    tag('Storage', [...west, ...north]),
    tag('Storage.WestEurope', west, 'westeurope'),
    tag('Storage.NorthEurope', north, 'northeurope'),
    tag('Sql.WestEurope', sql, 'westeurope'),
    tag('AzureCloud', [...west, ...north, ...sql]),
    tag('AzureCloud.westeurope', [...west, ...sql], 'westeurope'),
    tag('AzureCloud.northeurope', north, 'northeurope'),
  ];
  test('to another region: told of each service once, not across services', () => {
    const difference = compare(
      world(['10.0.0.0/23'], ['10.1.0.0/24']),
      world(['10.0.0.0/24'], ['10.1.0.0/24', '10.0.1.0/24']),
    );
    assert.deepEqual(
      difference.tags.map((entry) => entry.tag),
      ['AzureCloud.northeurope', 'AzureCloud.westeurope', 'Storage.NorthEurope', 'Storage.WestEurope'],
    );
    assert.deepEqual(find(difference, 'Storage.WestEurope').movedOut, [
      { to: 'Storage.NorthEurope', prefixes: ['10.0.1.0/24'] },
    ]);
    assert.deepEqual(find(difference, 'Storage.NorthEurope').movedIn, [
      { from: 'Storage.WestEurope', prefixes: ['10.0.1.0/24'] },
    ]);
    assert.deepEqual(find(difference, 'AzureCloud.northeurope').movedIn, [
      { from: 'AzureCloud.westeurope', prefixes: ['10.0.1.0/24'] },
    ]);
    assert.equal(difference.totals.moved, 2);
    assert.deepEqual([difference.totals.added, difference.totals.removed], [0, 0]);
  });
  test('to another service of the region', () => {
    const difference = compare(world(['10.0.0.0/23'], []), world(['10.0.0.0/24'], [], ['10.0.1.0/24']));
    assert.deepEqual(find(difference, 'Sql.WestEurope').movedIn, [
      { from: 'Storage.WestEurope', prefixes: ['10.0.1.0/24'] },
    ]);
    assert.deepEqual(find(difference, 'Storage').removed, ['10.0.1.0/24']);
    assert.equal(find(difference, 'AzureCloud.westeurope'), undefined);
  });
  test('only one tag asked for: what moved from and to others is still told', () => {
    const [before, after] = [
      world(['10.0.0.0/23'], ['10.1.0.0/24']),
      world(['10.0.0.0/24'], ['10.1.0.0/24', '10.0.1.0/24']),
    ];
    const difference = compareDocuments(list('1', before), list('2', after), ['storage.northeurope']);
    assert.deepEqual(
      difference.tags.map((entry) => [entry.tag, entry.movedIn[0]?.from]),
      [['Storage.NorthEurope', 'Storage.WestEurope']],
    );
    assert.deepEqual([difference.totals.moved, difference.unchanged], [1, 0]);
  });
  test('a part of what left: the rest is removed, and the rest of what came is added', () => {
    const difference = compare(
      [tag('A', ['10.0.0.0/23']), tag('B', [])],
      [tag('A', []), tag('B', ['10.0.1.0/24', '10.5.0.0/24'])],
    );
    assert.deepEqual(find(difference, 'A').removed, ['10.0.0.0/24']);
    assert.deepEqual(find(difference, 'A').movedOut, [{ to: 'B', prefixes: ['10.0.1.0/24'] }]);
    assert.deepEqual(find(difference, 'B').added, ['10.5.0.0/24']);
  });

  /** Sixteen /28s of 192.0.2.0/24 and of 2001:db8::/32: each tag's addresses as a set of numbers. */
  const names = ['A', 'A.east', 'A.west', 'B', 'B.east', 'B.west'];
  const side = fc.array(fc.uniqueArray(fc.nat(31), { maxLength: 32 }), { minLength: 6, maxLength: 6 });
  const text = (n: number) => (n < 16 ? `192.0.2.${n * 16}/28` : `2001:db8:${(n - 16).toString(16)}000::/36`);
  const blocksOf = (prefixes: readonly string[]): string[] =>
    prefixes.flatMap((prefix) => {
      const [address, length] = prefix.split('/');
      const v4 = !prefix.includes(':');
      const first = v4
        ? Number(address!.split('.')[3]) / 16
        : 16 + Number.parseInt(`0${address!.split(':')[2]}`, 16) / 0x1000;
      return Array.from({ length: 2 ** ((v4 ? 28 : 36) - Number(length)) }, (_, index) =>
        String(first + index),
      );
    });
  test('every address that changed is told exactly once as added or removed, or as moved where it really was', () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const make = (sets: readonly (readonly number[])[]) =>
          names.map((name, index) => tag(name, sets[index]!.map(text), name.split('.')[1] ?? ''));
        const { tags } = compare(make(before), make(after));
        const lost = (index: number) => before[index]!.filter((n) => !after[index]!.includes(n));
        const got = (index: number) => after[index]!.filter((n) => !before[index]!.includes(n));
        const sorted = (blocks: readonly (string | number)[]) =>
          [...new Set(blocks.map(String))].sort().join(' ');
        for (const [index, name] of names.entries()) {
          const entry = tags.find((each) => each.tag === name);
          const movedIn = (entry?.movedIn ?? []).flatMap((move) => blocksOf(move.prefixes));
          const movedOut = (entry?.movedOut ?? []).flatMap((move) => blocksOf(move.prefixes));
          const [added, removed] = [blocksOf(entry?.added ?? []), blocksOf(entry?.removed ?? [])];
          assert.equal(sorted([...added, ...movedIn]), sorted(got(index)));
          assert.equal(sorted([...removed, ...movedOut]), sorted(lost(index)));
          assert.deepEqual(
            added.filter((block) => movedIn.includes(block)),
            [],
          );
          assert.deepEqual(
            removed.filter((block) => movedOut.includes(block)),
            [],
          );
          for (const move of entry?.movedIn ?? []) {
            const from = names.indexOf(move.from);
            assert.notEqual(from, index);
            for (const block of blocksOf(move.prefixes)) assert.ok(lost(from).map(String).includes(block));
          }
          // Nothing that could be a move within the service is left as a plain addition.
          const service = name[0];
          for (const block of added)
            for (const [other, otherName] of names.entries())
              if (other !== index && otherName[0] === service)
                assert.ok(!lost(other).map(String).includes(block));
        }
      }),
      { seed: 11, numRuns: 400 },
    );
  });
});

test('text and Markdown say the same, with the effect on rules', () => {
  const difference = compare(
    [
      tag('Sql.WestEurope', ['10.0.0.0/24', '10.2.0.0/24'], 'westeurope'),
      tag('Sql.NorthEurope', [], 'northeurope'),
    ],
    [
      tag('Sql.WestEurope', ['10.1.0.0/24'], 'westeurope'),
      tag('Sql.NorthEurope', ['10.0.0.0/24'], 'northeurope'),
    ],
  );
  assert.equal(
    differenceText(difference),
    [
      'Public 1 → Public 2',
      '2 tags changed (0 added, 0 removed), 0 unchanged, 0 only cut differently',
      'prefixes: 1 added, 1 removed, 1 moved between tags',
      'rules of the changed tags: 2 before, 2 after (0): 2 to add, 2 to remove',
      '',
      'Sql.NorthEurope: rules 0 → 1, 1 to add, 0 to remove',
      '  < 10.0.0.0/24 from Sql.WestEurope',
      '',
      'Sql.WestEurope: rules 2 → 1, 1 to add, 2 to remove',
      '  + 10.1.0.0/24',
      '  - 10.2.0.0/24',
      '  > 10.0.0.0/24 to Sql.NorthEurope',
    ].join('\n'),
  );
  const markdown = differenceMarkdown(difference);
  assert.match(markdown, /^# Service tags: Public 1 → Public 2$/m);
  assert.match(markdown, /^\| Sql\.WestEurope \| changed \| 2 \| 1 \| 1 \| 2 \|$/m);
  assert.match(markdown, /^\| moved out to \| `10\.0\.0\.0\/24` \| Sql\.NorthEurope \|$/m);
});
