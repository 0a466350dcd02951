import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressesByName, applyBlock, BrokenHostsFile, conflictingEntries, removeBlock } from './block.ts';

const lines = ['10.0.1.4 gbl.his.arc.azure.com', '10.0.1.5 je.his.arc.azure.com'];
const others = ['10.0.9.9 gbl.his.arc.azure.com'];

/** Octets as Latin-1: any file at all, with line ends of every kind, as long as it has no mark of ours. */
const anyFile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      ' ',
      '\t',
      '#',
      '127.0.0.1 localhost',
      '::1',
      '\xff',
      'ä',
      '# END of it',
      '# BEGIN',
    ),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 3 }),
  ),
  maxLength: 30,
});

describe('a block in a hosts file', () => {
  test('apply, then remove: every octet is as before', () =>
    fc.assert(
      fc.property(anyFile, (text) => assert.equal(removeBlock(applyBlock(text, lines)), text)),
      { numRuns: 3000, seed: 21 },
    ));

  test('applying twice, or another block over it, is applying the last one', () =>
    fc.assert(
      fc.property(anyFile, (text) => {
        const once = applyBlock(text, lines);
        assert.equal(applyBlock(once, lines), once);
        assert.equal(removeBlock(applyBlock(once, others)), text);
      }),
      { numRuns: 1000, seed: 22 },
    ));

  test('what stands before and behind the block stays, also when it was put amid the file', () => {
    const made = applyBlock('127.0.0.1 localhost\n', lines);
    const moved = `${made}::1 ip6-localhost\n`;
    assert.equal(
      applyBlock(moved, others),
      '127.0.0.1 localhost\n# BEGIN tombolo\n# Written by "tombolo hosts"; the whole block is replaced and removed by it.\n10.0.9.9 gbl.his.arc.azure.com\n# END tombolo\n::1 ip6-localhost\n',
    );
    assert.equal(removeBlock(moved), '127.0.0.1 localhost\n::1 ip6-localhost\n');
  });

  test('CRLF is kept: each line of the block ends so', () => {
    const made = applyBlock('127.0.0.1 localhost\r\n::1 localhost\r\n', lines);
    assert.equal(made.replaceAll('\r\n', '').includes('\n'), false);
    assert.ok(made.endsWith('# END tombolo\r\n'));
  });

  test('a block that is there keeps its line ends, whatever the others are: writing it again changes nothing', () => {
    const edited = '\n\n\n\n# BEGIN tombolo\r\nold\r\n# END tombolo\r\n';
    for (const text of [edited, edited.replaceAll('\r\n', '\n').replaceAll('\n\n', '\r\n')]) {
      const written = applyBlock(text, lines);
      assert.equal(applyBlock(written, lines), written);
    }
    assert.match(
      applyBlock(edited, lines),
      /^\n{4}# BEGIN tombolo\r\n# Written [^\n]*\r\n10\.0\.1\.4 [^\n]*\r\n/,
    );
  });

  test('a last line without line end stays so', () => {
    const made = applyBlock('127.0.0.1 localhost', lines);
    assert.ok(made.startsWith('127.0.0.1 localhost\n# BEGIN tombolo\n'));
    assert.ok(made.endsWith('\n# END tombolo'));
  });

  test('a file without block is not changed by removing', () =>
    assert.equal(removeBlock('a\r\nb'), 'a\r\nb'));

  const block = '# BEGIN tombolo\n10.0.0.1 a.b\n# END tombolo\n';
  const broken: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a begin without end': ['x\n# BEGIN tombolo\n10.0.0.1 a.b\n', /begins in line 2 does not end/],
    'an end without begin': ['x\n# END tombolo\n', /line 2 ends a block that does not begin/],
    'an end before its begin': ['# END tombolo\n# BEGIN tombolo\n', /line 1 ends/],
    'one block in another': [`# BEGIN tombolo\n${block}# END tombolo\n`, /line 2 begins a block within/],
    'two blocks': [`${block}${block}`, /line 4 begins a second block/],
    'a second end': [`${block}# END tombolo\n`, /line 4 ends a block/],
    'a mark in other letters': ['  #begin  TOMBOLO\r\n10.0.0.1 a.b\r\n', /line 1 does not end/],
  };
  for (const [name, [text, message]] of Object.entries(broken))
    test(`${name} is refused, to apply and to remove`, () => {
      for (const act of [() => applyBlock(text, lines), () => removeBlock(text)])
        assert.throws(act, (error) => error instanceof BrokenHostsFile && message.test(error.message));
    });

  test('lines outside that give our names another address are found; the same address and comments are not', () => {
    const text = applyBlock(
      [
        '192.0.2.1 other GBL.his.arc.azure.com # old',
        '# 192.0.2.2 gbl.his.arc.azure.com',
        '10.0.1.5\tje.his.arc.azure.com',
        '',
      ].join('\n'),
      lines,
    );
    assert.deepEqual(conflictingEntries(text, lines), [
      { line: 1, address: '192.0.2.1', name: 'GBL.his.arc.azure.com' },
    ]);
  });

  test('several addresses of a name are kept together', () =>
    assert.deepEqual(
      addressesByName(['10.0.0.1 a.b', 'fd00::1 a.b', '10.0.0.2 c.d']),
      new Map([
        ['a.b', ['10.0.0.1', 'fd00::1']],
        ['c.d', ['10.0.0.2']],
      ]),
    ));
});
