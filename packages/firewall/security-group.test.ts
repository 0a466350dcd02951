import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createNetworkWorld, group } from '@tombolo/providers/network/network.testkit';
import type { Json } from '@tombolo/store/port';
import { exportRules, findFormat } from './export-rules.ts';
import { privatePlan, publicPlan } from './plan.testkit.ts';
import type { FirewallPlan } from './plan.ts';

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
}
interface Rule {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const putInto = async (plan: FirewallPlan, enforce: boolean): Promise<readonly Rule[]> => {
  const world = await createNetworkWorld();
  const template = JSON.parse(exportRules(plan, findFormat('nsg'), { enforce }).files[0]?.text ?? '') as {
    readonly resources: readonly Resource[];
  };
  const [resource] = template.resources;
  assert.ok(resource !== undefined && template.resources.length === 1);
  const { type, name, apiVersion, ...body } = resource;
  const id = `${group}/providers/${type}/${name}`;
  const answer = await world.put(id, body as unknown as Json, { apiVersion });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await world.settle();
  const read = await world.get(id, { apiVersion });
  return read.json.properties.securityRules as readonly Rule[];
};

describe("the control plane takes the security group's template", () => {
  test('R22: the two rules have their names and priorities, before any deny of the internet', async () => {
    const rules = await putInto(privatePlan(), true);
    const rule = (name: string) => rules.find((each) => each.name === name)?.properties;
    for (const [name, priority, tag] of [
      ['AllowAADOutboundAccess', 150, 'AzureActiveDirectory'],
      ['AllowAzOutboundAccess', 151, 'AzureResourceManager'],
    ] as const) {
      assert.equal(rule(name)?.priority, priority);
      assert.equal(rule(name)?.destinationAddressPrefix, tag);
      assert.equal(rule(name)?.destinationPortRange, '443');
      assert.equal(rule(name)?.protocol, 'Tcp');
    }
    const deny = rule('DenyInternetOutBound');
    assert.equal(deny?.access, 'Deny');
    const allows = rules.filter(({ properties }) => properties.access === 'Allow');
    assert.ok(allows.every(({ properties }) => Number(properties.priority) < Number(deny?.priority)));
    assert.deepEqual(rule('AllowEndpointTcp443')?.destinationAddressPrefixes, ['10.0.1.4/30', '10.0.1.8/31']);
    assert.equal(rule('AllowDnsUdp53')?.protocol, 'Udp');
    assert.equal(rule('AllowDnsTcp53')?.destinationAddressPrefix, '10.0.2.4/32');
  });

  test('public: every tag of the plan is a rule of its own, by name and without its prefixes', async () => {
    const rules = await putInto(publicPlan(), false);
    const tags = rules.map(({ properties }) => properties.destinationAddressPrefix);
    for (const tag of ['AzureArcInfrastructure', 'AzureTrafficManager', 'Storage', 'AzureFrontDoor.Frontend'])
      assert.ok(tags.includes(tag), tag);
    assert.equal(new Set(rules.map(({ properties }) => properties.priority)).size, rules.length);
    assert.ok(!rules.some(({ name }) => name === 'DenyInternetOutBound'));
  });

  test('it needs no list of service tags', async () => {
    const rules = await putInto(publicPlan({}), false);
    assert.ok(rules.some(({ name }) => name === 'AllowAADOutboundAccess'));
  });
});
