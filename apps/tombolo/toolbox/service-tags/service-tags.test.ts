import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

const root = mkdtempSync(join(tmpdir(), 'tombolo-tags-'));
after(() => rmSync(root, { recursive: true }));
process.env.COLUMNS = '200';
process.env.TOMBOLO_STATE = join(root, 'state');
// It reads the environment when it is loaded.
const { runInProcess } = await import('../../commands/command-line.testkit.ts');
const directory = join(root, 'kept');

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into documents of every shape and assert what they find.
  readonly json: any;
}
const run = async (...args: readonly string[]): Promise<Ran> => {
  const { code, out, err } = await runInProcess('service-tags', ...args);
  return { code, out, error: err, json: out.startsWith('{') ? JSON.parse(out) : undefined };
};
const kept = (...args: readonly string[]) => run(...args, '--directory', directory);

const tag = (name: string, addressPrefixes: readonly string[], region = '') => ({
  name,
  id: name,
  properties: {
    changeNumber: 1,
    region,
    platform: 'Azure',
    systemService: 'X',
    addressPrefixes,
    networkFeatures: [],
  },
});
const file = (changeNumber: number, values: readonly object[]) => ({ changeNumber, cloud: 'Public', values });
const write = (name: string, content: object | string): string => {
  const path = join(root, name);
  writeFileSync(path, typeof content === 'string' ? content : `\uFEFF${JSON.stringify(content)}`);
  return path;
};
const older = () =>
  write(
    'ServiceTags_Public_20200106.json',
    file(80, [tag('Sql.East', ['10.0.0.0/24', '10.0.1.0/24'], 'east'), tag('Sql.West', [], 'west')]),
  );
const newer = () =>
  write(
    'newer.json',
    file(81, [tag('Sql.East', ['10.0.0.0/24'], 'east'), tag('Sql.West', ['10.0.1.0/24'], 'west')]),
  );

describe('tombolo service-tags', { concurrency: false }, () => {
  test('age: nothing kept is an alarm, with exit code 9', async () => {
    const age = await kept('age', '--json');
    assert.deepEqual([age.code, age.json.stale, age.json.newest], [9, true, []]);
  });
  test('import keeps a version with its dates, and says that no installation serves it', async () => {
    const imported = await kept('import', older(), '--json');
    assert.equal(imported.code, 0);
    const { outcome, version, notServed } = imported.json;
    assert.equal(outcome, 'kept');
    assert.deepEqual(
      [version.changeNumber, version.publishedAt, version.freshness.stale],
      ['80', '2020-01-06T00:00:00.000Z', true],
    );
    assert.match(notServed, /holds no installation/);
    assert.match((await kept('import', newer())).out, /fetched under a minute ago/);
    assert.deepEqual(readdirSync(join(directory, 'Public')).sort(), ['80.jsonl', '81.jsonl']);
  });
  test('show: versions with their age, a tag aggregated, and the nearest names of one that is not there', async () => {
    const [versions, shown, missing] = await Promise.all([
      kept('show'),
      kept('show', 'sql.east', '--change-number', '80', '--aggregate', '--json'),
      kept('show', 'Sql.Eats'),
    ]);
    assert.match(versions.out, /80[^\n]*published \d+ days ago \(2020-01-06\)[^\n]*STALE/);
    assert.deepEqual([shown.json.tag.rules, shown.json.tag.addressPrefixes], [1, ['10.0.0.0/23']]);
    assert.deepEqual([missing.code, /Sql\.East/.test(missing.error)], [2, true]);
  });
  test('diff: moved prefixes and rules, as JSON, Markdown and text, with an exit code when asked', async () => {
    const [json, markdown, text, same] = await Promise.all([
      kept('diff', '--json', '--exit-code'),
      kept('diff', '80', newer(), '--format', 'markdown'),
      kept('diff'),
      kept('diff', '81', '81', '--exit-code'),
    ]);
    assert.equal(json.code, 9);
    assert.deepEqual(json.json.tags[0].movedOut, [{ to: 'Sql.West', prefixes: ['10.0.1.0/24'] }]);
    assert.deepEqual(json.json.tags[1].rules, { before: 0, after: 1, toAdd: 1, toRemove: 0 });
    assert.match(markdown.out, /^\| moved out to \| `10\.0\.1\.0\/24` \| Sql\.West \|$/m);
    assert.match(text.out, /^ {2}< 10\.0\.1\.0\/24 from Sql\.East$/m);
    assert.equal(same.code, 0);
  });
  test('age: fresh is 0, stale is 9, and metrics say both', async () => {
    const [fresh, metrics, wrong] = await Promise.all([
      kept('age'),
      kept('age', '--metrics', '--max-age', '1d'),
      kept('age', '--max-age', 'soon'),
    ]);
    assert.deepEqual([fresh.code, wrong.code], [0, 2]);
    assert.match(fresh.out, /^Public 81: fetched under a minute ago/);
    assert.match(metrics.out, /^tombolo_service_tags_stale\{cloud="Public"\} 0$/m);
    const old = join(root, 'old');
    await run('import', older(), '--directory', old);
    const stale = await run('age', '--directory', old);
    assert.equal(stale.code, 9);
    assert.match(stale.out, /STALE, older than 14 days/);
  });
  test('bad input: each refused with its reason, and nothing that is kept changes', async () => {
    const before = readFileSync(join(directory, 'Public', '80.jsonl'), 'utf8');
    const huge = write('huge.json', '{');
    truncateSync(huge, 65 * 1024 * 1024);
    const cut = JSON.stringify(file(82, [tag('Sql', ['10.0.0.0/8'])])).slice(0, -9);
    const cases: readonly (readonly [string, RegExp])[] = [
      [write('cut.json', cut), /ends in the middle.*\n.*download it again/],
      [huge, /more than 64 MiB/],
      [
        write('host.json', file(82, [tag('Sql', ['10.0.0.1/8', '10.0.0.0/24', '2001:db8::1/32'])])),
        /2 prefix\(es\)[\s\S]*10\.0\.0\.1\/8[\s\S]*2001:db8::1\/32[\s\S]*--normalise/,
      ],
      [write('twice.json', file(82, [tag('Sql', []), tag('sql', [])])), /more than once/],
      [
        write('other.json', file(80, [tag('Sql', ['10.9.0.0/16'])])),
        /kept with other content[\s\S]*--replace/,
      ],
      [write('page.html', '<!DOCTYPE html>'), /web page.*\n.*Give the downloaded "Azure IP Ranges/],
      [join(root, 'missing.json'), /missing\.json cannot be read/],
    ];
    const answers = await Promise.all(cases.map(([path]) => kept('import', path)));
    for (const [index, [path, says]] of cases.entries()) {
      assert.equal(answers[index]!.code, 2, path);
      assert.match(answers[index]!.error, says);
    }
    assert.deepEqual(readdirSync(join(directory, 'Public')).sort(), ['80.jsonl', '81.jsonl']);
    assert.equal(readFileSync(join(directory, 'Public', '80.jsonl'), 'utf8'), before);
    const cleared = await kept('import', join(root, 'host.json'), '--normalise', '--json');
    assert.deepEqual([cleared.code, cleared.json.normalised.length], [0, 2]);
  });
  test('a directory that cannot be written is named', async () => {
    const refused = await run('import', newer(), '--directory', join(newer(), 'below'));
    assert.equal(refused.code, 3);
    assert.match(refused.error, /cannot be used/);
  });
  test('generate: a list from a profile and addresses, that import takes', async () => {
    const profile = write('island.json', {
      name: 'Island',
      suffixes: {
        his: 'his.island.example',
        guestConfiguration: 'gas.island.example',
        kubernetesConfiguration: 'dp.island.example',
      },
      resourceManager: 'https://management.island.example',
      activeDirectory: 'https://login.island.example',
      ports: { https: 443, dns: 53 },
      certificateAuthorities: [],
      publicAddresses: ['192.0.2.7'],
      regions: ['japaneast'],
    });
    writeFileSync(profile, readFileSync(profile, 'utf8').replace(/^\uFEFF/, ''));
    const output = join(root, 'own.json');
    const generated = await run(
      'generate',
      '--profile',
      profile,
      '--control',
      '192.0.2.6',
      '--tag',
      'Storage=192.0.2.8/29',
      '--out',
      output,
    );
    assert.equal(generated.code, 0, generated.error);
    const own = join(root, 'own');
    assert.equal((await run('import', output, '--directory', own)).code, 0);
    const shown = await run('show', 'AzureCloud', '--directory', own, '--json');
    assert.deepEqual(shown.json.tag.addressPrefixes, ['192.0.2.6/31', '192.0.2.8/29']);
    assert.equal((await run('generate', '--state', join(root, 'none'))).code, 5);
  });
});
