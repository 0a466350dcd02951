import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArmError } from './arm-error.ts';
import { compares, filterOf, requiredValue, type Test, testOf } from './odata-filter.ts';

const asked = (text: string) => filterOf(new Map([['$filter', text]]))!;

test('a query without a filter, or with an empty one, has none', () => {
  assert.equal(filterOf(new Map()), undefined);
  assert.equal(filterOf(new Map([['$filter', '']])), undefined);
});

test('values compare without regard to case, and `ne` is the opposite of `eq`', () => {
  const fields: Readonly<Record<string, string>> = { name: "Lamp's", kind: 'red' };
  const cases = [
    ["name eq 'lAMP''s'", true],
    ["name ne 'lamp''s'", false],
    ["kind eq 'blue' or name eq 'LAMP''s'", true],
    ["not (kind eq 'red') or name ne 'lamp''s'", false],
    ["kind eq 'red' and name eq 'x'", false],
    ["not kind eq 'blue' and name eq 'x'", false],
    ["not kind eq 'red' or name eq 'lamp''s'", true],
  ] as const;
  for (const [text, wanted] of cases) {
    const test = testOf<typeof fields>(asked(text), (leaf) =>
      leaf.kind === 'compare' ? (subject) => compares(subject[leaf.name]!, leaf) : undefined,
    );
    assert.equal(test(fields), wanted, text);
  }
});

test('a name has one value where every way to hold says so', () => {
  assert.equal(requiredValue(asked("Type eq 'a' and kind eq 'b'"), 'type'), 'a');
  assert.equal(requiredValue(asked("type eq 'a' or kind eq 'b'"), 'type'), undefined);
  assert.equal(requiredValue(asked("type ne 'a'"), 'type'), undefined);
});

test('what cannot be read or filtered by is refused in one code', () => {
  const deep = `${'('.repeat(40)}a eq 'b'${')'.repeat(40)}`;
  for (const text of [
    "a like 'b'",
    'a eq',
    "a eq 'b' c",
    "'a' eq 'b'",
    'a eq )',
    "f(a 'b')",
    "f(a,, 'b')",
    "f(, 'b')",
    deep,
    `a eq '${'x'.repeat(2048)}'`,
  ])
    assert.throws(
      () => asked(text),
      (error) => error instanceof ArmError && error.code === 'InvalidQueryParameter',
      text,
    );
});

test('a name that a list does not filter by is refused before an entry is looked at, wherever it stands', () => {
  const known = (leaf: { name: string }): Test<string> | undefined =>
    leaf.name === 'a' ? () => assert.fail('an entry was looked at') : undefined;
  for (const text of [
    "b eq 'c'",
    "a eq 'c' and b eq 'd'",
    "a eq 'c' or (a eq 'e' or not b eq 'd')",
    "b('c')",
    "b/any(x:x eq 'a')",
  ])
    assert.throws(() => testOf(asked(text), known), /'b' cannot be filtered by here/, text);
});
