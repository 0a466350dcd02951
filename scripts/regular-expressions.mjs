/** Regular expressions of production code, and which of them take quadratic time on a text that somebody made for it. */

import { parseSync, Visitor } from 'oxc-parser';

/** Each literal of a module, with its line. */
export const literalsOf = ({ path, text }) => {
  const found = [];
  const { program } = parseSync(path, text);
  new Visitor({
    Literal: ({ regex, start }) => {
      if (regex) found.push({ ...regex, place: `${path}:${text.slice(0, start).split('\n').length}` });
    },
  }).visit(program);
  return found;
};

const token =
  /\\(?:[pPkux]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<[=!]|[=!:]|<\w+>))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gisu;
const isUnbounded = (text) => /^[*+]|^\{\d+,\}/.test(text);
const isAtom = (text) => !/^(?:[()|^$]|\\[bB]$|[*+?]\??$|\{\d)/.test(text);
const latin = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** At its `|` that stand in no group. */
const alternatives = (tokens) => {
  const all = [[]];
  let depth = 0;
  for (const each of tokens) {
    if (each.startsWith('(')) depth += 1;
    if (each === ')') depth -= 1;
    if (each === '|' && depth === 0) all.push([]);
    else all.at(-1).push(each);
  }
  return all;
};

/** What has to come after a token, without the alternatives beside it. */
const after = (tokens, at) => {
  const rest = [];
  let depth = 0;
  let beside = Number.POSITIVE_INFINITY;
  for (const each of tokens.slice(at + 1)) {
    if (each === ')') depth -= 1;
    if (depth < beside) beside = Number.POSITIVE_INFINITY;
    if (each === '|') beside = Math.min(beside, depth);
    if (beside === Number.POSITIVE_INFINITY && each !== ')') rest.push(each);
    if (each.startsWith('(')) depth += 1;
  }
  return rest;
};

const flawOf = (tokens, flags) => {
  const [first, second, third, fourth] = tokens;
  // It begins at one place: of the text, or of each run of what it repeats.
  if (first === '^' || (first === '(?<!' && third === ')' && second === fourth)) return undefined;
  const matcher = (atom) => new RegExp(`^${atom}$`, flags.replace(/[gym]/g, ''));
  const begin = first?.startsWith('(?<') ? tokens.indexOf(')') : 0;
  const head = tokens.slice(begin).find(isAtom);
  if (head === undefined) return undefined;
  for (const [at, quantifier] of tokens.entries()) {
    const repeated = tokens[at - 1];
    if (!isUnbounded(quantifier) || after(tokens, at).length === 0) continue;
    if (repeated === ')') return `a group that is repeated is not looked into: begin with ^`;
    const [begins, goesOn] = [matcher(head), matcher(repeated)];
    const shared = latin.find((character) => begins.test(character) && goesOn.test(character));
    if (shared !== undefined)
      return `${repeated}${quantifier} goes over ${JSON.stringify(shared)}, where it begins`;
  }
  return undefined;
};

/**
 * Why a text of n characters can take n² steps: the expression is tried anew at each character with which it may begin, a
 * repetition in it goes over all those characters, and then what has to follow is not there. Undefined: none is seen.
 */
export const quadraticFlaw = ({ pattern, flags }) =>
  flags.includes('y')
    ? undefined
    : alternatives(pattern.match(token) ?? [])
        .map((tokens) => flawOf(tokens, flags))
        .find((flaw) => flaw !== undefined);
