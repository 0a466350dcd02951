import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { httpStatusOf, type RefusalCode, type RefusalEntry, refusalTable } from './refusals.ts';

const entries = Object.entries(refusalTable) as [RefusalCode, RefusalEntry][];
const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'refusals.ts')
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));

test('every code of the table is given by some rule, and by one of the rules that the table says', () => {
  for (const [code, { rules }] of entries) {
    assert.ok(
      sources.some((source) => source.includes(`'${code}'`)),
      `${code} is never given`,
    );
    const given = sources.flatMap((source) =>
      [
        ...source.matchAll(/refuse\(\s*(?:current === undefined \? )?'(R\d+)'(?: : '(R\d+)')?,\s*'(\w+)'/g),
      ].filter((match) => match[3] === code),
    );
    for (const match of given)
      for (const rule of [match[1], match[2]])
        if (rule) assert.ok(rules.includes(rule as never), `${code} ${rule}`);
  }
});

test('an HTTP refusal has a 4xx status; what only a command line gives counts as 400', () => {
  for (const [code, { status }] of entries) {
    assert.ok(httpStatusOf(code) >= 400 && httpStatusOf(code) < 500, code);
    if (typeof status === 'object') assert.equal(status.exit, Number(code.replace('AZCM', '')));
  }
});
