/** A change of a connection costs what it touches, and ends where a comparison of everything would. */

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { ownAddress } from '@tombolo/testkit/own-address';
import fc from 'fast-check';
import { Gateway } from './gateway.ts';
import { listenerAt } from './private-endpoint.testkit.ts';
import type { DesiredListener } from './projection.ts';

const nowhere = () => connect({ path: '/nowhere' });
/** Three that are this host's, and one that is nobody's. */
const addresses = [ownAddress(4), ownAddress(5), ownAddress(6), '10.255.255.1'];

test('after any updates a comparison of everything finds nothing to do', async () => {
  const listener = fc.record({
    address: fc.constantFrom(...addresses),
    linkIdentifier: fc.constantFrom(7, 9),
    status: fc.constantFrom('Approved' as const, 'Rejected' as const),
  });
  const change = fc.tuple(fc.constantFrom('/a', '/B', '/c'), fc.array(listener, { maxLength: 3 }));
  const rounds = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rounds, async (changes) => {
      const gateway = new Gateway({ port: 0, dial: nowhere });
      const desired = new Map<string, readonly DesiredListener[]>();
      for (const round of changes) {
        const changed = new Map(
          round.map(([connectionId, wanted]) => [
            connectionId.toLowerCase(),
            wanted.map((each) => listenerAt(each.address, { ...each, connectionId })),
          ]),
        );
        for (const [key, listeners] of changed) desired.set(key, listeners);
        await gateway.update(changed);
        // With ports that the system chose: a listener that were made anew would have another.
        const { listeners } = gateway.report();
        const all = [...desired.values()].flat();
        assert.deepEqual((await gateway.reconcile(all)).listeners, listeners);
        assert.deepEqual(
          new Set(listeners.map((each) => `${each.connectionId} ${each.address}`)),
          new Set(all.map((each) => `${each.connectionId} ${each.address}`)),
        );
        const standing = listeners.filter(({ state }) => state === 'listening');
        const { listening, unrealized } = gateway.standing();
        assert.deepEqual(new Set(listening), new Set(standing.map(({ address }) => address)));
        assert.equal([...unrealized].length, listeners.length - standing.length);
      }
      await gateway.close();
    }),
    { seed: 20_261_127, numRuns: 40 },
  );
});

test('an update looks at no listener of another connection, and binds none of theirs', async () => {
  let looks = 0;
  const watched = (index: number): DesiredListener => {
    const listener = listenerAt(`10.254.${index >> 8}.${index & 255}`, { connectionId: `/c${index}` });
    return new Proxy(listener, {
      get: (target, name) => {
        looks += 1;
        return Reflect.get(target, name);
      },
    });
  };
  const gateway = new Gateway({ port: 0, dial: nowhere });
  await gateway.reconcile([
    ...Array.from({ length: 500 }, (_, index) => watched(index)),
    listenerAt(addresses[0]!, { connectionId: '/mine' }),
  ]);
  looks = 0;
  const mine = listenerAt(addresses[1]!, { connectionId: '/mine' });
  await gateway.update(new Map([['/mine', [mine]]]));
  assert.equal(looks, 0);
  assert.deepEqual([...gateway.standing().listening], [addresses[1]]);
  await gateway.close();
});
