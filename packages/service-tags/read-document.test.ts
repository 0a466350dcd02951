import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { armList, armValue, limits, type ServiceTagDocument, toFile } from './document.ts';
import { readDocument, readDocumentTexts } from './read-document.ts';
import { ServiceTagRefusal } from './refusal.ts';

const value = (name: string, addressPrefixes: readonly string[], more: object = {}) => ({
  name,
  id: name,
  properties: {
    changeNumber: 5,
    region: 'westeurope',
    regionId: 18,
    platform: 'Azure',
    systemService: 'AzureStorage',
    addressPrefixes,
    networkFeatures: ['API', 'NSG'],
    ...more,
  },
});
const file = (values: readonly object[]) => ({ changeNumber: 152, cloud: 'Public', values });
const small = file([value('Storage.WestEurope', ['10.0.0.0/24', '2603:1030:0005::/48'])]);

const refusal = (run: () => unknown): ServiceTagRefusal => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ServiceTagRefusal, String(error));
    assert.ok(error.fix.length > 0);
    return error;
  }
  assert.fail('it was taken');
};
const codeOf = (run: () => unknown) => refusal(run).code;

describe('the forms of a list', () => {
  test('the downloadable file, with a byte order mark; prefixes become canonical', () => {
    const { document } = readDocumentTexts([`\uFEFF${JSON.stringify(small)}\r\n`]);
    assert.deepEqual(document, {
      cloud: 'Public',
      changeNumber: '152',
      form: 'file',
      tags: [
        {
          name: 'Storage.WestEurope',
          id: 'Storage.WestEurope',
          changeNumber: '5',
          region: 'westeurope',
          regionId: 18,
          platform: 'Azure',
          systemService: 'AzureStorage',
          addressPrefixes: ['10.0.0.0/24', '2603:1030:5::/48'],
          networkFeatures: ['API', 'NSG'],
        },
      ],
    } satisfies ServiceTagDocument);
  });
  test('a file written again is the file', () => {
    const { document } = readDocument([small]);
    assert.deepEqual(readDocument([toFile(document)]).document, document);
  });
  test('serviceTags of Resource Manager: text numbers, null fields, serviceTagChangeNumber', () => {
    const { document } = readDocument([
      {
        name: 'Public',
        id: '/subscriptions/s/providers/Microsoft.Network/serviceTags/Public',
        type: 'Microsoft.Network/serviceTags',
        changeNumber: '73',
        cloud: 'Public',
        nextLink: null,
        values: [
          {
            name: 'Storage',
            id: 'Storage',
            serviceTagChangeNumber: '73',
            properties: {
              changeNumber: '4',
              region: '',
              systemService: null,
              addressPrefixes: ['10.0.0.0/8'],
              state: 'GA',
            },
          },
        ],
      },
    ]);
    assert.equal(document.form, 'arm-list');
    assert.equal(document.changeNumber, '73');
    assert.deepEqual(document.tags[0], {
      name: 'Storage',
      id: 'Storage',
      changeNumber: '73',
      region: '',
      systemService: '',
      addressPrefixes: ['10.0.0.0/8'],
      state: 'GA',
    });
    assert.deepEqual(readDocument([armList(document, 's')]).document, document);
  });
  test('serviceTagDetails in pages: the cloud has to be named, the highest number of a tag counts', () => {
    const tags = readDocument([small]).document.tags;
    const pages = [
      {
        value: [armValue({ ...tags[0]!, changeNumber: '9' })],
        nextLink: 'https://management.azure.com/next',
      },
      { value: [armValue({ ...tags[0]!, name: 'Sql', changeNumber: '12' })] },
    ];
    assert.equal(
      codeOf(() => readDocument(pages)),
      'CloudMissing',
    );
    const { document } = readDocument(pages, { cloud: 'Public' });
    assert.deepEqual(
      [document.cloud, document.changeNumber, document.form, document.tags.length],
      ['Public', '12', 'arm-details', 2],
    );
    assert.equal(
      codeOf(() => readDocument([pages[0]], { cloud: 'Public' })),
      'IncompletePages',
    );
    assert.equal(
      codeOf(() => readDocument([pages[1], pages[1]], { cloud: 'Public' })),
      'IncompletePages',
    );
  });
  test('two weekly files in one import are two lists, and said to be', () => {
    const next = { ...small, changeNumber: 153 };
    assert.throws(() => readDocument([small, next]), {
      code: 'MixedPages',
      message: /different lists: Public 152, Public 153\.$/,
      fix: /one by one/,
    });
    assert.throws(() => readDocument([small, small]), {
      code: 'IncompletePages',
      message: /a whole list each/,
    });
  });
  test('pages of different lists are not joined', () => {
    const next = 'https://management.azure.com/next';
    const first = { ...small, nextLink: next };
    const other = { ...file([value('Sql', [])]), changeNumber: 153 };
    assert.equal(
      codeOf(() => readDocument([first, other])),
      'MixedPages',
    );
    assert.equal(readDocument([first, file([value('Sql', [])])]).document.tags.length, 2);
  });
});

describe('bad input is refused with a reason', () => {
  test('a file cut anywhere is called truncated', () => {
    const json = JSON.stringify(small);
    for (let length = 1; length < json.length; length++)
      assert.equal(
        codeOf(() => readDocumentTexts([json.slice(0, length)])),
        'Truncated',
        json.slice(0, length),
      );
  });
  test('a web page instead of the file, and other things that are not JSON', () => {
    assert.match(refusal(() => readDocumentTexts(['<!DOCTYPE html><html>'])).message, /web page/);
    assert.equal(
      codeOf(() => readDocumentTexts(['{"changeNumber": 1, oops}'])),
      'NotJson',
    );
    assert.equal(
      codeOf(() => readDocumentTexts([''])),
      'NotJson',
    );
  });
  test('a huge text is refused before it is parsed', () => {
    const huge = refusal(() => readDocumentTexts([' '.repeat(limits.bytes + 1)]));
    assert.equal(huge.code, 'TooLarge');
    assert.match(huge.message, /64 MiB/);
  });
  test('too many tags or prefixes', () => {
    const many = Array.from({ length: limits.tags + 1 }, (_, index) => value(`T${index}`, []));
    assert.match(
      codeOf(() => readDocument([file(many)])),
      /NotServiceTags|TooLarge/,
    );
    const wide = Array.from({ length: limits.prefixes + 1 }, () => '10.0.0.0/8');
    assert.equal(
      codeOf(() => readDocument([file([value('T', wide)])])),
      'TooLarge',
    );
  });
  for (const [what, json, says] of [
    ['another document', { prefixes: [] }, /changeNumber/],
    ['a list of two', [small, small], /no list of service tags/],
    ['nothing', null, /no list of service tags/],
    [
      'a prefix that is a number',
      file([value('T', [5 as unknown as string])]),
      /values\.0\.properties\.addressPrefixes\.0/,
    ],
    ['no tags', file([]), /no tags/],
    ['a change number that is a path', { ...small, changeNumber: '../../x' }, /changeNumber/],
    ['a cloud that is a path', { ...small, cloud: '../x' }, /cloud/],
    ['a tag name that is a path', file([value('../T', [])]), /values\.0\.name/],
    ['a tag without prefixes', file([{ name: 'T', id: 'T', properties: {} }]), /addressPrefixes/],
  ] as const)
    test(`${what} is no list of service tags`, () => {
      const refused = refusal(() => readDocument([json]));
      assert.equal(refused.code, 'NotServiceTags');
      assert.match(refused.message, says);
    });
  test('duplicate tags are listed; names compare without case', () => {
    const refused = refusal(() =>
      readDocument([file([value('Sql', []), value('Storage', []), value('SQL', [])])]),
    );
    assert.equal(refused.code, 'DuplicateTags');
    assert.deepEqual(refused.problems, [{ tag: 'SQL', message: 'is there 2 times' }]);
  });
  test('prefixes with host bits are all listed, and --normalise clears them', () => {
    const prefixes = ['10.0.0.1/24', '10.1.0.0/16', '2001:db8::1/64', '::ffff:10.2.0.0/112'];
    const list = file([
      value('Storage', prefixes),
      value(
        'Sql',
        Array.from({ length: 8 }, () => '10.0.0.3/30'),
      ),
    ]);
    const refused = refusal(() => readDocument([list]));
    assert.equal(refused.code, 'BadPrefixes');
    assert.equal(refused.problems.length, 11);
    assert.match(refused.message, /^11 prefix\(es\).*\n {2}Storage: "10\.0\.0\.1\/24" has host bits set/);
    assert.match(refused.message, /and 6 more$/);
    const { document, normalised } = readDocument([list], { normalise: true });
    assert.deepEqual(document.tags[0]!.addressPrefixes, [
      '10.0.0.0/24',
      '10.1.0.0/16',
      '2001:db8::/64',
      '10.2.0.0/16',
    ]);
    assert.equal(normalised.length, 11);
  });
  test('--normalise does not make a prefix of what is none', () => {
    const list = file([value('Storage', ['10.0.0.0/33', 'Internet'])]);
    const refused = refusal(() => readDocument([list], { normalise: true }));
    assert.equal(refused.problems.length, 2);
  });
});
