import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectiveGroups, readSecurityGroup, type SecurityGroup } from '@tombolo/network-rules';
import type { Members } from '@tombolo/store/document';
import fc from 'fast-check';
import { arcOutboundRules } from './arc-outbound.testkit.ts';
import { checkArcOutbound, checkNeededTags } from './arc-outbound.ts';

const around = { virtualNetwork: ['10.0.0.0/16'] };
const group = (...rules: readonly object[]): SecurityGroup => {
  const read = readSecurityGroup({ id: '/nsg', name: 'nsg', properties: { securityRules: rules } });
  assert.ok(!('problem' in read), JSON.stringify(read));
  return read;
};
const deny = (priority: number, more: Members = {}) => ({
  name: 'DenyInternet',
  properties: {
    priority,
    direction: 'Outbound',
    access: 'Deny',
    protocol: '*',
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefix: 'Internet',
    destinationPortRange: '*',
    ...more,
  },
});
const check = (...rules: readonly object[]) => checkArcOutbound(group(...rules), around);

describe('R22: the two outbound rules', () => {
  test('to be written where they are missing are those of seed 001, priorities 150 and 151', () => {
    const remedies = check().map(({ remedy, suggestedPriority }) => {
      assert.equal(remedy?.properties.priority, suggestedPriority);
      const { description, ...properties } = remedy!.properties;
      assert.match(description, /Azure Arc: \w+ on 443/);
      return { name: remedy!.name, properties };
    });
    assert.deepEqual(remedies, arcOutboundRules());
  });

  test('are found right, alone and before a deny of the internet', () => {
    assert.deepEqual(
      check(...arcOutboundRules()).map(({ state }) => state),
      ['right', 'right'],
    );
    assert.deepEqual(
      check(...arcOutboundRules(), deny(4000)).map(({ state }) => state),
      ['right', 'right'],
    );
  });

  test('a deny with a smaller number blocks them: it is named, and free priorities before it are given', () => {
    const found = check(...arcOutboundRules(), deny(120));
    assert.deepEqual(
      found.map(({ state, blockedBy, suggestedPriority, verdict }) => ({
        state,
        blockedBy,
        suggestedPriority,
        by: verdict.decidedBy?.name,
      })),
      [119, 118].map((suggestedPriority) => ({
        state: 'blocked',
        blockedBy: { name: 'DenyInternet', priority: 120 },
        suggestedPriority,
        by: 'DenyInternet',
      })),
    );
    const moved = group(...arcOutboundRules(119, 118), deny(120));
    assert.deepEqual(
      checkArcOutbound(moved, around).map(({ state }) => state),
      ['right', 'right'],
    );
  });

  test('a deny between the two blocks the second only', () => {
    const [first, second] = check(...arcOutboundRules(150, 160), deny(155));
    assert.deepEqual([first?.state, second?.state, second?.suggestedPriority], ['right', 'blocked', 151]);
  });

  test('whatever covers the internet on 443 blocks; what does not, does not', () => {
    const blocks = (more: Members): string | undefined =>
      check(...arcOutboundRules(), deny(100, more))[0]?.state;
    for (const more of [
      { destinationAddressPrefix: '*' },
      { destinationAddressPrefix: '0.0.0.0/0', protocol: 'Tcp' },
      { destinationAddressPrefix: 'AzureCloud', destinationPortRange: '400-500' },
      { destinationAddressPrefix: 'AzureActiveDirectory' },
      { sourceAddressPrefix: '10.0.3.0/24' },
    ])
      assert.equal(blocks(more), 'blocked', JSON.stringify(more));
    for (const more of [
      { destinationPortRange: '80' },
      { protocol: 'Udp' },
      { destinationAddressPrefix: '10.0.0.0/8' },
      { sourceAddressPrefix: '172.16.0.0/12' },
      { destinationAddressPrefix: 'Storage' },
      { direction: 'Inbound' },
    ])
      assert.equal(blocks(more), 'right', JSON.stringify(more));
  });

  test('missing and different rules are told apart', () => {
    const [aad, az] = arcOutboundRules();
    const wrong = { ...az, properties: { ...az!.properties, destinationPortRange: '80' } };
    const [first, second] = check(wrong, deny(110));
    assert.deepEqual([first?.state, first?.suggestedPriority], ['missing', 109]);
    assert.match(
      first?.text ?? '',
      /DenyInternet \(priority 110\) blocks the internet: give it priority 109/,
    );
    assert.equal(second?.state, 'different');
    const renamed = check({ ...aad, name: 'entra' }, az!);
    assert.deepEqual(
      renamed.map(({ state }) => state),
      ['right', 'right'],
    );
  });

  test('a finding says what was found and what to do', () => {
    const texts = (...rules: readonly object[]) => check(...rules).map(({ text }) => text);
    const [aad, az] = arcOutboundRules();
    assert.deepEqual(texts(...arcOutboundRules()), [
      'AllowAADOutboundAccess (priority 150) is as it should be',
      'AllowAzOutboundAccess (priority 151) is as it should be',
    ]);
    assert.deepEqual(texts(aad!, deny(150 - 30)), [
      'AllowAADOutboundAccess (priority 150) comes after DenyInternet (priority 120), which blocks it: give it priority 119',
      'AllowAzOutboundAccess is missing; DenyInternet (priority 120) blocks the internet: give it priority 118',
    ]);
    assert.deepEqual(texts(), [
      'AllowAADOutboundAccess is missing: give it priority 150',
      'AllowAzOutboundAccess is missing: give it priority 151',
    ]);
    const udp = { ...az, properties: { ...az!.properties, protocol: 'Udp' } };
    assert.equal(
      texts(aad!, udp)[1],
      'AllowAzOutboundAccess is not as seed 001 has it: Outbound, Tcp, VirtualNetwork:* to AzureResourceManager:443, Allow; give it priority 151',
    );
  });

  test('a priority is free that no outbound rule has, but for the one to be replaced', () => {
    const at = (priority: number, more: Members = {}) => ({
      name: `r${priority}`,
      properties: { ...deny(priority).properties, access: 'Allow', destinationAddressPrefix: 'Sql', ...more },
    });
    const suggested = (...rules: readonly object[]) => check(...rules)[0]?.suggestedPriority;
    assert.equal(suggested(at(150)), 4096, 'the largest that is free');
    assert.equal(suggested(at(150, { direction: 'Inbound' })), 150);
    assert.equal(suggested(at(150), deny(150 + 1)), 149);
    assert.equal(suggested(deny(150)), 149, 'equal is not before');
    assert.equal(suggested(deny(101)), 100, 'the smallest there is');
    assert.equal(suggested(deny(100)), undefined);
    const [aad] = arcOutboundRules();
    assert.equal(suggested({ ...aad, properties: { ...aad!.properties, protocol: 'Udp' } }), 150);
  });

  test('without any number left nothing is suggested, whoever has them', () => {
    const [first, second] = check(deny(101));
    assert.deepEqual([first?.suggestedPriority, first?.remedy?.properties.priority], [100, 100]);
    assert.deepEqual([second?.suggestedPriority, second?.remedy], [undefined, undefined]);
    assert.match(
      second?.text ?? '',
      /every priority below 101 is taken: move rule DenyInternet to a larger number/,
    );
  });

  test('where every smaller number is taken, the blocking rule is to move', () => {
    const full = Array.from({ length: 20 }, (_, index) => ({
      name: `r${index}`,
      properties: {
        ...deny(0).properties,
        access: 'Allow',
        priority: 100 + index,
        destinationAddressPrefix: 'Sql',
      },
    }));
    const [first] = check(...full, deny(120));
    assert.equal(first?.suggestedPriority, undefined);
    assert.match(first?.text ?? '', /move rule DenyInternet/);
  });
});

test('R22: whatever rules there are, the remedies make both right, or there is no room for them', () => {
  const rule = fc.record({
    priority: fc.integer({ min: 100, max: 130 }),
    direction: fc.constantFrom('Outbound', 'Inbound'),
    access: fc.constantFrom('Allow', 'Deny'),
    protocol: fc.constantFrom('*', 'Tcp', 'Udp'),
    sourceAddressPrefix: fc.constantFrom('*', 'VirtualNetwork', '10.0.3.0/24', '172.16.0.0/12'),
    sourcePortRange: fc.constant('*'),
    destinationAddressPrefix: fc.constantFrom(
      '*',
      'Internet',
      'AzureCloud',
      'AzureActiveDirectory',
      'AzureResourceManager',
      'Storage',
    ),
    destinationPortRange: fc.constantFrom('*', '443', '80', '400-500'),
  });
  const names = fc.constantFrom('AllowAADOutboundAccess', 'AllowAzOutboundAccess', 'a', 'b', 'c', 'd');
  const list = fc.uniqueArray(fc.tuple(names, rule), {
    maxLength: 6,
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(list, (given) => {
      const unique = given.filter(([, { priority, direction }], index) =>
        given
          .slice(0, index)
          .every(([, other]) => other.priority !== priority || other.direction !== direction),
      );
      const rules = unique.map(([name, properties]) => ({ name, properties }));
      const findings = checkArcOutbound(group(...rules), around);
      const remedies = findings.flatMap(({ state, remedy }) =>
        state === 'right' || !remedy ? [] : [remedy],
      );
      const without = rules.filter(({ name }) => !remedies.some((remedy) => remedy.name === name));
      const after = checkArcOutbound(group(...without, ...remedies), around);
      for (const [index, { state, suggestedPriority }] of findings.entries()) {
        if (state !== 'right' && suggestedPriority === undefined) continue;
        assert.equal(after[index]?.state, 'right', after[index]?.text);
        assert.equal(after[index]?.verdict.verdict, 'Allow');
      }
    }),
    { seed: 27, numRuns: 400 },
  );
});

test('every needed tag has its verdict: with both rules and a deny after them the others are denied', () => {
  const verdicts = checkNeededTags({ subnet: group(...arcOutboundRules(), deny(200)) }, around);
  assert.deepEqual(Object.fromEntries(verdicts.map(({ tag, verdict }) => [tag, verdict.verdict])), {
    AzureActiveDirectory: 'Allow',
    AzureTrafficManager: 'Deny',
    AzureResourceManager: 'Allow',
    AzureArcInfrastructure: 'Deny',
    Storage: 'Deny',
    WindowsAdminCenter: 'Deny',
    'AzureFrontDoor.Frontend': 'Deny',
  });
  assert.deepEqual(
    verdicts.filter(({ optional }) => optional).map(({ tag }) => tag),
    ['WindowsAdminCenter'],
  );
  assert.deepEqual(
    verdicts.flatMap(({ tag, condition }) => (condition === undefined ? [] : [`${tag}: ${condition}`])),
    [
      'WindowsAdminCenter: where Windows Admin Center manages Arc-enabled servers',
      'AzureFrontDoor.Frontend: required since April 2026',
    ],
  );
  assert.equal(verdicts.filter((verdict) => 'condition' in verdict).length, 2);
});

test('R11, R22: beside a private endpoint only sign-in and ARM have to get out', () => {
  const groups = { subnet: group(...arcOutboundRules(), deny(200)) };
  const needed = checkNeededTags(groups, around, { privateEndpoint: true }).filter(
    ({ optional }) => !optional,
  );
  assert.deepEqual(
    needed.map(({ tag, verdict }) => `${tag} ${verdict.verdict}`),
    ['AzureActiveDirectory Allow', 'AzureResourceManager Allow'],
  );
});

test('groups are read as ARM shows them, and what is none is said', () => {
  const one = readSecurityGroup({ name: 'n', properties: { securityRules: [deny(100)] } });
  assert.ok(!('problem' in one) && one.rules.length === 7);
  for (const properties of [
    {},
    { securityRules: [1] },
    { securityRules: [{ name: 'r' }] },
    { securityRules: [deny(100, { destinationPortRange: '99999' })] },
    { securityRules: [deny(100, { destinationAddressPrefix: null })] },
    { securityRules: [{ ...deny(100), properties: { ...deny(100).properties, priority: 'x' } }] },
  ])
    assert.ok('problem' in readSecurityGroup({ properties } as Members), JSON.stringify(properties));
});

test('effective rules are Azure’s form of them: tags written out, ports as ranges', () => {
  const [shown] = effectiveGroups(
    { subnet: group(...arcOutboundRules()) },
    { subnet: '/subnet', networkInterface: '/nic' },
    {
      ...around,
      resolveTag: (tag) => (tag === 'AzureActiveDirectory' ? ['20.0.0.0/24', '20.0.1.0/24'] : undefined),
    },
  );
  const rule = (name: string) => shown!.effectiveSecurityRules.find((entry) => entry.name === name)!;
  const aad = rule('securityRules/AllowAADOutboundAccess');
  assert.deepEqual(shown?.association, { subnet: { id: '/subnet' } });
  assert.deepEqual(aad.expandedSourceAddressPrefix, ['10.0.0.0/16', '168.63.129.16/32']);
  assert.deepEqual(aad.expandedDestinationAddressPrefix, ['20.0.0.0/23']);
  assert.deepEqual(
    [aad.destinationPortRange, aad.sourcePortRange, aad.protocol],
    ['443-443', '0-65535', 'Tcp'],
  );
  const internet = rule('defaultSecurityRules/AllowInternetOutBound');
  assert.deepEqual(internet.expandedDestinationAddressPrefix?.slice(0, 6), [
    '1.0.0.0/8',
    '2.0.0.0/7',
    '4.0.0.0/6',
    '8.0.0.0/7',
    '11.0.0.0/8',
    '12.0.0.0/6',
  ]);
  assert.equal(internet.sourceAddressPrefix, '0.0.0.0/0');
  assert.equal(internet.expandedSourceAddressPrefix, null);
});
