import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DocumentBounds, documentBounds, parseDocument } from './document-text.ts';
import { DocumentProblem } from './problem.ts';

const value = { name: 'Düne', list: [1, 2] };
const text = JSON.stringify(value, null, 2);
const utf16 = (content: string, big = false): Buffer => {
  const bytes = Buffer.from(content, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

const refusal = (bytes: Uint8Array, bounds?: DocumentBounds): DocumentProblem => {
  try {
    parseDocument(bytes, bounds);
  } catch (error) {
    assert.ok(error instanceof DocumentProblem, String(error));
    assert.ok(error.fix.length > 10);
    return error;
  }
  return assert.fail('it was taken');
};

describe('the text of a document', () => {
  const encodings: Readonly<Record<string, Uint8Array>> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a byte order mark': Buffer.from(`\ufeff${text}`),
    'UTF-16, as Windows PowerShell’s > writes it': utf16(`\ufeff${text}`),
    'UTF-16 big-endian': utf16(`\ufeff${text}`, true),
    'UTF-16 without a mark': utf16(text),
    'UTF-16 big-endian without a mark': utf16(text, true),
    'CRLF line ends': Buffer.from(text.replaceAll('\n', '\r\n')),
    'az’s warnings before it': Buffer.from(
      `WARNING: This command is in preview and under development.\r\nIt goes on in a second line.\nWARNING: [Warning] Secrets may be shown.\n${text}\n`,
    ),
    'a warning in colours before it and one behind it': Buffer.from(
      `\u001b[33mWARNING: Command group is in preview.\u001b[0m\n${text}\nWARNING: You have 2 updates available.\n`,
    ),
    'a warning before one line of JSON in UTF-16': utf16(`\ufeffWARNING: x\r\n${JSON.stringify(value)}\r\n`),
    'a prompt of PowerShell behind it': Buffer.from(`${text}\r\nPS C:\\Users\\port> `),
    'PowerShell’s prompts around it, in UTF-16': utf16(
      `\ufeffPS C:\\> Get-AzPrivateEndpoint | ConvertTo-Json\r\n${text}\r\n\r\nPS C:\\> \r\nPS C:\\> exit`,
    ),
    'cmd’s prompt before it': Buffer.from(
      `C:\\Users\\port>az network show\r\n${text}\r\n\r\nC:\\Users\\port>`,
    ),
    'a command before it': Buffer.from(`$ az network private-endpoint show -n pier\n${text}\n$`),
    'a command of several lines before it': Buffer.from(
      `port@pier:~/arc$ az network private-endpoint show \\\n    -n pier\n${text}\n(py) port@pier:~/arc$ `,
    ),
    'root’s command before it': Buffer.from(`# az network private-endpoint show -n pier\n${text}`),
    'the Cloud Shell’s prompt around it': Buffer.from(`port [ ~ ]$ az x\nWARNING: y\n${text}\nport [ ~ ]$ `),
    'Markdown’s fences': Buffer.from(`\`\`\`json\n${text}\n\`\`\`\n`),
    'Markdown’s fences around a console': Buffer.from(`\`\`\`\n$ az x\n${text}\n\`\`\``),
  };
  for (const [name, bytes] of Object.entries(encodings))
    test(`${name} is read`, () => assert.deepEqual(parseDocument(bytes), value));

  test('a word WARNING in the document stays', () => {
    const warned = { text: 'WARNING: x\nWARNING: y', 'WARNING: z': 1 };
    assert.deepEqual(parseDocument(Buffer.from(JSON.stringify(warned, null, 2))), warned);
  });

  test('rows of names and addresses are read as such', () => {
    const rows = [
      { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['10.0.1.4'] },
      { fqdn: 'je.his.arc.azure.com', ipAddresses: ['10.0.1.5', 'fd00::5'] },
    ];
    const shapes = [
      'FQDN\tIP addresses\ngbl.his.arc.azure.com\t10.0.1.4\nje.his.arc.azure.com\t10.0.1.5, fd00::5\n',
      '"pier.nic","10.0.1.4","gbl.his.arc.azure.com"\r\n"pier.nic","10.0.1.5;fd00::5","je.his.arc.azure.com"',
      'Configuration name\tFQDN\tIP address\tPrivate DNS zone\nhis\tgbl.his.arc.azure.com\t10.0.1.4\this.arc.azure.com\n\tje.his.arc.azure.com\t10.0.1.5, fd00::5\n',
      'FQDN\r\nIP address\r\ngbl.his.arc.azure.com\r\n10.0.1.4\r\nje.his.arc.azure.com\r\n10.0.1.5\r\nfd00::5\r\n',
      'Network Interface\nIP addresses\nFQDN\npier.nic\n10.0.1.4\ngbl.his.arc.azure.com\npier.nic\n10.0.1.5\nfd00::5\nje.his.arc.azure.com\n',
      '# BEGIN tombolo\n10.0.1.4 gbl.his.arc.azure.com\n10.0.1.5 fd00::5 je.his.arc.azure.com # by hand\n# END tombolo',
    ];
    for (const shape of [...shapes, `WARNING: x\n${shapes[0]}`, `$ cat pier.tsv\n${shapes[0]}$ `])
      assert.deepEqual(parseDocument(Buffer.from(shape)), rows, shape);
  });
});

test('cells without their headings, or without their fellows, are no rows', () => {
  for (const cells of [
    ['gbl.his.arc.azure.com', '10.0.1.4'],
    ['FQDN', 'IP address', 'gbl.his.arc.azure.com', 'je.his.arc.azure.com', '10.0.1.5'],
    ['FQDN', 'IP address', '10.0.1.5', 'gbl.his.arc.azure.com'],
  ])
    assert.throws(() => parseDocument(Buffer.from(cells.join('\n'))), /neither JSON nor a table/);
});

describe('what is no text of a document is refused', () => {
  const cases: Readonly<Record<string, readonly [Uint8Array, DocumentProblem['code'], RegExp]>> = {
    nothing: [Buffer.from(''), 'NotJson', /empty/],
    'white space': [Buffer.from('\ufeff \r\n'), 'NotJson', /empty/],
    'az’s error': [
      Buffer.from('ERROR: (ResourceNotFound) The Resource was not found.\nCode: ResourceNotFound'),
      'ErrorAnswer',
      /ResourceNotFound/,
    ],
    'az’s error behind a warning': [
      Buffer.from('WARNING: x\nERROR: Please run az login.'),
      'ErrorAnswer',
      /az login/,
    ],
    'a warning alone': [Buffer.from('WARNING: x\n'), 'NotJson', /empty/],
    Bicep: [Buffer.from("// zones\n@description('z')\nparam name string\n"), 'NotJson', /It is Bicep/],
    'a resource of Bicep': [
      Buffer.from("resource z 'Microsoft.Network/privateDnsZones@2024-06-01' = {\n"),
      'NotJson',
      /It is Bicep/,
    ],
    'a resource of Terraform': [
      Buffer.from('# zones\nresource "azurerm_private_dns_zone" "z" {\n'),
      'NotJson',
      /Terraform/,
    ],
    'a web page': [Buffer.from('<!DOCTYPE html>'), 'NotJson', /web page/],
    'az’s table': [
      Buffer.from('Name    Location\n------  ----------\npier    japaneast'),
      'NotJson',
      /neither/,
    ],
    'an unfinished document': [Buffer.from(text.slice(0, 20)), 'Truncated', /ends in the middle/],
    'an unfinished document in UTF-16': [utf16(`\ufeff${text}`).subarray(0, 31), 'NotText', /UTF-16LE/],
    'broken JSON': [Buffer.from('{"a": 1,}'), 'NotJson', /not JSON/],
    'two documents': [Buffer.from('{}\n{}'), 'NotJson', /not JSON alone: behind it stands "{}"/],
    'words behind the document': [
      Buffer.from('{"a": 1}\nand so on\n'),
      'NotJson',
      /behind it stands "and so on"/,
    ],
    'a command alone': [Buffer.from('$ az network show\n'), 'NotJson', /empty/],
    'az’s error behind a prompt': [
      Buffer.from('PS C:\\> az network show\r\nERROR: Please run az login.\r\nPS C:\\> '),
      'ErrorAnswer',
      /az login/,
    ],
    'another encoding': [Buffer.from([0x7b, 0x22, 0xfc, 0x22, 0x7d]), 'NotText', /UTF-8/],
    'a program': [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]), 'NotJson', /begins with "\\u007fELF/],
    'a row without an address': [
      Buffer.from('gbl.his.arc.azure.com\t10.0.1.4\nje.his.arc.azure.com\t-'),
      'NotJson',
      /neither/,
    ],
  };
  for (const [name, [bytes, code, message]] of Object.entries(cases))
    test(name, () => {
      const problem = refusal(bytes);
      assert.equal(problem.code, code);
      assert.match(problem.message, message);
    });

  test('every bound is exact', () => {
    const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
    assert.ok(parseDocument(nested(documentBounds.depth)));
    assert.match(refusal(nested(documentBounds.depth + 1)).message, /nested deeper than 64/);
    const small = { ...documentBounds, bytes: 20, values: 3 };
    assert.ok(parseDocument(Buffer.from(`[1,2]${' '.repeat(15)}`), small));
    assert.match(refusal(Buffer.from(`[1,2]${' '.repeat(16)}`), small).message, /more than 20 octets/);
    assert.match(refusal(Buffer.from('[1,2,3,4]'), small).message, /more than 3 values/);
  });
});
