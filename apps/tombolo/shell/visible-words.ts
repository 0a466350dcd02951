/** Words of the command line that were pasted with characters that nobody sees: refused by name, whatever command takes them. */

import { invisibleIn, withInvisibleShown } from '@tombolo/arm/visible-text';
import type { Argument, Command, Option } from 'commander';
import { invalid } from './values.ts';

/** The name of a file may have any character: one that is wrong is not found, and said so. Another program's words are its own. */
const isUnchecked = (placeholder: string): boolean =>
  /^(file|path|dir|old|new|from|to|words)$/.test(placeholder);

const check = (what: string, text: string): void => {
  const found = invisibleIn(text);
  if (found === undefined) return;
  throw invalid(
    `${what} '${withInvisibleShown(text.slice(0, 200))}' has ${found.name} ${found.where}.`,
    'Type it by hand, or paste it without what came with it: Windows programs end lines with a carriage return.',
  );
};

/** Its value is checked before whatever reads it. */
const checkFirst = (taken: Option | Argument, what: string): void => {
  const read = taken.parseArg as ((text: string, before: unknown) => unknown) | undefined;
  taken.argParser((text: string, before: unknown) => {
    check(what, text);
    if (read !== undefined) return read(text, before);
    if (!taken.variadic) return text;
    return [...(Array.isArray(before) ? (before as readonly string[]) : []), text];
  });
};

/** Every flag with a value, and every argument, of the command and of those below it. */
export const refuseInvisibleWords = (command: Command): void => {
  for (const option of command.options) {
    const [, placeholder] = /[<[]([a-z:= ]+?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
    if (placeholder !== undefined && !isUnchecked(placeholder))
      checkFirst(option, option.long ?? option.flags);
  }
  for (const argument of command.registeredArguments)
    if (!isUnchecked(argument.name())) checkFirst(argument, `The argument ${argument.name()}`);
  for (const below of command.commands) refuseInvisibleWords(below);
};
