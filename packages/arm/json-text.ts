/** JSON of a request, within bounds that are judged on the text before anything is built from it. */

import type { Json } from '@tombolo/store/port';
import { armError } from './errors.ts';

export interface JsonBounds {
  readonly depth: number;
  /** Members and elements of all objects and arrays together. */
  readonly values: number;
  /** Characters of a member's name, as written. */
  readonly nameLength: number;
}

/** RFC 8259 §8.1: a sender must not write one, as Windows' editors do; a parser may pass over it. */
export type ByteOrderMark = 'passed over' | 'refused';

/** Far above what ARM's own types need; templates nest deepest, some tens of levels. */
export const jsonBounds = { depth: 100, values: 200_000, nameLength: 2_048 } as const satisfies JsonBounds;

/**
 * Throws InvalidRequestContent where the text is no JSON (RFC 8259) or passes a bound. One pass over the text, in time and
 * space linear in it: whoever sends much waits for himself only.
 */
export const parseJson = (given: string, byteOrderMark: ByteOrderMark = 'passed over'): Json => {
  const marked = given.startsWith('\ufeff');
  if (marked && byteOrderMark === 'refused')
    throw armError('InvalidRequestContent', ['it begins with a byte order mark, which JSON may not have.']);
  const text = marked ? given.slice(1) : given;
  const reason = beyondJsonBounds(text);
  if (reason !== undefined) throw armError('InvalidRequestContent', [reason]);
  try {
    return JSON.parse(text, mayPassNumbers.test(text) ? finite : undefined) as Json;
  } catch (error) {
    throw armError('InvalidRequestContent', [(error as Error).message]);
  }
};

/** Fewer digits with a shorter exponent stay below 1e308. Each digit is looked at once. */
const mayPassNumbers = /[eE]\+?\d{3}|(?<!\d)\d{200}/;

/** RFC 8259 §6: a reader bounds numbers. Ours would make Infinity of what is larger, and null of that where it is kept and shown. */
const finite = (_name: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error('it has a number beyond what a double holds (1.8e308).');
  return value;
};

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const spaces: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a]);

/** Which bound the text passes; it need not be JSON. */
export const beyondJsonBounds = (text: string, bounds: JsonBounds = jsonBounds): string | undefined => {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (end - at > bounds.nameLength && isName(text, end))
          return `a member's name has more than ${bounds.nameLength} characters.`;
        at = end;
        break;
      }
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        if (depth > bounds.depth) return `it is nested deeper than ${bounds.depth} levels.`;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
    }
    if (values > bounds.values) return `it has more than ${bounds.values} values.`;
  }
  return undefined;
};

/** Where the string that begins at `start` ends; the end of the text where it does not. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
};

const isName = (text: string, end: number): boolean => {
  let at = end + 1;
  while (spaces.has(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === colon;
};
