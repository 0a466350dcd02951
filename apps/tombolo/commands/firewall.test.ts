import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runInProcess } from './command-line.testkit.ts';

const folder = mkdtempSync(join(tmpdir(), 'tombolo-firewall-command-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, value: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
};
const run = async (...args: readonly string[]) => {
  const { code, out, err } = await runInProcess('firewall', ...args, '--state', join(folder, 'state'));
  return { status: code, stdout: out, stderr: err };
};

const tags = (changeNumber: number, values: Readonly<Record<string, readonly string[]>>) => ({
  changeNumber,
  cloud: 'Public',
  values: Object.entries(values).map(([name, addressPrefixes]) => ({
    name,
    id: name,
    properties: { region: '', addressPrefixes },
  })),
});
const lastWeek = write('last-week.json', tags(1, { AzureActiveDirectory: ['192.0.2.0/25'] }));
const today = write('today.json', tags(2, { AzureActiveDirectory: ['192.0.2.0/24', '2001:db8::/32'] }));
const endpoint = write('endpoint.json', {
  properties: {
    customDnsConfigs: [
      { fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['10.0.1.4'] },
      { fqdn: 'japaneast-gas.guestconfiguration.azure.com', ipAddresses: ['10.0.1.8'] },
    ],
  },
});
const servers = ['--product', 'servers', '--region', 'japaneast'];

describe('tombolo firewall export', () => {
  test('prints one file, and on standard error what it cannot say; --strict makes that exit code 9', async () => {
    const made = await run('export', '--format', 'nftables', ...servers, '--service-tags', today);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /^\t\t\t192\.0\.2\.0\/24$/m);
    assert.match(
      made.stderr,
      /Not expressed as nftables .*\n(.*\n)* {2}packages\.microsoft\.com port 443: no service tag/,
    );
    assert.match(made.stderr, /Note: .* no tag AzureResourceManager/);
    const strict = await run(
      'export',
      '--format',
      'nftables',
      ...servers,
      '--service-tags',
      today,
      '--strict',
    );
    assert.equal(strict.status, 9);
  });

  test('private: both legs from a described endpoint, several files in a directory, never over one that is there', async () => {
    const out = join(folder, 'rules');
    const args = [
      ...['export', '--format', 'iptables', ...servers, '--connectivity', 'private-endpoint'],
      ...['--file', endpoint, '--dns', '10.0.2.4', '--service-tags', today, '--out', out],
    ];
    assert.equal((await run(...args)).status, 0);
    assert.deepEqual(readdirSync(out).sort(), ['tombolo.ipset', 'tombolo.rules.v4', 'tombolo.rules.v6']);
    const sets = readFileSync(join(out, 'tombolo.ipset'), 'utf8');
    for (const entry of ['10.0.1.4/32', '10.0.1.8/32', '10.0.2.4/32', '192.0.2.0/24'])
      assert.ok(sets.includes(`add tombolo-new ${entry}\n`), entry);
    const again = await run(...args);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /is there already.*\n.*--force/);
    assert.equal((await run(...args, '--force')).status, 0);
  });

  test('--json is one document with files, what is not expressed and whether the form was ever executed', async () => {
    const made = await run('export', '--format', 'fortigate', ...servers, '--json');
    const document = JSON.parse(made.stdout) as {
      executed: boolean;
      files: { name: string; text: string }[];
      unexpressed: { host: string; reason: string }[];
    };
    assert.equal(document.executed, false);
    assert.match(document.files[0]?.text ?? '', /set fqdn "login\.microsoftonline\.com"/);
    assert.ok(document.unexpressed.some(({ host }) => host === 'azgn*.servicebus.windows.net'));
  });

  test('what does not exist or cannot be is refused with what to do', async () => {
    for (const [args, status, pattern] of [
      [['--format', 'nft'], 2, /no format 'nft'.*\n.*Did you mean nftables\?/],
      [['--format', 'nsg', '--product', 'server'], 2, /no product 'server'.*\n.*Did you mean servers/],
      [['--format', 'nsg', '--region', 'japaneest'], 2, /no region 'japaneest'.*\n.*Did you mean japaneast/],
      [
        ['--format', 'nftables', ...servers],
        9,
        /Nothing of the plan can be said as nftables.*\n.*--service-tags/,
      ],
      [['--format', 'pac', ...servers], 2, /needs a proxy/],
      [['--format', 'nsg', ...servers, '--endpoint-file', endpoint], 2, /--connectivity private-endpoint/],
      [['--format', 'nsg', '--service-tags', join(folder, 'none.json')], 2, /cannot be read/],
      [
        ['--format', 'nsg', '--service-tags', write('half.json', '{"changeNumber":1,"cl')],
        2,
        /ends in the middle/,
      ],
      [
        ['--format', 'nsg', ...servers, '--out', join(folder, 'no', 'such', 'x.json')],
        2,
        /cannot be written/,
      ],
    ] as const) {
      const made = await run('export', ...args);
      assert.equal(made.status, status, `${args.join(' ')}: ${made.stderr}`);
      assert.match(made.stderr, pattern);
      assert.equal(made.stdout, '');
    }
  });
});

describe('tombolo firewall diff', () => {
  test('two lists of service tags, for one case: exit code 9 on request', async () => {
    const found = await run('diff', lastWeek, today, ...servers, '--exit-code', '--json');
    assert.equal(found.status, 9, found.stderr);
    assert.deepEqual((JSON.parse(found.stdout) as { addresses: unknown }).addresses, [
      { rule: 'internet-tcp-443', added: ['192.0.2.128/25', '2001:db8::/32'], removed: [] },
    ]);
    assert.equal((await run('diff', today, today, ...servers, '--exit-code')).status, 0);
  });

  test('two exports, read back; mixed inputs are refused', async () => {
    const exported = async (list: string, name: string): Promise<string> => {
      const out = join(folder, name);
      const made = await run('export', '--format', 'json', ...servers, '--service-tags', list, '--out', out);
      assert.equal(made.status, 0, made.stderr);
      return out;
    };
    const [old, now] = [await exported(lastWeek, 'export-0.json'), await exported(today, 'export-1.json')];
    const found = await run('diff', old, now);
    assert.equal(found.status, 0);
    assert.match(found.stdout, /internet-tcp-443: 2 added, 0 removed\n {2}\+ 192\.0\.2\.128\/25/);
    assert.equal((await run('diff', old, old, '--exit-code')).stdout, 'The rules are the same.\n');
    const mixed = await run('diff', old, today);
    assert.equal(mixed.status, 2);
    assert.match(mixed.stderr, /cannot be compared/);
  });
});
