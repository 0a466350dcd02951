/** The part of OData's `$filter` that lists take: comparisons, functions, any(…), and, or, not, parentheses. */

import { armError } from './errors.ts';

/** A name such as `tagName` or `properties/principalId`, or a quoted literal. */
type Operand =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string };

export type Filter =
  | { readonly kind: 'compare'; readonly name: string; readonly negated: boolean; readonly value: string }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }
  /** `servicePrincipalNames/any(c:c eq 'x')`: some entry of the collection `name`, called `variable` in `inner`. */
  | { readonly kind: 'any'; readonly name: string; readonly variable: string; readonly inner: Filter }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly inner: Filter };

const longest = 2048;
const deepest = 32;
/** Quoted, bare (names, and GUIDs that some clients leave unquoted), or a mark. */
const token = /\s*(?:('(?:[^']|'')*')|(\w[\w./-]*)|([(),:]))/y;

/** The query's `$filter`; undefined: it has none, or an empty one. Throws InvalidQueryParameter. */
export const filterOf = (query: ReadonlyMap<string, string>): Filter | undefined => {
  const text = query.get('$filter');
  return text === undefined || text === '' ? undefined : parseFilter(text);
};

/** Throws InvalidQueryParameter with what was expected where. */
const parseFilter = (text: string): Filter => {
  if (text.length > longest) throw invalid(`it is longer than ${longest} characters.`);
  const tokens = tokenize(text);
  let position = 0;
  const peek = (): string | undefined => tokens[position];
  const next = (wanted: string): string => {
    const found = tokens[position];
    if (found === undefined) throw invalid(`it ends where ${wanted} is expected.`);
    position += 1;
    return found;
  };
  const expect = (mark: string): void => {
    const found = next(`'${mark}'`);
    if (found !== mark) throw invalid(`'${found}' stands where '${mark}' is expected.`);
  };
  const isWord = (word: string): boolean => peek()?.toLowerCase() === word;

  const either = (depth: number): Filter => {
    let left = both(depth);
    while (isWord('or')) {
      position += 1;
      left = { kind: 'or', left, right: both(depth) };
    }
    return left;
  };
  const both = (depth: number): Filter => {
    let left = single(depth);
    while (isWord('and')) {
      position += 1;
      left = { kind: 'and', left, right: single(depth) };
    }
    return left;
  };
  const single = (depth: number): Filter => {
    if (depth > deepest) throw invalid('it is nested too deeply.');
    const first = next('a condition');
    if (first === '(') {
      const inner = either(depth + 1);
      expect(')');
      return inner;
    }
    if (first.toLowerCase() === 'not') return { kind: 'not', inner: single(depth + 1) };
    if (!/^[A-Za-z_]/.test(first)) throw invalid(`'${first}' stands where a name is expected.`);
    if (peek() === '(') return /.\/any$/i.test(first) ? any(first, depth) : call(first);
    const operator = next("'eq' or 'ne'").toLowerCase();
    if (operator !== 'eq' && operator !== 'ne')
      throw invalid(`operator '${operator}' is not supported; use eq or ne.`);
    const value = next('a value');
    if (/^[(),:]$/.test(value)) throw invalid(`'${value}' stands where a value is expected.`);
    return { kind: 'compare', name: first, negated: operator === 'ne', value: unquote(value) };
  };
  const call = (name: string): Filter => {
    expect('(');
    const operands: Operand[] = [];
    while (peek() !== ')') {
      if (operands.length > 0) expect(',');
      const text = next('an argument');
      if (text.startsWith("'")) operands.push({ kind: 'literal', value: unquote(text) });
      else if (/^[A-Za-z_]/.test(text)) operands.push({ kind: 'name', name: text });
      else throw invalid(`'${text}' stands where an argument is expected.`);
    }
    expect(')');
    return { kind: 'call', name, operands };
  };

  const any = (path: string, depth: number): Filter => {
    expect('(');
    const variable = next('a variable');
    expect(':');
    const inner = either(depth + 1);
    expect(')');
    return { kind: 'any', name: path.slice(0, -'/any'.length), variable, inner };
  };

  const filter = either(0);
  if (position < tokens.length) throw invalid(`'${tokens[position]}' stands where it should end.`);
  return filter;
};

const tokenize = (text: string): readonly string[] => {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw invalid(`it cannot be read from '${text.slice(at, at + 20)}' on.`);
    tokens.push(match[1] ?? match[2] ?? match[3]!);
  }
  return tokens;
};

const unquote = (value: string): string =>
  value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;

const invalid = (reason: string): Error => armError('InvalidQueryParameter', ['$filter', reason]);

type Of<K extends Filter['kind']> = Extract<Filter, { kind: K }>;

export type Test<S> = (subject: S) => boolean;

/**
 * The filter as a test of the entries of a list, judged whole before there is an entry: `leaf` makes the test of a
 * comparison or function, `any` that of a collection; undefined from either means that the list does not filter by it.
 * Throws InvalidQueryParameter.
 */
export const testOf = <S>(
  filter: Filter,
  leaf: (filter: Of<'compare' | 'call'>) => Test<S> | undefined,
  any: (filter: Of<'any'>) => Test<S> | undefined = () => undefined,
): Test<S> => {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const left = testOf(filter.left, leaf, any);
      const right = testOf(filter.right, leaf, any);
      return filter.kind === 'and'
        ? (subject) => left(subject) && right(subject)
        : (subject) => left(subject) || right(subject);
    }
    case 'not': {
      const inner = testOf(filter.inner, leaf, any);
      return (subject) => !inner(subject);
    }
    default: {
      const test = filter.kind === 'any' ? any(filter) : leaf(filter);
      if (test === undefined) throw invalid(`'${filter.name}' cannot be filtered by here.`);
      return test;
    }
  }
};

/** What a comparison says of the value that its name has: letter case counts for nothing. */
export const compares = (value: string, { value: wanted, negated }: Of<'compare'>): boolean =>
  (value.toLowerCase() === wanted.toLowerCase()) !== negated;

/** The value that a name has to equal wherever the filter holds; undefined: it may have several. */
export const requiredValue = (filter: Filter, name: string): string | undefined => {
  if (filter.kind === 'and') return requiredValue(filter.left, name) ?? requiredValue(filter.right, name);
  if (filter.kind !== 'compare' || filter.negated) return undefined;
  return filter.name.toLowerCase() === name ? filter.value : undefined;
};
