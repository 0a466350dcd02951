/** What the form for Terraform writes is as `terraform fmt` would have it, where Terraform is on the machine. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportRules, findFormat } from './export-rules.ts';
import { needs, privatePlan, publicPlan, run, scratch } from './plan.testkit.ts';

const format = findFormat('terraform');
const plans = {
  public: exportRules(publicPlan(), format),
  private: exportRules(privatePlan(), format, { enforce: true, tlsInspection: true }),
};

for (const [kind, { files }] of Object.entries(plans)) {
  test(`${kind}: one-line settings are aligned up to a list of lines, and again behind it`, () => {
    const text = files[0]!.text;
    let width: number | undefined;
    let lists = 0;
    for (const line of text.split('\n')) {
      const [, name, rest] = /^ {2}(\w+ *)= (.*)$/.exec(line) ?? [];
      if (name === undefined || rest === '[') {
        if (rest === '[') {
          lists += 1;
          assert.match(line, /^ {2}\w+ = \[$/);
        }
        width = undefined;
        continue;
      }
      assert.equal(name.length, width ?? name.length, line);
      width = name.length;
    }
    if (kind === 'private') assert.ok(lists > 0, 'a rule with several addresses');
  });

  test(`${kind}: terraform fmt has nothing to change`, needs('terraform'), () => {
    const { status, stdout, stderr } = run('terraform', ['fmt', '-check', '-diff', '.'], {
      cwd: scratch(files),
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
}
