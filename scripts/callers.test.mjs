/** Every export of the packages that decide is called by production code: a rule that nobody asks enforces nothing. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exportsWithoutCaller } from './callers.mjs';
import { root } from './project-node.mjs';

const deciding = ['private-link', 'identity', 'network-rules'];

/** Exports that stay without a caller, each with its reason. What has one again, or is gone, has to leave the list. */
const reasons = {
  // Rules whose enforcer is not here yet.
  'packages/private-link/association.ts associableMachines':
    'R6: the portal offers machines; there is none yet',
  'packages/private-link/decide-access.ts refuseFeature':
    'R13: SSH and Windows Admin Center are refused where they are asked for; neither is here yet',
  'packages/identity/service-principals.ts removeSecret':
    'removePassword of Microsoft Graph, which is not here yet; a lost secret is replaced by `tombolo principal`',
  'packages/identity/service-principals.ts removeCertificate': 'removeKey of Microsoft Graph, as above',
  // Parts of what is called, in the same file, that tests look at by themselves.
  'packages/private-link/network-check.ts alwaysPublicHosts': 'R11: the hosts that checkNetwork warns about',
  'packages/private-link/refusals.ts refusalTable':
    'what refuse and httpStatusOf read; docs/private-link.md is held to it',
  'packages/identity/authorize.ts actionMatches': 'what isAllowed matches actions by',
  'packages/identity/authorize.ts scopeCovers': 'what isAllowed matches scopes by',
  'packages/identity/certificate-authority.ts AuthorityRefused':
    'thrown; who starts an installation reads its message',
  'packages/identity/machine-certificate-check.ts longestMachineCertificate':
    'the bound of verifyMachineCertificate',
  'packages/identity/roles.ts roleDefinitionId': 'the ids that builtInRoles carry',
  'packages/identity/roles.ts roleNames': 'the names that builtInRoles carry',
};

const repository = () =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe('the packages that decide', () => {
  test('have a caller in production for every export, or a reason', () => {
    assert.deepEqual(exportsWithoutCaller(repository(), deciding), Object.keys(reasons).sort());
  });
});

describe('the table of packages/private-link’s README', () => {
  const page = readFileSync(join(root, 'packages/private-link/README.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (?!rule |---)([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
    ([, rule, decided, files]) => ({
      rule,
      functions: [...decided.matchAll(/`(\w+)`( \(nothing asks yet\))?/g)].map(([, name, mark]) => ({
        name,
        marked: mark !== undefined,
      })),
      files: [...files.matchAll(/`([\w-]+\.ts)`/g)].map(([, file]) => `packages/private-link/${file}`),
    }),
  );

  test('names the function that decides each rule, and marks those that nothing in production asks', () => {
    assert.ok(rows.length > 12);
    const uncalled = exportsWithoutCaller(repository(), ['private-link']);
    for (const { rule, functions, files } of rows) {
      assert.ok(functions.length > 0 && files.length > 0, rule);
      const texts = files.map((file) => [file, readFileSync(join(root, file), 'utf8')]);
      for (const { name, marked } of functions) {
        const [home] = texts.find(([, text]) => new RegExp(`^export const ${name}\\b`, 'm').test(text)) ?? [];
        assert.ok(home, `${rule}: ${name} is in none of ${files}`);
        assert.equal(uncalled.includes(`${home} ${name}`), marked, `${rule}: ${name}`);
      }
      for (const [file, text] of texts)
        assert.ok(
          functions.some(({ name }) => new RegExp(`^export const ${name}\\b`, 'm').test(text)),
          `${rule}: ${file} has none of them`,
        );
    }
  });

  test('and what stands below it leave no rule out', () => {
    const told = new Set([...page.matchAll(/\bR(\d+)\b/g)].map(([, number]) => Number(number)));
    assert.deepEqual(
      Array.from({ length: 23 }, (_, index) => index + 1).filter((number) => !told.has(number)),
      [],
    );
  });
});

describe('an export without a caller is found', () => {
  const rule = (text, ...others) =>
    exportsWithoutCaller(
      [
        { path: 'packages/identity/roles.ts', text },
        {
          path: 'packages/identity/index.ts',
          text: "export * from './roles.ts';\nexport type { T } from './roles.ts';",
        },
        ...others.map(([path, other]) => ({ path, text: other })),
      ],
      ['identity'],
    );
  const decide = 'export const decide = () => true;\n';
  const uncalled = ['packages/identity/roles.ts decide'];

  test('where nothing imports it, where only tests do, and where its own file calls it', () => {
    assert.deepEqual(rule(decide), uncalled);
    assert.deepEqual(rule(`${decide}decide();`), uncalled);
    for (const path of [
      'packages/identity/roles.test.ts',
      'packages/gateway/x.testkit.ts',
      'packages/testkit/x.ts',
      'bench/x.ts',
    ])
      assert.deepEqual(
        rule(decide, [path, "import { decide } from '@tombolo/identity/roles';\n"]),
        uncalled,
        path,
      );
  });

  test('where it is only passed on, taken as a type, named in a comment, or is another of the name', () => {
    for (const text of [
      "import type { decide } from '@tombolo/identity';\n",
      "import { type decide, other } from '@tombolo/identity';\n",
      "/** import { decide } from '@tombolo/identity'; */\n",
      "// import { decide } from '@tombolo/identity';\n",
      "import { decide } from '@tombolo/gateway';\n",
      "import { other as decide } from '@tombolo/identity';\n",
      "import * as identity from '@tombolo/identity';\nidentity.other();\n",
      'export const decide = 1;\ndecide;\n',
    ])
      assert.deepEqual(rule(decide, ['apps/x/main.ts', text]), uncalled, text);
  });

  test('and one with a caller is not, by whatever way it is imported', () => {
    for (const text of [
      "import { decide } from '@tombolo/identity';\n",
      "import { decide } from '@tombolo/identity/roles';\n",
      "import {\n  decide as judge,\n  type T,\n} from '@tombolo/identity';\n",
      "import * as identity from '@tombolo/identity';\nidentity.decide();\n",
      "const { decide } = await import('@tombolo/identity');\n",
      "import { decide } from '../../packages/identity/roles.ts';\n",
    ])
      assert.deepEqual(rule(decide, ['apps/x/main.ts', text]), [], text);
    assert.deepEqual(
      rule(decide, ['packages/identity/other.ts', "import { decide } from './roles.ts';\n"]),
      [],
    );
  });

  test('of every form of export; types need no caller', () => {
    const forms = [
      'export async function a() {}',
      'export class b {}',
      'export let c = 1;',
      'const d = 1;\nexport { d };',
      'export const { e } = {};',
      'export interface F {}\nexport type G = F;',
    ];
    assert.deepEqual(
      rule(forms.join('\n')).map((entry) => entry.split(' ')[1]),
      ['a', 'b', 'c', 'd', 'e'],
    );
  });
});
