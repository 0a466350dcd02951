/** The linter, as it is set up here, refuses what the layers and the absence of circles rest on. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from './project-node.mjs';

/** `path rule` of each refusal in a repository of these files, with the linter's configuration of this one. */
const refusals = (context, files) => {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-fences-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const { vcs: _, ...configuration } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  for (const [path, text] of Object.entries({ ...files, 'biome.json': JSON.stringify(configuration) })) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '.'], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(stdout)
    .diagnostics.map(({ category, location }) => `${location.path} ${category.split('/').at(-1)}`)
    .sort();
};

describe('circles of files are refused', () => {
  test('whatever their length, of values and of types, through what a file passes on, and by a dynamic import', (context) => {
    assert.deepEqual(
      refusals(context, {
        'packages/gateway/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
        'packages/gateway/b.ts': "import { c } from './c.ts';\nexport const b = (): number => c();\n",
        'packages/gateway/c.ts': "import { a } from './a.ts';\nexport const c = (): number => a();\n",
        'packages/gateway/d.ts': "import type { E } from './e.ts';\nexport type D = E | 1;\n",
        'packages/gateway/e.ts': "import type { D } from './d.ts';\nexport type E = D | 2;\n",
        'packages/gateway/index.ts': "export * from './f.ts';\n",
        'packages/gateway/f.ts': "import type { F } from './index.ts';\nexport type G = F;\n",
        'packages/gateway/h.ts': "export const h = () => import('./i.ts');\n",
        'packages/gateway/i.ts': "import { h } from './h.ts';\nexport const i = h;\n",
      }),
      ['a', 'b', 'c', 'd', 'e', 'f', 'h', 'i', 'index'].map(
        (name) => `packages/gateway/${name}.ts noImportCycles`,
      ),
    );
  });

  test('two ways to one file are none', (context) => {
    assert.deepEqual(
      refusals(context, {
        'packages/gateway/a.ts':
          "import { b } from './b.ts';\nimport { c } from './c.ts';\nexport const a = b + c;\n",
        'packages/gateway/b.ts': "import { c } from './c.ts';\nexport const b = c;\n",
        'packages/gateway/c.ts': 'export const c = 1;\n',
      }),
      [],
    );
  });
});

test('pure code has no module of Node’s; its tests, and code at the edge, have', (context) => {
  const text = "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n";
  assert.deepEqual(
    refusals(context, {
      'packages/arm/read.ts': text,
      'packages/arm/read.test.ts': text,
      'packages/arm/read.testkit.ts': text,
      'packages/store/port.ts': text,
      'packages/store/sqlite/read.ts': text,
      'packages/gateway/gateway.ts': text,
    }),
    ['packages/arm/read.ts noNodejsModules', 'packages/store/port.ts noNodejsModules'],
  );
});
