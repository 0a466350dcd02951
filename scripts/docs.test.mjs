/** The documentation is true: its links, paths, tables, commands and flags hold, and its marked blocks run. */

import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { configurationKeys, configurationProperties, printedValue } from '@tombolo/agent';
import { failureTable } from '@tombolo/agent/failure';
import { refusalTable } from '@tombolo/private-link';
import { configurationSchema, readConfiguration } from '../apps/tombolo/installation/configuration.ts';
import { exitCodes } from '../apps/tombolo/shell/command-error.ts';
import { runBlocks } from './docs-blocks.mjs';
import {
  checkInvocation,
  commandsIn,
  exitsOf,
  helpText,
  invocationsOf,
  leafCommands,
} from './docs-invocations.mjs';
import { root } from './project-node.mjs';

const isForeign = (path) => String(path).includes('node_modules');
const read = (path) => ({ path, text: readFileSync(join(root, path), 'utf8') });
const pages = ['.', 'docs', 'docs/decisions']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'))
  .map(read);
/** The folders' own pages: what they name is checked, and what can be pasted. */
const packagePages = globSync('{packages/*,packages/*/*,bench,conformance,examples}/README.md', { cwd: root })
  .filter((path) => !isForeign(path))
  .map(read);
const pageOf = (path) => pages.find((page) => page.path === path);

/** Rows of the table behind `<!-- name -->`, as cells without the marks of code. */
const tableAfter = (path, name) => {
  const [, rest] = pageOf(path).text.split(`<!-- ${name} -->\n`);
  assert.ok(rest, `${path} has no table ${name}`);
  const lines = rest.slice(0, rest.search(/\n(?!\|)/)).split('\n');
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );
};

const withoutBlocks = (text) => text.replace(/^```[\s\S]*?^```/gm, '');

/** GitHub's anchors: lower case, no punctuation, hyphens for spaces. */
const anchorsOf = (text) =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const brokenLinks = ({ path, text }) =>
  [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file, anchor] = target.split('#');
      const found = file === '' ? join(root, path) : join(root, dirname(path), file);
      if (!existsSync(found)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(found, 'utf8')).includes(anchor);
    })
    .map((target) => `${path} → ${target}`);

const folders = /^(apps|packages|scripts|docs|conformance|e2e|bench|fuzz|examples)\//;

/** Of what stands between backquotes: paths from the root, and names of source files wherever they are. */
const missingPaths = ({ path, text }) =>
  [...withoutBlocks(text).matchAll(/`([^`\s]+)`/g)]
    .map(([, name]) => name)
    .filter((name) => folders.test(name) || /^[a-z0-9/-]+(\.test|\.testkit)?\.(ts|mjs)$/.test(name))
    // An example's name, and what "npm run build" makes.
    .filter((name) => !/^(x\.|dist\/)/.test(name))
    .filter((name) => {
      const pattern = name.replace(/<[^>]+>/g, '*').replace(/\/$/, '');
      const from = folders.test(name)
        ? pattern
        : `{apps,packages,scripts,conformance,bench,e2e,fuzz}/**/${pattern}`;
      return globSync(from, { cwd: root, exclude: isForeign }).length === 0;
    })
    .map((name) => `${path}: ${name}`);

/** At zsh's prompt `#` begins no comment: pasted, one behind a command is arguments, and one alone a command that is not found. */
const commentsAmongCommands = ({ path, text }) =>
  [...text.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block
      .split('\n')
      .filter((line) => /(^|\s)#(\s|$)/.test(line.replace(/'[^']*'|"[^"]*"/g, '')))
      .map((line) => `${path}: ${line.trim()}`),
  );

describe('the documentation is true', () => {
  test('no comment stands among commands', () =>
    assert.deepEqual([...pages, ...packagePages].flatMap(commentsAmongCommands), []));

  test('its pages are seen at all', () => assert.ok(pages.length > 15));
  test('every relative link and its anchor exists', () =>
    assert.deepEqual([...pages, ...packagePages].flatMap(brokenLinks), []));
  test('every path and source file that it names exists', () =>
    assert.deepEqual([...pages, ...packagePages].flatMap(missingPaths), []));

  test('every decision is listed', () => {
    const listed = pageOf('docs/decisions/README.md').text;
    const decisions = pages.filter(({ path }) => /decisions\/\d{4}-/.test(path));
    assert.deepEqual(
      decisions
        .map(({ path }) => relative('docs/decisions', path))
        .filter((name) => !listed.includes(`(${name})`)),
      [],
    );
  });

  test('the configuration page has each key with its default, variable and flag', () => {
    const defaults = configurationSchema.parse({});
    const rows = tableAfter('docs/configuration.md', 'keys');
    assert.deepEqual(
      rows.map(([key]) => key),
      Object.keys(configurationSchema.shape),
    );
    const flags = helpText('tombolo', ['up']);
    for (const [key, , shown, variable, flag] of rows) {
      if (key !== 'regions')
        assert.deepEqual(shown === '–' ? undefined : JSON.parse(shown), defaults[key], key);
      if (flag !== '–') assert.ok(flags.includes(`${flag} `), `${key}: ${flag} is no flag of up`);
      if (variable === '–') continue;
      const sample = { port: '4444', address: '192.0.2.7', timing: 'azure', realize: 'lo' };
      const value = sample[key] ?? (key.endsWith('Port') ? sample.port : sample.address);
      assert.equal(String(readConfiguration(undefined, {}, { [variable]: value })[key]), value, variable);
    }
  });

  test('the example of a configuration file is one', () => {
    const [, example] = /^```json\n([\s\S]*?)^```/m.exec(pageOf('docs/configuration.md').text);
    assert.ok(configurationSchema.parse(JSON.parse(example)).upstreamNameServers.length > 0);
  });

  test('no variable and no flag of up is missing from the configuration page', () => {
    const page = pageOf('docs/configuration.md').text;
    const source = readFileSync(join(root, 'apps/tombolo/installation/configuration.ts'), 'utf8');
    const variables = [...source.matchAll(/^ {2}(TOMBOLO_\w+):/gm)].map(([, name]) => name);
    const flags = [...helpText('tombolo', ['up']).matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
    assert.ok(variables.length > 3 && flags.length > 5);
    assert.deepEqual(
      [...variables, ...flags].filter((name) => !['--json'].includes(name) && !page.includes(name)),
      [],
    );
  });

  test('the exit codes of tombolo are those of the code', () => {
    const documented = tableAfter('docs/command-line.md', 'exit-codes')
      .filter(([code]) => code !== '0')
      .map(([code, name]) => [name, Number(code)]);
    assert.deepEqual(Object.fromEntries(documented), exitCodes);
  });

  test('what each command ends with is what its help says', () => {
    const meant = leafCommands().map((names) => [
      names.join(' '),
      exitsOf(names)
        .map(({ code, meaning }) => `${code} ${meaning}`)
        .join(', '),
    ]);
    assert.deepEqual(tableAfter('docs/command-line.md', 'command-exit-codes'), meant);
  });

  test('the exit codes of tombolo-agent are those of the code', () => {
    const documented = tableAfter('docs/command-line.md', 'agent-exit-codes')
      .filter(([code]) => code !== '0')
      .map(([code, name, meaning]) => [code, name, meaning]);
    const expected = Object.entries(failureTable).map(([number, { meaning }]) => [
      number,
      `AZCM${number.padStart(4, '0')}`,
      meaning,
    ]);
    assert.deepEqual(documented, expected);
  });

  test('the settings of tombolo-agent are those of the code', () => {
    const expected = configurationKeys.map((key) => {
      const { type, allowed, default: usual, since, does } = configurationProperties[key];
      return [key, type, allowed, printedValue(usual) || '–', since, does];
    });
    assert.deepEqual(tableAfter('docs/command-line.md', 'agent-settings'), expected);
  });

  test('the refusals of the private-link rules are those of the code', () => {
    const documented = tableAfter('docs/private-link.md', 'refusals').map(([code, status, rules, whose]) => [
      code,
      { status, rules, origin: whose === 'ours' ? 'ours' : 'azure' },
    ]);
    const shown = ({ status }) => (typeof status === 'object' ? `exit code ${status.exit}` : String(status));
    const expected = Object.entries(refusalTable).map(([code, entry]) => [
      code,
      { status: shown(entry), rules: entry.rules.join(', '), origin: entry.origin },
    ]);
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(expected));
  });

  test('each rule is cited where it is said to be decided and tested', () => {
    const rows = tableAfter('docs/private-link.md', 'rules');
    assert.deepEqual(
      rows.map(([rule]) => rule),
      Array.from({ length: 23 }, (_, index) => `R${index + 1}`),
    );
    const files = (cell) => [...cell.matchAll(/[a-z0-9./-]+\.ts/g)].map(([path]) => path);
    const silent = rows.flatMap(([rule, , decided, , tested]) =>
      [...files(decided), ...files(tested)]
        .filter((path) => !new RegExp(`\\b${rule}\\b`).test(readFileSync(join(root, path), 'utf8')))
        .map((path) => `${rule}: ${path}`),
    );
    assert.deepEqual(silent, []);
  });

  test('every command of tombolo has a section on the command-line page', () => {
    const page = pageOf('docs/command-line.md').text;
    const commands = [
      ...helpText('tombolo', [])
        .split('Commands:')[1]
        .matchAll(/^ {2}([a-z]+)/gm),
    ].map(([, name]) => name);
    const missing = commands.filter(
      (name) => name !== 'help' && !new RegExp(`^## .*\`tombolo ${name}\\b`, 'm').test(page),
    );
    assert.ok(commands.length > 10);
    assert.deepEqual(missing, []);
  });

  test('every command line names commands and flags that exist', () => {
    const invocations = pages.flatMap(({ path, text }) =>
      invocationsOf(text).map((line) => ({ path, ...line })),
    );
    assert.ok(invocations.length > 20);
    assert.deepEqual(
      invocations.flatMap((found) =>
        checkInvocation(found).map((fault) => `${found.path}: ${found.text}: ${fault}`),
      ),
      [],
    );
  });

  test('what the programs say to type is what a shell finds', () => {
    const sources = globSync('{apps,packages}/**/*.ts', { cwd: root, exclude: isForeign })
      .filter((path) => !/\.(test|testkit)\.ts$/.test(path))
      .map(read);
    const commands = ['tombolo', 'tombolo-agent'].flatMap((program) => commandsIn(helpText(program, [])));
    assert.ok(commands.length > 15);
    const bare = new RegExp(`(?<![\\w./-])tombolo(-agent)? (${commands.join('|')}|--help)(?![\\w-])`);
    const hints = sources.flatMap(({ path, text }) =>
      text
        .split('\n')
        .filter((line) => !/^\s*(\/\/|\/?\*)|Written by/.test(line) && bare.test(line))
        .filter((line) => !line.includes('tombolo-agent version ${'))
        .map((line) => `${path}: ${line.trim()}`),
    );
    assert.deepEqual(hints, []);
  });

  test('every block marked <!-- run --> runs against an installation', { timeout: 900_000 }, async (t) => {
    await runBlocks(pages, t);
  });
});
