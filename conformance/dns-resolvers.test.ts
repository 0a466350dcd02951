/** DNS resolvers, their endpoints, rulesets, rules and links with @azure/arm-dnsresolver. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import { createNetwork } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { dnsResolver: dns } = world;
const location = 'westeurope';

/** A network with a resolver, and a subnet of its own for each endpoint. */
const topology = async (prefix: string) => {
  const group = await world.createGroup();
  const { network } = await createNetwork(world, group, prefix);
  const subnetOf = async (name: string, third: number) =>
    (
      await world.network.subnets.createOrUpdate(
        group,
        'vnet',
        name,
        { addressPrefix: `${prefix}.${third}.0/28` },
        poll,
      )
    ).id!;
  const [inbound, outbound] = [await subnetOf('inbound', 2), await subnetOf('outbound', 3)];
  const resolver = await dns.dnsResolvers.beginCreateOrUpdateAndWait(
    group,
    'resolver',
    { location, virtualNetwork: { id: network.id! } },
    poll,
  );
  return { group, network, resolver, inbound, outbound };
};

const createOutbound = (group: string, subnet: string) =>
  dns.outboundEndpoints.beginCreateOrUpdateAndWait(
    group,
    'resolver',
    'out',
    { location, subnet: { id: subnet } },
    poll,
  );

describe('DNS resolvers', () => {
  test('a resolver lives: create, read, tags, lists, delete', async () => {
    const { group, network, resolver } = await topology('127.115');
    assert.equal(resolver.provisioningState, 'Succeeded');
    assert.equal(resolver.dnsResolverState, 'Connected');
    assert.equal(resolver.virtualNetwork.id, network.id);
    assert.ok(resolver.etag && resolver.resourceGuid);
    const tagged = await dns.dnsResolvers.beginUpdateAndWait(group, 'resolver', { tags: { a: 'b' } }, poll);
    assert.deepEqual(tagged.tags, { a: 'b' });
    assert.deepEqual(await names(dns.dnsResolvers.listByResourceGroup(group)), ['resolver']);
    assert.ok((await all(dns.dnsResolvers.list())).some(({ id }) => id === resolver.id));
    assert.deepEqual(
      (await all(dns.dnsResolvers.listByVirtualNetwork(group, 'vnet'))).map(({ id }) => id),
      [resolver.id],
    );
    await refused(
      dns.dnsResolvers.beginCreateOrUpdateAndWait(
        group,
        'resolver',
        { location, virtualNetwork: { id: network.id! } },
        { ...poll, ifNoneMatch: '*' },
      ),
      { status: 412, code: 'PreconditionFailed' },
    );
    await dns.dnsResolvers.beginDeleteAndWait(group, 'resolver', poll);
    await refused(dns.dnsResolvers.get(group, 'resolver'), { status: 404, code: 'ResourceNotFound' });
  });

  test('an inbound endpoint gets an address of its subnet, or the one it asks for', async () => {
    const { group, inbound, outbound } = await topology('127.116');
    const dynamic = await dns.inboundEndpoints.beginCreateOrUpdateAndWait(
      group,
      'resolver',
      'in',
      { location, ipConfigurations: [{ subnet: { id: inbound }, privateIpAllocationMethod: 'Dynamic' }] },
      poll,
    );
    assert.equal(dynamic.provisioningState, 'Succeeded');
    assert.equal(dynamic.ipConfigurations[0]?.privateIpAddress, '127.116.2.4');
    const fixedIn = (subnet: string, privateIpAddress: string) =>
      dns.inboundEndpoints.beginCreateOrUpdateAndWait(
        group,
        'resolver',
        'fixed',
        {
          location,
          ipConfigurations: [
            { subnet: { id: subnet }, privateIpAllocationMethod: 'Static', privateIpAddress },
          ],
        },
        poll,
      );
    await refused(fixedIn(inbound, '127.116.2.9'), {
      status: 400,
      code: 'BadRequest',
      says: /cannot be shared/,
    });
    await refused(fixedIn(outbound, '127.116.2.9'), {
      status: 400,
      code: 'PrivateIPAddressNotInSubnet',
    });
    const fixed = await fixedIn(outbound, '127.116.3.9');
    assert.equal(fixed.ipConfigurations[0]?.privateIpAddress, '127.116.3.9');
    assert.deepEqual(await names(dns.inboundEndpoints.list(group, 'resolver')), ['fixed', 'in']);
    await refused(world.network.subnets.delete(group, 'vnet', 'inbound', poll), {
      status: 400,
      code: 'InUseSubnetCannotBeDeleted',
    });
    await dns.inboundEndpoints.beginDeleteAndWait(group, 'resolver', 'fixed', poll);
    await dns.inboundEndpoints.beginDeleteAndWait(group, 'resolver', 'in', poll);
    await world.network.subnets.delete(group, 'vnet', 'inbound', poll);
  });

  test('a resolver with endpoints is not deleted, nor its network', async () => {
    const { group, inbound } = await topology('127.117');
    await dns.inboundEndpoints.beginCreateOrUpdateAndWait(
      group,
      'resolver',
      'in',
      { location, ipConfigurations: [{ subnet: { id: inbound } }] },
      poll,
    );
    await refused(dns.dnsResolvers.beginDeleteAndWait(group, 'resolver', poll), {
      status: 409,
      code: 'CannotDeleteResource',
    });
    await refused(world.network.virtualNetworks.delete(group, 'vnet', poll), {
      status: 400,
      code: 'InUseVirtualNetworkCannotBeDeleted',
    });
  });
});

describe('forwarding rulesets', () => {
  test('a ruleset with rules and links lives: create, change, list, delete', async () => {
    const { group, network, outbound } = await topology('127.118');
    const endpoint = await createOutbound(group, outbound);
    assert.equal(endpoint.provisioningState, 'Succeeded');
    const ruleset = await dns.dnsForwardingRulesets.beginCreateOrUpdateAndWait(
      group,
      'ruleset',
      { location, dnsResolverOutboundEndpoints: [{ id: endpoint.id! }] },
      poll,
    );
    assert.equal(ruleset.provisioningState, 'Succeeded');
    const rule = await dns.forwardingRules.createOrUpdate(group, 'ruleset', 'corp', {
      domainName: 'corp.example.',
      targetDnsServers: [{ ipAddress: '127.0.0.53', port: 5300 }],
      forwardingRuleState: 'Enabled',
    });
    assert.equal(rule.domainName, 'corp.example.');
    assert.equal(rule.targetDnsServers[0]?.port, 5300);
    const changed = await dns.forwardingRules.update(group, 'ruleset', 'corp', {
      forwardingRuleState: 'Disabled',
    });
    assert.equal(changed.forwardingRuleState, 'Disabled');
    assert.deepEqual(changed.targetDnsServers, rule.targetDnsServers);
    const link = await dns.virtualNetworkLinks.beginCreateOrUpdateAndWait(
      group,
      'ruleset',
      'link',
      { virtualNetwork: { id: network.id! } },
      poll,
    );
    assert.equal(link.virtualNetwork.id, network.id);
    assert.deepEqual(await names(dns.forwardingRules.list(group, 'ruleset')), ['corp']);
    assert.deepEqual(await names(dns.virtualNetworkLinks.list(group, 'ruleset')), ['link']);
    assert.equal((await all(dns.dnsForwardingRulesets.listByVirtualNetwork(group, 'vnet'))).length, 1);
    assert.deepEqual(await names(dns.dnsForwardingRulesets.listByResourceGroup(group)), ['ruleset']);

    await refused(dns.outboundEndpoints.beginDeleteAndWait(group, 'resolver', 'out', poll), {
      status: 409,
      code: 'CannotDeleteResource',
    });
    await dns.virtualNetworkLinks.beginDeleteAndWait(group, 'ruleset', 'link', poll);
    await dns.forwardingRules.delete(group, 'ruleset', 'corp');
    await dns.dnsForwardingRulesets.beginDeleteAndWait(group, 'ruleset', poll);
    await dns.outboundEndpoints.beginDeleteAndWait(group, 'resolver', 'out', poll);
    await dns.dnsResolvers.beginDeleteAndWait(group, 'resolver', poll);
  });

  test('a rule without a final dot, or without servers, is refused', async () => {
    const { group, outbound } = await topology('127.119');
    const endpoint = await createOutbound(group, outbound);
    await dns.dnsForwardingRulesets.beginCreateOrUpdateAndWait(
      group,
      'ruleset',
      { location, dnsResolverOutboundEndpoints: [{ id: endpoint.id! }] },
      poll,
    );
    const targetDnsServers = [{ ipAddress: '10.0.0.1' }];
    for (const rule of [
      { domainName: 'corp.example', targetDnsServers },
      { domainName: 'corp.example.', targetDnsServers: [] },
      { domainName: 'corp.example.', targetDnsServers: [{ ipAddress: 'dns.corp.example' }] },
    ]) {
      await refused(dns.forwardingRules.createOrUpdate(group, 'ruleset', 'bad', rule), {
        status: 400,
        code: 'InvalidRequestContent',
      });
    }
    assert.deepEqual(await names(dns.forwardingRules.list(group, 'ruleset')), []);
  });
});
