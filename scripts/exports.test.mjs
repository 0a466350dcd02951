/** Whatever is exported has somebody who comes for it, in production too: an export that only tests call is a rule that nobody asks. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from './project-node.mjs';
import { optionSeams, seams } from './seams.mjs';
import { testOnlyOptions } from './test-only-options.mjs';

const configuration = JSON.parse(readFileSync(join(root, 'knip.json'), 'utf8'));

/** `path name` of each file, export and dependency that knip finds nobody for. */
const unused = (cwd, settings, ...args) => {
  const folder = mkdtempSync(join(tmpdir(), 'tombolo-knip-'));
  const file = join(folder, 'knip.json');
  writeFileSync(file, JSON.stringify(settings));
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules', '.bin', 'knip'),
    ['--no-progress', '--reporter=json', '--config', file, ...args],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  rmSync(folder, { recursive: true });
  assert.match(stdout, /^\{/, stderr);
  return JSON.parse(stdout)
    .issues.flatMap(({ file: path, ...found }) =>
      Object.values(found)
        .filter(Array.isArray)
        .flat(2)
        .map(({ name }) => (name === path ? path : `${path} ${name}`)),
    )
    .sort();
};

/** Tests, and what they share, call nothing: the doors that are theirs are no doors then. */
const withoutTests = ({ workspaces, ...rest }) => ({
  ...rest,
  include: ['exports', 'files'],
  workspaces: Object.fromEntries(
    Object.entries(workspaces).map(([name, settings]) => [
      name,
      name === '.'
        ? settings
        : {
            ...settings,
            node: { entry: [name === 'packages/testkit' ? '**/*.ts' : '**/*.{test,testkit}.ts'] },
          },
    ]),
  ),
});

describe('what is not used is not there', () => {
  test('files, exports and dependencies that nobody at all uses', () =>
    assert.deepEqual(unused(root, configuration), []));

  test('exports that no production code uses have a reason in seams.mjs, and what has a caller again leaves it', () =>
    assert.deepEqual(unused(root, withoutTests(configuration), '--production'), Object.keys(seams).sort()));
});

describe('what only tests switch on is not there either', () => {
  test('options and arguments that no production code gives have a reason in seams.mjs, and what is given again leaves it', () => {
    const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const modules = paths
      .split('\n')
      .filter(
        (path) => /^(?:apps|packages)\/(?!testkit\/)/.test(path) && !/\.(?:test|testkit)\.ts$/.test(path),
      )
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
    assert.deepEqual(testOnlyOptions(modules), Object.keys(optionSeams).sort());
  });

  test('and they are found by their names: given in a literal, by assignment, by a call, or passed on with the function', () => {
    const modules = [
      [
        'rule.ts',
        `export interface RuleOptions { asked: 1; given?: 1; assigned?: 1; read?: 1; taken?: 1 }
         export interface Shape { any?: 1 }
         export const called = (one: 1, two = 2, three?: 3) => one;
         export function passed(one = 1) {}
         export const spread = (one = 1) => one;
         export const needed = (one: 1, ...rest: 1[]) => one;
         export const nobodys = (one = 1) => one;`,
      ],
      [
        'caller.ts',
        `import { called, passed, spread } from './rule.ts';
         const { read, taken: mine } = options;
         use({ asked: 1, given });
         options.assigned = 1;
         called(1, 2);
         list.map(passed);
         spread(...list);`,
      ],
    ].map(([path, text]) => ({ path, text }));
    assert.deepEqual(testOnlyOptions(modules), [
      'rule.ts RuleOptions.read',
      'rule.ts RuleOptions.taken',
      'rule.ts called(argument 3)',
    ]);
  });
});

describe('what is not used is found', () => {
  const repository = (context, files) => {
    const folder = mkdtempSync(join(tmpdir(), 'tombolo-exports-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const manifests = {
      'package.json': '{"name":"w","private":true,"type":"module","workspaces":["apps/*","packages/*"]}',
      'tsconfig.json':
        '{"compilerOptions":{"module":"NodeNext","allowImportingTsExtensions":true,"noEmit":true}}',
      'apps/tombolo/package.json':
        '{"name":"@tombolo/server","type":"module","bin":"./cli.ts","dependencies":{"@tombolo/rules":"1.0.0"}}',
      'packages/rules/package.json':
        '{"name":"@tombolo/rules","version":"1.0.0","type":"module","exports":{".":"./index.ts"}}',
    };
    for (const [path, text] of Object.entries({ ...manifests, ...files })) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  };
  const files = {
    'packages/rules/index.ts': "export { asked, passedOn, tested } from './rule.ts';\n",
    'packages/rules/rule.ts':
      'export const asked = () => own();\nexport const own = () => 1;\nexport const tested = 2;\nexport const passedOn = 3;\nexport type Nobodys = 4;\n',
    'packages/rules/rule.test.ts': "import { tested } from './rule.ts';\ntested;\n",
    'packages/rules/alone.ts': 'const alone = 1;\nalone;\n',
    'apps/tombolo/cli.ts': "import { asked } from '@tombolo/rules';\nasked();\n",
  };
  const { '.': _, ...workspaces } = configuration.workspaces;
  const settings = { ...configuration, ignoreIssues: {}, workspaces };

  test('a file, an export of its own file only, one that is only passed on, a type', (context) =>
    assert.deepEqual(unused(repository(context, files), settings), [
      'packages/rules/alone.ts',
      'packages/rules/index.ts passedOn',
      'packages/rules/index.ts tested',
      'packages/rules/rule.ts Nobodys',
      'packages/rules/rule.ts own',
      'packages/rules/rule.ts passedOn',
    ]));

  test('and one that only a test uses, where tests do not count', (context) =>
    assert.ok(
      unused(repository(context, files), withoutTests(settings), '--production').includes(
        'packages/rules/rule.ts tested',
      ),
    ));
});
