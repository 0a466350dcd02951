import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importsOf, refusedImports, specifiersOf } from './imports.mjs';

const packages = {
  '@tombolo/gateway': 'packages/gateway',
  '@tombolo/store': 'packages/store',
  '@tombolo/sample': 'packages/store',
  '@tombolo/server': 'apps/tombolo',
  '@tombolo/connected-machine-agent': 'apps/agent',
};
const refused = (path, text) => refusedImports({ path, text }, packages).map((line) => line.split(' → ')[1]);

test('imports are seen in every form that the language has for them', () => {
  const text = `
    import 'a';
    import b from "b";
    import type { C } from 'c';
    import {
      d,
    } from 'd';
    export * from 'e';
    export type { F } from 'f';
    const g = await import('g');
    const h = await import(\`h\`);
    const i = await import(/* why */ 'i');
    type J = import('j').J;
    const none = Array.from('k'), importer = ['l'];`;
  assert.deepEqual(specifiersOf(text), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']);
});

test('a package’s name is its folder, of apps too; what npm has is none of ours', () =>
  assert.deepEqual(
    importsOf(
      {
        path: 'packages/dns/lookup.ts',
        text: "import '@tombolo/server/shell/log'; import '@tombolo/store/port'; import 'zod'; import './name.ts';",
      },
      packages,
    ),
    ['apps/tombolo/shell/log', 'packages/store/port', 'packages/dns/name.ts'],
  ));

describe('an import is refused', () => {
  for (const [what, path, text, target] of [
    ['of a package that is not below', 'packages/dns/a.ts', "import '@tombolo/gateway';", 'packages/gateway'],
    ['in back quotes', 'packages/dns/a.ts', 'import(`@tombolo/gateway`)', 'packages/gateway'],
    ['behind a comment', 'packages/dns/a.ts', "import(/* x */ '@tombolo/gateway')", 'packages/gateway'],
    ['of scripts', 'packages/dns/a.ts', "import '../../scripts/coverage.ts';", 'scripts/coverage.ts'],
    ['of tests', 'packages/dns/a.ts', "import '../../e2e/arm.ts';", 'e2e/arm.ts'],
    ['of a testkit', 'packages/store/a.ts', "import './x.testkit.ts';", 'packages/store/x.testkit.ts'],
    [
      'of a testkit’s door',
      'apps/tombolo/shell/a.ts',
      "import '@tombolo/sample/x.testkit';",
      'packages/store/x.testkit',
    ],
    ['of an app by a package', 'packages/dns/a.ts', "import '@tombolo/server';", 'apps/tombolo'],
    [
      'of another app, by name',
      'apps/tombolo/commands/index.ts',
      "import '@tombolo/connected-machine-agent';",
      'apps/agent',
    ],
    [
      'of another app, by path',
      'apps/tombolo/commands/index.ts',
      "import '../../agent/cli.ts';",
      'apps/agent/cli.ts',
    ],
    [
      'of a wing that is not below',
      'apps/tombolo/shell/a.ts',
      "import '../server/server.ts';",
      'apps/tombolo/server/server.ts',
    ],
    [
      'of such a wing, by name',
      'apps/tombolo/shell/a.ts',
      "import '@tombolo/server/server/server';",
      'apps/tombolo/server/server',
    ],
  ])
    test(what, () => assert.deepEqual(refused(path, text), [target]));

  test('none that is below, beside, or listed', () => {
    assert.deepEqual(refused('packages/dns/a.ts', "import '@tombolo/store/port'; import './b.ts';"), []);
    assert.deepEqual(refused('apps/tombolo/commands/a.ts', "import '../server/server.ts';"), []);
    assert.deepEqual(refused('apps/tombolo/bin.mjs', "import '../../scripts/project-node.mjs';"), []);
  });
});
