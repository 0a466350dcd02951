import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Members } from '@tombolo/store/document';
import fc from 'fast-check';
import { appliedGroups } from './endpoint-policies.ts';
import { flowText, parseFlow } from './flow.ts';
import { type AppliedGroups, judgeFlow } from './judge-flow.ts';
import { readSecurityRule, type SecurityRule, securityGroup } from './security-rule.ts';
import type { Surroundings } from './surroundings.ts';

const around: Surroundings = {
  virtualNetwork: ['10.0.0.0/16'],
  peered: ['10.1.0.0/16'],
  onPremises: ['192.168.0.0/24'],
};
const tags: Surroundings = {
  ...around,
  resolveTag: (tag) =>
    (
      ({ storage: ['20.1.0.0/24', '20.2.0.0/24'], 'storage.japaneast': ['20.2.0.0/24'] }) as Record<
        string,
        string[]
      >
    )[tag.toLowerCase()],
};

const rule = (name: string, priority: number, more: Members): SecurityRule => {
  const read = readSecurityRule(
    {
      name,
      properties: {
        priority,
        direction: 'Outbound',
        access: 'Allow',
        protocol: 'Tcp',
        sourceAddressPrefix: '*',
        sourcePortRange: '*',
        destinationAddressPrefix: '*',
        destinationPortRange: '*',
        ...more,
      },
    },
    '/nsg',
  );
  assert.ok(!('problem' in read), JSON.stringify(read));
  return read;
};
const subnet = (...rules: SecurityRule[]): AppliedGroups => ({ subnet: securityGroup('/nsg', rules) });
const judge = (text: string, groups: AppliedGroups, where: Surroundings = around) => {
  const flow = parseFlow(text);
  assert.ok(!('problem' in flow), JSON.stringify(flow));
  return judgeFlow(flow, groups, where);
};
const short = (text: string, groups: AppliedGroups, where?: Surroundings): string => {
  const { verdict, decidedBy } = judge(text, groups, where);
  return `${verdict} ${decidedBy?.name ?? '-'}`;
};

const denyInternet = rule('DenyInternet', 200, {
  access: 'Deny',
  protocol: '*',
  destinationAddressPrefix: 'Internet',
});
const allowArm = rule('AllowAzOutboundAccess', 151, {
  sourceAddressPrefix: 'VirtualNetwork',
  destinationAddressPrefix: 'AzureResourceManager',
  destinationPortRange: '443',
});

describe('the default rules', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['tcp 10.0.0.4:* -> 10.0.1.4:443', 'Allow AllowVnetOutBound'],
    ['tcp 10.0.0.4:* -> 10.1.1.4:443', 'Allow AllowVnetOutBound'],
    ['tcp 10.0.0.4:* -> 192.168.0.9:443', 'Allow AllowVnetOutBound'],
    ['tcp 10.0.0.4:* -> 20.0.0.1:443', 'Allow AllowInternetOutBound'],
    ['tcp 10.0.0.4:* -> AzureResourceManager:443', 'Allow AllowInternetOutBound'],
    ['tcp 10.0.0.4:* -> 10.99.0.1:443', 'Deny DenyAllOutBound'],
    ['udp 10.0.0.4:* -> 224.0.0.1:5353', 'Deny DenyAllOutBound'],
    ['in tcp 10.1.0.4:* -> 10.0.0.4:22', 'Allow AllowVnetInBound'],
    ['in tcp 20.0.0.1:* -> 10.0.0.4:22', 'Deny DenyAllInBound'],
    ['in icmp 10.1.0.4 -> 10.0.0.4', 'Allow AllowVnetInBound'],
    ['in tcp AzureLoadBalancer:* -> 10.0.0.4:80', 'Allow AllowVnetInBound'],
  ];
  for (const [flow, expected] of cases)
    test(`${flow}: ${expected}`, () => assert.equal(short(flow, subnet()), expected));

  test('a default route counts to VirtualNetwork; what is behind it stays the internet', () => {
    const forced = { ...around, userRoutes: ['0.0.0.0/0'] };
    assert.equal(short('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(), forced), 'Allow AllowVnetOutBound');
    assert.equal(short('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(denyInternet), forced), 'Deny DenyInternet');
  });

  test('public addresses of an installation are internet although they are not routable', () => {
    const own = { ...around, publicPrefixes: ['127.0.0.1'] };
    assert.equal(short('tcp 10.0.0.4 -> 127.0.0.1:443', subnet(), own), 'Allow AllowInternetOutBound');
    assert.equal(short('tcp 10.0.0.4 -> 127.0.0.1:443', subnet()), 'Deny DenyAllOutBound');
  });
});

describe('service tags', () => {
  test('R22: by name alone the rule for the tag decides, and a deny of the internet before it blocks', () => {
    const flow = 'tcp 10.0.0.4:* -> AzureResourceManager:443';
    assert.equal(short(flow, subnet(allowArm, denyInternet)), 'Allow AllowAzOutboundAccess');
    const early = { ...denyInternet, priority: 140 };
    const blocked = judge(flow, subnet(allowArm, early));
    assert.equal(blocked.decidedBy?.name, 'DenyInternet');
    assert.match(blocked.reason, /denied by DenyInternet \(priority 140, the subnet's group\)/);
    assert.deepEqual(blocked.doubts, []);
  });

  test('a regional tag lies within its service and within AzureCloud of that region', () => {
    const regional = rule('r', 100, { access: 'Deny', destinationAddressPrefix: 'Storage.JapanEast' });
    assert.equal(short('tcp * -> Storage.JapanEast:443', subnet(regional)), 'Deny r');
    assert.equal(short('tcp * -> Storage.WestEurope:443', subnet(regional)), 'Allow AllowInternetOutBound');
    assert.equal(short('tcp * -> Storage:443', subnet(regional)), 'Deny r');
    const service = rule('s', 100, { access: 'Deny', destinationAddressPrefix: 'storage' });
    assert.equal(short('tcp * -> Storage.JapanEast:443', subnet(service)), 'Deny s');
    const cloud = rule('c', 100, { access: 'Deny', destinationAddressPrefix: 'AzureCloud.JapanEast' });
    assert.equal(short('tcp * -> Storage.JapanEast:443', subnet(cloud)), 'Deny c');
    assert.equal(short('tcp * -> Storage.WestEurope:443', subnet(cloud)), 'Allow AllowInternetOutBound');
  });

  test('with prefixes at hand the tag and its addresses are the same', () => {
    const deny = rule('d', 100, { access: 'Deny', destinationAddressPrefix: 'Storage.JapanEast' });
    assert.equal(short('tcp 10.0.0.4 -> 20.2.0.9:443', subnet(deny), tags), 'Deny d');
    assert.equal(short('tcp 10.0.0.4 -> 20.1.0.9:443', subnet(deny), tags), 'Allow AllowInternetOutBound');
    const part = judge('tcp 10.0.0.4 -> Storage:443', subnet(deny), tags);
    assert.equal(part.verdict, 'Deny');
    assert.match(part.reason, /in part: 10\.0\.0\.4:\* -> 20\.2\.0\.0\/24:443/);
  });

  test('what a name without addresses may mean is said as a doubt, where it would decide otherwise', () => {
    const deny = rule('d', 100, { access: 'Deny', destinationAddressPrefix: 'Sql' });
    const verdict = judge('tcp 10.0.0.4 -> 20.2.0.9:443', subnet(deny));
    assert.equal(verdict.verdict, 'Allow');
    assert.deepEqual(
      verdict.doubts.map((doubt) => doubt.rule.name),
      ['d'],
    );
    const literal = rule('l', 100, { access: 'Deny', destinationAddressPrefix: '20.0.0.0/8' });
    assert.equal(judge('tcp 10.0.0.4 -> Sql:443', subnet(literal)).doubts.length, 1);
    assert.equal(judge('tcp 10.0.0.4 -> 10.0.0.5:443', subnet(deny)).doubts.length, 0);
  });

  test('two halves of the internet by prefixes are all of it', () => {
    const halves = rule('h', 100, {
      access: 'Deny',
      destinationAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'],
      destinationAddressPrefix: '',
    });
    assert.equal(short('tcp 10.0.0.4 -> AzureActiveDirectory:443', subnet(halves)), 'Deny h');
  });
});

describe('rules with several prefixes, ports and groups', () => {
  test('any prefix with any port', () => {
    const both = rule('b', 100, {
      access: 'Deny',
      destinationAddressPrefix: undefined,
      destinationAddressPrefixes: ['10.0.1.0/24', '10.0.3.4'],
      destinationPortRange: undefined,
      destinationPortRanges: ['443', '8000-8080'],
    });
    assert.equal(short('tcp 10.0.0.4 -> 10.0.3.4:8001', subnet(both)), 'Deny b');
    assert.equal(short('tcp 10.0.0.4 -> 10.0.3.5:8001', subnet(both)), 'Allow AllowVnetOutBound');
    assert.equal(short('tcp 10.0.0.4 -> 10.0.1.9:444', subnet(both)), 'Allow AllowVnetOutBound');
    assert.equal(short('tcp 10.0.0.4 -> 10.0.1.9:440-450', subnet(both)), 'Deny b');
    assert.equal(short('udp 10.0.0.4 -> 10.0.1.9:443', subnet(both)), 'Allow AllowVnetOutBound');
    assert.equal(
      short('icmp 10.0.0.4 -> 10.0.1.9', subnet({ ...both, protocol: '*' })),
      'Allow AllowVnetOutBound',
    );
  });

  test('application security groups are their members', () => {
    const web = rule('w', 100, {
      access: 'Deny',
      sourceAddressPrefix: undefined,
      sourceApplicationSecurityGroups: [{ id: '/ASG/Web' }],
    });
    const members = { ...around, applicationSecurityGroups: new Map([['/asg/web', ['10.0.0.4']]]) };
    assert.equal(short('tcp 10.0.0.4 -> 10.0.1.1:1', subnet(web), members), 'Deny w');
    assert.equal(short('tcp 10.0.0.5 -> 10.0.1.1:1', subnet(web), members), 'Allow AllowVnetOutBound');
    assert.equal(judge('tcp 10.0.0.5 -> 10.0.1.1:1', subnet(web)).doubts[0]?.rule.name, 'w');
  });
});

describe('two levels', () => {
  const allow22 = rule('Allow22', 100, { direction: 'Inbound', destinationPortRange: '22' });
  const deny22 = rule('Deny22', 100, { direction: 'Inbound', access: 'Deny', destinationPortRange: '22' });
  const at = (subnetRule: SecurityRule, nicRule: SecurityRule): AppliedGroups => ({
    subnet: securityGroup('/s', [subnetRule]),
    networkInterface: securityGroup('/n', [nicRule]),
  });
  test('inbound the subnet is first, then the interface; both have to allow', () => {
    const flow = 'in tcp 20.0.0.1:* -> 10.0.0.4:22';
    assert.deepEqual(
      judge(flow, at(allow22, deny22)).steps.map(({ level, rule: by }) => `${level} ${by?.name}`),
      ['subnet Allow22', 'networkInterface Deny22'],
    );
    const atSubnet = judge(flow, at(deny22, allow22));
    assert.deepEqual([atSubnet.decidedBy?.level, atSubnet.steps.length], ['subnet', 1]);
    assert.equal(judge(flow, at(allow22, allow22)).decidedBy?.level, 'networkInterface');
  });
  test('outbound the interface is first', () => {
    const denyOut = { ...deny22, direction: 'Outbound' } as const;
    const out = judge('tcp 10.0.0.4 -> 10.0.0.5:22', at(denyOut, denyOut));
    assert.equal(out.decidedBy?.level, 'networkInterface');
  });
});

describe('what groups do not reach', () => {
  test('no group: everything is allowed', () =>
    assert.equal(short('tcp 10.0.0.4 -> 10.0.0.5:1', {}), 'Allow -'));

  test('the platform’s addresses are reached unless a rule names their tag', () => {
    const all = rule('DenyAll', 100, { access: 'Deny', protocol: '*' });
    assert.equal(short('udp 10.0.0.4 -> 168.63.129.16:53', subnet(all)), 'Allow -');
    const dns = rule('DenyDns', 101, {
      access: 'Deny',
      protocol: '*',
      destinationAddressPrefix: 'AzurePlatformDNS',
      destinationPortRange: '53',
    });
    assert.equal(short('udp 10.0.0.4 -> 168.63.129.16:53', subnet(all, dns)), 'Deny DenyDns');
    assert.equal(short('tcp 10.0.0.4 -> 168.63.129.16:80', subnet(all, dns)), 'Allow -');
    assert.equal(short('tcp 10.0.0.4 -> 169.254.169.254:80', subnet(all, dns)), 'Allow -');
  });

  test('a private endpoint’s interface has groups only where its subnet’s policies say so', () => {
    const subnetGroup = securityGroup('/s', []);
    const of = (policies: string | undefined) =>
      appliedGroups({ subnetGroup, isPrivateEndpoint: true, policies });
    for (const off of [undefined, 'Disabled', 'RouteTableEnabled']) {
      assert.equal(of(off).groups.subnet, undefined);
      assert.match(of(off).note ?? '', /do not apply/);
    }
    for (const on of ['Enabled', 'NetworkSecurityGroupEnabled'])
      assert.equal(of(on).groups.subnet, subnetGroup);
    const machine = appliedGroups({ subnetGroup, isPrivateEndpoint: false, policies: 'Disabled' });
    assert.equal(machine.groups.subnet, subnetGroup);
  });

  test('a tag that has no addresses is judged by its name', () => {
    const none = { ...around, resolveTag: () => [] };
    assert.equal(short('tcp 10.0.0.4 -> Storage:443', subnet(), none), 'Allow AllowInternetOutBound');
    assert.equal(short('tcp 10.0.0.4 -> Storage:443', subnet(denyInternet), none), 'Deny DenyInternet');
  });

  test('a port that is none is no traffic, and not allowed', () => {
    const flow = {
      direction: 'Outbound',
      protocol: 'Tcp',
      source: '10.0.0.4',
      sourcePort: '*',
      destination: '10.0.0.5',
      destinationPort: 'https',
    } as const;
    const verdict = judgeFlow(flow, subnet(), around);
    assert.equal(verdict.verdict, 'Deny');
    assert.match(verdict.reason, /no traffic/);
  });
});

test('flows are read from text, and what is none is said', () => {
  assert.deepEqual(parseFlow('TCP [fd00::4]:1024-2048 -> Storage.JapanEast:443'), {
    direction: 'Outbound',
    protocol: 'Tcp',
    source: 'fd00::4',
    sourcePort: '1024-2048',
    destination: 'Storage.JapanEast',
    destinationPort: '443',
  });
  for (const bad of [
    'tcp',
    'sctp a:1 -> b:2',
    'tcp 10.0.0.4:99999 -> b:1',
    'tcp 10.0.0.400:1 -> b:1',
    'tcp a:1 b:2',
  ])
    assert.ok('problem' in parseFlow(bad), bad);
});

test('a flow too wide to be taken apart is denied and says so, in bounded time', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const word = () => `${random(200)}.${random(250)}.0.0/${8 + random(20)}`;
  const ports = () => {
    const first = random(30_000);
    return `${first}-${first + random(30_000)}`;
  };
  const many = Array.from({ length: 600 }, (_, index) =>
    rule(`r${index}`, 100 + index, {
      sourceAddressPrefix: word(),
      sourcePortRange: ports(),
      destinationAddressPrefix: word(),
      destinationPortRange: ports(),
    }),
  );
  const wide = judge('any *:* -> *:*', subnet(...many));
  assert.equal(wide.verdict, 'Deny');
  assert.match(wide.reason, /too wide/);
  assert.equal(judge('tcp 10.0.0.4 -> 20.0.0.1:443', subnet(...many)).verdict, 'Allow');
});

test('a flow’s text reads back as the flow', () => {
  const word = fc.constantFrom(
    '10.0.0.4',
    '10.0.0.0/24',
    'fd00::4',
    'fd00::/48',
    'Storage.JapanEast',
    '*',
    'Internet',
  );
  const port = fc.constantFrom('*', '443', '1024-2048', '0');
  const flow = fc.record({
    direction: fc.constantFrom('Inbound' as const, 'Outbound' as const),
    protocol: fc.constantFrom('*' as const, 'Tcp' as const, 'Icmp' as const),
    source: word,
    sourcePort: port,
    destination: word,
    destinationPort: port,
  });
  fc.assert(
    fc.property(flow, (given) => assert.deepEqual(parseFlow(flowText(given)), { ...given })),
    { seed: 25 },
  );
});

test('any text is a flow or says why not', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const read = parseFlow(text);
      assert.ok('problem' in read || judgeFlow(read, subnet(), around).reason.length > 0);
    }),
    { seed: 26, numRuns: 300 },
  );
});
