/** `tombolo requirements` as it is started: no installation, exit codes, documents that parse. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Ended, runInProcess } from '../../commands/command-line.testkit.ts';
import { topicNames } from './topics.ts';

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'cli.ts');
let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tombolo-requirements-'));
});
after(() => rm(directory, { recursive: true }));

const run = (...words: readonly string[]): Promise<Ended> => runInProcess('requirements', ...words);

/** As people start it, in an empty directory: nothing there may be needed. */
const start = (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, NODE_NO_WARNINGS: '1' };
    execFile(process.execPath, [cli, 'requirements', ...words], { cwd: directory, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });

interface Listed {
  readonly in: readonly { readonly via: string; readonly requirement: { readonly host: string } }[];
  readonly out: readonly {
    readonly reason: { readonly code: string };
    readonly requirement: { readonly id: string };
  }[];
  readonly endpoints: readonly { readonly host: string; readonly addresses: readonly string[] }[];
}

describe('tombolo requirements', () => {
  test('list --json: the exact list, and what is out with version-bounded and superseded entries marked', async () => {
    const { code, out } = await run(
      ...['list', '--product', 'servers', '--region', 'Japan East', '--agent-version', '1.67'],
      ...['--connectivity', 'private-endpoint', '--resource-management-private-link', '--json'],
    );
    assert.equal(code, 0);
    const listed = JSON.parse(out) as Listed;
    assert.deepEqual(
      listed.in.filter(({ via }) => via === 'private').map(({ requirement }) => requirement.host),
      ['management.azure.com', '*.his.arc.azure.com', '*.guestconfiguration.azure.com'],
    );
    assert.ok(listed.endpoints.some(({ host }) => host === 'je.his.arc.azure.com'));
    const codes = new Set(listed.out.map(({ reason }) => reason.code));
    assert.ok(
      codes.has('withdrawn') &&
        codes.has('superseded') &&
        codes.has('agent-version') &&
        !codes.has('other-product'),
    );
  });

  test('list --summary prints the counts by product and cloud', async () => {
    const [text, json] = await Promise.all([run('list', '--summary'), run('list', '--summary', '--json')]);
    assert.match(text.out, /servers +│ AzureUSGovernment +│ 11 +│ 13 /);
    assert.match(text.out, /800 rows, 986 entries, 5 superseded, 26 withdrawn/);
    const seeds = await run('list', '--summary', '--as-of', 'seeds');
    assert.match(seeds.out, /88 rows, 100 entries, 3 superseded/);
    assert.equal((JSON.parse(json.out) as { counts: unknown[] }).counts.length, 41);
  });

  test('list --summary counts the products and the cloud that are named', async () => {
    const counted = async (...words: readonly string[]) => {
      const { out } = await run('list', '--summary', ...words, '--json');
      const { counts } = JSON.parse(out) as { counts: { product: string; cloud: string }[] };
      return counts.map(({ product, cloud }) => `${product} ${cloud}`);
    };
    const clouds = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'].map((cloud) => `servers ${cloud}`);
    assert.deepEqual(await counted('--product', 'servers'), clouds);
    assert.deepEqual(await counted('--product', 'servers', '--cloud', 'AzureChinaCloud'), [clouds[2]]);
  });

  test('list --summary refuses what would narrow the list and not the counts', async () => {
    for (const words of [
      ['--region', 'japaneast'],
      ['--feature', 'nope'],
      ['--connectivity', 'proxy'],
    ]) {
      const { code, out } = await run('list', '--summary', ...words, '--json');
      assert.equal(code, 2, out);
      assert.ok(JSON.parse(out).error.message.includes(words[0]), out);
    }
  });

  test('export: a form and --json contradict each other, unless the list goes to a file', async () => {
    const refused = await run('export', '--format', 'csv', '--json');
    assert.equal(refused.code, 2);
    assert.match(refused.out, /contradict/);
    assert.equal((await run('export', '--format', 'catalogue', '--json')).code, 0);
    const file = join(directory, 'with-json.csv');
    const { code, out } = await run('export', '--format', 'csv', '--out', file, '--json');
    assert.deepEqual([code, (JSON.parse(out) as { file: string }).file], [0, file]);
  });

  test('what does not exist ends with 2 and names the nearest', async () => {
    const cases = [
      [['list', '--product', 'severs'], /servers/],
      [['list', '--region', 'japaneats'], /japaneast/],
      [['list', '--cloud', 'AzureGov'], /AzureUSGovernment/],
      [['list', '--product', 'kubernetes', '--cloud', 'AzureChinaCloud', '--as-of', 'seeds'], /servers/],
      [['list', '--as-of', '2025-02-30'], /2025-06-30/],
      [['list', '--as-of', '2022-01-01'], /from 2022-12-16 on/],
      [['list', '--as-of', '2100-01-01'], /seeds/],
      [['list', '--agent-version', 'new'], /1\.24/],
      [['list', '--parameter', 'vcenter-address'], /name=value/],
      [['list', '--file', 'absent.json'], /absent\.json cannot be read/],
      [['list', '--endpoint', 'absent.json'], /not the id of a private endpoint/],
      [['list', '--expand'], /--region/],
      [['list', '--cloud', 'AzureUSGovernment', '--region', 'usgovvirginia', '--expand'], /--expand/],
      [['show', 'service-tag'], /service-tags/],
      [['explain', 'a b'], /gbl\.his/],
      [['diff', '1.0.0', '9.0.0'], /3\.0\.0/],
      [['export', '--format', 'pdf'], /markdown/],
    ] as const;
    await Promise.all(
      cases.map(async ([words, fix]) => {
        const { code, err } = await run(...words);
        assert.equal(code, 2, words.join(' '));
        assert.match(err, fix, words.join(' '));
      }),
    );
  });

  test('explain ends with 0 for a host that a row covers and 9 for another', async () => {
    const [known, unknown] = await Promise.all([
      run('explain', 'https://www.microsoft.com/pkiops/certs', '--product', 'esu'),
      run('explain', 'management.azur.com'),
    ]);
    const other = await run('explain', 'http://dls.microsoft.com', '--feature', 'hotpatching');
    assert.match(other.out, /^dls\.microsoft\.com:80$/m);
    assert.equal(other.code, 9);
    assert.doesNotMatch(other.out, /IN, public/);
    assert.match(other.out, /port 80 is not needed, but 443/);
    assert.equal(known.code, 0);
    assert.match(known.out, /IN, public/);
    assert.equal(unknown.code, 9);
    assert.match(unknown.out, /Did you mean management\.azure\.com/);
  });

  test("a private endpoint's JSON, in each of its shapes, brings names and addresses", async () => {
    const customDnsConfigs = [{ fqdn: 'gbl.his.arc.azure.com', ipAddresses: ['10.1.2.3'] }];
    const shapes = [customDnsConfigs, { customDnsConfigs }, { properties: { customDnsConfigs } }];
    await Promise.all(
      shapes.map(async (shape, index) => {
        const file = join(directory, `endpoint-${index}.json`);
        await writeFile(file, JSON.stringify(shape));
        const { out } = await run(
          ...['list', '--product', 'servers', '--connectivity', 'private-endpoint'],
          ...[index === 0 ? '--endpoint' : '--file', file, '--json'],
        );
        const found = (JSON.parse(out) as Listed).endpoints.find(({ host }) => host.startsWith('gbl.'));
        assert.deepEqual(found?.addresses, ['10.1.2.3']);
        const text = await run(
          ...['list', '--product', 'servers', '--connectivity', 'private-endpoint', '--file', file],
        );
        assert.match(text.out, /gbl\.his\.arc\.azure\.com at 10\.1\.2\.3/);
      }),
    );
    // R4, R7: the names are West US's, the question is about East US.
    const foreign = join(directory, 'westus.json');
    const name = 'westus-gas.guestconfiguration.azure.com';
    await writeFile(
      foreign,
      JSON.stringify({ customDnsConfigs: [{ fqdn: name, ipAddresses: ['10.1.2.4'] }] }),
    );
    const asked = ['list', '--product', 'servers', '--connectivity', 'private-endpoint', '--file', foreign];
    const said = /names are of westus, not of eastus/;
    assert.match((await run(...asked, '--region', 'eastus')).out, said);
    assert.doesNotMatch((await run(...asked, '--region', 'westus')).out, said);
    const bad = join(directory, 'bad.json');
    await writeFile(bad, '{"customDnsConfigs":[{"fqdn":"a.example","ipAddresses":["10.1.2"]}]}');
    assert.equal((await run('list', '--file', bad)).code, 2);
    await writeFile(bad, '{"customDnsConfigs":[');
    assert.match((await run('list', '--file', bad)).err, /ends in the middle/);
  });

  test('an exported catalogue is compared like a published one; a file that is there is not overwritten', async () => {
    const file = join(directory, 'today.json');
    assert.equal((await run('export', '--format', 'catalogue', '--out', file)).code, 0);
    assert.equal((await run('export', '--format', 'catalogue', '--output', file)).code, 2);
    assert.equal((await run('diff', file, '3.0.0', '--exit-code')).code, 0);
    const other = await run('diff', '1.0.0', '2.0.0', '--exit-code', '--json');
    assert.equal(other.code, 9);
    assert.equal((JSON.parse(other.out) as { added: unknown[] }).added.length, 28);
    const newer = await run('diff', '2.0.0', file, '--product', 'servers', '--cloud', 'AzureCloud', '--json');
    const { added, removed } = JSON.parse(newer.out) as Record<string, { host: string }[]>;
    assert.ok(added?.some(({ host }) => host === '*.login.microsoft.com'));
    assert.equal(removed?.length, 3);
    const document = JSON.parse(await readFile(file, 'utf8')) as { requirements: { host: string }[] };
    document.requirements[0]!.host = 'not a host';
    const broken = join(directory, 'broken.json');
    await writeFile(broken, JSON.stringify(document));
    const refused = await run('diff', broken, '2.0.0');
    assert.equal(refused.code, 2);
    assert.match(refused.err, /requirements\.0\.host/);
  });

  test('update takes a newer catalogue, whole or not at all, and answers say which they are of', async () => {
    const state = join(directory, 'updated');
    const file = join(directory, 'newer.json');
    const document = JSON.parse((await run('export', '--format', 'catalogue')).out) as {
      version: string;
      requirements: { id: string; host: string }[];
    };
    await writeFile(file, JSON.stringify(document));
    const same = await run('update', '--file', file, '--state', state);
    assert.equal(same.code, 2);
    assert.match(same.err, /not newer[\s\S]*release's own stays in use.*--as-of/);
    const older = join(directory, 'older.json');
    await writeFile(older, JSON.stringify(document));
    document.version = '3.1.0';
    document.requirements = document.requirements.slice(0, 40);
    await writeFile(file, JSON.stringify(document));
    const kept = await run('update', '--file', file, '--state', state, '--json');
    assert.equal(kept.code, 0);
    assert.deepEqual((({ version, entries, before }) => [version, entries, before])(JSON.parse(kept.out)), [
      '3.1.0',
      40,
      '3.0.0',
    ]);
    const ask = async (...words: readonly string[]) =>
      (await run('list', '--product', 'servers', '--state', state, ...words)).out;
    assert.match(await ask(), /Catalogue 3\.1\.0 \(taken from a file\), from sources of/);
    assert.match(await ask('--as-of', 'seeds'), /Catalogue 2\.0\.0 as of seeds/);
    const back = await run('update', '--file', older, '--state', state);
    assert.equal(back.code, 2);
    const [, way] = /To go back to the release's own, 3\.0\.0, remove (\S+);/.exec(back.err) ?? [];
    assert.equal(way, join(state, 'requirements.json'), back.err);
    // Every other way to ask answers from it too; what is not taken from a file says whose it is.
    const answers = async (...words: readonly string[]) =>
      JSON.parse((await run(...words, '--state', state, '--json')).out) as {
        catalogue: {
          version: string;
          kept?: true;
          sources: object;
          age: { newestDays: number; oldestDays: number };
        };
        shown: { id: string; version: string }[] & { id?: string };
      };
    for (const words of [
      ['list', '--product', 'servers'],
      ['list', '--summary'],
      ['explain', 'login.microsoftonline.com'],
      ['show', 'versions'],
      ['show', 'products'],
      ['show', document.requirements[0]!.id],
    ]) {
      const { catalogue } = await answers(...words);
      assert.deepEqual([catalogue.version, catalogue.kept], ['3.1.0', true], words.join(' '));
      assert.ok(catalogue.age.newestDays >= 0 && catalogue.age.oldestDays > 100, words.join(' '));
    }
    assert.equal(
      (await answers('show', document.requirements[0]!.id)).shown.id,
      document.requirements[0]!.id,
    );
    assert.equal((await answers('show', 'versions')).shown.at(-1)?.version, '3.1.0');
    const tags = await answers('show', 'service-tags');
    assert.deepEqual([tags.catalogue.version, tags.catalogue.kept], ['3.0.0', undefined]);
    assert.match(
      (await run('show', 'products', '--state', state)).out,
      /Catalogue 3\.1\.0 \(taken from a file\), from sources of .* days old/,
    );
    assert.match((await run('diff', '--state', state)).out, /^3\.0\.0 .* → 3\.1\.0 /);
    const fed = JSON.parse((await run('diff', '--feed', '--state', state)).out) as {
      items: { id: string }[];
    };
    assert.equal(fed.items[0]?.id, 'tombolo-requirements-3.1.0');
    // A worse file leaves what is kept as it is.
    document.version = '3.2.0';
    document.requirements[0]!.host = 'no host';
    await writeFile(file, JSON.stringify(document));
    const refused = await run('update', '--file', file, '--state', state);
    assert.deepEqual([refused.code, /requirements\.0\.host/.test(refused.err)], [2, true]);
    assert.match(await ask(), /Catalogue 3\.1\.0/);
    // What is kept and cannot be read is said, and what helps.
    await writeFile(join(state, 'requirements.json'), '{');
    const broken = await run('list', '--product', 'servers', '--state', state);
    assert.equal(broken.code, 2);
    assert.match(broken.err, /requirements\.json/);
    const elsewhere = await run('list', '--product', 'servers', '--state', join(directory, 'other'));
    assert.match(elsewhere.out, /Catalogue 3\.0\.0, from/);
  });

  test('CSV, Markdown and the feed', async () => {
    const exported = async (format: string): Promise<string> => {
      const file = join(directory, `esu.${format}`);
      assert.equal((await run('export', '--product', 'esu', '--format', format, '--output', file)).code, 0);
      return readFile(file, 'utf8');
    };
    const csv = await exported('csv');
    assert.equal(csv.split('\r\n').filter((line) => line.startsWith('yes,')).length, 8);
    assert.match(
      await exported('markdown'),
      /\| `www\.microsoft\.com\/pkiops\/certs` \| TCP 80 \(no TLS\), TCP 443 \|/,
    );
    assert.equal((JSON.parse(await exported('json')) as Listed).in.length, 8);
    const feed = await run('diff', '--feed');
    assert.equal((JSON.parse(feed.out) as { version: string }).version, 'https://jsonfeed.org/version/1.1');
  });

  test('each list beside the tables, and an entry by its id, can be shown', async () => {
    for (const topic of topicNames) {
      const { code, out } = await run('show', topic);
      assert.equal(code, 0);
      assert.ok(out.length > 50 && !out.includes('[object'), topic);
    }
    const { out } = await run('show', 'servers/AzureCloud/004/17/www.microsoft.com/pkiops/certs', '--json');
    assert.equal((JSON.parse(out) as { shown: { path: string } }).shown.path, '/pkiops/certs');
  });

  test('started as a program it needs no installation: 0 and 2, JSON errors, nothing but the answer on stdout', async () => {
    const [list, wrong] = await Promise.all([
      start('export', '--product', 'esu', '--format', 'csv'),
      start('list', '--product', 'severs', '--json'),
    ]);
    assert.deepEqual([list.code, list.err], [0, '']);
    assert.match(list.out, /^included,via,direction,host,/);
    assert.equal(wrong.code, 2);
    assert.match((JSON.parse(wrong.out) as { error: { fix: string } }).error.fix, /^Did you mean servers/);
  });
});
