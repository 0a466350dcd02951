/** What a scope and its connections become, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useRelease } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../put-input.testkit.ts';
import { asksForApproval, putConnection, removeConnection } from '../private-endpoint-connections/model.ts';
import { endpointId, scopeId } from '../topology.testkit.ts';
import { putScope, removeScope } from './model.ts';

const connectionId = `${scopeId}/privateEndpointConnections/Pier`;
const state = (status: string, description = 'why') => ({ status, description, actionsRequired: 'None' });
const connection = (status: string, name = connectionId): Document =>
  stored(
    name,
    { privateEndpoint: { id: endpointId }, own: 1, privateLinkServiceConnectionState: state(status) },
    { kept: 1 },
  );

describe('a scope', () => {
  const put = (publicNetworkAccess?: 'Enabled' | 'Disabled', existing?: Document) =>
    putScope(
      putInput({
        id: scopeId,
        properties: (publicNetworkAccess ? { publicNetworkAccess } : {}) as never,
        loaded: undefined,
        existing,
      }),
    );
  const own = scopeId.toLowerCase();

  test('R8: is Disabled unless asked otherwise, found by its GUID, and answered with 200 at once', () =>
    assert.deepEqual(put(), {
      properties: {
        publicNetworkAccess: 'Disabled',
        provisioningState: 'Succeeded',
        privateLinkScopeId: 'guid-1',
      },
      effects: { claims: [{ key: 'private link scope guid-1', value: own, holder: own }] },
      status: { created: 200, updated: 200 },
    }));

  test('keeps its GUID', () => {
    const existing = stored(scopeId, { publicNetworkAccess: 'Enabled', privateLinkScopeId: 'KEPT' });
    const { properties, effects } = decided(put('Enabled', existing));
    assert.equal(properties.privateLinkScopeId, 'KEPT');
    assert.equal(properties.publicNetworkAccess, 'Enabled');
    assert.equal(effects!.claims![0]!.key, 'private link scope kept');
  });

  test('goes without connections or with removed ones, by an operation', () => {
    const remove = (...below: readonly Document[]) =>
      removeScope({ existing: stored(scopeId, {}), below } as never);
    const child = stored(`${scopeId}/others/o`, { privateLinkServiceConnectionState: state('Approved') });
    assert.deepEqual(remove(connection('Disconnected'), child), {
      operation: { kind: 'Microsoft.HybridCompute/removal', state: {} },
      status: 202,
    });
    const nameless = stored(`${connectionId}2`, { privateLinkServiceConnectionState: state('Rejected') });
    assert.equal(
      refused(() => remove(connection('Pending'), nameless, connection('Disconnected'))),
      `409 CannotDeleteResource: Cannot delete '${scopeId}' because it is in use by ${endpointId} (Pending), ${connectionId}2 (Rejected). Delete or change these first.`,
    );
  });
});

describe('R15: a connection, from the scope', () => {
  const records = { effects: { deletes: ['record'] }, warnings: ['replaces'] };
  const put = (properties: object, existing?: Document) =>
    putConnection(putInput({ id: connectionId, properties: properties as never, loaded: records, existing }));
  const asking = (status: string, more: object = {}) => ({
    privateLinkServiceConnectionState: { status, ...more },
  });

  test('is approved with what that writes beside it, and keeps what it has', () =>
    assert.deepEqual(put(asking('approved', { description: 'yes' }), connection('Pending')), {
      properties: {
        privateEndpoint: { id: endpointId },
        own: 1,
        privateLinkServiceConnectionState: state('Approved', 'yes'),
      },
      ...records,
    }));

  test('is neither made nor brought back, and needs a state to become', () => {
    const missing = `404 ResourceNotFound: The private endpoint connection '${connectionId}' was not found. A connection is made by creating a private endpoint to the scope, and removed ones do not come back.`;
    assert.equal(
      refused(() => put(asking('Approved'))),
      missing,
    );
    assert.equal(
      refused(() => put(asking('Approved'), connection('Disconnected'))),
      missing,
    );
    const required = refused(() => put({}, connection('Pending')));
    assert.match(required, /^400 InvalidRequestContent properties\.privateLinkServiceConnectionState: /);
    assert.match(required, /is required, with status Approved or Rejected\.$/);
    assert.match(
      refused(() => put(asking('Pending'), connection('Approved'))),
      /^409 PrivateEndpointConnectionStateNotAllowed/,
    );
  });

  test('writes records where what is not approved is to be', () => {
    const asks = (existing: Document | undefined, status: string) =>
      asksForApproval(existing, asking(status) as never);
    for (const status of ['Pending', 'Rejected']) assert.ok(asks(connection(status), 'APPROVED'), status);
    for (const status of ['Approved', 'Disconnected'])
      assert.ok(!asks(connection(status), 'Approved'), status);
    assert.ok(!asks(undefined, 'Approved'));
    assert.ok(!asks(connection('Pending'), 'Rejected'));
    assert.ok(!asksForApproval(connection('Pending'), {} as never));
  });

  test('that is removed stays, Disconnected, and lets its scope go', () => {
    const existing = connection('Approved');
    const removed = decided(removeConnection({ existing, loaded: 'japaneast' } as never));
    const { effects, ...rest } = removed;
    assert.deepEqual(rest, {
      deferred: true,
      operation: { kind: 'Microsoft.HybridCompute/removal', state: {}, location: 'japaneast' },
      status: 202,
    });
    assert.deepEqual(effects!.releases, [useRelease(scopeId, endpointId)]);
    const [document] = effects!.puts!;
    const { privateLinkServiceConnectionState, ...kept } = document!.body.properties as Record<
      string,
      object
    >;
    assert.deepEqual(
      [document!.id, document!.type, document!.body.kept, kept],
      [connectionId, existing.type, 1, { privateEndpoint: { id: endpointId }, own: 1 }],
    );
    assert.equal((privateLinkServiceConnectionState as { status: string }).status, 'Disconnected');
  });
});
