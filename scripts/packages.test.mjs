/** The packages' own rules: what they are called, what they name at which version, and that the lock has all of it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from './project-node.mjs';

/** What is in the repository, and what is about to be. */
const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Every package of ours, with what it names. */
const manifests = tracked('package.json', '*/package.json').map((path) => {
  const manifest = readJson(path);
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return {
    path,
    manifest,
    named: Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
  };
});

const { packages } = readJson('package-lock.json');

/** As Node looks: in the package's own folder, then in those above it. */
const isLocked = (at, name) =>
  packages[join(at, 'node_modules', name)] !== undefined ||
  (at !== '' && isLocked(at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))), name));

const isTest = (path) => /\.(test|testkit)\.ts$/.test(path) || path.startsWith('packages/testkit/');
const byName = /(?:from|import)\s*\(?\s*['"]@tombolo\/([a-z-]+)(\/[a-z0-9./-]+)?['"]/g;
const byPath = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;

const rule = (name, offenders) => test(name, () => assert.deepEqual(offenders, []));

describe('what npm is told is what is meant', () => {
  test('the packages are seen at all', () => assert.ok(manifests.length > 15));

  rule(
    'dependencies are pinned',
    manifests.flatMap(({ path, named }) =>
      named
        // Also one that has only ever been released as an alpha.
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`),
    ),
  );

  const imported = /(?:from|import)\s*\(?\s*['"]((?:@[a-z0-9-]+\/)?[a-z0-9][a-z0-9._-]*)[^'":]*['"]/g;
  rule(
    'every package declares what it imports, and nothing else',
    manifests
      .filter(({ path }) => path !== 'package.json')
      .flatMap(({ path, manifest, named }) => {
        const importsOf = (files) =>
          new Set(
            files
              .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(imported)])
              .map(([, name]) => name)
              .filter((name) => name !== manifest.name),
          );
        const all = tracked(`${dirname(path)}/*.ts`);
        const used = importsOf(all);
        const imports = importsOf(all.filter((file) => !/\.(test|testkit)\.ts$/.test(file)));
        const declared = named.map(([name]) => name);
        return [
          ...[...imports].filter((name) => !declared.includes(name)).map((name) => `${path} lacks ${name}`),
          ...declared.filter((name) => !used.has(name)).map((name) => `${path} has ${name} for nothing`),
        ];
      }),
  );

  describe('doors: what a package exports is what others import', () => {
    /** `[from, package of ours, path in it]` of each import by name. */
    const visits = tracked('*.ts', '*.mjs').flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(byName)]
        .map(([, owner, path]) => [file, `packages/${owner}`, path ? `.${path}` : '.'])
        .filter(([, owner]) => !file.startsWith(`${owner}/`)),
    );
    const doors = manifests
      .filter(({ path }) => path.startsWith('packages/'))
      .map(({ path, manifest }) => [dirname(path), manifest.exports]);

    test('the imports are seen at all', () => assert.ok(visits.length > 500));

    for (const [owner, exports] of doors)
      test(owner, () =>
        assert.deepEqual(
          exports,
          Object.fromEntries(
            [...new Set(visits.filter(([, to]) => to === owner).map(([, , door]) => door))]
              .sort()
              .map((door) => [door, door === '.' ? './index.ts' : `${door}.ts`]),
          ),
        ),
      );

    rule(
      'nobody goes past them by a path',
      tracked('*.ts', '*.mjs').flatMap((file) => {
        const own = /^packages\/[^/]+\//.exec(file)?.[0] ?? 'apps/';
        return [...readFileSync(join(root, file), 'utf8').matchAll(byPath)]
          .map(([, path]) => join(dirname(file), path))
          .filter((path) => path.startsWith('packages/') && !path.startsWith(own))
          .map((path) => `${file} → ${path}`);
      }),
    );

    rule(
      'what is for tests is behind doors of tests',
      visits
        .filter(([file]) => /^(apps|packages)\//.test(file) && !isTest(file))
        .filter(([, owner, door]) => door.endsWith('.testkit') || owner === 'packages/testkit')
        .map(([file, owner, door]) => `${file} → ${owner} ${door}`),
    );
  });

  // npm's `tombolo` is somebody else's: outside of the clone npm would fetch and run it.
  const fetchesOfOurs = /\b(npx|npm (exec|x|install|i|add))( +-{1,2}[a-z-]*)* +tombolo\b/;
  rule(
    'our programs are called by ./tombolo and ./tombolo-agent, never fetched by name',
    tracked().filter((path) => fetchesOfOurs.test(readFileSync(join(root, path), 'latin1'))),
  );

  rule(
    'every package has a name under our scope, and is private until it is released',
    manifests
      .filter(({ manifest }) => !manifest.name.startsWith('@tombolo/') || manifest.private !== true)
      .map(({ path }) => path),
  );

  const here = new Map(manifests.map(({ manifest }) => [manifest.name, manifest.version]));
  rule(
    'a package of ours is named at the version that is here: npm asks a registry for any other',
    manifests.flatMap(({ path, named }) =>
      named
        .filter(([name, version]) => name.startsWith('@tombolo/') && here.get(name) !== version)
        .map(([name, version]) => `${path}: ${name} ${version}`),
    ),
  );

  rule(
    'the lock has every package that one of its packages names, for other platforms too: npm ci wants them',
    Object.entries(packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !isLocked(path, name))
        .map((name) => `${path} → ${name}`),
    ),
  );
});
