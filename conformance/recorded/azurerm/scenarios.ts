/** Terraform's azurerm against an installation with these flags: each request as it was recorded, each answer as the provider takes it. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openWorld } from '../../world.ts';
import { openWire } from '../wire.ts';
import { everything } from './everything.ts';
import type { Piece } from './resource.ts';
import { type Phase, schedule } from './schedule.ts';
import { openSession, type Session } from './session.ts';
import { readDataSources, register, start } from './start.ts';
import { topology } from './topology.ts';

/** Top-level await this in a test file. `flags`: of `tombolo up`. */
export const playAzurerm = async (flags: readonly string[]): Promise<void> => {
  const world = await openWorld(flags);
  const wire = openWire(world.origin, world.ca);
  const token = await start(wire, {
    tenant: world.tenantId,
    clientId: world.environment.AZURE_CLIENT_ID!,
    clientSecret: world.environment.AZURE_CLIENT_SECRET!,
  });
  const subscription = `/subscriptions/${world.subscriptionId}`;
  const session = openSession({ wire, token, subscription });
  /** As the answers of version 0.1 were: of writes, only those of private endpoints led to an operation. */
  const earlier = openSession({
    wire,
    token,
    subscription,
    sees: (path) => path.includes('/privateEndpoints/'),
  });

  const run = (pieces: readonly Piece[], phase: Phase, client: Session): Promise<number> =>
    schedule(pieces, phase, async (piece, clock) => {
      if (phase === 'update') await piece.update?.(client, clock);
      else await piece[phase](client, clock);
    });

  const refresh = async (pieces: readonly Piece[], client: Session): Promise<void> => {
    for (const piece of pieces) await piece.refresh(client);
  };

  /** Apply, plan, apply with a change, plan, destroy. */
  const whole = async (
    pieces: readonly Piece[],
    client: Session,
    between: () => Promise<void> = async () => {},
  ): Promise<Record<Phase, number>> => {
    const create = await run(pieces, 'create', client);
    await refresh(pieces, client);
    const update = await run(pieces, 'update', client);
    await refresh(pieces, client);
    await between();
    const destroy = await run(pieces, 'destroy', client);
    return { create, update, destroy };
  };

  describe('azurerm 5.2', () => {
    test('starts: the cloud, two tokens, and a provider that it registers', async () => {
      for (const namespace of ['Microsoft.Network', 'Microsoft.HybridCompute'])
        await register(session, namespace);
    });

    test('topology: created, read, changed in place, destroyed; modelled: the provider’s own waits', async (t) => {
      const before = await whole(topology(), earlier);
      const now = await whole(topology(), session);
      t.diagnostic(`modelled seconds before: ${JSON.stringify(before)}; now: ${JSON.stringify(now)}`);
      // Measured with the provider itself on version 0.1: 52, 21 and 160 s.
      assert.deepEqual(before, { create: 52, update: 21, destroy: 160 });
      // 20 s of the creation are the group's, 130 s of the destruction the links': no answer shortens them.
      assert.deepEqual(now, { create: 25, update: 3, destroy: 160 });
    });

    test('everything: created, read, changed in place, destroyed; data sources', async (t) => {
      const now = await whole(everything(), session, async () => {
        const resources = await readDataSources(session, wire, token, 'everything');
        const names = resources.map(({ name }) => String(name));
        for (const name of ['neta', 'netb', 'guard', 'machine', 'scope', 'ruleset', 'manual'])
          assert.ok(names.includes(name), names.join(', '));
      });
      t.diagnostic(`modelled seconds: ${JSON.stringify(now)}`);
    });

    test.skip('management-lock: Microsoft.Authorization/locks is not here yet');
    test.skip('template-deployment: Microsoft.Resources/deployments is not here yet');
  });
};
