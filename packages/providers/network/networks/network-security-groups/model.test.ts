/** What a PUT makes of a security group and of a route table, and of what they carry, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup } from '../../network.testkit.ts';
import { putRouteTable } from '../route-tables/model.ts';
import { putSecurityGroup } from './model.ts';

describe('a security group', () => {
  const id = inGroup('networkSecurityGroups', 'Nsg');
  const put = (properties: object, rules: readonly Document[] = [], existing?: Document) =>
    putSecurityGroup(
      putInput({ id, properties: properties as never, loaded: { rules, tags: undefined }, existing }),
    );
  const rule = {
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '443',
    sourceAddressPrefix: '*',
    destinationAddressPrefix: '*',
    access: 'Allow',
    priority: 100,
    direction: 'Outbound',
  };

  test('keeps its guid, and says what becomes of flows where that is written', () => {
    const properties = { provisioningState: 'Succeeded', resourceGuid: 'guid-1' };
    assert.deepEqual(decided(put({})).properties, properties);
    for (const flushConnection of [true, false])
      assert.deepEqual(
        decided(put({ flushConnection }, [], stored(id, { resourceGuid: 'kept' }))).properties,
        {
          ...properties,
          resourceGuid: 'kept',
          flushConnection,
        },
      );
  });

  test('has the rules that its PUT says, and no others', () => {
    const [kept, gone] = [stored(`${id}/securityRules/Kept`, {}), stored(`${id}/securityRules/Gone`, {})];
    const securityRules = [
      { name: 'kept', properties: rule },
      { name: 'new', properties: { ...rule, priority: 101 } },
    ];
    const effects = decided(put({ securityRules }, [kept, gone])).effects!;
    assert.deepEqual(
      effects.puts!.map((written) => `${written.id} ${written.type}`),
      [kept.id, `${id}/securityRules/new`].map(
        (written) => `${written} Microsoft.Network/networkSecurityGroups/securityRules`,
      ),
    );
    assert.deepEqual(effects.deletes, [gone.id]);
    assert.deepEqual(decided(put({}, [kept])).effects!.deletes, [kept.id]);
    assert.equal(
      refused(() => put({ securityRules: [securityRules[0], securityRules[0]] })),
      `400 InvalidRequestFormat properties.securityRules: Cannot parse the request. Resource ${id} has two child resources with the same name (kept). Give every name once.`,
    );
    assert.match(
      refused(() => put({ securityRules: [securityRules[0], { name: 'same', properties: rule }] })),
      /^400 SecurityRuleConflict/,
    );
  });
});

describe('a route table', () => {
  const id = inGroup('routeTables', 'Table');
  const put = (properties: object, routes: readonly Document[] = [], existing?: Document) =>
    putRouteTable(putInput({ id, properties: properties as never, loaded: { routes }, existing }));
  const route = { addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' };

  test('propagates routes unless it says otherwise, and keeps its guid', () => {
    const properties = { provisioningState: 'Succeeded', resourceGuid: 'guid-1' };
    assert.deepEqual(decided(put({})).properties, { disableBgpRoutePropagation: false, ...properties });
    const existing = stored(id, { resourceGuid: 'kept' });
    assert.deepEqual(decided(put({ disableBgpRoutePropagation: true }, [], existing)).properties, {
      disableBgpRoutePropagation: true,
      ...properties,
      resourceGuid: 'kept',
    });
  });

  test('has the routes that its PUT says, and no others', () => {
    const gone = stored(`${id}/routes/Gone`, {});
    const effects = decided(put({ routes: [{ name: 'new', properties: route }] }, [gone])).effects!;
    const [written] = effects.puts!;
    assert.deepEqual(
      [written!.id, written!.type],
      [`${id}/routes/new`, 'Microsoft.Network/routeTables/routes'],
    );
    assert.deepEqual(effects.deletes, [gone.id]);
    assert.deepEqual(decided(put({}, [gone])).effects!.deletes, [gone.id]);
    const twice = [
      { name: 'r', properties: route },
      { name: 'R', properties: route },
    ];
    assert.equal(
      refused(() => put({ routes: twice })),
      `400 InvalidRequestFormat properties.routes: Cannot parse the request. Resource ${id} has two child resources with the same name (R). Give every name once.`,
    );
    const same = [
      { name: 'a', properties: route },
      { name: 'b', properties: route },
    ];
    assert.match(
      refused(() => put({ routes: same })),
      /^400 RouteConflict/,
    );
  });
});
