/** Random sequences of writes on the real pipeline, each judged by the oracle: what is refused, warned of, and there afterwards. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Command, machineRegions, sequences } from './command.testkit.ts';
import { createOracle } from './oracle.testkit.ts';
import { createRuleWorld, expectedSight, type Observed } from './world.testkit.ts';

/** `RULE_SEQUENCES=3000 RULE_SEED=7` looks longer, and elsewhere. */
const numRuns = Number(process.env.RULE_SEQUENCES ?? 60);
const seed = Number(process.env.RULE_SEED ?? 20260901);

/** Ids and names are the same in any. */
const inOneCase = (facts: readonly string[]): readonly string[] =>
  facts.map((fact) => fact.toLowerCase()).sort();
const seen = (parts: Observed) => Object.entries(parts).map(([part, facts]) => [part, inOneCase(facts)]);

const judge = async (commands: readonly Command[], strictDns: boolean): Promise<void> => {
  const oracle = createOracle(strictDns);
  const world = await createRuleWorld(strictDns);
  for (const command of commands) {
    const said = JSON.stringify(command);
    const expected = oracle.step(command);
    const { refusal, warnings } = await world.run(command);
    if (expected.refusals.length === 0) assert.equal(refusal, undefined, `${said} is allowed`);
    else
      assert.ok(
        expected.refusals.includes(refusal ?? ''),
        `${said}: ${refusal}, not one of ${expected.refusals}`,
      );
    assert.deepEqual(inOneCase(warnings), inOneCase(expected.warnings), `${said} warns`);
    const sight = await world.look();
    assert.deepEqual(seen(sight.observed), seen(expectedSight(oracle.state)), `after ${said}`);
    for (const machine of Object.keys(machineRegions))
      for (const by of ['public', ...oracle.state.endpoints.keys()])
        assert.equal(
          sight.access(machine, by),
          oracle.access(machine, by),
          `${machine} by ${by} after ${said}`,
        );
  }
};

for (const strictDns of [false, true])
  test(`R1–R5, R7–R9, R14, R15, R20, R21, R23: whatever is written in whatever order${strictDns ? ', with --strict-dns' : ''}`, () =>
    fc.assert(
      fc.asyncProperty(sequences(40), (commands) => judge(commands, strictDns)),
      { seed, numRuns: strictDns ? Math.ceil(numRuns / 3) : numRuns },
    ));
