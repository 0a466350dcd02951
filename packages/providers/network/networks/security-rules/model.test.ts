/** What a security rule may be, without a store: each refusal in its words, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { checkRules, planRule } from './model.ts';
import type { RuleProperties } from './schema.ts';

const written = (more: Partial<RuleProperties> = {}): RuleProperties => ({
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRange: '443',
  sourceAddressPrefix: '10.0.0.0/24',
  destinationAddressPrefix: 'Storage',
  access: 'Allow',
  priority: 100,
  direction: 'Outbound',
  ...more,
});
const outcome = (more: Partial<RuleProperties>): string => {
  const plan = planRule('/nsg/securityRules/r', written(more));
  return plan instanceof ArmError ? `${plan.target}: ${plan.message}` : 'taken';
};

describe('a rule', () => {
  test('is stored as it is written, with its lists', () => {
    const plan = planRule('/nsg/securityRules/r', written({ description: 'why' }));
    assert.ok(!(plan instanceof ArmError));
    assert.deepEqual(plan, {
      id: '/nsg/securityRules/r',
      properties: {
        ...written({ description: 'why' }),
        sourcePortRanges: [],
        destinationPortRanges: [],
        sourceAddressPrefixes: [],
        destinationAddressPrefixes: [],
        provisioningState: 'Succeeded',
      },
    });
  });

  test('has a priority from 100 to 4096', () => {
    for (const priority of [100, 4096]) assert.equal(outcome({ priority }), 'taken');
    for (const priority of [99, 4097])
      assert.equal(
        outcome({ priority }),
        `priority: Security rule 'r' has priority ${priority}. Allowed is 100 to 4096.`,
      );
  });

  for (const side of ['source', 'destination'] as const) {
    const [port, ports] = [`${side}PortRange`, `${side}PortRanges`];
    const [prefix, prefixes] = [`${side}AddressPrefix`, `${side}AddressPrefixes`];
    const groups = `${side}ApplicationSecurityGroups`;
    const refused = (target: string, why: string) => `${target}: Security rule 'r' is invalid: ${why}`;

    test(`says the ports of its ${side} once`, () => {
      const why = refused(port, `give either ${port} or ${ports}.`);
      assert.equal(outcome({ [port]: '80', [ports]: ['443'] }), why);
      for (const none of [undefined, '']) assert.equal(outcome({ [port]: none, [ports]: [] }), why);
      assert.equal(outcome({ [port]: '', [ports]: ['80', '443-445'] }), 'taken');
      assert.equal(outcome({ [port]: '80', [ports]: [] }), 'taken');
    });
    test(`says the addresses of its ${side} in one way`, () => {
      const why = refused(prefix, `give one of ${prefix}, ${prefixes} and ${groups}.`);
      const id = { id: '/asg' };
      assert.equal(outcome({ [prefix]: '*', [prefixes]: ['10.0.0.0/24'] }), why);
      assert.equal(outcome({ [prefix]: '*', [groups]: [id] }), why);
      assert.equal(outcome({ [prefix]: undefined, [prefixes]: ['10.0.0.0/24'], [groups]: [id] }), why);
      for (const none of [undefined, ''])
        assert.equal(outcome({ [prefix]: none, [prefixes]: [], [groups]: [] }), why);
      assert.equal(outcome({ [prefix]: '', [groups]: [id] }), 'taken');
      assert.equal(outcome({ [prefix]: undefined, [prefixes]: ['10.0.0.0/24', 'Storage'] }), 'taken');
    });
    test(`has ports of its ${side} that are some`, () => {
      for (const good of ['*', '0', '65535', '80-80', '0-65535'])
        assert.equal(outcome({ [port]: good }), 'taken', good);
      for (const bad of ['https', '-1', '65536', '1-65536', '443-80', '80-', 'x80', '80x', '000080'])
        assert.equal(outcome({ [port]: bad }), refused(port, `'${bad}' is no port, port range or *.`));
      assert.equal(
        outcome({ [port]: undefined, [ports]: ['80', 'https'] }),
        refused(port, "'https' is no port, port range or *."),
      );
    });
    test(`has addresses of its ${side} that are some`, () => {
      for (const good of ['*', '10.0.0.4', 'fd00::1', 'fd00::/64', 'Internet', 'Storage.JapanEast'])
        assert.equal(outcome({ [prefix]: good }), 'taken', good);
      for (const bad of ['10.0.0.0/33', '-x', 'a.', '.a', 'a b', '9a'])
        assert.equal(
          outcome({ [prefix]: bad }),
          refused(prefix, `'${bad}' is no address prefix, service tag or *.`),
        );
      assert.equal(
        outcome({ [prefix]: undefined, [prefixes]: ['*', 'a.'] }),
        refused(prefix, "'a.' is no address prefix, service tag or *."),
      );
    });
  }
});

test('two rules of one priority and direction conflict; the later is named, with the earlier', () => {
  const rule = (name: string, priority: number, direction: string) => ({
    id: `/nsg/securityRules/${name}`,
    properties: { priority, direction },
  });
  const refusal = checkRules([
    rule('a', 100, 'Inbound'),
    rule('b', 100, 'Outbound'),
    rule('c', 100, 'Inbound'),
  ]);
  assert.deepEqual(
    [refusal?.code, refusal?.target, refusal?.message],
    [
      'SecurityRuleConflict',
      '/nsg/securityRules/c',
      "Security rule 'c' conflicts with rule 'a': both have priority 100 Inbound. Rules have their own priority in each direction.",
    ],
  );
  assert.equal(
    checkRules([rule('a', 100, 'Inbound'), rule('b', 100, 'Outbound'), rule('c', 101, 'Inbound')]),
    undefined,
  );
});
