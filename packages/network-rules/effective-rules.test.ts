import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Members } from '@tombolo/store/document';
import { effectiveGroups } from './effective-rules.ts';
import { readSecurityRule, type SecurityRule, securityGroup } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';

const around: Surroundings = {
  virtualNetwork: ['10.0.0.0/16'],
  peered: ['10.1.0.0/16', '10.0.0.0/16'],
  applicationSecurityGroups: new Map([['/asg/web', ['10.0.0.4', '10.0.0.5']]]),
};
const rule = (more: Members): SecurityRule => {
  const read = readSecurityRule(
    {
      name: 'r',
      properties: {
        priority: 100,
        direction: 'Outbound',
        access: 'Deny',
        protocol: '*',
        sourceAddressPrefix: '10.0.0.0/24',
        sourcePortRange: '*',
        destinationAddressPrefix: '20.0.0.4',
        destinationPortRange: '443',
        ...more,
      },
    },
    '/nsg',
  );
  assert.ok(!('problem' in read), JSON.stringify(read));
  return read;
};
const targets = { subnet: '/subnet', networkInterface: '/nic' };
const shown = (more: Members = {}) => {
  const [group] = effectiveGroups({ subnet: securityGroup('/nsg', [rule(more)]) }, targets, around);
  return group!.effectiveSecurityRules[0]!;
};

describe('an effective rule', () => {
  test('of one prefix and one port on each side has them alone and as lists', () =>
    assert.deepEqual(shown(), {
      name: 'securityRules/r',
      protocol: 'All',
      sourcePortRange: '0-65535',
      destinationPortRange: '443-443',
      sourcePortRanges: ['0-65535'],
      destinationPortRanges: ['443-443'],
      sourceAddressPrefix: '10.0.0.0/24',
      destinationAddressPrefix: '20.0.0.4',
      sourceAddressPrefixes: ['10.0.0.0/24'],
      destinationAddressPrefixes: ['20.0.0.4'],
      expandedSourceAddressPrefix: null,
      expandedDestinationAddressPrefix: null,
      access: 'Deny',
      priority: 100,
      direction: 'Outbound',
    }));

  test('of several has the lists only', () => {
    const several = shown({
      sourceAddressPrefixes: ['10.0.2.0/24'],
      sourcePortRanges: ['1024-2048'],
      sourcePortRange: '80',
      destinationAddressPrefixes: ['20.0.0.5'],
      destinationPortRanges: ['8443'],
    });
    for (const key of [
      'sourcePortRange',
      'destinationPortRange',
      'sourceAddressPrefix',
      'destinationAddressPrefix',
    ])
      assert.ok(!(key in several), key);
    assert.deepEqual(several.sourcePortRanges, ['80-80', '1024-2048']);
    assert.deepEqual(several.destinationAddressPrefixes, ['20.0.0.4', '20.0.0.5']);
  });

  test('writes out tags and groups, and with them the prefixes beside; prefixes alone say it themselves', () => {
    const mixed = shown({
      sourceAddressPrefix: undefined,
      sourceApplicationSecurityGroups: [{ id: '/asg/web' }],
      destinationAddressPrefixes: ['VirtualNetwork'],
    });
    assert.deepEqual(mixed.expandedSourceAddressPrefix, ['10.0.0.4/31']);
    assert.deepEqual(mixed.expandedDestinationAddressPrefix, [
      '10.0.0.0/15',
      '20.0.0.4/32',
      '168.63.129.16/32',
    ]);
    assert.deepEqual(mixed.sourceAddressPrefixes, []);
    assert.equal(shown({ destinationAddressPrefixes: ['20.0.0.5'] }).expandedDestinationAddressPrefix, null);
    const any = shown({ destinationAddressPrefix: '*', destinationAddressPrefixes: ['Storage'] });
    assert.equal(any.expandedDestinationAddressPrefix, null, 'everything needs no list');
    assert.deepEqual(any.destinationAddressPrefixes, ['0.0.0.0/0', 'Storage']);
  });
});

test('each group that applies is shown with what it is applied to, and what VirtualNetwork means there', () => {
  const [own, other] = [securityGroup('/s', []), securityGroup('/n', [])];
  const both = effectiveGroups({ subnet: own, networkInterface: other }, targets, around);
  assert.deepEqual(
    both.map(({ networkSecurityGroup, association }) => [networkSecurityGroup.id, association]),
    [
      ['/s', { subnet: { id: '/subnet' } }],
      ['/n', { networkInterface: { id: '/nic' } }],
    ],
  );
  assert.deepEqual(both[0]?.tagMap, { VirtualNetwork: ['10.0.0.0/16', '10.1.0.0/16', '168.63.129.16/32'] });
  assert.deepEqual(effectiveGroups({}, targets, around), []);
});
