/** Network resources of one group by plain requests: what a report says was sent is sent, word for word. */

import assert from 'node:assert/strict';
import { resourceId } from './topology.ts';
import type { RawAnswer, World } from './world.ts';

export const openRawNetwork = async (world: World) => {
  const { send } = world;
  const group = await world.createGroup();
  const put = (id: string, version: string, body: object) =>
    send({ method: 'PUT', path: `${id}?api-version=${version}`, body: JSON.stringify(body) });
  return {
    group,
    network: (...segments: string[]) => resourceId(world, group, 'Microsoft.Network', ...segments),
    put,
    putNetwork: (id: string, body: object) => put(id, '2024-05-01', body),
    putDns: (id: string, body: object) => put(id, '2024-06-01', body),
    putResolver: (id: string, body: object) => put(id, '2022-07-01', body),
  };
};

/** What the write answered with; fails where it did not succeed. */
export const made = async (answer: Promise<RawAnswer>): Promise<RawAnswer['json']> => {
  const { status, text, json } = await answer;
  assert.ok(status === 200 || status === 201, `${status} ${text.slice(0, 300)}`);
  return json;
};
