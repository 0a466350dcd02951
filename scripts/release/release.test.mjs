import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from '../project-node.mjs';
import { buildRelease } from './build.mjs';
import { billOfMaterials, licenseReport } from './sbom.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-release-'));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

describe('a release', () => {
  test('is two files, the same bytes each time, with no path of the machine that built it', async () => {
    const [first, second] = [join(scratch, 'one'), join(scratch, 'two')];
    const files = await buildRelease(first);
    await buildRelease(second);
    assert.deepEqual(
      files.map((path) => basename(path)),
      ['tombolo.mjs', 'tombolo-agent.mjs'],
    );
    for (const path of files) {
      const bytes = readFileSync(path);
      assert.ok(bytes.equals(readFileSync(join(second, basename(path)))), basename(path));
      assert.ok(!bytes.includes(root), `${basename(path)} names ${root}`);
    }
  });

  test('runs with Node alone, without node_modules: the whole quickstart comes out as expected', async () => {
    const folder = join(scratch, 'alone');
    await buildRelease(folder);
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(TOMBOLO_|AZURE_|ARM_|NODE_)/.test(name)),
    );
    const run = (...args) =>
      spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env, timeout: 600_000 });
    assert.match(run('tombolo.mjs', 'version').stdout, /^tombolo \d+\.\d+\.\d+ /);
    assert.match(run('tombolo-agent.mjs', 'connect', '--help').stdout, /Usage: tombolo-agent connect/);
    const ports = ['--https-port', '0', '--dns-port', '0'];
    const check = run('tombolo.mjs', 'quickstart', '--check', '--json', '--state', 'state', ...ports);
    assert.equal(check.status, 0, check.stdout.slice(-2_000) + check.stderr.slice(-2_000));
    assert.ok(JSON.parse(check.stdout).checks.every(({ ok }) => ok));
  });

  test('says what it is made of, the same each time, and every package has a licence', () => {
    const bill = billOfMaterials();
    assert.equal(bill.bomFormat, 'CycloneDX');
    assert.deepEqual(billOfMaterials(), bill);
    const names = bill.components.map(({ group, name }) => (group ? `${group}/${name}` : name));
    for (const name of ['fastify', 'zod', 'jose', 'cli-table3', '@peculiar/x509'])
      assert.ok(names.includes(name), name);
    for (const name of ['typescript', '@azure/identity']) assert.ok(!names.includes(name), name);
    assert.doesNotMatch(licenseReport(bill), /^(unknown|.*GPL)/m);
  });
});
