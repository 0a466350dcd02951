/** From followed documents to what the services decide by: what is read of each, and what is no such document. */

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Change, Document, JsonObject } from '@tombolo/store/port';
import { formatClientPublicKey } from './client-public-key.testkit.ts';
import { applyFollowed, createHybridProjection, identityIdOf, identityOf } from './projection.ts';
import { parsePublicKeyJwk, thumbprint } from './public-key.ts';

const types = {
  scope: 'Microsoft.HybridCompute/privateLinkScopes',
  connection: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
  machine: 'Microsoft.HybridCompute/machines',
  identity: 'Tombolo/machineIdentities',
  tokenKey: 'Tombolo/machineTokenKeys',
};
const jwk = parsePublicKeyJwk(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
)!;
const document = (
  type: keyof typeof types,
  id: string,
  properties: unknown,
  more: object = {},
): Document => ({
  id,
  type: types[type],
  version: 3,
  body: { properties: properties as JsonObject, ...more },
});
const change = (feed: number, { id, type }: Document, written?: Document): Change => ({
  feed,
  id,
  type,
  ...(written === undefined ? {} : { document: written }),
});
const with_ = (...documents: readonly Document[]) => {
  const projection = createHybridProjection();
  projection.replace(documents);
  return projection;
};

describe('a scope', () => {
  const read = (properties: unknown) => with_(document('scope', '/Scopes/P', properties)).scope('/scopes/p');
  test('is open where it plainly says so, and closed otherwise', () => {
    assert.equal(read({ publicNetworkAccess: 'Enabled' })?.publicNetworkAccess, 'Enabled');
    assert.equal(
      read({ publicNetworkAccess: 'SecuredByPerimeter' })?.publicNetworkAccess,
      'SecuredByPerimeter',
    );
    for (const access of ['Disabled', 'enabled', true, '', undefined])
      assert.equal(read({ publicNetworkAccess: access })?.publicNetworkAccess, 'Disabled', String(access));
  });
  test('has its id, and the identifier that Azure gave it', () => {
    assert.deepEqual(read({ privateLinkScopeId: 'guid' }), {
      id: '/Scopes/P',
      publicNetworkAccess: 'Disabled',
      privateLinkScopeId: 'guid',
    });
    for (const nothing of [{ privateLinkScopeId: '' }, { privateLinkScopeId: 7 }, null, []])
      assert.deepEqual(Object.keys(read(nothing)!), ['id', 'publicNetworkAccess']);
  });
});

describe('a connection', () => {
  const id = '/Scopes/P/privateEndpointConnections/c.1';
  const put = (properties: unknown) => document('connection', id, properties);
  const read = (properties: JsonObject) => with_(put({ linkIdentifier: 7, ...properties })).connection(7);

  test('has its scope, its state and its members, their names in lower case', () =>
    assert.deepEqual(
      read({
        privateLinkServiceConnectionState: { status: 'Approved' },
        members: [{ memberName: 'Global', fqdns: ['GBL.example', 5], privateIpAddress: '10.0.0.4' }],
      }),
      {
        id,
        scopeId: '/Scopes/P',
        privateEndpointId: '',
        virtualNetworkId: '',
        subnetId: '',
        linkIdentifier: 7,
        status: 'Approved',
        members: [
          { memberName: 'Global', groupId: '', fqdns: ['gbl.example'], privateIpAddress: '10.0.0.4' },
        ],
      },
    ));
  test('is found by a link identifier that a PROXY header can carry, and is none without', () => {
    for (const link of [0, 0xffff_ffff])
      assert.equal(with_(put({ linkIdentifier: link })).connection(link)?.id, id);
    for (const link of [-1, 'x', undefined])
      assert.equal(with_(put({ linkIdentifier: link })).connection(Number(link)), undefined, String(link));
  });
  test('that changes to no link identifier is found no more; nor does it take another’s with it', () => {
    const projection = with_(put({ linkIdentifier: 7 }));
    projection.apply([change(1, put({}), put({ linkIdentifier: -1 }))]);
    assert.equal(projection.connection(7), undefined);
    const other = document('connection', `${id}2`, { linkIdentifier: 7 });
    const both = with_(put({ linkIdentifier: 7 }), other);
    assert.equal(both.connection(7)?.id, other.id);
    both.apply([change(1, put({}))]);
    assert.equal(both.connection(7)?.id, other.id, 'the later holder stays');
  });
});

describe('a machine', () => {
  const id = '/Machines/M';
  const read = (properties: unknown, more: object = {}) =>
    with_(document('machine', id, properties, more)).machine('/machines/m')!;

  test('has what its resource says', () => {
    const { keyThumbprint, ...machine } = read(
      {
        clientPublicKey: formatClientPublicKey(jwk),
        vmId: 'vm',
        agentVersion: '1.60',
        privateLinkScopeResourceId: '/Scopes/P',
        agentConfiguration: { configMode: 'monitor' },
      },
      { location: 'japaneast', tags: { owner: 'tests' } },
    );
    assert.equal(keyThumbprint, thumbprint(jwk));
    assert.deepEqual(machine, {
      id,
      location: 'japaneast',
      vmId: 'vm',
      agentVersion: '1.60',
      privateLinkScopeResourceId: '/Scopes/P',
      agentConfiguration: { configMode: 'monitor' },
      tags: { owner: 'tests' },
      version: 3,
    });
  });
  test('lacks what its resource does not say, or says in another form', () => {
    const odd = { vmId: '', agentVersion: 7, privateLinkScopeResourceId: null, agentConfiguration: [] };
    for (const properties of [{}, odd, null]) {
      const machine = read(properties, { tags: 'x' });
      assert.equal(machine.keyThumbprint, undefined);
      assert.deepEqual(
        { ...machine },
        {
          keyThumbprint: undefined,
          id,
          location: '',
          agentConfiguration: {},
          tags: {},
          version: 3,
        },
      );
    }
  });
  test('has its key parsed once', (context) => {
    const parse = context.mock.method(JSON, 'parse');
    const machine = read({ clientPublicKey: JSON.stringify(jwk) });
    assert.equal(parse.mock.callCount(), 0, 'not before somebody asks');
    const first = machine.keyThumbprint;
    assert.ok(first !== undefined);
    assert.equal(machine.keyThumbprint, first);
    assert.equal(parse.mock.callCount(), 1);
  });
});

describe('an identity', () => {
  const machineId = '/machines/m';
  const put = (more: object = {}, type: keyof typeof types = 'identity') =>
    document(type, identityIdOf(machineId), { machineId, publicKeyJwk: jwk, certificates: [], ...more });

  test('has the thumbprint of its key, whatever stands beside it, and its certificates normalized', () =>
    assert.deepEqual(
      identityOf(
        put({
          keyThumbprint: 'another',
          vmId: 'vm',
          certificates: [
            { serial: '00AB', notAfter: 5 },
            { serial: 7, notAfter: 5 },
            { serial: 'ab', notAfter: 'soon' },
            null,
          ],
        }),
      ),
      {
        machineId,
        vmId: 'vm',
        publicKeyJwk: jwk,
        keyThumbprint: thumbprint(jwk),
        certificates: [{ serial: 'ab', notAfter: 5 }],
      },
    ));
  test('is none without a machine or a key that can be read', () => {
    assert.equal(identityOf(put({ machineId: '' })), undefined);
    assert.equal(identityOf(put({ publicKeyJwk: { ...jwk, d: 'private' } })), undefined);
    assert.deepEqual(Object.keys(identityOf(put({ vmId: 7, certificates: 'x' }))!).sort(), [
      'certificates',
      'keyThumbprint',
      'machineId',
      'publicKeyJwk',
    ]);
  });
  test('of several that left one name, and the one that has it, each is found by what else is known of it', () => {
    const name = '/machines/lamp';
    const moved = (to: string, serial: string): Document => {
      const document = put({ machineId: to, certificates: [{ serial, notAfter: 5 }] });
      return {
        ...document,
        id: identityIdOf(to),
        body: { ...document.body, formerIds: [identityIdOf(name)] },
      };
    };
    const [one, two] = [moved('/machines/one', 'a1'), moved('/machines/two', 'a2')];
    const projection = with_(one, two);
    const found = (known?: object) => projection.identity(name.toUpperCase(), known)?.machineId;
    assert.deepEqual(
      [found({ serial: 'a1' }), found({ serial: 'a2' }), found({ serial: 'none' }), found()],
      ['/machines/one', '/machines/two', '/machines/two', '/machines/two'],
    );
    const named = { ...put({ machineId: name, certificates: [{ serial: 'a3', notAfter: 5 }] }) };
    projection.apply([change(2, { ...named, id: identityIdOf(name) }, { ...named, id: identityIdOf(name) })]);
    assert.deepEqual(
      [found({ serial: 'a1' }), found({ serial: 'a2' }), found({ serial: 'a3' }), found()],
      ['/machines/one', '/machines/two', name, name],
    );
    assert.equal(found({ keyThumbprint: projection.identity(name)?.keyThumbprint }), name);
    projection.apply([change(3, two), change(4, { ...named, id: identityIdOf(name) })]);
    assert.deepEqual([found({ serial: 'a2' }), found()], ['/machines/one', '/machines/one']);
    projection.apply([change(5, one)]);
    assert.equal(found(), undefined);
  });

  test('is found by machine and by each serial, until it has it no more', () => {
    const of = (...serials: string[]) =>
      put({ certificates: serials.map((serial) => ({ serial, notAfter: 5 })) });
    const projection = with_(of('a', 'b'));
    assert.equal(projection.identity(machineId.toUpperCase())?.machineId, machineId);
    projection.apply([change(1, put(), of('b', 'c'))]);
    assert.deepEqual(
      ['a', 'b', 'c'].map((serial) => projection.identityBySerial(serial)?.machineId),
      [undefined, machineId, machineId],
    );
    const old = put({ certificates: [{ serial: 'b', notAfter: 5 }] });
    const elsewhere = '/machines/moved';
    const moved = {
      ...put({ machineId: elsewhere, certificates: [{ serial: 'b', notAfter: 5 }] }),
      id: identityIdOf(elsewhere),
    };
    const there = { ...moved, body: { ...moved.body, formerIds: [old.id] } };
    // The new one first: what is taken away with the old one is not its.
    projection.apply([change(2, there, there), change(2, old)]);
    assert.equal(projection.identityBySerial('b')?.machineId, elsewhere);
    assert.equal(projection.identity(machineId)?.machineId, elsewhere, 'its agent still says so');
    projection.apply([change(3, old, put({ certificates: [] }))]);
    assert.equal(projection.identity(machineId)?.machineId, machineId, 'another took the name');
    projection.apply([change(4, there)]);
    assert.equal(projection.identityBySerial('b'), undefined);
    projection.apply([change(5, put(), of('b', 'c'))]);
    projection.apply([change(6, put(), put({ machineId: '' }))]);
    assert.equal(projection.identityBySerial('b'), undefined);
    assert.equal(projection.identity(machineId), undefined);
  });
});

test('token keys: the newest first, of one moment by their name; what is none is left out', () => {
  const key = (kid: unknown, createdAt: unknown) =>
    document('tokenKey', `/keys/${kid}`, { kid, createdAt, privateKeyJwk: { kty: 'EC' } });
  const projection = with_(
    key('b', 5),
    key('old', 1),
    key('a', 5),
    key('new', 9),
    key('', 9),
    key('x', 'now'),
  );
  assert.deepEqual(
    projection.tokenKeys().map(({ kid }) => kid),
    ['new', 'a', 'b', 'old'],
  );
  assert.deepEqual(projection.tokenKeys()[0], { kid: 'new', createdAt: 9, privateKeyJwk: { kty: 'EC' } });
  projection.apply([change(1, key('new', 9))]);
  assert.equal(projection.tokenKeys()[0]?.kid, 'a');
  projection.replace([]);
  assert.deepEqual(projection.tokenKeys(), []);
});

describe('what is followed', () => {
  const scope = document('scope', '/scopes/p', { publicNetworkAccess: 'Enabled' });
  test('is taken in whole from a snapshot, and else by its changes', () => {
    const projection = with_(document('scope', '/scopes/old', {}));
    const documents = () => [scope];
    applyFollowed(projection, { documents, changed: [] });
    assert.ok(
      projection.scope('/scopes/old') && !projection.scope('/scopes/p'),
      'no change, nothing taken in',
    );
    applyFollowed(projection, { documents, changed: [change(4, scope, scope)] });
    assert.ok(projection.scope('/scopes/old') && projection.scope('/scopes/p'));
    applyFollowed(projection, { documents, changed: 'snapshot' });
    assert.ok(!projection.scope('/scopes/old') && projection.scope('/scopes/p'));
  });
  test('is known up to the number that the caller says, else that of the newest change', () => {
    const projection = createHybridProjection();
    projection.replace([scope], 7);
    assert.equal(projection.through, 7);
    projection.apply([change(9, scope), change(8, scope)]);
    assert.equal(projection.through, 9);
    projection.apply([change(3, scope)]);
    assert.equal(projection.through, 9, 'never back');
    projection.apply([], 12);
    assert.equal(projection.through, 12);
    projection.replace([]);
    assert.equal(projection.through, 0);
  });
  test('of another type is passed over', () => {
    const projection = with_({ ...scope, type: 'Microsoft.Network/virtualNetworks' });
    assert.equal(projection.scope(scope.id), undefined);
  });
});
