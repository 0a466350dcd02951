/** No regular expression of production code takes quadratic time on a text that somebody made for it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './project-node.mjs';
import { literalsOf, quadraticFlaw } from './regular-expressions.mjs';

const flawed = (...expressions) =>
  expressions.filter(({ source, flags }) => quadraticFlaw({ pattern: source, flags }) !== undefined);

test('an expression that begins anew where its repetition has been is seen', () => {
  const slow = [
    /#.*$/,
    /\/+$/,
    /[\\ ]+$/,
    /[/:].*$/,
    /\[[^\]]*\]/g,
    /a|%.*x/,
    /\s{2,}$/,
    /(b+)c/,
    /(b+|x)c/,
    /(?<!x)\/+$/,
    /(?:ab)+$/,
  ];
  assert.deepEqual(flawed(...slow), slow);
});

test('one that begins once, cannot fail after its repetition, or repeats other characters, is not', () => {
  const fast = [
    /^#.*$/,
    /(?<!\/)\/+$/,
    /\s+/g,
    /#.*/,
    /\s*,/y,
    /\{([a-z-]+)\}/,
    /\/a\/[^/]+$/,
    /\[[^[\]]*\]/g,
    /\d{1,3}$/,
    /^(?:ab)+$/,
  ];
  assert.deepEqual(flawed(...fast), []);
});

/** Read over texts of our own only. */
const ownTexts = { 'apps/tombolo/shell/command.ts': String.raw`(?:"[^"]*"|'[^']*'|\S)+` };

test('no production code has such an expression', () => {
  const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
    ...{ cwd: root, encoding: 'utf8' },
  })
    .split('\n')
    .filter((path) => /^(apps|packages)\/(?!testkit\/).*(?<!\.(test|testkit))\.ts$/.test(path));
  const literals = paths.flatMap((path) =>
    literalsOf({ path, text: readFileSync(join(root, path), 'utf8') }).filter(
      ({ pattern }) => ownTexts[path] !== pattern,
    ),
  );
  assert.ok(literals.length > 200);
  assert.deepEqual(
    literals.flatMap((each) => {
      const flaw = quadraticFlaw(each);
      return flaw === undefined ? [] : [`${each.place} /${each.pattern}/: ${flaw}`];
    }),
    [],
  );
});
