/** Loaded before a test file: puts the copies with mutants in the place of their files, and switches one on. */

import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { TOMBOLO_MUTATION: setting = '{}' } = process.env;
// What the tests start themselves is not mutated.
delete process.env.TOMBOLO_MUTATION;
const { map, mutant, hitLimit, coverage } = JSON.parse(setting);
const copies = JSON.parse(readFileSync(map, 'utf8'));

/** What the copies read: the mutant that is on, and how often it may run before it counts as an endless loop. */
globalThis.__stryker__ = mutant === undefined ? {} : { activeMutant: mutant, hitCount: 0, hitLimit };

registerHooks({
  load: (url, context, next) => {
    const copy = copies[url];
    return copy === undefined
      ? next(url, context)
      : { format: 'module', source: readFileSync(copy, 'utf8'), shortCircuit: true };
  },
});

if (coverage !== undefined)
  process.on('exit', () =>
    writeFileSync(coverage, JSON.stringify(globalThis.__stryker__.mutantCoverage?.static ?? {})),
  );
