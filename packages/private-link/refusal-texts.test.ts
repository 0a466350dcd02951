/** Every refusal, whole: the rule, the code, what was refused, why, what to do, and what it is about. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decideAssociation } from './association.ts';
import type { ConnectionActor, ConnectionStatus } from './connection-state.ts';
import { decideConnectionChange } from './connection-state.ts';
import type { AccessMachine, Route } from './decide-access.ts';
import { decideAccess, refuseFeature } from './decide-access.ts';
import {
  checkConnectionTarget,
  checkEndpointPlacement,
  checkScopeIdentity,
  checkScopeOfNetwork,
} from './endpoint-placement.ts';
import type { PublicNetworkAccess } from './public-access.ts';
import { decidePublicNetworkAccess } from './public-access.ts';
import { httpStatusOf, refuse } from './refusals.ts';
import { checkZoneLink } from './zone-link.ts';
import { planZoneGroup } from './zone-records.ts';

const inGroup = (type: string, name: string, subscription = 's1'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/${type}/${name}`;
const scope = inGroup('Microsoft.HybridCompute/privateLinkScopes', 'dunes');
const other = inGroup('Microsoft.HybridCompute/privateLinkScopes', 'cliffs');
const machineId = inGroup('Microsoft.HybridCompute/machines', 'lighthouse');
const network = inGroup('Microsoft.Network/virtualNetworks', 'harbour');
const endpoint = inGroup('Microsoft.Network/privateEndpoints', 'pier');

describe('the access decision says', () => {
  const privately = (status: 'Approved' | 'Pending' | 'Disconnected' = 'Approved', of = scope): Route => ({
    kind: 'private',
    scopeId: of,
    connectionId: `${of}/privateEndpointConnections/pier.1`,
    status,
  });
  const byEndpoint = `private endpoint connection '${scope}/privateEndpointConnections/pier.1' of private link scope '${scope}'`;
  const machine = (more: Partial<AccessMachine> = {}): AccessMachine => ({
    id: machineId,
    agentVersion: '1.67',
    ...more,
  });
  const inScope = (
    publicNetworkAccess: PublicNetworkAccess,
    deleted = false,
    id = scope,
  ): Partial<AccessMachine> => ({
    scope: { id, publicNetworkAccess, deleted },
  });
  const request = { operation: 'request', certificate: 'valid' } as const;
  const denied = (question: Parameters<typeof decideAccess>[0]): readonly unknown[] => {
    const decision = decideAccess(question);
    assert.ok(!decision.allow);
    return [decision.status, decision.code, decision.message];
  };

  test('R15: that a connection is not approved, and who can mend it', () => {
    assert.deepEqual(denied({ ...request, route: privately('Pending'), machine: machine() }), [
      'reset',
      'PrivateEndpointConnectionNotApproved',
      `Machine '${machineId}' came by ${byEndpoint}, whose state is Pending. Approve the connection on the scope.`,
    ]);
    assert.deepEqual(denied({ operation: 'bootstrap', route: privately('Disconnected') }), [
      'reset',
      'PrivateEndpointConnectionNotApproved',
      `A caller without identity came by ${byEndpoint}, whose state is Disconnected. Delete the private endpoint and create it anew.`,
    ]);
  });

  test('R9: that a certificate is not taken, and whose it is', () => {
    const fix = 'Disconnect the machine locally and connect it again.';
    for (const [certificate, machineOf, about] of [
      ['revoked', machine(inScope('Enabled')), `revoked (its private link scope is '${scope}')`],
      ['unknown', machine(), 'unknown'],
    ] as const)
      assert.deepEqual(
        denied({ operation: 'request', certificate, route: { kind: 'public' }, machine: machineOf }),
        [
          401,
          'MachineCertificateRejected',
          `Machine '${machineId}' came by the public endpoint with a certificate that is ${about}. ${fix}`,
        ],
      );
    assert.deepEqual(denied({ operation: 'request', route: { kind: 'public' } }), [
      401,
      'MachineCertificateRejected',
      `A caller without identity came by the public endpoint with a certificate that is unknown. ${fix}`,
    ]);
  });

  test('R9: that no machine resource stands for the caller', () => {
    for (const [operation, status] of [
      ['request', 401],
      ['registration', 403],
    ] as const)
      assert.deepEqual(denied({ operation, certificate: 'valid', route: { kind: 'public' } }), [
        status,
        'MachineNotFound',
        'A caller without identity came by the public endpoint, but no machine resource stands for it. ' +
          'Create the machine resource (azcmagent connect) before it uses the service.',
      ]);
  });

  test('R10: that the agent is too old for a private endpoint', () => {
    assert.deepEqual(
      denied({
        ...request,
        route: privately(),
        machine: machine({ agentVersion: '1.3', ...inScope('Enabled') }),
      }),
      [
        403,
        'AgentVersionNotSupported',
        `Machine '${machineId}' came by ${byEndpoint} with agent version '1.3', but private endpoints need agent 1.4 or later. ` +
          'Upgrade the agent on the machine.',
      ],
    );
  });

  test('R2: that the scope has been deleted', () => {
    assert.deepEqual(
      denied({ ...request, route: { kind: 'public' }, machine: machine(inScope('Enabled', true)) }),
      [
        403,
        'PrivateLinkScopeDeleted',
        `Machine '${machineId}' came by the public endpoint, but it is associated with private link scope '${scope}', which has been ` +
          "deleted. Set the machine's privateLinkScopeResourceId to null, or to a scope that exists.",
      ],
    );
    const remade = { id: scope, publicNetworkAccess: 'Disabled', deleted: true, remade: true } as const;
    assert.match(
      String(denied({ ...request, route: { kind: 'public' }, machine: machine({ scope: remade }) })[2]),
      /which has been deleted \(the one of that name was made since, and is another\)\. Set the machine's/,
    );
  });

  test('R2, R9: that the endpoint is of a scope that is not the machine’s', () => {
    const text = (is: string, rather: string): string =>
      `Machine '${machineId}' came by ${byEndpoint}, but it is associated with ${is}. Associate the machine with '${scope}', ` +
      `or let it resolve ${rather}.`;
    assert.deepEqual(denied({ ...request, route: privately(), machine: machine() }), [
      403,
      'MachineNotAssociated',
      text('no private link scope', 'the public addresses'),
    ]);
    assert.deepEqual(
      denied({ ...request, route: privately(), machine: machine(inScope('Enabled', false, other)) }),
      [403, 'MachineNotAssociated', text(`private link scope '${other}'`, "its own scope's endpoint")],
    );
  });

  test('R8: that public network access is disabled', () => {
    const refusal = (why: string) => [
      403,
      'PublicNetworkAccessDisabled',
      `Machine '${machineId}' came by the public endpoint, but public network access is disabled by its private link scope ` +
        `'${scope}'${why}. Let the machine resolve the scope's private endpoint, or set publicNetworkAccess to Enabled.`,
    ];
    const asked = (access: PublicNetworkAccess) =>
      denied({ ...request, route: { kind: 'public' }, machine: machine(inScope(access)) });
    assert.deepEqual(asked('Disabled'), refusal(''));
    assert.deepEqual(
      asked('SecuredByPerimeter'),
      refusal(' (SecuredByPerimeter, and no network security perimeter takes it in)'),
    );
  });

  test('R13: that a feature travels by the public relay', () => {
    assert.deepEqual(refuseFeature('SSH', machine(inScope('Enabled'))), {
      refused: true,
      rule: 'R13',
      code: 'FeatureNotAvailableOverPrivateLink',
      message:
        `SSH is not available for machine '${machineId}': it goes by the public relay, and the machine is associated with private ` +
        `link scope '${scope}'. Reach the machine over your own network, or clear its privateLinkScopeResourceId.`,
      target: machineId,
    });
  });
});

describe('an association is refused', () => {
  const target = 'properties.privateLinkScopeResourceId';
  const machine = { id: machineId, location: 'japaneast' };

  test('R2: with something that is no scope', () => {
    assert.deepEqual(decideAssociation(machine, network, undefined), {
      refused: true,
      rule: 'R2',
      code: 'InvalidPrivateLinkScopeResourceId',
      message:
        `Machine '${machineId}' cannot be associated with '${network}': it is not the resource id of a ` +
        'Microsoft.HybridCompute/privateLinkScopes resource. Give such an id, or null to clear the association.',
      target,
    });
  });

  test('R2: with a scope that is not there', () => {
    assert.deepEqual(decideAssociation(machine, scope, undefined), {
      refused: true,
      rule: 'R2',
      code: 'PrivateLinkScopeNotFound',
      message:
        `Machine '${machineId}' cannot be associated with private link scope '${scope}': there is no such scope. ` +
        'Create it first, or correct the id.',
      target,
    });
  });

  test('R3: with a scope of another region', () => {
    assert.deepEqual(decideAssociation(machine, scope, { id: scope, location: 'japanwest' }), {
      refused: true,
      rule: 'R3',
      code: 'PrivateLinkScopeRegionMismatch',
      message:
        `Machine '${machineId}' in japaneast cannot be associated with private link scope '${scope}' in japanwest: both have to ` +
        'be in the same region. Use a scope in japaneast.',
      target,
    });
  });
});

describe('a connection is refused', () => {
  test('R15: a change of state that this side cannot make, with what is possible from there', () => {
    const removed =
      'A connection that the scope removed stays Disconnected: delete the private endpoint and create it anew.';
    const only = 'Removing a connection only ever makes it Disconnected.';
    const owner = "Ask the scope's owner, who decides on the scope's privateEndpointConnections.";
    const table: readonly (readonly [ConnectionActor, ConnectionStatus, string, string, string, string])[] = [
      [
        'scope',
        'Pending',
        'Disconnected',
        "scope's",
        'Approved or Rejected',
        'Set the status to Approved or Rejected, or delete the connection.',
      ],
      [
        'scope',
        'Approved',
        'Pending',
        "scope's",
        'Rejected',
        'Set the status to Rejected, or delete the connection.',
      ],
      [
        'scope',
        'Rejected',
        'Pending',
        "scope's",
        'Approved',
        'Set the status to Approved, or delete the connection.',
      ],
      ['scope', 'Disconnected', 'Approved', "scope's", 'none', removed],
      ['removal', 'Pending', 'Approved', "scope's", 'Disconnected', only],
      ['removal', 'Disconnected', 'Approved', "scope's", 'none', only],
      ['endpoint', 'Pending', 'Approved', "endpoint's", 'none', owner],
      ['endpoint', 'Approved', 'Pending', "endpoint's", 'none', owner],
      ['endpoint', 'Rejected', 'Approved', "endpoint's", 'none', owner],
      ['endpoint', 'Disconnected', 'Approved', "endpoint's", 'none', owner],
    ];
    for (const [by, from, to, side, possible, fix] of table) {
      const current = { status: from, description: '', actionsRequired: 'None' };
      assert.deepEqual(decideConnectionChange({ connectionId: '/c', current, wanted: { status: to }, by }), {
        refused: true,
        rule: 'R15',
        code: 'PrivateEndpointConnectionStateNotAllowed',
        message:
          `Private endpoint connection '/c' is ${from} and cannot become '${to}' by a change of the ${side} side ` +
          `(possible from here: ${possible}). ${fix}`,
        target: '/c',
      });
    }
  });
});

describe('an endpoint is refused', () => {
  test('R1: in a network of another scope', () => {
    const held = { value: other, holders: [endpoint, inGroup('Microsoft.Network/privateEndpoints', 'quay')] };
    assert.deepEqual(checkScopeOfNetwork({ vnetId: network, scopeId: scope, endpointId: endpoint }, held), {
      refused: true,
      rule: 'R1',
      code: 'NetworkHasAnotherPrivateLinkScope',
      message:
        `Private endpoint '${endpoint}' cannot connect virtual network '${network}' to private link scope '${scope}': a network ` +
        `has endpoints to one scope only, and '${held.holders[1]}' connects it to '${other}' (rejected and disconnected endpoints ` +
        'count). Delete the endpoints to that scope first, or use another network.',
      target: network,
    });
  });

  test('R1: in a network that was connected to the scope of that name before it was made anew', () => {
    const held = { value: 'old', holders: [inGroup('Microsoft.Network/privateEndpoints', 'quay')] };
    const wanted = { vnetId: network, scopeId: scope, scopeGuid: 'NEW', endpointId: endpoint };
    assert.deepEqual(checkScopeIdentity(wanted, held), {
      refused: true,
      rule: 'R1',
      code: 'NetworkHasAnotherPrivateLinkScope',
      message:
        `Private endpoint '${endpoint}' cannot connect virtual network '${network}' to private link scope '${scope}': a network ` +
        `has endpoints to one scope only, and '${held.holders[0]}' connected it to the scope of that name that has been deleted ` +
        'since (rejected and disconnected endpoints count). Delete that endpoint first.',
      target: network,
    });
    for (const other of [undefined, { ...held, value: 'new' }, { ...held, holders: [endpoint] }])
      assert.equal(checkScopeIdentity(wanted, other), undefined);
  });

  test('R4: away from its network', () => {
    const refused = (why: string) => ({
      refused: true,
      rule: 'R4',
      code: 'InvalidResourceReference',
      message:
        `Private endpoint '${endpoint}' cannot use virtual network '${network}': both have to be in the same region and ` +
        `subscription, but ${why}. Create the endpoint where its network is; the scope may be elsewhere.`,
      target: network,
    });
    const at = (id: string, location = 'japaneast') => ({ id, location });
    assert.deepEqual(
      checkEndpointPlacement(at(endpoint, 'westeurope'), at(network)),
      refused('the network is in japaneast, the endpoint in westeurope'),
    );
    const elsewhere = inGroup('Microsoft.Network/virtualNetworks', 'harbour', 'S2');
    const refusal = checkEndpointPlacement(at(endpoint), at(elsewhere));
    assert.match(refusal?.message ?? '', /the network is in subscription S2, the endpoint in s1\. Create/);
  });

  test('R15: to something that is no scope', () => {
    assert.deepEqual(checkConnectionTarget(network), {
      refused: true,
      rule: 'R15',
      code: 'InvalidPrivateLinkServiceIdType',
      message:
        'Private endpoints connect to Microsoft.HybridCompute/privateLinkScopes here, but privateLinkServiceId is ' +
        `'${network}'. Give the resource id of a private link scope.`,
      target: 'privateLinkServiceId',
    });
  });
});

test('R8, R20: a publicNetworkAccess that is none is refused, by R8 at creation and by R20 later', () => {
  const refused = (rule: string, requested: string, why: string) => ({
    refused: true,
    rule,
    code: 'InvalidPublicNetworkAccess',
    message:
      `Private link scope '${scope}' cannot have publicNetworkAccess '${requested}': ${why}. ` +
      'Use Enabled (private and public), Disabled (private only) or SecuredByPerimeter (private, and public as a ' +
      'network security perimeter allows).',
    target: 'properties.publicNetworkAccess',
  });
  assert.deepEqual(
    decidePublicNetworkAccess(scope, undefined, 'Open'),
    refused('R8', 'Open', 'it is no known value'),
  );
  assert.deepEqual(
    decidePublicNetworkAccess(scope, 'Enabled', 'Shut'),
    refused('R20', 'Shut', 'it is no known value'),
  );
});

test('R23: a second link is refused, to another zone of the name or to the same zone', () => {
  const zone = (group: string): string =>
    `/subscriptions/s1/resourceGroups/${group}/providers/Microsoft.Network/privateDnsZones/corp.example`;
  const link = (group: string, name: string) => ({
    id: `${zone(group)}/virtualNetworkLinks/${name}`,
    zoneId: zone(group),
    vnetId: network,
  });
  const refused = (wanted: { id: string; zoneId: string }, why: string) => ({
    refused: true,
    rule: 'R23',
    code: 'BadRequest',
    message:
      `Virtual network '${network}' cannot be linked to private DNS zone '${wanted.zoneId}': ${why}. Delete link ` +
      `'${link('a', 'first').id}' first, or put the records into the zone that is linked already.`,
    target: wanted.id,
  });
  const overlapping = `a network cannot be linked to several zones with overlapping namespaces, and zone '${zone('a')}' has the same name`;
  for (const [wanted, why] of [
    [link('b', 'second'), overlapping],
    [link('a', 'second'), 'a network has at most one link to a zone'],
  ] as const)
    assert.deepEqual(checkZoneLink(wanted, [link('a', 'first')]), refused(wanted, why));
});

test('R5: with strict DNS a replacement is refused, by whoever wrote the record', () => {
  for (const [writtenBy, writer] of [
    [undefined, 'somebody by hand'],
    [endpoint, `private endpoint '${endpoint}'`],
  ] as const) {
    const record = { zoneId: '/zones/z', recordSetName: 'gbl', ipAddresses: ['10.0.0.4'] };
    const plan = planZoneGroup({
      endpointId: '/pe/b',
      wanted: [{ ...record, ipAddresses: ['10.1.0.4'] }],
      existing: [{ ...record, ...(writtenBy === undefined ? {} : { writtenBy }) }],
      strictDns: true,
    });
    assert.deepEqual(plan, {
      refused: true,
      rule: 'R5',
      code: 'ZoneRecordsHeldByAnother',
      message:
        `The zone group of private endpoint '/pe/b' would replace record 'gbl' of zone '/zones/z', which ${writer} wrote: all ` +
        'machines behind one DNS view use one private endpoint, and --strict-dns refuses to redirect them. ' +
        'Use zones of its own linked to another network, or delete the records first.',
      target: '/zones/z',
    });
  }
});

describe('a refusal', () => {
  test('has a target only where it is about something', () => {
    assert.deepEqual(refuse('R9', 'AZCM0026', 'no'), {
      refused: true,
      rule: 'R9',
      code: 'AZCM0026',
      message: 'no',
    });
    assert.deepEqual(refuse('R9', 'AZCM0026', 'no', 'x').target, 'x');
  });

  test('has the status of its code, 400 where a command line or the gateway gives it', () => {
    assert.deepEqual(
      (
        [
          'MachineNotAssociated',
          'NetworkHasAnotherPrivateLinkScope',
          'AZCM0026',
          'PrivateEndpointConnectionNotApproved',
        ] as const
      ).map(httpStatusOf),
      [403, 409, 400, 400],
    );
  });
});
