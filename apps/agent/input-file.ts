/** `--config FILE`: flags of a command in a file, JSON or YAML; what stands on the command line goes before it. */

import { readFileSync, statSync } from 'node:fs';
import { AgentFailure } from '@tombolo/agent';
import type { Command, Option } from 'commander';
import { parse } from 'yaml';

/** Flags are few and short, a pasted certificate included. */
const longest = 1024 * 1024;

const unusable = (path: string, why: string): AgentFailure =>
  new AgentFailure(19, `The file '${path}' cannot be used: ${why}.`);

const textOf = (path: string): string => {
  try {
    if (statSync(path).size > longest) throw new Error('it is longer than 1 MiB');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, (error as Error).message);
  }
};

/** Each name with its value as text; whether a text is a number or a GUID of digits is not YAML's to decide. */
const entriesOf = (path: string): readonly (readonly [string, string])[] => {
  const text = textOf(path);
  let value: unknown;
  try {
    // JSON in full: YAML takes most of it, and says of the rest what nobody understands.
    value = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { schema: 'failsafe' });
  } catch (error) {
    // Only what is wrong and where: what stands around it may be a secret.
    const [why = ''] = (error as Error).message.split(/[\n"]/);
    throw unusable(path, `it is neither JSON nor YAML: ${why.trim().replace(/[.,:]$/, '')}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unusable(path, 'it holds no names with values');
  return Object.entries(value).map(([name, entry]) => {
    if (typeof entry === 'object') throw unusable(path, `'${name}' is neither text nor true or false`);
    return [name, String(entry)];
  });
};

const named = (command: Command, name: string): Option | undefined => {
  const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return command.options.find(
    (option) => option.long === `--${name}` || (!option.negate && option.attributeName() === camel),
  );
};

const offered = (command: Command): string =>
  command.options
    .map(({ long }) => long?.slice(2))
    .filter((name) => name !== 'config')
    .join(', ');

const truth = (path: string, name: string, text: string): boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  throw unusable(path, `'${name}' has to be true or false`);
};

/** Whether any command has this flag: one file may serve `connect` and `disconnect`. */
const known = (program: Command, name: string): boolean =>
  named(program, name) !== undefined || program.commands.some((command) => known(command, name));

/** @throws AgentFailure 19 */
export const applyInputFile = (program: Command, command: Command): void => {
  const path = command.opts().config as string | undefined;
  if (path === undefined) return;
  for (const [name, text] of entriesOf(path)) {
    const option = named(command, name);
    if (option === undefined && known(program, name)) continue;
    if (option === undefined)
      throw new AgentFailure(19, `The file '${path}' has '${name}', which is no flag of ${command.name()}.`, {
        fix: `Names are: ${offered(command)}.`,
      });
    const attribute = option.attributeName();
    if (command.getOptionValueSource(attribute) === 'cli') continue;
    const value = option.required || option.optional ? text : truth(path, name, text) !== option.negate;
    command.setOptionValueWithSource(attribute, value, 'config');
  }
};
