import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { carriesTraffic, connectionStatuses } from './connection-state.ts';
import { readConnection } from './stored-connection.ts';

const id = '/Scopes/P/privateEndpointConnections/pe.1';
const read = (properties: JsonObject) => readConnection({ id, body: { properties } });

describe('a stored connection', () => {
  test('has its scope, its endpoint and network, its state and its members, their names in lower case', () =>
    assert.deepEqual(
      read({
        privateEndpoint: { id: '/PE' },
        virtualNetworkId: '/Net',
        subnetId: '/Net/Sub',
        linkIdentifier: 7,
        privateLinkServiceConnectionState: { status: 'Approved' },
        members: [
          {
            memberName: 'M',
            groupId: 'g',
            fqdns: ['GBL.example', 5, ''],
            privateIpAddress: 'FD00::0:4',
          },
        ],
      }),
      {
        id,
        scopeId: '/Scopes/P',
        privateEndpointId: '/PE',
        virtualNetworkId: '/Net',
        subnetId: '/Net/Sub',
        status: 'Approved',
        linkIdentifier: 7,
        members: [{ memberName: 'M', groupId: 'g', fqdns: ['gbl.example'], privateIpAddress: 'fd00::4' }],
      },
    ));

  test('lacks what its document does not say, whatever stands there', () => {
    const nothing = { memberName: '', groupId: '', fqdns: [], privateIpAddress: '' };
    assert.deepEqual(read({ members: ['x', {}, { privateIpAddress: '0.0.0.0' }, { privateIpAddress: 4 }] }), {
      id,
      scopeId: '/Scopes/P',
      privateEndpointId: '',
      virtualNetworkId: '',
      subnetId: '',
      status: 'Disconnected',
      linkIdentifier: undefined,
      members: [nothing, nothing, nothing, nothing],
    });
    assert.deepEqual(read({ members: 'none' }).members, []);
  });

  test('R15: is in one of four states, and Disconnected where it says another; one of them carries traffic', () => {
    const statusOf = (status: JsonObject[string]) =>
      read({ privateLinkServiceConnectionState: { status } }).status;
    assert.deepEqual(connectionStatuses.map(statusOf), [...connectionStatuses]);
    for (const odd of ['approved', 'Odd', '', 7]) assert.equal(statusOf(odd), 'Disconnected', String(odd));
    assert.equal(read({ privateLinkServiceConnectionState: 'Approved' }).status, 'Disconnected');
    assert.deepEqual(connectionStatuses.filter(carriesTraffic), ['Approved']);
  });

  test('has a link identifier that a PROXY header can carry, or none', () => {
    for (const linkIdentifier of [0, 1, 0xffff_ffff])
      assert.equal(read({ linkIdentifier }).linkIdentifier, linkIdentifier);
    for (const linkIdentifier of [-1, 1.5, 0x1_0000_0000, '7', null])
      assert.equal(read({ linkIdentifier }).linkIdentifier, undefined, String(linkIdentifier));
  });
});
