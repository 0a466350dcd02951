import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serveApiVersion } from './api-version.ts';
import { ArmError } from './arm-error.ts';

const supported = ['2019-12-12', '2021-05-20', '2024-03-31-preview', '2025-01-13'];
const serve = (asked: string | undefined, strict = false) => serveApiVersion(asked, 'A/b', supported, strict);

describe('api-versions', () => {
  for (const [asked, served, newer] of [
    ['2021-05-20', '2021-05-20', false],
    ['2024-03-31-PREVIEW', '2024-03-31-preview', false],
    ['2026-01-01', '2025-01-13', true],
    ['2026-06-16-preview', '2025-01-13', true],
    ['2025-01-13-preview', '2025-01-13', true],
    ['2024-03-31', '2024-03-31-preview', true],
  ] as const) {
    test(`${asked} is served as ${served}`, () => assert.deepEqual(serve(asked), { served, asked, newer }));
  }

  for (const [asked, code] of [
    [undefined, 'MissingApiVersionParameter'],
    ['', 'MissingApiVersionParameter'],
    ['2018-01-01', 'NoRegisteredProviderFound'],
    ['2022-02-02', 'NoRegisteredProviderFound'],
    ['latest', 'InvalidApiVersionParameter'],
    ['2021-13-20', 'InvalidApiVersionParameter'],
    ['2021-05-20-', 'InvalidApiVersionParameter'],
    ["2021-05-20' or 1=1", 'InvalidApiVersionParameter'],
    [`2021-05-20-${'x'.repeat(99)}`, 'InvalidApiVersionParameter'],
  ] as const) {
    test(`${String(asked).slice(0, 30)} is ${code}`, () =>
      assert.throws(
        () => serve(asked),
        (error) => error instanceof ArmError && error.code === code && error.status === 400,
      ));
  }

  test('strict refuses what is newer, and names what is there', () => {
    assert.throws(
      () => serve('2026-01-01', true),
      (error) =>
        error instanceof ArmError &&
        error.code === 'NoRegisteredProviderFound' &&
        error.message.includes('2025-01-13'),
    );
  });
});
