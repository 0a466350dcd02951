/** What a verdict says beside Allow or Deny: what was found on the way, and what is not known. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Members } from '@tombolo/store/document';
import { appliedGroups } from './endpoint-policies.ts';
import { parseFlow } from './flow.ts';
import { type AppliedGroups, judgeFlow } from './judge-flow.ts';
import { readSecurityRule, type SecurityRule, securityGroup } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';

const around: Surroundings = { virtualNetwork: ['10.0.0.0/16', 'fd00::/48'] };
const rule = (name: string, more: Members): SecurityRule => {
  const any = { sourceAddressPrefix: '*', sourcePortRange: '*', destinationPortRange: '*' };
  const base = { priority: 100, direction: 'Outbound', access: 'Deny', protocol: '*', ...any };
  const read = readSecurityRule({ name, properties: { ...base, ...more } }, '/nsg');
  assert.ok(!('problem' in read), JSON.stringify(read));
  return read;
};
const subnet = (...rules: SecurityRule[]): AppliedGroups => ({ subnet: securityGroup('/nsg', rules) });
const judge = (text: string, groups: AppliedGroups, where = around) => {
  const flow = parseFlow(text);
  assert.ok(!('problem' in flow), JSON.stringify(flow));
  return judgeFlow(flow, groups, where);
};
const steps = (...given: Parameters<typeof judge>): readonly string[] =>
  judge(...given).steps.map(({ level, takes, text }) => `${level}, ${takes}: ${text}`);

describe('the reason', () => {
  test('names the flow, the rule, its priority and whose group it is in', () => {
    assert.equal(
      judge('tcp 10.0.0.4 -> 10.0.0.5:443', subnet()).reason,
      "tcp 10.0.0.4:* -> 10.0.0.5:443 is allowed by AllowVnetOutBound (priority 65000, the subnet's group).",
    );
    const own = { networkInterface: securityGroup('/n', [rule('no', { destinationAddressPrefix: '*' })]) };
    assert.equal(
      judge('udp 10.0.0.4 -> 10.0.0.5:53', own).reason,
      "udp 10.0.0.4:* -> 10.0.0.5:53 is denied by no (priority 100, the interface's group).",
    );
  });

  test('of a flow that is denied in part has the part, its first packets and how many more there are', () => {
    const part = (text: string, more: Members): string => {
      const { reason } = judge(text, subnet(rule('no', more)));
      const [whole, shown] = reason.split(', in part: ');
      assert.match(whole!, /is denied by no \(priority 100, the subnet's group\)/);
      return shown ?? 'all';
    };
    const wide = 'tcp VirtualNetwork -> 10.0.0.0/24';
    assert.equal(part(wide, { destinationAddressPrefix: '10.0.0.7' }), 'VirtualNetwork:* -> 10.0.0.7:*.');
    assert.equal(
      part(wide, { destinationAddressPrefix: '10.0.0.0/24', destinationPortRange: '80-90' }),
      'VirtualNetwork:* -> 10.0.0.0/24:80-90.',
    );
    assert.equal(
      part(wide, { destinationAddressPrefixes: ['10.0.0.1', '10.0.0.3', '10.0.0.8/29'] }),
      'VirtualNetwork:* -> 10.0.0.1 and 2 more:*.',
    );
    assert.equal(
      part('tcp 10.0.0.4 -> [fd00::/64]:443', { destinationAddressPrefix: 'fd00::128' }),
      '10.0.0.4:* -> fd00::128:443.',
    );
    assert.equal(
      part('tcp 10.0.0.4 -> [fd00::/16]:443', { destinationAddressPrefix: 'fd00::/32' }),
      '10.0.0.4:* -> fd00::/32:443.',
      'a /32 of IPv6 is no address',
    );
    assert.equal(
      part('tcp 10.0.0.4 -> [fd00::/64]:443', { destinationAddressPrefix: 'fd00::/96' }),
      '10.0.0.4:* -> fd00::/96:443.',
    );
    assert.equal(
      part('any * -> 10.0.0.0/24', { protocol: 'Icmp', destinationAddressPrefix: '*' }),
      '*:* -> 10.0.0.0/24:*.',
    );
    assert.equal(
      part('tcp 10.0.0.4 -> Storage:443', { destinationAddressPrefix: 'Storage.JapanEast' }),
      '10.0.0.4:* -> a part of Storage:443.',
    );
    assert.equal(part(wide, { destinationAddressPrefix: '10.0.0.0/16' }), 'all');
  });

  test('of a flow that is no traffic says so', () => {
    const flow = { direction: 'Outbound', protocol: 'Tcp', source: '10.0.0.4', sourcePort: '*' } as const;
    const verdict = judgeFlow({ ...flow, destination: '10.0.0.5', destinationPort: 'x' }, subnet(), around);
    assert.deepEqual(
      [verdict.verdict, verdict.reason],
      ['Deny', 'tcp 10.0.0.4:* -> 10.0.0.5:x is no traffic: one of its ports or addresses is none.'],
    );
  });
});

describe('the steps', () => {
  test('say of each rule what it takes: a part, or all that was left', () => {
    const some = rule('some', { access: 'Allow', destinationAddressPrefix: '10.0.0.8/29' });
    assert.deepEqual(steps('tcp 10.0.0.4 -> 10.0.0.0/24:443', subnet(some)), [
      "subnet, part: a part is allowed by some (priority 100, the subnet's group): 10.0.0.4:* -> 10.0.0.8/29:443",
      "subnet, all: allowed by AllowVnetOutBound (priority 65000, the subnet's group)",
    ]);
    const rest = rule('rest', { priority: 101, destinationAddressPrefix: '10.0.0.0/16' });
    const denied = judge('tcp 10.0.0.4 -> 10.0.0.0/24:443', subnet(some, rest));
    assert.deepEqual(
      denied.steps.map(({ takes, rule: by }) => `${takes} ${by?.name}`),
      ['part some', 'all rest'],
    );
    assert.match(denied.reason, /, in part: 10\.0\.0\.4:\* -> 10\.0\.0\.0\/29 and 4 more:443\.$/);
  });

  test('name each level in its order', () => {
    const both = { subnet: securityGroup('/s', []), networkInterface: securityGroup('/n', []) };
    const levels = (text: string) =>
      judge(text, both).steps.map(({ level, rule: by }) => `${level} ${by?.nsg} ${by?.name}`);
    assert.deepEqual(levels('tcp 10.0.0.4 -> 10.0.0.5:1'), [
      'networkInterface /n AllowVnetOutBound',
      'subnet /s AllowVnetOutBound',
    ]);
    assert.deepEqual(levels('in tcp 10.0.0.4 -> 10.0.0.5:1'), [
      'subnet /s AllowVnetInBound',
      'networkInterface /n AllowVnetInBound',
    ]);
  });

  test('without a group are one: everything is allowed', () =>
    assert.deepEqual(steps('tcp 10.0.0.4 -> 10.0.0.5:1', {}), [
      'none, all: No network security group applies: everything is allowed.',
    ]));
});

describe('the platform’s own addresses', () => {
  const said =
    "168.63.129.16 and 169.254.169.254 are the platform's own: only rules that name AzurePlatformDNS or AzurePlatformIMDS apply to them.";
  const all = rule('all', { destinationAddressPrefix: '*' });

  test('are reached past a rule that denies everything', () => {
    for (const address of ['168.63.129.16', '169.254.169.254']) {
      const verdict = judge(`udp 10.0.0.4 -> ${address}:53`, subnet(all));
      assert.deepEqual(
        [verdict.verdict, verdict.reason, verdict.decidedBy],
        ['Allow', said, undefined],
        address,
      );
    }
    assert.deepEqual(steps('udp 10.0.0.4 -> 168.63.129.16:53', subnet(all)), [`platform, all: ${said}`]);
  });

  test('as a part of a wider flow are said beside what decides the rest', () => {
    const wide = 'tcp 10.0.0.4 -> 168.63.129.0/24:80';
    assert.deepEqual(steps(wide, subnet()), [
      "subnet, all: allowed by AllowInternetOutBound (priority 65001, the subnet's group)",
      `platform, part: ${said}`,
    ]);
    assert.equal(judge(wide, subnet()).decidedBy?.name, 'AllowInternetOutBound');
    assert.equal(judge(wide, subnet(all)).verdict, 'Deny');
  });

  test('are taken by a rule that names one of their tags, beside whatever else it names', () => {
    const dns = rule('dns', {
      access: 'Allow',
      destinationAddressPrefixes: ['20.0.0.0/8', 'azureplatformdns'],
    });
    const allowed = judge('udp 10.0.0.4 -> 168.63.129.16:53', subnet(dns, { ...all, priority: 101 }));
    assert.deepEqual([allowed.verdict, allowed.decidedBy?.name], ['Allow', 'dns']);
    const imds = rule('imds', { destinationAddressPrefix: 'AzurePlatformIMDS' });
    assert.equal(judge('tcp 10.0.0.4 -> 169.254.169.254:80', subnet(imds)).decidedBy?.name, 'imds');
    assert.equal(judge('tcp 10.0.0.4 -> 168.63.129.16:80', subnet(imds)).verdict, 'Allow');
  });

  test('inbound are a source like any other', () => {
    const verdict = judge('in tcp 10.0.0.4 -> 168.63.129.16:80', subnet({ ...all, direction: 'Inbound' }));
    assert.deepEqual([verdict.verdict, verdict.decidedBy?.name], ['Deny', 'all']);
    const probe = judge('in tcp AzureLoadBalancer -> 10.0.0.5:80', subnet({ ...all, direction: 'Inbound' }));
    assert.equal(probe.decidedBy?.name, 'all', 'a rule of one’s own comes before the default for probes');
  });
});

describe('doubts', () => {
  const doubts = (...given: Parameters<typeof judge>): readonly string[] =>
    judge(...given).doubts.map(({ text }) => text);
  const sql = rule('sql', {
    destinationAddressPrefix: 'Sql',
    sourceApplicationSecurityGroups: [{ id: '/asg' }],
  });

  test('name the words of which the addresses are not known', () =>
    assert.deepEqual(doubts('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(sql)), [
      'sql (priority 100, Deny) names /asg, Sql, of which the addresses are not known here; it may take this flow.',
    ]));

  test('say which file would tell whether a rule’s addresses are those of the flow’s tag', () => {
    const literal = rule('literal', { destinationAddressPrefix: '20.0.0.0/8' });
    assert.deepEqual(doubts('tcp 10.0.0.4 -> Sql:443', subnet(literal)), [
      'literal (priority 100, Deny) names addresses that may be among those of Sql; a service-tag file would tell.',
    ]);
  });

  test('are only of rules that would decide otherwise, and that come before the decision', () => {
    const allowed = { ...sql, access: 'Allow' } as const;
    assert.deepEqual(doubts('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(allowed)), []);
    const first = rule('first', { priority: 99, access: 'Allow', destinationAddressPrefix: '20.0.0.0/8' });
    assert.deepEqual(doubts('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(first, sql)), []);
  });

  test('are none where the whole internet is named by prefixes', () => {
    const halves = rule('halves', {
      access: 'Allow',
      destinationAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'],
    });
    const verdict = judge('tcp 10.0.0.4 -> Sql:443', subnet(halves, { ...sql, priority: 101 }));
    assert.deepEqual([verdict.decidedBy?.name, verdict.doubts], ['halves', []]);
  });
});

test('where groups do not reach a private endpoint, that is said only if there are some', () => {
  const group = securityGroup('/s', []);
  const of = (more: object) =>
    appliedGroups({ subnetGroup: undefined, isPrivateEndpoint: true, policies: undefined, ...more });
  const note = (is: string) =>
    `The interface is a private endpoint's and its subnet's privateEndpointNetworkPolicies is ${is}: security groups do not apply to it. Set it to Enabled or NetworkSecurityGroupEnabled for that.`;
  assert.deepEqual(of({}), { groups: {} });
  assert.deepEqual(of({ subnetGroup: group }), { groups: {}, note: note('Disabled') });
  assert.deepEqual(of({ interfaceGroup: group, policies: 'RouteTableEnabled' }), {
    groups: {},
    note: note('RouteTableEnabled'),
  });
});
