import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import {
  codeOf,
  createNetworkWorld,
  endpointBody,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
} from '../../network.testkit.ts';

const resolver = inGroup('dnsResolvers', 'resolver');
const inbound = `${resolver}/inboundEndpoints/in`;
const outbound = `${resolver}/outboundEndpoints/out`;
const ruleset = inGroup('dnsForwardingRulesets', 'rules');
const subnet = (name: string): string => `${networkId}/subnets/${name}`;
const located = (properties: JsonObject, location = 'japaneast') => ({ location, properties });
const inboundBody = (more: JsonObject = {}, name = 'in') =>
  located({ ipConfigurations: [{ subnet: { id: subnet(name) }, ...more }] });
const outboundBody = (name = 'out') => located({ subnet: { id: subnet(name) } });
const rulesetBody = located({ dnsResolverOutboundEndpoints: [{ id: outbound }] });
const rule = (domainName: string, more: JsonObject = {}) => ({
  properties: { domainName, targetDnsServers: [{ ipAddress: '192.0.2.1' }], ...more },
});

const createResolverWorld = async (options: Parameters<typeof createNetworkWorld>[0] = {}) => {
  const world = await createNetworkWorld(options);
  const subnets = [
    { name: 'in', ...subnetBody('10.0.0.0/28') },
    { name: 'out', ...subnetBody('10.0.0.16/28') },
    { name: 'small', ...subnetBody('10.0.0.32/29') },
    { name: 'default', ...subnetBody('10.0.1.0/24') },
  ];
  await world.put(networkId, networkBody('10.0.0.0/16', subnets));
  assert.equal((await world.put(resolver, located({ virtualNetwork: { id: networkId } }))).status, 201);
  return world;
};

test('a resolver serves one network, which it keeps', async () => {
  const world = await createResolverWorld();
  assert.equal((await world.get(resolver)).json.properties.dnsResolverState, 'Connected');
  const second = inGroup('dnsResolvers', 'second');
  assert.equal(
    codeOf(await world.put(second, located({ virtualNetwork: { id: networkId } }))),
    '400 BadRequest',
  );
  const elsewhere = located({ virtualNetwork: { id: networkId } }, 'westeurope');
  assert.equal(codeOf(await world.put(second, elsewhere)), '400 InvalidResourceReference');
  assert.equal(codeOf(await world.remove(networkId)), '400 InUseVirtualNetworkCannotBeDeleted');
  assert.equal((await world.patch(resolver, { tags: { a: 'b' } })).json.tags.a, 'b');
});

test('an inbound endpoint takes the lowest free address, or the static one that is asked for, and delegates its subnet', async () => {
  const world = await createResolverWorld();
  const created = await world.put(inbound, inboundBody());
  assert.equal(created.status, 201);
  assert.deepEqual(created.json.properties.ipConfigurations, [
    { subnet: { id: subnet('in') }, privateIpAddress: '10.0.0.4', privateIpAllocationMethod: 'Dynamic' },
  ]);
  const place = (await world.get(subnet('in'))).json.properties;
  assert.equal(place.delegations[0].properties.serviceName, 'Microsoft.Network/dnsResolvers');
  assert.equal(place.ipConfigurations.length, 1);
  assert.equal((await world.put(inbound, created.json)).status, 200);
  assert.equal(codeOf(await world.remove(subnet('in'))), '400 InUseSubnetCannotBeDeleted');
  const fixed = await world.put(
    `${resolver}/inboundEndpoints/static`,
    inboundBody({ privateIpAllocationMethod: 'Static', privateIpAddress: '10.0.0.20' }, 'out'),
  );
  assert.equal(fixed.json.properties.ipConfigurations[0].privateIpAddress, '10.0.0.20');
});

test('an inbound endpoint never gets an address of the installation, whose network may have it all the same', async () => {
  const world = await createResolverWorld({ settings: { ownAddresses: ['10.0.0.4', '10.0.0.20'] } });
  const created = await world.put(inbound, inboundBody());
  assert.equal(created.json.properties.ipConfigurations[0].privateIpAddress, '10.0.0.5');
  const fixed = { privateIpAllocationMethod: 'Static', privateIpAddress: '10.0.0.20' };
  const refused = await world.put(`${resolver}/inboundEndpoints/static`, inboundBody(fixed, 'out'));
  assert.equal(codeOf(refused), '400 PrivateIPAddressInReservedRange');
});

test('endpoints stand alone in subnets of /28 to /24 of the resolver’s network', async () => {
  const world = await createResolverWorld();
  assert.equal(codeOf(await world.put(inbound, inboundBody({}, 'small'))), '400 BadRequest');
  assert.equal(codeOf(await world.put(inbound, inboundBody({}, 'nowhere'))), '400 InvalidResourceReference');
  const reserved = inboundBody({ privateIpAllocationMethod: 'Static', privateIpAddress: '10.0.0.1' });
  assert.equal(codeOf(await world.put(inbound, reserved)), '400 PrivateIPAddressInReservedRange');
  assert.equal(
    codeOf(await world.put(inbound, inboundBody({ privateIpAllocationMethod: 'Static' }))),
    '400 BadRequest',
  );
  await world.put(inbound, inboundBody());
  assert.equal(codeOf(await world.put(outbound, outboundBody('in'))), '400 BadRequest');
  const pe = endpointBody({ subnet: { id: subnet('in') } });
  assert.equal(
    codeOf(await world.put(inGroup('privateEndpoints', 'pe'), pe)),
    '400 PrivateEndpointCreationNotAllowedAsSubnetIsDelegated',
  );
});

test('a ruleset forwards by outbound endpoints, its rules one a domain', async () => {
  const world = await createResolverWorld();
  assert.equal(codeOf(await world.put(ruleset, rulesetBody)), '400 InvalidResourceReference');
  await world.put(outbound, outboundBody());
  assert.equal((await world.put(ruleset, rulesetBody)).status, 201);
  const created = await world.put(`${ruleset}/forwardingRules/corp`, rule('corp.example.'));
  assert.deepEqual(created.json.properties.targetDnsServers, [{ ipAddress: '192.0.2.1', port: 53 }]);
  assert.equal(created.json.properties.forwardingRuleState, 'Enabled');
  assert.equal(
    codeOf(await world.put(`${ruleset}/forwardingRules/again`, rule('CORP.example.'))),
    '400 BadRequest',
  );
  assert.equal(
    codeOf(await world.put(`${ruleset}/forwardingRules/nodot`, rule('corp.example'))),
    '400 InvalidRequestContent',
  );
  assert.equal((await world.put(`${ruleset}/forwardingRules/all`, rule('.'))).status, 201);
  const off = await world.patch(`${ruleset}/forwardingRules/corp`, {
    properties: { forwardingRuleState: 'Disabled' },
  });
  assert.equal(off.json.properties.forwardingRuleState, 'Disabled');
  assert.equal(
    codeOf(await world.put(`${ruleset}/forwardingRules/corp`, rule('other.example.'))),
    '409 Conflict',
  );
  for (const name of ['corp.example', 'a.b'])
    assert.equal(
      codeOf(await world.put(`${ruleset}/forwardingRules/${name}`, rule(`${name}.`))),
      '400 InvalidResourceName',
    );
  assert.equal(
    (await world.put(`${ruleset}/forwardingRules/under_score-1_`, rule('under.example.'))).status,
    201,
  );
  const patched = await world.patch(ruleset, {
    tags: { a: 'b' },
    dnsResolverOutboundEndpoints: [{ id: outbound }],
  });
  assert.equal(patched.status, 200);
  assert.equal(patched.json.dnsResolverOutboundEndpoints, undefined);
});

test('what is used is not deleted; the order of a destroy is rules’ links, rulesets, endpoints, resolver, network', async () => {
  const world = await createResolverWorld();
  await world.put(inbound, inboundBody());
  await world.put(outbound, outboundBody());
  await world.put(ruleset, rulesetBody);
  await world.put(`${ruleset}/forwardingRules/corp`, rule('corp.example.'));
  const link = `${ruleset}/virtualNetworkLinks/link`;
  assert.equal((await world.put(link, { properties: { virtualNetwork: { id: networkId } } })).status, 201);
  const second = { properties: { virtualNetwork: { id: networkId } } };
  assert.equal(codeOf(await world.put(`${ruleset}/virtualNetworkLinks/second`, second)), '400 BadRequest');
  assert.equal(codeOf(await world.remove(ruleset)), '409 CannotDeleteResource');
  assert.equal(codeOf(await world.remove(outbound)), '409 CannotDeleteResource');
  assert.equal(codeOf(await world.remove(resolver)), '409 CannotDeleteResource');
  for (const id of [link, ruleset, outbound, inbound, resolver, networkId])
    assert.equal((await world.remove(id)).status, 200, id);
  assert.deepEqual(await world.store.claimsUnder('address of '), []);
});
