import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runInProcess } from './command-line.testkit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-dns-export-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const endpoint = write(
  'endpoint.json',
  '\ufeff{"dnsConfiguration": {"gbl.his.arc.azure.com": "10.0.1.4", "japaneast.dp.kubernetesconfiguration.azure.com": "10.0.1.9"}}',
);
const run = async (...args: readonly string[]) => {
  const { code, out, err } = await runInProcess('dns', 'export', ...args);
  return { status: code, stdout: out, stderr: err };
};

describe('tombolo dns export', () => {
  test('writes the files of a format into a folder, again over itself', async () => {
    const out = join(folder, 'made', 'zones');
    for (const serial of ['7', '8']) {
      const { status, stdout } = await run(
        '--format',
        'bind',
        '--file',
        endpoint,
        '--out',
        out,
        '--serial',
        serial,
        '--zones',
        'privatelink',
      );
      assert.equal(status, 0);
      assert.equal(stdout.trim().split('\n').length, 3);
    }
    assert.deepEqual(readdirSync(out).sort(), [
      'named.conf.tombolo',
      'privatelink.dp.kubernetesconfiguration.azure.com.zone',
      'privatelink.his.arc.azure.com.zone',
    ]);
    assert.match(
      readFileSync(join(out, 'privatelink.his.arc.azure.com.zone'), 'utf8'),
      / SOA \S+ \S+ 8 3600 /,
    );
  });

  test('says what it leaves open: R7, missing zones, what was not executed', async () => {
    const { status, stdout } = await run(
      '--format',
      'windows-dns',
      '--file',
      endpoint,
      '--zones',
      'privatelink',
      '--json',
    );
    assert.equal(status, 0);
    const made = JSON.parse(stdout) as { executed: boolean; warnings: { code: string }[] };
    assert.equal(made.executed, false);
    assert.deepEqual(
      [...new Set(made.warnings.map(({ code }) => code))],
      ['missing-zone', 'incomplete-zone', 'hides-other-names'],
    );
    assert.match((await run('--format', 'bind', '--file', endpoint)).stderr, /Warning: .*guestconfiguration/);
  });

  test('unless asked otherwise, a zone for each exact name: nothing else stops resolving', async () => {
    const { stdout } = await run('--format', 'bind', '--file', endpoint, '--json');
    const made = JSON.parse(stdout) as { files: { name: string }[]; warnings: { code: string }[] };
    assert.deepEqual(
      made.files.map(({ name }) => name),
      [
        'named.conf.tombolo',
        'gbl.his.arc.azure.com.zone',
        'japaneast.dp.kubernetesconfiguration.azure.com.zone',
      ],
    );
    assert.ok(!made.warnings.some(({ code }) => code === 'hides-other-names'));
  });

  test('one file is printed as it is, CRLF included', async () => {
    const { stdout } = await run('--format', 'hosts-windows', '--file', endpoint);
    assert.ok(stdout.endsWith('# END tombolo\r\n'));
    assert.match(stdout, /\r\n10\.0\.1\.4 gbl\.his\.arc\.azure\.com\r\n/);
  });

  test('forwarders need no endpoint; a file says of which cloud', async () => {
    const plain = await run('--format', 'forwarder-dnsmasq', '--to', '10.0.2.4', '--to', '[fd00::4]:5353');
    assert.match(plain.stdout, /^server=\/his\.arc\.azure\.com\/fd00::4#5353$/m);
    const government = write(
      'government.json',
      '{"cloud": "AzureUSGovernment", "dnsConfiguration": {"gbl.his.arc.azure.us": "10.0.0.4"}}',
    );
    const { stdout } = await run('--format', 'forwarder-unbound', '--to', '10.0.2.4', '--file', government);
    assert.match(stdout, /name: "his\.arc\.azure\.us"/);
  });

  const refused: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'an unknown format, with the nearest': [['--format', 'bin', '--file', endpoint], /Did you mean bind/],
    'neither endpoint nor file': [['--format', 'bind'], /One of --endpoint and --file/],
    'both of them': [
      ['--format', 'bind', '--file', endpoint, '--endpoint', '/x'],
      /Both --endpoint and --file/,
    ],
    'an id of something else': [
      ['--format', 'bind', '--endpoint', '/subscriptions/s?x'],
      /not the id of a private endpoint/,
    ],
    'neither network nor server': [['--format', 'forwarder-bind'], /One of --network and --to/],
    'a forwarder with zones': [
      ['--format', 'forwarder-bind', '--to', '10.0.0.4', '--zones', 'public'],
      /takes no --zones/,
    ],
    'zones with a server': [['--format', 'bind', '--file', endpoint, '--to', '10.0.0.4'], /takes no --to/],
    'hosts with a name server': [
      ['--format', 'hosts', '--file', endpoint, '--name-server', 'a.b'],
      /takes no --name-server/,
    ],
    'another way to make zones': [
      ['--format', 'bind', '--file', endpoint, '--zones', 'all'],
      /privatelink, public/,
    ],
    'a serial in words': [['--format', 'bind', '--file', endpoint, '--serial', 'two'], /no whole number/],
    'a missing file': [['--format', 'bind', '--file', join(folder, 'absent')], /cannot be read/],
    'no JSON': [['--format', 'bind', '--file', write('bad.json', '{')], /ends in the middle/],
    'a huge file': [
      ['--format', 'bind', '--file', write('huge.json', ' '.repeat(8 * 1024 * 1024 + 1))],
      /more than 8 MiB/,
    ],
    'no names': [
      ['--format', 'bind', '--file', write('empty.json', '{"dnsConfiguration": {}}')],
      /empty\.json: .*no name/,
    ],
    'a bad address': [
      [
        '--format',
        'hosts',
        '--file',
        write('address.json', '{"dnsConfiguration": {"gbl.his.arc.azure.com": "10.0.0.256"}}'),
      ],
      /no IP address/,
    ],
  };
  for (const [name, [args, message]] of Object.entries(refused))
    test(`${name}: exit code 2`, async () => {
      const { status, stdout } = await run(...args, '--json');
      assert.equal(status, 2, stdout);
      const { error } = JSON.parse(stdout) as { error: { message: string; fix: string } };
      assert.match(`${error.message} ${error.fix}`, message);
    });
});
