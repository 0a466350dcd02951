import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { commentLines } from './comment.ts';
import { forwarderFormats, forwarderMaterial, hostsMaterial, zoneFormats, zoneMaterial } from './index.ts';
import { quoted } from './powershell.ts';
import { sampleEndpoint } from './programs.testkit.ts';

/** The oracle: reads a PowerShell single-quoted string from the language's grammar; undefined unless it is one and all. */
const readSingleQuoted = (text: string): string | undefined => {
  const characters = [...text];
  const isQuote = (character: string | undefined): boolean =>
    character !== undefined && "'\u2018\u2019\u201a\u201b".includes(character);
  if (!isQuote(characters.shift())) return undefined;
  let value = '';
  for (;;) {
    const character = characters.shift();
    if (character === undefined) return undefined;
    if (!isQuote(character)) {
      value += character;
      continue;
    }
    if (!isQuote(characters[0])) return characters.length === 0 ? value : undefined;
    // Of two quotes in a row the first is the one that is meant.
    value += character;
    characters.shift();
  }
};

const hostile = fc.string({
  unit: fc.constantFrom(
    "'",
    '\u2018',
    '\u2019',
    '\u201a',
    '\u201b',
    '"',
    '$',
    '(',
    ')',
    '`',
    ';',
    '\n',
    '\r',
    '\\',
    '#',
    '>',
    ' ',
    'a',
    '\u2028',
    '\u0000',
    '*',
    '/',
    'é',
  ),
  maxLength: 40,
});

describe('text from outside cannot break out', () => {
  test('PowerShell: a quoted value is read back as itself, whatever quotes are in it', () =>
    fc.assert(
      fc.property(hostile, (text) => assert.equal(readSingleQuoted(quoted(text)), text)),
      { numRuns: 2000, seed: 11 },
    ));

  test('comments: any source makes one line of ASCII that ends in no backslash', () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const [line, ...more] = commentLines('#', [text]);
        assert.deepEqual(more, []);
        assert.match(line!, /^# ?[ -~]*$/);
        assert.doesNotMatch(line!, /\\$/);
      }),
      { numRuns: 2000, seed: 12 },
    ));

  test('every format: a hostile source changes nothing but comments', () => {
    const marks = { bind: /^\s*(\/\/|;)/, other: /^\s*(#|;)/ };
    const endpoint = sampleEndpoint();
    const lines = (source: string): readonly string[] => [
      ...zoneFormats.flatMap((format) =>
        zoneMaterial(format, endpoint, { style: 'privatelink', serial: 1, ttl: 300, source }).files.flatMap(
          ({ content }) =>
            content.split('\n').filter((line) => !(format === 'bind' ? marks.bind : marks.other).test(line)),
        ),
      ),
      ...forwarderFormats.flatMap((format) =>
        forwarderMaterial(
          format,
          endpoint.suffixes,
          [{ address: '10.0.2.4', port: 53 }],
          source,
        ).files.flatMap(({ content }) =>
          content
            .split('\n')
            .filter((line) => !(format === 'forwarder-bind' ? marks.bind : marks.other).test(line)),
        ),
      ),
    ];
    const expected = lines('endpoint.json');
    fc.assert(
      fc.property(hostile, (source) => assert.deepEqual(lines(source), expected)),
      { numRuns: 200, seed: 13 },
    );
  });
});

describe('hosts files', () => {
  test('one public name a line, address first; CRLF for Windows', () => {
    const endpoint = sampleEndpoint();
    const linux = hostsMaterial('hosts', endpoint).files[0]!.content;
    assert.match(linux, /^10\.0\.1\.4 gbl\.his\.arc\.azure\.com$/m);
    assert.doesNotMatch(linux, /\r|privatelink/);
    assert.equal(linux.split('\n').filter((line) => /^\d/.test(line)).length, 6);
    assert.equal(hostsMaterial('hosts-windows', endpoint).files[0]!.content, linux.replaceAll('\n', '\r\n'));
  });
});
