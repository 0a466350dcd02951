import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { codeOf, createNetworkWorld, inGroup } from '../../network.testkit.ts';

const nsg = inGroup('networkSecurityGroups', 'nsg');
const rule = (priority: number, more: JsonObject = {}): JsonObject => ({
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRange: '443',
  sourceAddressPrefix: 'VirtualNetwork',
  destinationAddressPrefix: 'AzureActiveDirectory',
  access: 'Allow',
  priority,
  direction: 'Outbound',
  ...more,
});
const body = (...rules: readonly (readonly [string, JsonObject])[]) => ({
  location: 'japaneast',
  properties: { securityRules: rules.map(([name, properties]) => ({ name, properties })) },
});

test('a group carries its rules inline, and the six that every group has', async () => {
  const world = await createNetworkWorld();
  const created = await world.put(
    nsg,
    body(['AllowAADOutboundAccess', rule(150)], ['AllowAzOutboundAccess', rule(151)]),
  );
  assert.equal(created.status, 201);
  assert.equal(created.json.properties.securityRules.length, 2);
  assert.equal(created.json.properties.defaultSecurityRules.length, 6);
  const one = await world.get(`${nsg}/securityRules/AllowAADOutboundAccess`);
  assert.equal(one.json.properties.priority, 150);
  assert.equal(
    (await world.get(`${nsg}/defaultSecurityRules/DenyAllInBound`)).json.properties.priority,
    65500,
  );
  assert.equal((await world.listAll(`${nsg}/defaultSecurityRules`)).length, 6);
});

test('a PUT says all rules: those that it leaves out go', async () => {
  const world = await createNetworkWorld();
  await world.put(nsg, body(['a', rule(150)], ['b', rule(151)]));
  assert.equal(
    (await world.put(nsg, body(['b', rule(152)]))).json.properties.securityRules[0].properties.priority,
    152,
  );
  assert.equal((await world.get(`${nsg}/securityRules/a`)).status, 404);
});

test('priorities are one rule’s own in each direction, inline, as children and at the same time', async () => {
  const world = await createNetworkWorld();
  assert.equal(
    codeOf(await world.put(nsg, body(['a', rule(150)], ['b', rule(150)]))),
    '400 SecurityRuleConflict',
  );
  await world.put(nsg, body(['a', rule(150)], ['in', rule(150, { direction: 'Inbound' })]));
  assert.equal(
    codeOf(await world.put(`${nsg}/securityRules/b`, { properties: rule(150) })),
    '400 SecurityRuleConflict',
  );
  assert.equal(
    (await world.put(`${nsg}/securityRules/a`, { properties: rule(150, { access: 'Deny' }) })).status,
    200,
  );
  const raced = await Promise.all(
    ['x', 'y', 'z'].map((name) => world.put(`${nsg}/securityRules/${name}`, { properties: rule(200) })),
  );
  assert.deepEqual(raced.map(codeOf).sort(), ['201', '400 SecurityRuleConflict', '400 SecurityRuleConflict']);
});

const refusals: readonly [string, JsonObject, string][] = [
  ['a priority below 100', rule(99), '400 SecurityRuleInvalidPriority'],
  ['a priority above 4096', rule(4097), '400 SecurityRuleInvalidPriority'],
  [
    'a port range that is none',
    rule(100, { destinationPortRange: '443-80' }),
    '400 SecurityRuleInvalidPortRange',
  ],
  ['ports both ways', rule(100, { destinationPortRanges: ['80'] }), '400 SecurityRuleInvalid'],
  ['no source', rule(100, { sourceAddressPrefix: null }), '400 SecurityRuleInvalid'],
  [
    'an address prefix that is none',
    rule(100, { sourceAddressPrefix: '10.0.0.0/33' }),
    '400 SecurityRuleInvalidAddressPrefix',
  ],
  ['an unknown protocol', rule(100, { protocol: 'Quic' }), '400 InvalidRequestFormat'],
];
for (const [what, properties, code] of refusals) {
  test(`rules with ${what} are refused`, async () => {
    const world = await createNetworkWorld();
    await world.put(nsg, body());
    assert.equal(codeOf(await world.put(`${nsg}/securityRules/r`, { properties })), code);
  });
}

test('groups beside the prefix of a rule that is there are refused, in a PUT of its group, too', async () => {
  const world = await createNetworkWorld();
  await world.put(nsg, body(['r', rule(100)]));
  const group = inGroup('applicationSecurityGroups', 'asg');
  assert.equal((await world.put(group, { location: 'japaneast' })).status, 201);
  const both = rule(100, { destinationApplicationSecurityGroups: [{ id: group }] });
  const alone = await world.put(`${nsg}/securityRules/r`, { properties: both });
  assert.equal(codeOf(alone), '400 SecurityRuleInvalid');
  assert.equal(codeOf(await world.put(nsg, body(['r', both]))), '400 SecurityRuleInvalid');
  const none = rule(100, { destinationAddressPrefix: null });
  assert.equal(codeOf(await world.put(nsg, body(['r', none]))), '400 SecurityRuleInvalid');
});

test('words in any case are taken and answered in the published one', async () => {
  const world = await createNetworkWorld();
  const created = await world.put(
    nsg,
    body(['a', rule(100, { protocol: 'TCP', direction: 'inbound', access: 'deny' })]),
  );
  const { protocol, direction, access } = created.json.properties.securityRules[0].properties;
  assert.deepEqual([protocol, direction, access], ['Tcp', 'Inbound', 'Deny']);
});
