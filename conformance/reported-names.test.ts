/** Names, records and templates that people reported in public, each told by its source: what happened there happens here. */

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { decode, encode, type Packet, type RecordType } from 'dns-packet';
import { refusedRaw } from './expect.ts';
import { made, openRawNetwork } from './raw-network.ts';
import { groupId, resourceId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { send } = world;
const location = 'westeurope';
const { group, network, put, putNetwork, putDns, putResolver: putIn } = await openRawNetwork(world);
const get = (id: string, version = '2024-06-01') => send({ path: `${id}?api-version=${version}` });

const hub = network('virtualNetworks', 'hub');
const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.Network/dnsResolvers' } }];
await made(
  putNetwork(hub, {
    location,
    properties: {
      addressSpace: { addressPrefixes: ['127.160.0.0/16'] },
      subnets: [
        { name: 'in', properties: { addressPrefix: '127.160.1.0/28', delegations } },
        { name: 'out', properties: { addressPrefix: '127.160.2.0/28', delegations } },
      ],
    },
  }),
);
const resolver = network('dnsResolvers', 'resolver');
const putResolver = (id: string, properties: object) => putIn(id, { location, properties });
const subnet = (name: string) => ({ id: `${hub}/subnets/${name}` });
await made(putResolver(resolver, { virtualNetwork: { id: hub } }));
await made(putResolver(`${resolver}/inboundEndpoints/in`, { ipConfigurations: [{ subnet: subnet('in') }] }));
const outbound = `${resolver}/outboundEndpoints/out`;
await made(putResolver(outbound, { subnet: subnet('out') }));

const zone = network('privateDnsZones', 'corp.example');
await made(putDns(zone, { location: 'global' }));
const record = (path: string, properties: object) =>
  putDns(`${zone}/${path}`, { properties: { ttl: 60, ...properties } });
const address = (ipv4Address: string) => ({ aRecords: [{ ipv4Address }] });

/** What the network's inbound endpoint says of a name. */
const ask = async (name: string, type: RecordType): Promise<Packet & { readonly rcode?: string }> => {
  const socket = createSocket('udp4');
  try {
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
    const query = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type, name }] });
    socket.send(query, Number(world.installation.ready.dns.split(':').at(-1)), '127.160.1.4');
    return decode((await answered)[0] as Buffer);
  } finally {
    socket.close();
  }
};

describe('names', () => {
  const linked = (async () => {
    const properties = { registrationEnabled: false, virtualNetwork: { id: hub } };
    await made(putDns(`${zone}/virtualNetworkLinks/hub`, { location: 'global', properties }));
    await made(record('A/host', address('10.1.0.1')));
    await made(record('A/deep.below', address('10.1.0.2')));
    await made(record('CNAME/lost', { cnameRecord: { cname: 'nowhere.corp.example' } }));
    await world.settled();
  })();
  const told = async (name: string, type: RecordType) => {
    await linked;
    const { rcode, answers, authorities } = await ask(`${name}.corp.example`, type);
    const types = (records: Packet['answers']) => (records ?? []).map((each) => each.type);
    return [rcode, types(answers), types(authorities)];
  };

  test('Azure/bicep#10197: a link that is made is one by which names are found', async () => {
    assert.deepEqual(await told('host', 'A'), ['NOERROR', ['A'], []]);
  });

  test('coredns/coredns#779: a name with an IPv4 address only is there, and has no other', async () => {
    assert.deepEqual(await told('host', 'AAAA'), ['NOERROR', [], ['SOA']]);
    assert.deepEqual(await told('none', 'AAAA'), ['NXDOMAIN', [], ['SOA']]);
  });

  test('coredns/coredns#4256: what has something below it is there', async () => {
    assert.deepEqual(await told('below', 'A'), ['NOERROR', [], ['SOA']]);
  });

  test('coredns/coredns#6385: an alias to nothing says how long that is so', async () => {
    assert.deepEqual(await told('lost', 'A'), ['NXDOMAIN', ['CNAME'], ['SOA']]);
  });
});

describe('record sets', () => {
  test('hashicorp/terraform-provider-azurerm#7964: a record of a zone that is elsewhere', async () => {
    const other = network('privateDnsZones', 'privatelink.web.core.windows.net');
    refusedRaw(await get(`${other}/A/asdf`), {
      status: 404,
      code: 'ParentResourceNotFound',
      says: /requested operation on nested resource\. Parent resource 'privatelink\.web\.core\.windows\.net' not found/,
    });
    // Links are tracked: Resource Manager knows of itself that there is none.
    refusedRaw(await get(`${other}/virtualNetworkLinks/hub`), { status: 404, code: 'ResourceNotFound' });
  });

  test('Azure/azure-cli#27374: a record set that nobody made', async () => {
    refusedRaw(await get(`${zone}/A/webapi.someone`), {
      status: 404,
      code: 'NotFound',
      says: /^The resource record 'webapi\.someone' does not exist in resource group/,
    });
  });

  test('hashicorp/terraform-provider-azurerm#2826, Azure/azure-cli#2097: a long text is several strings of one record', async () => {
    const text = `v=DKIM1; k=rsa; p=${'A'.repeat(392)}`;
    refusedRaw(await record('TXT/key', { txtRecords: [{ value: [text] }] }), {
      status: 400,
      code: 'BadRequest',
      says: /'v=DKIM1; k=rsa; p=A+…' of a TXT record has 410 characters/,
    });
    await made(record('TXT/key', { txtRecords: [{ value: [text.slice(0, 255), text.slice(255)] }] }));
  });

  test('Azure/azure-cli#21716: two services at one host that differ in the port only', async () => {
    const host = { priority: 20, weight: 10, target: 'valid.example' };
    refusedRaw(
      await record('SRV/_sip._tcp', { srvRecords: [5060, 5061].map((port) => ({ ...host, port })) }),
      {
        status: 400,
        code: 'BadRequest',
        says: /^The list of record sets of type 'SRV' may not contain multiple entries with the same '\(priority, weight, target\)'/,
      },
    );
  });

  test('kubernetes-sigs/external-dns#4855, hashicorp/terraform-provider-azurerm#13146: quotes, and a reference that nobody resolved', async () => {
    for (const wrong of [
      record('CNAME/quoted', { cnameRecord: { cname: '"mydomain.example"' } }),
      record('A/unresolved', address('module.ModuleNameHere.private_ip_address')),
    ]) {
      const refused = await wrong;
      refusedRaw(refused, { status: 400, code: 'BadRequest' });
      assert.equal(refused.json.code, 'BadRequest');
    }
  });

  test('hashicorp/terraform-provider-azurerm#12406: more than 20 records are a conflict, and say so', async () => {
    const aRecords = Array.from({ length: 21 }, (_, index) => ({ ipv4Address: `10.0.180.${index}` }));
    refusedRaw(await record('A/@', { aRecords }), {
      status: 409,
      code: 'Conflict',
      says: /20 records at most/,
    });
  });

  test('crossplane-contrib/provider-upjet-azure#19, #88: a zone has two labels', async () => {
    refusedRaw(await putDns(network('privateDnsZones', 'platform-ref-azure'), { location: 'global' }), {
      status: 400,
      code: 'BadRequest',
      says: /^The zone name 'platform-ref-azure' does not have enough labels\. Zone names must have two or more labels\.$/,
    });
  });

  test('Azure/azure-rest-api-specs#31176: what Azure DNS refuses stands in no envelope', async () => {
    const link = { location: 'global', properties: { virtualNetwork: { id: hub } } };
    const refused = await putDns(`${zone}/virtualNetworkLinks/without`, link);
    refusedRaw(refused, { status: 400, code: 'BadRequest', says: /link registration setting is invalid/ });
    assert.equal(refused.json.code, 'BadRequest');
  });
});

describe('templates', () => {
  test('Azure/azure-quickstart-templates#14462: the address of a target server under another name', async () => {
    const ruleset = network('dnsForwardingRulesets', 'ruleset');
    await made(putResolver(ruleset, { dnsResolverOutboundEndpoints: [{ id: outbound }] }));
    const rule = (server: object) =>
      put(`${ruleset}/forwardingRules/onprem`, '2022-07-01', {
        properties: { domainName: 'onprem.example.', targetDnsServers: [{ port: 53, ...server }] },
      });
    const refused = await rule({ ipaddressOfServer: '10.0.0.4' });
    refusedRaw(refused, {
      status: 400,
      code: 'InvalidRequestContent',
      says: /targetDnsServers\[0\]\.ipAddress/,
    });
    // In another case it is the same member, as in any template.
    await made(rule({ ipaddress: '10.0.0.4' }));
  });

  test('Azure/ResourceModules#3007: service endpoints are objects, and name services that there are', async () => {
    const withEndpoints = (serviceEndpoints: readonly unknown[]) =>
      putNetwork(`${hub}/subnets/services`, {
        properties: { addressPrefix: '127.160.3.0/24', serviceEndpoints },
      });
    refusedRaw(await withEndpoints(['Microsoft.Storage']), {
      status: 400,
      code: 'InvalidRequestFormat',
      says: /serviceEndpoints\[0\]/,
    });
    await made(withEndpoints([{ service: 'Microsoft.Storage', locations: ['*'] }]));
    refusedRaw(await withEndpoints([{ service: 'Microsoft.Storages' }]), {
      status: 400,
      code: 'InvalidServiceEndpoint',
    });
  });

  test('hashicorp/terraform-provider-azurerm#24952, #25026: an address that is static has to be said', async () => {
    const ipConfigurations = [{ subnet: subnet('in'), privateIpAllocationMethod: 'Static' }];
    refusedRaw(await putResolver(`${resolver}/inboundEndpoints/static`, { ipConfigurations }), {
      status: 400,
      code: 'BadRequest',
      says: /^The IP address specified in static IP configurations is empty/,
    });
  });

  test('Azure/azure-sdk-for-net#18299: a resolver stays in its network', async () => {
    const other = network('virtualNetworks', 'other');
    const addressSpace = { addressPrefixes: ['127.161.0.0/16'] };
    await made(putNetwork(other, { location, properties: { addressSpace } }));
    refusedRaw(await putResolver(resolver, { virtualNetwork: { id: other } }), {
      status: 409,
      code: 'Conflict',
    });
  });

  test('hashicorp/terraform-provider-azurerm#27033: an endpoint has one address, and keeps the way it came to it', async () => {
    const configuration = { subnet: subnet('in') };
    const endpoint = `${resolver}/inboundEndpoints/in`;
    const says = (text: RegExp) => ({ status: 400, code: 'BadRequest', says: text });
    refusedRaw(
      await putResolver(endpoint, { ipConfigurations: [configuration, configuration] }),
      says(/^The number of IP configurations must be 1\. .*numIpConfigurations=2/),
    );
    const fixed = { ...configuration, privateIpAddress: '127.160.1.4', privateIpAllocationMethod: 'Static' };
    refusedRaw(
      await putResolver(endpoint, { ipConfigurations: [fixed] }),
      says(/^IP allocation method cannot be changed after creation\. .*=Static, existing.*=Dynamic/),
    );
  });

  test('pulumi/pulumi-azure-native#4213, Azure/azure-rest-api-specs#22808: a connection without a name', async () => {
    const privateLinkServiceId = resourceId(
      world,
      group,
      'Microsoft.HybridCompute',
      'privateLinkScopes',
      's',
    );
    const nameless = { properties: { privateLinkServiceId, groupIds: ['hybridcompute'] } };
    const refused = await putNetwork(network('privateEndpoints', 'nameless'), {
      location,
      properties: { subnet: subnet('in'), privateLinkServiceConnections: [nameless] },
    });
    refusedRaw(refused, { status: 400, code: 'InvalidRequestFormat', says: /^Cannot parse the request\./ });
    assert.match(refused.text, /"InvalidJson".*privateLinkServiceConnections\[0\]\.name/);
  });

  test('Azure/azure-rest-api-specs#21163: the example of the contract has a vmId that is none', async () => {
    const machine = `${groupId(world, group)}/providers/Microsoft.HybridCompute/machines/myMachine`;
    const body = (vmId: string) => ({
      location: 'west europe',
      properties: { VmId: vmId, locationData: { name: 'Redmond' }, clientPublicKey: 'string' },
      identity: { type: 'SystemAssigned' },
    });
    refusedRaw(await put(machine, '2022-03-10', body('vm-221014143600135524')), {
      status: 400,
      code: 'HCRP400',
      says: /Missing or invalid properties: VmId/,
    });
    await made(put(machine, '2022-03-10', body('b7a098cc-b0b8-46e8-a205-62f301a62a8f')));
  });

  test('Azure/azure-cli-extensions#2513, Azure/azure-powershell#27867: an extension of no handler', async () => {
    const machine = `${groupId(world, group)}/providers/Microsoft.HybridCompute/machines/myMachine`;
    const settings = { fileUris: ['https://files.example/x'], commandToExecute: 'sh install.sh' };
    refusedRaw(
      await put(`${machine}/extensions/customScript`, '2024-07-10', { location, properties: { settings } }),
      {
        status: 400,
        code: 'HCRP400',
        says: /^The request does not have the mandatory extension properties in the body .*Missing properties: Publisher, Type/,
      },
    );
  });

  test('Azure/AzureLocal-Supportability#184: a scope of another subscription is looked for there', async () => {
    const elsewhere = resourceId(
      world,
      group,
      'Microsoft.HybridCompute',
      'privateLinkScopes',
      'scope',
    ).replace(world.subscriptionId, '11111111-2222-4333-8444-555555555555');
    const machine = `${groupId(world, group)}/providers/Microsoft.HybridCompute/machines/site`;
    const answer = await put(machine, '2024-07-10', {
      location,
      properties: { privateLinkScopeResourceId: elsewhere },
    });
    assert.ok(answer.status >= 400 && answer.text.includes(elsewhere), answer.text);
  });
});
