/** What the gateway's test files share: one world at a time, whose counters add up and whose sockets are closed after each test. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach } from 'node:test';
import { ownAddress } from '@tombolo/testkit/own-address';
import type { GatewayOptions } from './gateway.ts';
import { listenerAt, name, until, World } from './private-endpoint.testkit.ts';

export const address = ownAddress(4);
/** The world of the test that runs. */
export let world: World;

export const use = (made: World): World => {
  world = made;
  return made;
};

export const start = async (
  options: Partial<GatewayOptions> = {},
  ...rest: [onSession?: Parameters<typeof World.start>[1]]
) => {
  world = await World.start(options, ...rest);
  await world.gateway.reconcile([listenerAt(address)]);
  return world;
};

export const totals = () => world.gateway.report().totals;

/** Every accepted connection is active or has one outcome, and the listeners sum to the totals. */
const assertCountersAddUp = () => {
  const report = world.gateway.report();
  for (const counters of [report.totals, ...report.listeners.map((listener) => listener.counters)]) {
    const ended = Object.values(counters.ended).reduce((sum, count) => sum + count, 0);
    assert.equal(counters.accepted, counters.active + ended);
  }
};

afterEach(async () => {
  assertCountersAddUp();
  await world.close();
  assert.equal(totals().active, 0);
  await until(() => world.upstreamSockets === 0, 'upstream sockets closed');
});

export const echoed = async (text: string, servername = name) => {
  const client = world.tls(address, servername);
  await once(client, 'secureConnect');
  client.end(text);
  let back = '';
  for await (const chunk of client) back += chunk;
  return back;
};
