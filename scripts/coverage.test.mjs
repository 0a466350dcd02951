/** The coverage page and the manifests say the same. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coverage, coveragePath } from './coverage.ts';

test('docs/coverage.md says what the manifests say, and what was measured (npm run coverage writes it)', async () => {
  assert.equal(readFileSync(coveragePath, 'utf8'), await coverage());
});
