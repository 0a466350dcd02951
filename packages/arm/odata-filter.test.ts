import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArmError } from './arm-error.ts';
import { compares, filterOf, holds, requiredValue } from './odata-filter.ts';

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
  ] as const;
  for (const [text, wanted] of cases) {
    const found = holds(asked(text), (leaf) =>
      leaf.kind === 'compare' ? compares(fields[leaf.name]!, leaf) : undefined,
    );
    assert.equal(found, wanted, text);
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
    deep,
    `a eq '${'x'.repeat(2048)}'`,
  ])
    assert.throws(
      () => asked(text),
      (error) => error instanceof ArmError && error.code === 'InvalidQueryParameter',
      text,
    );
  assert.throws(() => holds(asked("a eq 'b'"), () => undefined), /'a' cannot be filtered by here/);
});
