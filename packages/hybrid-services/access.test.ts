/** The question that a request asks of the access decision, from the state of that moment: no sockets. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { findRegion } from '@tombolo/private-link';
import {
  accessMachine,
  ConnectionReset,
  certificateState,
  checkRegion,
  checkServerName,
  olderVersion,
  requireAccess,
  routeOf,
} from './access.ts';
import type { Connection, HybridState, Machine, MachineIdentity } from './projection.ts';

const connection: Connection = {
  id: '/scope/privateEndpointConnections/c',
  scopeId: '/scope',
  linkIdentifier: 7,
  status: 'Approved',
  members: [
    {
      ...{ memberName: 'Global', groupId: 'g', privateIpAddress: '10.0.0.4' },
      fqdns: ['gbl.example', 'gbl2.example'],
    },
    { ...{ memberName: 'Server', groupId: 'g', privateIpAddress: '10.0.0.5' }, fqdns: ['je.example'] },
  ],
};
const machine: Machine = {
  id: '/machines/m',
  location: 'japaneast',
  agentVersion: '1.50.0',
  keyThumbprint: 'key',
  tags: {},
  agentConfiguration: {},
  version: 1,
};
const identity: MachineIdentity = {
  machineId: '/machines/m',
  keyThumbprint: 'key',
  publicKeyJwk: { kty: 'EC', crv: 'P-256', x: '', y: '' },
  certificates: [
    { serial: 'old', notAfter: 1_000 },
    { serial: 'new', notAfter: 2_000 },
  ],
};
const stateOf = (known: {
  readonly machine?: Machine;
  readonly identity?: MachineIdentity;
  readonly access?: 'Enabled' | 'Disabled';
}): HybridState => ({
  through: 0,
  scope: () => known.access && { id: '/Scope', publicNetworkAccess: known.access },
  connection: (link) => (link === 7 ? connection : undefined),
  machine: () => known.machine,
  identity: () => known.identity,
  identityBySerial: () => undefined,
  work: () => [],
  packages: () => [],
  tokenKeys: () => [],
});
const nothing = stateOf({});
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConnectionReset) return `reset: ${error.message}`;
    assert.ok(error instanceof ArmError);
    return `${error.status} ${error.code}: ${error.message}`;
  }
  return 'none';
};

describe('the route of a request', () => {
  const from = (destination: string, linkIdentifier = 7) =>
    ({ kind: 'private', source: '192.168.0.4', linkIdentifier, destination }) as const;
  const by = (destination: string, host: string, link?: number) =>
    refusal(() => routeOf(from(destination, link), host, nothing));
  const fix = 'Open a new connection to the address of that name.';

  test('is public by the public listener, whatever the host', () =>
    assert.deepEqual(routeOf({ kind: 'public', source: '20.0.0.4' }, 'any', nothing), { kind: 'public' }));

  test('is private by the connection of the link identifier, at each of its members, by each of their names', () => {
    for (const [address, host] of [
      ['10.0.0.4', 'GBL.example:443'],
      ['10.0.0.4', 'gbl2.example.'],
      ['10.0.0.5', 'je.example'],
    ] as const)
      assert.deepEqual(routeOf(from(address), host, nothing), {
        kind: 'private',
        scopeId: '/scope',
        connectionId: '/scope/privateEndpointConnections/c',
        status: 'Approved',
      });
  });

  test('R15: is reset where no connection has the link identifier', () =>
    assert.equal(by('10.0.0.4', 'gbl.example', 8), 'reset: no connection has this link identifier'));

  test('is misdirected by another member’s name, and by an address that is no member’s', () => {
    assert.equal(
      by('10.0.0.4', 'je.example'),
      `421 MisdirectedRequest: 'je.example' is not served on this connection: 10.0.0.4 is the private endpoint address of member 'Global' (gbl.example, gbl2.example). ${fix}`,
    );
    assert.equal(
      by('10.0.0.9', 'je.example'),
      `421 MisdirectedRequest: 'je.example' is not served on this connection: 10.0.0.9 is no member's address of private endpoint connection '/scope/privateEndpointConnections/c'. ${fix}`,
    );
  });

  test('has the name of its TLS handshake, where that had one (RFC 9110 section 7.4)', () => {
    const with_ = (serverName?: string) =>
      refusal(() =>
        checkServerName({ host: 'je.example:443', ...(serverName === undefined ? {} : { serverName }) }),
      );
    assert.equal(with_(), 'none');
    assert.equal(with_('JE.example'), 'none');
    assert.equal(
      with_('gbl.example'),
      `421 MisdirectedRequest: 'je.example:443' is not served on this connection: the TLS connection was made for 'gbl.example'. ${fix}`,
    );
  });

  test('by a regional name is for the machines of that region', () => {
    const at = (location: string, region?: string) =>
      refusal(() =>
        checkRegion(
          {
            kind: 'his',
            fqdn: 'je.example',
            ...(region === undefined ? {} : { region: findRegion(region)! }),
          },
          { ...machine, location },
        ),
      );
    assert.equal(at('japaneast', 'japaneast'), 'none');
    assert.equal(at('Japan East', 'japaneast'), 'none');
    assert.equal(at('westeurope'), 'none');
    assert.equal(
      at('West Europe', 'japaneast'),
      `421 MisdirectedRequest: 'je.example' is not served on this connection: machine '/machines/m' is in West Europe; ask gbl for the hosts of that region. ${fix}`,
    );
  });
});

describe('a machine as it is judged', () => {
  test('R10: has the version that it states, else the resource’s, else none', () => {
    assert.equal(accessMachine(machine, nothing, '1.60.0').agentVersion, '1.60.0');
    assert.equal(accessMachine(machine, nothing).agentVersion, '1.50.0');
    const { agentVersion: _, ...silent } = machine;
    assert.deepEqual(accessMachine(silent, nothing), { id: '/machines/m', agentVersion: '' });
  });

  test('has the scope as it is now; one that is gone is deleted and closed', () => {
    const associated = { ...machine, privateLinkScopeResourceId: '/scope' };
    for (const access of ['Enabled', 'Disabled'] as const)
      assert.deepEqual(accessMachine(associated, stateOf({ access })).scope, {
        id: '/Scope',
        publicNetworkAccess: access,
        deleted: false,
      });
    assert.deepEqual(accessMachine(associated, nothing).scope, {
      id: '/scope',
      publicNetworkAccess: 'Disabled',
      deleted: true,
    });
  });

  test('of a scope that was made anew since has one that is deleted', () => {
    const associated = { ...machine, privateLinkScopeResourceId: '/scope', privateLinkScopeGuid: 'first' };
    const judged = (privateLinkScopeId: string) =>
      accessMachine(associated, {
        ...nothing,
        scope: () => ({ id: '/Scope', publicNetworkAccess: 'Enabled', privateLinkScopeId }),
      }).scope;
    assert.deepEqual(judged('FIRST'), { id: '/Scope', publicNetworkAccess: 'Enabled', deleted: false });
    assert.deepEqual(judged('second'), {
      id: '/scope',
      publicNetworkAccess: 'Disabled',
      deleted: true,
      remade: true,
    });
  });

  test('R10: registers with the older of what it says and what its resource says', () => {
    assert.equal(olderVersion('1.60.0', '1.50.0'), '1.50.0');
    assert.equal(olderVersion('1.50.0', '1.60.0'), '1.50.0');
    assert.equal(olderVersion('1.60.0', undefined), '1.60.0');
    assert.equal(olderVersion('1.60', '1.60.0'), '1.60', 'equal: as it says itself');
    assert.equal(olderVersion('odd', '1.50.0'), 'odd', 'what cannot be compared is judged as it is');
  });
});

describe('a certificate', () => {
  const caller = { machineId: '/machines/m', serial: 'new', keyThumbprint: 'key' };
  const state = (more: object, known: object = { machine, identity }, now = 1_500) =>
    certificateState({ ...caller, ...more }, stateOf(known), now);

  test('is valid while it is the machine’s, before its end', () => {
    assert.equal(state({}), 'valid');
    assert.equal(state({ serial: 'old' }, { machine, identity }, 999), 'valid');
    assert.equal(state({}, { identity }), 'valid', 'whether there is a resource is not its matter');
  });
  test('is unknown where the machine has no identity', () => assert.equal(state({}, { machine }), 'unknown'));
  test('is revoked at its end, with another serial, with another key', () => {
    assert.equal(state({}, { machine, identity }, 2_000), 'revoked');
    assert.equal(state({}, { machine, identity }, 1_999), 'valid');
    assert.equal(state({ serial: 'old' }), 'revoked');
    assert.equal(state({ serial: 'other' }), 'revoked');
    assert.equal(state({ keyThumbprint: 'other' }), 'revoked');
  });
  test('is revoked where the resource was made again for another key; one without a key says nothing', () => {
    assert.equal(state({}, { identity, machine: { ...machine, keyThumbprint: 'other' } }), 'revoked');
    assert.equal(state({}, { identity, machine: { ...machine, keyThumbprint: undefined } }), 'valid');
  });
});

describe('a refusal of the access decision', () => {
  const judged = accessMachine(
    { ...machine, privateLinkScopeResourceId: '/scope' },
    stateOf({ access: 'Disabled' }),
  );
  test('names the machine, where there is one', () => {
    assert.throws(
      () =>
        requireAccess({
          operation: 'request',
          route: { kind: 'public' },
          machine: judged,
          certificate: 'valid',
        }),
      { status: 403, code: 'PublicNetworkAccessDisabled', target: '/machines/m' },
    );
    assert.throws(
      () => requireAccess({ operation: 'request', route: { kind: 'public' }, certificate: 'unknown' }),
      (error) => error instanceof ArmError && error.status === 401 && error.target === undefined,
    );
  });
  test('R15: is a reset through a connection that is not Approved', () => {
    const route = { kind: 'private', scopeId: '/scope', connectionId: '/c', status: 'Pending' } as const;
    assert.match(
      refusal(() => requireAccess({ operation: 'bootstrap', route })),
      /^reset: .+/,
    );
    assert.equal(
      refusal(() => requireAccess({ operation: 'bootstrap', route: { ...route, status: 'Approved' } })),
      'none',
    );
  });
});
