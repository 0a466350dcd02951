import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Members } from '@tombolo/store/document';
import { defaultRuleBodies, readSecurityGroup, readSecurityRule } from './security-rule.ts';

const properties: Members = {
  priority: 100,
  direction: 'Inbound',
  access: 'Allow',
  protocol: 'Tcp',
  sourceAddressPrefix: '10.0.0.0/24',
  sourcePortRange: '*',
  destinationAddressPrefix: 'VirtualNetwork',
  destinationPortRange: '443',
};
const read = (more: Members = {}, around: Members = { name: 'r' }) =>
  readSecurityRule({ ...around, properties: { ...properties, ...more } }, '/nsg');

describe('a rule as ARM shows it', () => {
  test('is read whole; words are compared without regard to case', () => {
    assert.deepEqual(read({ direction: 'inbound', access: 'ALLOW', protocol: 'tcp' }), {
      id: '/nsg/securityRules/r',
      name: 'r',
      priority: 100,
      direction: 'Inbound',
      access: 'Allow',
      protocol: 'Tcp',
      source: { prefixes: ['10.0.0.0/24'], ports: ['*'], applicationSecurityGroups: [] },
      destination: { prefixes: ['VirtualNetwork'], ports: ['443'], applicationSecurityGroups: [] },
      isDefault: false,
    });
  });

  test('has the id of its body, and one of its group where that says none', () => {
    const idOf = (around: Members) => {
      const rule = read({}, around);
      return 'problem' in rule ? undefined : rule.id;
    };
    assert.equal(idOf({ name: 'r', id: '/own' }), '/own');
    assert.equal(idOf({ name: 'r', id: 7 }), '/nsg/securityRules/r');
    const standing = readSecurityRule({ name: 'd', properties }, '/nsg', true);
    assert.ok(!('problem' in standing));
    assert.deepEqual([standing.id, standing.isDefault], ['/nsg/defaultSecurityRules/d', true]);
  });

  test('has one and several prefixes and ports as one list, each once; what is no text is passed over', () => {
    const rule = read({
      sourceAddressPrefixes: ['10.0.1.0/24', '10.0.0.0/24', 7, null],
      destinationPortRange: '',
      destinationPortRanges: ['443', '80-90', {}],
      destinationApplicationSecurityGroups: [{ id: '/ASG/Web' }, { id: 3 }, null, 'x'],
      sourceApplicationSecurityGroups: '/asg',
    });
    assert.ok(!('problem' in rule), JSON.stringify(rule));
    assert.deepEqual(rule.source.prefixes, ['10.0.0.0/24', '10.0.1.0/24']);
    assert.deepEqual(rule.destination.ports, ['443', '80-90']);
    assert.deepEqual(rule.destination.applicationSecurityGroups, ['/asg/web']);
    assert.deepEqual(rule.source.applicationSecurityGroups, []);
  });

  const cases: readonly (readonly [Members, string])[] = [
    [{ direction: 'Sideways' }, "rule 'r' has no direction Inbound or Outbound"],
    [{ direction: 1 }, "rule 'r' has no direction Inbound or Outbound"],
    [{ access: 'Maybe' }, "rule 'r' has no access Allow or Deny"],
    [{ protocol: 'Sctp' }, "rule 'r' has no protocol *, Tcp, Udp, Icmp, Esp, Ah"],
    [{ priority: '100' }, "rule 'r' has no priority"],
    [{ priority: 100.5 }, "rule 'r' has no priority"],
    [{ sourcePortRange: 'https' }, "rule 'r' has port 'https', which is none"],
    [{ destinationPortRange: '' }, "rule 'r' names no port range"],
    [{ sourceAddressPrefix: undefined }, "rule 'r' names no source or no destination"],
    [{ destinationAddressPrefix: '' }, "rule 'r' names no source or no destination"],
  ];
  for (const [more, problem] of cases)
    test(`${JSON.stringify(more)}: ${problem}`, () => assert.deepEqual(read(more), { problem }));

  test('is none without a name, or without properties', () => {
    for (const around of [{}, { name: '' }, { name: 7 }])
      assert.deepEqual(read({}, around), { problem: 'a security rule has no name' });
    for (const nothing of [undefined, null, [], 'x'])
      assert.deepEqual(readSecurityRule({ name: 'r', properties: nothing }, '/nsg'), {
        problem: "rule 'r' has no direction Inbound or Outbound",
      });
  });

  test('of every protocol that Azure has', () => {
    for (const protocol of ['*', 'Tcp', 'Udp', 'Icmp', 'Esp', 'Ah']) {
      const rule = read({ protocol });
      assert.equal('problem' in rule || rule.protocol, protocol);
    }
  });
});

describe('a group as ARM shows it', () => {
  test('has its rules and the six defaults, by priority', () => {
    const last = { name: 'last', properties: { ...properties, priority: 4096 } };
    const first = { name: 'first', properties };
    const group = readSecurityGroup({ id: '/g', name: 'g', properties: { securityRules: [last, first] } });
    assert.ok(!('problem' in group));
    assert.deepEqual([group.id, group.name], ['/g', 'g']);
    assert.deepEqual(
      group.rules.map(({ name, isDefault }) => `${name} ${isDefault}`),
      [
        'first false',
        'last false',
        'AllowVnetInBound true',
        'AllowVnetOutBound true',
        'AllowAzureLoadBalancerInBound true',
        'AllowInternetOutBound true',
        'DenyAllInBound true',
        'DenyAllOutBound true',
      ],
    );
  });

  test('without a name or an id gets one of its own', () => {
    const unnamed = readSecurityGroup({ name: 7, properties: { securityRules: [] } });
    assert.ok(!('problem' in unnamed));
    assert.deepEqual(
      [unnamed.id, unnamed.name],
      ['/providers/Microsoft.Network/networkSecurityGroups/network-security-group', 'network-security-group'],
    );
    const named = readSecurityGroup({ id: 7, name: 'n', properties: { securityRules: [] } });
    assert.equal('problem' in named || named.id, '/providers/Microsoft.Network/networkSecurityGroups/n');
  });

  test('that is none says why', () => {
    assert.deepEqual(readSecurityGroup({ name: 'n', properties: null }), {
      problem: "'n' has no list securityRules: it is no network security group",
    });
    assert.deepEqual(readSecurityGroup({ properties: { securityRules: [7] } }), {
      problem: 'a security rule is no object',
    });
  });
});

test('the six default rules are shown as Azure has them (Learn: network-security-groups-overview)', () => {
  const shown = defaultRuleBodies('/nsg');
  assert.deepEqual(
    shown.map(({ name, properties: p }) =>
      [
        name,
        p.priority,
        p.direction,
        p.access,
        p.sourceAddressPrefix,
        p.destinationAddressPrefix,
        p.description,
      ].join(' | '),
    ),
    [
      'AllowVnetInBound | 65000 | Inbound | Allow | VirtualNetwork | VirtualNetwork | Allow inbound traffic from all VMs in VNET',
      'AllowAzureLoadBalancerInBound | 65001 | Inbound | Allow | AzureLoadBalancer | * | Allow inbound traffic from azure load balancer',
      'DenyAllInBound | 65500 | Inbound | Deny | * | * | Deny all inbound traffic',
      'AllowVnetOutBound | 65000 | Outbound | Allow | VirtualNetwork | VirtualNetwork | Allow outbound traffic from all VMs to all VMs in VNET',
      'AllowInternetOutBound | 65001 | Outbound | Allow | * | Internet | Allow outbound traffic from all VMs to Internet',
      'DenyAllOutBound | 65500 | Outbound | Deny | * | * | Deny all outbound traffic',
    ],
  );
  const { properties: first, ...around } = shown[0]!;
  assert.deepEqual(around, {
    name: 'AllowVnetInBound',
    id: '/nsg/defaultSecurityRules/AllowVnetInBound',
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
  });
  assert.deepEqual(
    [first.provisioningState, first.protocol, first.sourcePortRange, first.destinationPortRange],
    ['Succeeded', '*', '*', '*'],
  );
  assert.deepEqual(
    [
      ...first.sourcePortRanges,
      ...first.destinationPortRanges,
      ...first.sourceAddressPrefixes,
      ...first.destinationAddressPrefixes,
    ],
    [],
  );
});
