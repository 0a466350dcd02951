/** Who may: no token, a bad token, and service principals with limited roles (R15). */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused, refusedRaw } from './expect.ts';
import {
  createEndpoint,
  createNetwork,
  createScope,
  createZoneGroup,
  createZones,
  groupId,
  linkZone,
} from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();

/** Ids of Azure's built-in roles. */
const roles = {
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  networkContributor: '4d97b98b-1d4f-4787-a291-c67834d212e7',
};

const assign = async (principalId: string, role: string, scope: string) => {
  const answer = await world.send({
    method: 'PUT',
    path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}?api-version=2022-04-01`,
    body: JSON.stringify({
      properties: {
        principalId,
        principalType: 'ServicePrincipal',
        roleDefinitionId: role.startsWith('/')
          ? role
          : `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    }),
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.id!;
};

/** A world whose clients are another principal's. */
const asPrincipal = async (displayName: string) => {
  const principal = await world.createPrincipal(displayName);
  const credential = world.signIn(principal.appId, principal.clientSecret!);
  return { objectId: principal.objectId, appId: principal.appId, ...world, ...world.clientsFor(credential) };
};

describe('without a valid token', () => {
  const path = '/subscriptions?api-version=2022-12-01';

  test('nothing is answered, and the challenge says where to sign in', async () => {
    const answer = await world.send({ path, token: null });
    refusedRaw(answer, { status: 401, code: 'AuthenticationFailed' });
    const challenge = String(answer.headers['www-authenticate']);
    assert.match(challenge, /^Bearer /);
    assert.ok(challenge.includes(`${world.origin}/${world.tenantId}`), challenge);
  });

  for (const [what, token] of [
    ['that is no token', 'nonsense'],
    [
      'that is unsigned',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`,
    ],
  ] as const) {
    test(`a token ${what} is refused`, async () => {
      refusedRaw(await world.send({ path, token }), {
        status: 401,
        code: 'AuthenticationFailed',
      });
    });
  }

  test('a token that was changed is refused', async () => {
    const { token } = (await world.credential.getToken('https://management.azure.com/.default'))!;
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, oid: randomUUID() })).toString('base64url');
    refusedRaw(await world.send({ path, token: `${header}.${changed}.${signature}` }), {
      status: 401,
      code: 'InvalidAuthenticationToken',
    });
  });

  test('who is refused does not learn what is there', async () => {
    const group = await world.createGroup();
    const answers = await Promise.all(
      [group, 'rg-never'].map((name) =>
        world.send({ path: `${groupId(world, name)}?api-version=2022-09-01`, token: null }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401],
    );
  });
});

describe('a principal', () => {
  test('without a role is AuthorizationFailed, in the words that clients read', async () => {
    const nobody = await asPrincipal('nobody');
    const group = await world.createGroup();
    await refused(createScope(nobody, group), {
      status: 403,
      code: 'AuthorizationFailed',
      says: new RegExp(
        `client '${nobody.appId}' with object id '${nobody.objectId}'.*privateLinkScopes/write`,
      ),
    });
    await refused(nobody.resources.resourceGroups.get('rg-never'), {
      status: 403,
      code: 'AuthorizationFailed',
    });
  });

  test('that reads one group reads there, writes nothing, and sees no other', async () => {
    const reader = await asPrincipal('reader');
    const [own, other] = [await world.createGroup(), await world.createGroup()];
    await createScope(world, own);
    await assign(reader.objectId, roles.reader, groupId(world, own));
    assert.equal((await reader.hybridCompute.privateLinkScopes.get(own, 'scope')).name, 'scope');
    assert.deepEqual(await names(reader.resources.resources.listByResourceGroup(own)), ['scope']);
    await refused(reader.hybridCompute.privateLinkScopes.updateTags(own, 'scope', { tags: { a: 'b' } }), {
      status: 403,
      code: 'AuthorizationFailed',
    });
    await refused(reader.hybridCompute.privateLinkScopes.beginDeleteAndWait(own, 'scope', poll), {
      status: 403,
      code: 'AuthorizationFailed',
    });
    await refused(reader.resources.resourceGroups.get(other), { status: 403, code: 'AuthorizationFailed' });
  });

  test('loses its rights with the assignment', async () => {
    const temporary = await asPrincipal('temporary');
    const group = await world.createGroup();
    const assignment = await assign(temporary.objectId, roles.contributor, groupId(world, group));
    await createScope(temporary, group);
    const removed = await world.send({ method: 'DELETE', path: `${assignment}?api-version=2022-04-01` });
    assert.equal(removed.status, 200, removed.text);
    await refused(temporary.hybridCompute.privateLinkScopes.get(group, 'scope'), {
      status: 403,
      code: 'AuthorizationFailed',
    });
  });

  test('that contributes cannot give roles', async () => {
    const contributor = await asPrincipal('contributor');
    const group = await world.createGroup();
    await assign(contributor.objectId, roles.contributor, groupId(world, group));
    const token = await world
      .signIn(contributor.appId, (await world.createPrincipal('x')).clientSecret!)
      .getToken('https://management.azure.com/.default')
      .catch(() => undefined);
    assert.equal(token, undefined, "another's secret does not sign in");
    await refused(
      contributor.resources.resources.createOrUpdateById(
        `${groupId(world, group)}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
        '2022-04-01',
        {
          properties: {
            principalId: contributor.objectId,
            roleDefinitionId: `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles.reader}`,
          },
        },
        poll,
      ),
      { status: 403, code: 'AuthorizationFailed' },
    );
  });
});

describe('R15: linked permissions', () => {
  /** Network and scope in groups of their own, so that roles can differ. */
  const apart = async (prefix: string) => {
    const [networkGroup, scopeGroup] = [await world.createGroup(), await world.createGroup()];
    const scope = await createScope(world, scopeGroup);
    const { subnet, network } = await createNetwork(world, networkGroup, prefix);
    return { networkGroup, scopeGroup, scopeId: scope.id!, subnetId: subnet.id!, networkId: network.id! };
  };

  test('without the approval action on the scope an automatic connection is LinkedAuthorizationFailed; a manual one is Pending', async () => {
    const engineer = await asPrincipal('network engineer');
    const at = await apart('127.110');
    await assign(engineer.objectId, roles.networkContributor, groupId(world, at.networkGroup));
    await refused(createEndpoint(engineer, at.networkGroup, 'pe', at), {
      status: 403,
      code: 'LinkedAuthorizationFailed',
      says: /privateEndpointConnectionsApproval/i,
    });
    assert.deepEqual(await all(world.network.privateEndpoints.list(at.networkGroup)), []);
    const endpoint = await createEndpoint(engineer, at.networkGroup, 'pe', { ...at, manual: true });
    const [connection] = endpoint.manualPrivateLinkServiceConnections ?? [];
    assert.equal(connection?.privateLinkServiceConnectionState?.status, 'Pending');
  });

  test('with the approval action on the scope it is approved', async () => {
    const owner = await asPrincipal('owner of the scope');
    const at = await apart('127.111');
    await assign(owner.objectId, roles.networkContributor, groupId(world, at.networkGroup));
    await assign(owner.objectId, roles.contributor, groupId(world, at.scopeGroup));
    const endpoint = await createEndpoint(owner, at.networkGroup, 'pe', at);
    const [connection] = endpoint.privateLinkServiceConnections ?? [];
    assert.equal(connection?.privateLinkServiceConnectionState?.status, 'Approved');
  });

  test('without join on the subnet an endpoint is LinkedAuthorizationFailed', async () => {
    const tenant = await asPrincipal('tenant of the scope');
    const at = await apart('127.112');
    await assign(tenant.objectId, roles.contributor, groupId(world, at.scopeGroup));
    await refused(createEndpoint(tenant, at.scopeGroup, 'pe', at), {
      status: 403,
      code: 'LinkedAuthorizationFailed',
      says: /subnets\/join/i,
    });
  });

  test('without join on the zone or the network a zone group or a link is LinkedAuthorizationFailed', async () => {
    const engineer = await asPrincipal('endpoint engineer');
    const at = await apart('127.113');
    const zoneGroup = await world.createGroup();
    const zones = await createZones(world, zoneGroup);
    await assign(engineer.objectId, roles.networkContributor, groupId(world, at.networkGroup));
    await createEndpoint(world, at.networkGroup, 'pe', at);
    await refused(createZoneGroup(engineer, at.networkGroup, 'pe', zones), {
      status: 403,
      code: 'LinkedAuthorizationFailed',
      says: /privateDnsZones\/join/i,
    });
    const dnsAdmin = await asPrincipal('dns admin');
    await assign(dnsAdmin.objectId, roles.contributor, groupId(world, zoneGroup));
    const zone = zones[0]!.split('/').at(-1)!;
    await refused(linkZone(dnsAdmin, zoneGroup, zone, at.networkId), {
      status: 403,
      code: 'LinkedAuthorizationFailed',
      says: /virtualNetworks\/join/i,
    });
  });

  test('without read on the scope a machine cannot be associated with it', async () => {
    const operator = await asPrincipal('server operator');
    const at = await apart('127.114');
    const group = await world.createGroup();
    await assign(operator.objectId, roles.contributor, groupId(world, group));
    const server = `${groupId(world, group)}/providers/Microsoft.HybridCompute/machines/server`;
    const body = { location: 'westeurope', properties: { privateLinkScopeResourceId: at.scopeId } };
    const { resources } = operator.resources;
    const put = () => resources.createOrUpdateById(server, '2022-11-10', body, poll).submitted();
    await refused(put(), {
      status: 403,
      code: 'LinkedAuthorizationFailed',
      says: /privateLinkScopes\/read/i,
    });
    await assign(operator.objectId, roles.reader, groupId(world, at.scopeGroup));
    await put();
    assert.equal((await resources.getById(server, '2022-11-10')).name, 'server');
  });
});
