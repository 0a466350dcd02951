/** Finds the command lines of tombolo and tombolo-agent in a page, and holds them to the programs' own help. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { addCommands } from '../apps/tombolo/commands/index.ts';
import { root } from './project-node.mjs';

/** The command line of tombolo without its actions. */
const tombolo = new Command('tombolo').configureHelp({ helpWidth: 200 });
await addCommands(tombolo, async () => {});

const commandOf = (names) =>
  names.reduce((above, name) => above.commands.find((below) => below.name() === name), tombolo);

const tomboloHelp = (names) => commandOf(names).configureHelp({ helpWidth: 200 }).helpInformation();

/** `{code, meaning}` for each exit code that the help of a command of tombolo names. */
export const exitsOf = (names) => {
  let text = '';
  commandOf(names)
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
    })
    .outputHelp();
  // A meaning that is too long for a line goes on below itself.
  const lines = (/^Exit codes:\n((?: {2}.+\n)+)/m.exec(text)?.[1] ?? '').replace(/\n {5}(?! )/g, ' ');
  return [...lines.matchAll(/^ {2}(\d+) {2}(.+)$/gm)].map(([, code, meaning]) => ({ code, meaning }));
};

/** The commands of tombolo that can be run, without the groups of them. */
export const leafCommands = (path = []) => {
  const { commands } = commandOf(path);
  return commands.length === 0 ? [path] : commands.flatMap((below) => leafCommands([...path, below.name()]));
};

const agentHelp = (names) => {
  const run = spawnSync(process.execPath, [join(root, 'apps/agent/bin.mjs'), ...names, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1', COLUMNS: '200' },
  });
  if (run.status !== 0)
    throw new Error(`tombolo-agent ${names.join(' ')} --help ended with ${run.status}: ${run.stderr}`);
  return run.stdout;
};

const known = new Map();

/** What `<program> <names> --help` prints. */
export const helpText = (program, names) => {
  const key = [program, ...names].join(' ');
  if (!known.has(key)) known.set(key, program === 'tombolo' ? tomboloHelp(names) : agentHelp(names));
  return known.get(key);
};

/** The commands that a help text lists. */
export const commandsIn = (help) =>
  [...(help.split(/^Commands:/m)[1]?.split(/^\S/m)[0] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(
    ([, name]) => name,
  );

const flagsIn = (help) => [...help.matchAll(/(?:^|[\s,])(--?[a-z][a-z-]*)/gim)].map(([, flag]) => flag);

/** `{text, called, program, words}` for each invocation in the page's sh blocks. */
export const invocationsOf = (page) =>
  [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => !/^\s*#/.test(line))
      .flatMap((line) => line.split(/\$\(|\|\|?|&&?|;|>|"\$/))
      .flatMap((part) => {
        const found = /(?:^|\s)(?:sudo )?((?:\.\/)?(tombolo(?:-agent)?))(\s[^)]*|$)/.exec(
          part.replace(/^\s*(env )?/, ' '),
        );
        if (!found) return [];
        const [, called, program, words = ''] = found;
        return [{ text: part.trim(), called, program, words: wordsOf(words) }];
      }),
  );

const wordsOf = (text) => (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).filter((word) => word !== '"');

/** What is wrong with an invocation: a name that no shell finds, unknown commands and flags. */
export const checkInvocation = ({ called, program, words }) => {
  if (called !== `./${program}`) return [`it is called by ./${program}`];
  const commands = [];
  let rest = [...words];
  for (;;) {
    const offered = commandsIn(helpText(program, commands));
    const [next] = rest;
    if (next === undefined || !offered.includes(next)) {
      if (offered.length > 0 && next !== undefined && !next.startsWith('-'))
        return [`there is no command '${next}'`];
      break;
    }
    commands.push(next);
    rest = rest.slice(1);
  }
  const flags = flagsIn(helpText(program, commands));
  return rest
    .filter((word) => /^--?[a-z]/i.test(word))
    .map((word) => word.split('=')[0])
    .filter((flag) => !flags.includes(flag))
    .map((flag) => `there is no flag '${flag}'`);
};
