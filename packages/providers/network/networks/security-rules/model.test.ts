/** What a security rule may be, without a store: each refusal in its words, and what is stored. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { lackedBy } from '@tombolo/network-rules';
import type { Document } from '@tombolo/store/port';
import { checkRules, planRule } from './model.ts';
import type { RuleProperties } from './schema.ts';
import type { TagList } from './tag-list.ts';

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
const outcome = (more: Partial<RuleProperties>, before?: Document, tags?: TagList): string => {
  const plan = planRule('/nsg/securityRules/r', written(more), before, tags);
  return plan instanceof ArmError ? `${plan.target}: ${plan.message}` : 'taken';
};
const codeOf = (more: Partial<RuleProperties>, before?: Document, tags?: TagList): string => {
  const plan = planRule('/nsg/securityRules/r', written(more), before, tags);
  return plan instanceof ArmError ? plan.code : 'taken';
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
    const upper = side === 'source' ? 'Source' : 'Destination';
    const once = (target: string, ...ways: string[]) =>
      `${target}: Security rule with Id /nsg/securityRules/r must specify a non empty value for exactly one of: ${ways.map((way) => upper + way).join(', ')}.`;

    test(`says the ports of its ${side} once`, () => {
      const why = once(port, 'PortRanges', 'PortRange');
      assert.equal(outcome({ [port]: '80', [ports]: ['443'] }), why);
      for (const none of [undefined, '']) assert.equal(outcome({ [port]: none, [ports]: [] }), why);
      assert.equal(outcome({ [port]: '', [ports]: ['80', '443-445'] }), 'taken');
      assert.equal(outcome({ [port]: '80', [ports]: [] }), 'taken');
    });
    test(`says the addresses of its ${side} in one way`, () => {
      const why = once(prefix, 'AddressPrefixes', 'AddressPrefix', 'ApplicationSecurityGroups');
      const id = { id: '/asg' };
      assert.equal(outcome({ [prefix]: '*', [prefixes]: ['10.0.0.0/24'] }), why);
      assert.equal(outcome({ [prefix]: '*', [groups]: [id] }), why);
      assert.equal(outcome({ [prefix]: undefined, [prefixes]: ['10.0.0.0/24'], [groups]: [id] }), why);
      for (const none of [undefined, ''])
        assert.equal(outcome({ [prefix]: none, [prefixes]: [], [groups]: [] }), why);
      assert.equal(outcome({ [prefix]: '', [groups]: [id] }), 'taken');
      assert.equal(outcome({ [prefix]: undefined, [prefixes]: ['10.0.0.0/24', '10.0.1.4'] }), 'taken');
    });
    test(`has ports of its ${side} that are some`, () => {
      for (const good of ['*', '0', '65535', '80-80', '0-65535'])
        assert.equal(outcome({ [port]: good }), 'taken', good);
      const invalid = (bad: string) =>
        `${port}: Security rule 'r' has invalid Port range. Value provided: ${bad}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535. Several go into the plural list.`;
      for (const bad of [
        'https',
        '-1',
        '65536',
        '1-65536',
        '443-80',
        '80-',
        'x80',
        '80x',
        '000080',
        '80,443',
      ])
        assert.equal(outcome({ [port]: bad }), invalid(bad));
      assert.equal(outcome({ [port]: undefined, [ports]: ['80', 'https'] }), invalid('https'));
    });
    test(`has no * among the port ranges of its ${side}`, () => {
      for (const list of [['*'], ['80', '*']])
        assert.equal(
          codeOf({ [port]: undefined, [ports]: list }),
          'SecurityRuleParameterContainsInvalidPortRanges',
        );
      assert.match(outcome({ [port]: undefined, [ports]: ['*'] }), new RegExp(`parameter ${ports} .*/r `));
    });
    test(`has addresses of its ${side} that are some`, () => {
      for (const good of ['*', '10.0.0.4', 'fd00::1', 'fd00::/64', 'Internet', 'Storage.JapanEast'])
        assert.equal(outcome({ [prefix]: good }), 'taken', good);
      const invalid = (bad: string, why: string) =>
        `${prefix}: Security rule /nsg/securityRules/r has invalid Address prefix. Value provided: ${bad}. ${why}`;
      for (const bad of ['10.0.0.0/33', '-x', 'a.', '.a', 'a b', '9a', 'VIRTUAL_NETWORK', 'Any'])
        assert.equal(outcome({ [prefix]: bad }), invalid(bad, 'It is no address, prefix, service tag or *.'));
      for (const bad of ['50.206.209.68/27', 'fd00::1/64'])
        assert.equal(outcome({ [prefix]: bad }), invalid(bad, 'It has bits set behind its length.'));
      assert.equal(
        outcome({ [prefix]: undefined, [prefixes]: ['*', 'a.'] }),
        invalid('a.', 'It is no address, prefix, service tag or *.'),
      );
    });
    test(`has addresses and prefixes alone in the list of its ${side}`, () => {
      const list = `${side === 'source' ? 'Source' : 'Destination'}AddressPrefix`;
      for (const word of ['*', 'Internet', 'Storage.JapanEast'])
        for (const more of [[], ['10.0.0.0/24']])
          assert.equal(
            outcome({ [prefix]: undefined, [prefixes]: [...more, word] }),
            `${prefix}: Security rule parameter ${list} for rule with Id /nsg/securityRules/r cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${word}. A list has addresses and prefixes only; a tag goes alone into the singular property.`,
          );
    });
    test(`has no address twice in the list of its ${side}`, () => {
      const of = (...all: string[]) => codeOf({ [prefix]: undefined, [prefixes]: all });
      for (const [left, right] of [
        ['1.1.0.0/24', '1.1.0.22/32'],
        ['1.1.0.22', '1.1.0.0/24'],
        ['10.0.0.4', '10.0.0.4'],
        ['fd00::/48', 'fd00::1'],
      ] as const)
        assert.equal(
          of('192.0.2.0/24', left, '198.51.100.0/24', right),
          'OverlappingSubnetsNotPermittedInSecurityRule',
        );
      assert.equal(of('10.0.0.0/8', '10.9.9.9', '10.0.1.4'), 'OverlappingSubnetsNotPermittedInSecurityRule');
      assert.equal(of('10.0.1.0/24', '10.0.0.0/24', '10.0.2.0', '::a00:0/120'), 'taken');
      assert.match(
        outcome({ [prefix]: undefined, [prefixes]: ['1.1.0.0/24', '1.1.0.22'] }),
        /cannot have overlapping prefixes: 1\.1\.0\.0\/24 and 1\.1\.0\.22\/32\./,
      );
    });
    test(`has a tag of its ${side} that the list of tags has, where there is a list`, () => {
      const names = ['Storage', 'AzureArcInfrastructure', 'AzureCloud.norwaye'];
      const tags: TagList = { name: 'Public 152', names, lacks: lackedBy(names) };
      for (const good of ['storage', '*', 'VIRTUALNETWORK', 'AzurePlatformLKM', '10.0.0.0/24', 'fd00::1'])
        assert.equal(outcome({ [prefix]: good }, undefined, tags), 'taken', good);
      const bad = { [prefix]: 'AzureArcInfrastrucure' };
      assert.equal(
        outcome(bad, undefined, tags),
        `${prefix}: Security rule /nsg/securityRules/r has invalid Address prefix. Value provided: AzureArcInfrastrucure. The list of service tags that is served here, Public 152, does not have it. Did you mean AzureArcInfrastructure?`,
      );
      assert.equal(outcome(bad), 'taken', 'without a list nobody knows');
    });
    test(`that is there says the addresses of its ${side} in one way, too`, () => {
      const rule = (more: object) =>
        ({ id: '/r', type: 't', version: 1, body: { properties: written(more) } }) as unknown as Document;
      const none = { [prefix]: undefined };
      const both = { [prefix]: '*', [groups]: [{ id: '/asg' }] };
      const only = { ...none, [groups]: [{ id: '/asg' }] };
      const invalid = 'SecurityRuleInvalid';
      assert.equal(codeOf(both, rule({ [prefix]: '*' })), invalid, 'groups beside its prefix');
      assert.equal(codeOf(both, rule(only)), invalid, 'a prefix beside its groups');
      assert.equal(codeOf(none, rule(only)), invalid, 'its groups for nothing');
      assert.equal(codeOf(only, rule({ [prefix]: '*' })), 'taken', 'groups in place of its prefix');
      // As an earlier version took it.
      assert.equal(codeOf({ ...both, [groups]: [{ id: '/ASG' }] }, rule(both)), 'taken');
      assert.equal(codeOf(none, rule(none)), 'taken');
      assert.equal(codeOf({ ...both, [groups]: [{ id: '/other' }] }, rule(both)), invalid);
      assert.equal(codeOf({ ...both, [prefix]: '10.0.0.0/8' }, rule(both)), invalid);
    });
    test(`has no two ports or addresses of its ${side} in one text`, () => {
      const lists = { [port]: undefined, [ports]: ['80', '443'], [prefix]: '', [prefixes]: ['::1', '::2'] };
      const before = { id: '/r', type: 't', version: 1, body: { properties: written(lists) } };
      const outcomeOf = (more: object) => codeOf({ ...lists, ...more }, before as unknown as Document);
      assert.equal(outcomeOf({}), 'taken');
      assert.equal(outcomeOf({ [ports]: ['80\n443'] }), 'SecurityRuleInvalidPortRange');
      assert.equal(outcomeOf({ [prefixes]: ['::1\n::2'] }), 'SecurityRuleInvalidAddressPrefix');
    });
    test(`may keep of its ${side} what it has, and gets nothing new of it`, () => {
      const rule = (properties: object) =>
        ({ id: '/nsg/securityRules/r', type: 't', version: 1, body: { properties } }) as Document;
      const old = { [prefix]: undefined, [prefixes]: ['Internet', '10.0.0.0/24'] };
      assert.equal(codeOf(old, rule({ ...written(old) })), 'taken');
      assert.equal(codeOf(old, rule(written())), 'SecurityRuleParameterContainsUnsupportedValue');
      const any = { [`${side}PortRange`]: undefined, [`${side}PortRanges`]: ['*'] };
      assert.equal(codeOf(any, rule(written(any))), 'taken');
      assert.equal(
        codeOf({ ...any, ...old }, rule(written(any))),
        'SecurityRuleParameterContainsUnsupportedValue',
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
