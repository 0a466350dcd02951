import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { agentVersion } from '@tombolo/agent/version';
import { root } from '../project-node.mjs';
import { buildRelease } from './build.mjs';
import { buildExecutables, prepareAgent } from './executable.mjs';
import { billOfMaterials, licenseReport } from './sbom.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-release-'));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

/** Elsewhere nothing runs the program that is built here. */
const skipExecutable = process.platform === 'linux' && process.arch === 'x64' ? false : 'needs Linux on x64';

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

  test("of the agent can have Node inside: it runs without PATH, node_modules and the caller's NODE_OPTIONS", {
    skip: skipExecutable,
  }, async () => {
    const [program] = await buildExecutables(join(scratch, 'executable'), ['linux-x64']);
    const run = (...args) =>
      spawnSync(program, args, {
        cwd: scratch,
        encoding: 'utf8',
        env: { PATH: '', NODE_OPTIONS: '--no-such-option' },
        timeout: 600_000,
      });
    const { stdout, stderr } = run('version');
    assert.deepEqual({ stdout, stderr }, { stdout: `tombolo-agent version ${agentVersion}\n`, stderr: '' });
    const shown = run('show', '--json', '--state-dir', join(scratch, 'nothing'));
    assert.equal(shown.status, 0, shown.stderr);
    assert.equal(JSON.parse(shown.stdout).agentVersion, agentVersion);
  });

  test('puts the same bytes into each Node, with no path of the machine that built them', async () => {
    const [first, second] = await Promise.all(
      ['blob-one', 'blob-two'].map(async (name) => {
        const folder = join(scratch, name);
        mkdirSync(folder);
        return readFileSync(await prepareAgent(folder));
      }),
    );
    assert.ok(first.equals(second));
    for (const path of [root, scratch]) assert.ok(!first.includes(path), path);
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
