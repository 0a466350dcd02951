/** The repository's own rules: which way imports point, what pure code may not touch, how long a file is. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { parseSync, Visitor } from 'oxc-parser';
import { importsOf, refusedImports } from './imports.mjs';
import { impureGlobs, isPure, layers, pureGlobs, wings } from './layers.mjs';
import { root } from './project-node.mjs';

const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter(Boolean)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const sources = files.filter(
  ({ path }) => /^(apps|packages)\//.test(path) && !/\.(test|testkit)\.ts$|^packages\/testkit\//.test(path),
);

const packageOf = (path) => /^(packages|apps)\/[^/]+/.exec(path)?.[0];

/** Folders by the names of the packages. */
const packages = Object.fromEntries(
  ['apps', 'packages'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => [
      JSON.parse(readFileSync(join(root, kind, name, 'package.json'), 'utf8')).name,
      `${kind}/${name}`,
    ]),
  ),
);

const rule = (name, offenders) => test(name, () => assert.deepEqual(offenders, []));

/** `Date` but as a moment that is given or parsed, and `random` however it is taken out of `Math`. */
const readsClockOrChance =
  /(?<!new )\bDate\(|\bnew Date\b(?!\([^)])|\bDate\.now\b|=\s*(Date|Math)\b(?!\.)|\bMath\.random\b/;

test('pure code is seen to read a clock or chance, however it is written', () => {
  for (const text of [
    'Date.now()',
    'new Date()',
    'new Date',
    'const t = () => Date();',
    'const { now, parse } = Date;',
    'const { random } = Math;',
    'Math.random()',
  ])
    assert.match(text, readsClockOrChance);
  for (const text of [
    'new Date(now)',
    'Date.parse(text)',
    'Date.UTC(2026)',
    'Math.min(a)',
    '= Math.max(1, 2)',
  ])
    assert.doesNotMatch(text, readsClockOrChance);
});

describe('the repository keeps its own rules', () => {
  test('the imports are seen at all', () =>
    assert.ok(sources.flatMap((file) => importsOf(file, packages)).length > 100));

  rule(
    'node:http is taken without an import statement, which would load undici (docs/decisions/0035)',
    sources.filter(({ text }) => /^import (?!type\b)[^;]*'node:http';/m.test(text)).map(({ path }) => path),
  );

  const listed = Object.keys(layers);
  const importsAllowed = (name) => layers[name]?.imports.map((other) => `packages/${other}`);
  rule(
    'imports point one way: apps → packages, between packages and between wings as listed, out of both as listed',
    sources.flatMap((file) => refusedImports(file, packages)),
  );

  test('every package is in the layers, and nothing else', () =>
    assert.deepEqual(
      [
        ...new Set(
          sources.map(({ path }) => packageOf(path)).filter((name) => name?.startsWith('packages/')),
        ),
      ].sort(),
      listed.toSorted(),
    ));

  rule(
    'no circle of packages',
    listed.filter((name) => {
      const seen = new Set();
      const reach = (from) =>
        (importsAllowed(from) ?? []).some(
          (next) => next === name || (!seen.has(next) && seen.add(next) && reach(next)),
        );
      return reach(name);
    }),
  );

  const wingOf = (path) => /^apps\/tombolo\/([^/]+)\//.exec(path)?.[1];
  const inWings = sources.filter(({ path }) => path.startsWith('apps/tombolo/'));
  rule(
    'apps/tombolo is cli.ts, bin.mjs and its wings',
    inWings
      .map(({ path }) => path)
      .filter((path) => (wingOf(path) ? !(wingOf(path) in wings) : !/\/(cli\.ts|bin\.mjs)$/.test(path))),
  );

  test('CONTRIBUTING.md’s table says what each package may import, and which are pure', () => {
    const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const rows = new Map(
      [...page.matchAll(/^\| `(packages\/[a-z-]+)` \| ([^|]+) \| ([^|]*) \|$/gm)].map(
        ([, name, what, may]) => [name, { may: may.trim(), pure: what.startsWith('pure') }],
      ),
    );
    for (const [name, { imports, pure }] of Object.entries(layers))
      assert.deepEqual(
        rows.get(name),
        { may: imports.toSorted().join(', ') || 'nothing', pure: pure.includes('**') },
        name,
      );
  });

  describe('what is pure is listed once', () => {
    const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

    rule(
      'each entry of the list is there',
      pureGlobs.filter((glob) => !glob.includes('*') && !sources.some(({ path }) => path === glob)),
    );

    test('the compiler takes Node’s types from exactly that', () => {
      const { compilerOptions, include, exclude } = readJson('tsconfig.pure.json');
      assert.deepEqual(compilerOptions, { types: [], lib: ['ES2024'] });
      assert.deepEqual(include, pureGlobs);
      assert.deepEqual(exclude, impureGlobs);
    });

    test('the linter refuses Node’s modules in exactly that', () => {
      const fences = readJson('biome.json').overrides.filter(
        ({ linter }) => linter?.rules?.correctness?.noNodejsModules === 'error',
      );
      assert.deepEqual(
        fences.map(({ includes }) => includes),
        [[...pureGlobs, ...impureGlobs.map((glob) => `!${glob}`)]],
      );
    });

    rule(
      'it reads no clock and no randomness',
      sources
        .filter(({ path }) => isPure(path))
        .filter(({ text }) => readsClockOrChance.test(text))
        .map(({ path }) => path),
    );
  });

  rule(
    'a type that is asserted against the compiler has its reason above it',
    sources.flatMap(({ path, text }) => {
      const lines = text.split('\n');
      return lines.flatMap((line, index) =>
        line.includes('as unknown as') &&
        !lines.slice(Math.max(0, index - 2), index + 1).some((near) => /^\s*(\/\/|\/?\*)/.test(near))
          ? [`${path}:${index + 1}`]
          : [],
      );
    }),
  );

  // On a disk that is nearly full a write takes a part and tells how much; writeFileSync goes on, or throws.
  rule(
    'what is written to a file is written whole: writeFileSync, on a descriptor too, and never writeSync',
    sources.filter(({ text }) => /\bwriteSync\b/.test(text)).map(({ path }) => path),
  );

  // ARM's ids write some types without a provider; whose they are is said once.
  rule(
    'the kernel knows no provider: what a type has of its own, its definition says',
    sources
      .filter(({ path }) => path.startsWith('packages/arm/'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^(?! *(?:\/?\*|\/\/)).*['"`/]microsoft\.[a-z].*$/gim)].map(
          ([line]) => `${path}: ${line.trim()}`,
        ),
      )
      .filter(
        (found) =>
          found !== "packages/arm/resource-id.ts: export const rootNamespace = 'Microsoft.Resources';",
      ),
  );

  // These pass on what another place has said: a private-link rule, an operation's step, the control process.
  const passesOn = [
    'packages/arm/long-running.ts',
    'packages/arm/refusals.ts',
    'packages/hybrid-services/access.ts',
    'packages/hybrid-services/control-client.ts',
    'packages/identity/access-token.ts',
    'packages/providers/rule-refusal.ts',
  ];
  rule(
    'what is refused comes from a table: nobody makes an ArmError of its own',
    sources
      .filter(({ path, text }) => text.includes('new ArmError(') !== passesOn.includes(path))
      .map(({ path }) => path),
  );

  rule(
    'R16: whoever opens a TLS listener or connection takes the floor from tls-policy.ts, and nobody else says a version',
    sources
      .filter(({ path }) => path !== 'packages/private-link/tls-policy.ts')
      .filter(
        ({ text }) =>
          /['"]TLSv1/.test(text) ||
          (/^import (?!type )[^;]*from 'node:(tls|https)'|\bhttps: \{|\.setSecureContext\(/m.test(text) &&
            !/^import (?!type )[^;]*\bminVersion\b[^;]*from '@tombolo\/private-link'/m.test(text)),
      )
      .map(({ path }) => path),
  );

  rule(
    'no module passes 300 lines, those that tests share neither',
    files
      .filter(({ path, text }) => text.split('\n').length > 301 && !/\.test\.(ts|mjs)$/.test(path))
      .map(({ path, text }) => `${path}: ${text.split('\n').length}`),
  );

  describe('files of whole processes end by themselves, also when a test in them fails', () => {
    const whole = files.filter(({ path }) => /^(e2e|conformance)\//.test(path));
    rule(
      'whoever ends something after a file says so to ends-with-file.ts, which waits for it and goes on to the next',
      whole.filter(({ text }) => /^(await )?after\(/m.test(text)).map(({ path }) => path),
    );
    rule(
      'a child is a child of its file',
      whole
        // It is started for measurements too, and its starter says what ends it.
        .filter(({ path }) => path !== 'conformance/installation.ts')
        .flatMap(({ path, text }) =>
          [...text.matchAll(/(childOfFile\(\s*)?(?<![.\w])(spawn|fork|execFile|exec)\(/g)]
            .filter(([, kept]) => kept === undefined)
            .map(([found]) => `${path}: ${found}`),
        ),
    );
    rule(
      'a file that opens sockets or starts processes is one of those that do',
      whole
        .filter(({ path }) => path.endsWith('.test.ts'))
        .filter(({ text }) => /from 'node:(child_process|dgram|https?|net|tls)'/.test(text))
        .filter(
          ({ text }) =>
            !/from '(@tombolo\/testkit\/ends-with-file|[./]+\/(server|world|arm)\.ts)'/.test(text),
        )
        .map(({ path }) => path),
    );
  });

  rule(
    'every module opens with one sentence of purpose',
    sources.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|import )/.test(text)).map(({ path }) => path),
  );

  rule(
    'no file is named for nothing in particular',
    files
      .filter(({ path }) => /^(utils?|common|helpers?|managers?|misc)\b/i.test(basename(path)))
      .map(({ path }) => path),
  );

  rule(
    'file names are kebab-case',
    files
      .filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/.test(basename(path)))
      .map(({ path }) => path),
  );

  rule(
    'regions are listed in one table only',
    (() => {
      const names = JSON.parse(
        readFileSync(join(root, 'packages/private-link/regions.json'), 'utf8'),
      ).flatMap(({ name, displayName }) => [name, displayName]);
      const quoted = new RegExp(`['"](${names.join('|')})['"]`, 'g');
      return (
        sources
          // A published page says of a row for which regions it is.
          .filter(({ path }) => !path.startsWith('packages/requirements/pages/'))
          .map(({ path, text }) => [path, new Set(text.match(quoted)).size])
          .filter(([, count]) => count >= 5)
          .map(([path, count]) => `${path} names ${count} regions`)
      );
    })(),
  );

  rule(
    'what a host name is made of is said in packages/dns-records/host-name.ts',
    sources
      .filter(({ path }) => path !== 'packages/dns-records/host-name.ts')
      .filter(({ text }) => /\[(?![^\]]*(A-Z|\.))[^\]]*a-z0-9[^\]]*\]\)?\{[01],6[123]\}/.test(text))
      .map(({ path }) => path),
  );

  rule(
    'documents and their ids are read by packages/store/document.ts: nobody else has readers of them',
    files
      .filter(
        ({ path, text }) =>
          /^(apps|packages)\//.test(path) &&
          path !== 'packages/store/document.ts' &&
          /\b(const|function) (isObject|objectOf|propertiesOf|propertiesIn|(object|list|string|text|reference|bod(y|ies)|number)s?At|nameOf|parentIdOf)\b|\.split\('\/'\)\.slice\(0, [35]\)/.test(
            text,
          ),
      )
      .map(({ path }) => path),
  );

  rule(
    'the zones of private links are named in packages/private-link/private-link-zone.ts, the header of warnings in packages/arm/warning-header.ts',
    sources
      .filter(({ text }) => /privatelink\.\$\{|\('privatelink['.]|['"]x-tombolo-warning/.test(text))
      .map(({ path }) => path)
      .filter((path) => path !== 'packages/arm/warning-header.ts'),
  );

  rule(
    'properties have fixed seeds: what fails, fails again',
    files.flatMap(({ path, text }) => {
      if (!text.includes('fc.assert(')) return [];
      const unseeded = [];
      new Visitor({
        CallExpression: ({ callee, arguments: given }) => {
          if (callee.object?.name === 'fc' && callee.property?.name === 'assert' && given.length < 2)
            unseeded.push(path);
        },
      }).visit(parseSync(path, text).program);
      return unseeded;
    }),
  );

  rule(
    'SQLite is known in packages/store/sqlite only; bench/ measures it beside the store',
    files
      .filter(
        ({ path, text }) =>
          !/^(packages\/store\/sqlite|bench)\//.test(path) &&
          path !== 'scripts/rules.test.mjs' &&
          /['"]node:sqlite['"]|\b(SELECT|DELETE) [^'"`]*\bFROM\b|\bINSERT (OR \w+ )?INTO\b|\bUPDATE \w+ SET\b|\bCREATE (TABLE|INDEX|TRIGGER)\b|\bPRAGMA \w|\bBEGIN (IMMEDIATE|EXCLUSIVE)\b|['"`]-(wal|shm|journal)\b/.test(
            text,
          ),
      )
      .map(({ path }) => path),
  );

  rule(
    'addresses are read in one package',
    sources
      .filter(({ path, text }) => !path.startsWith('packages/ip/') && text.includes("from 'ipaddr.js'"))
      .map(({ path }) => path),
  );
});
