/** The keys that sign machine tokens: made by the control process, followed by every hybrid process. */

import type { Document, JsonObject, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { exportJWK, generateKeyPair } from 'jose';
import { tokenLifetimeSeconds } from './machine-token.ts';
import { tokenKeyType } from './projection.ts';

const prefix = '/tombolo/machineTokenKeys';

/** A key signs for thirty days; it verifies an hour longer than its last token lives. */
const rotateAfterMs = 30 * 86_400_000;
const keepMs = tokenLifetimeSeconds * 1000 + 3_600_000;

const createdAt = (document: Document): number =>
  Number(((document.body.properties ?? {}) as JsonObject).createdAt ?? 0);

/**
 * Makes the first key, a new one when the newest is thirty days old, and removes those that no token can need. To be
 * called at start and now and then. Documents hold private keys: only the hybrid role may follow their type.
 */
export const ensureTokenKeys = async (options: {
  readonly store: Store;
  readonly now: number;
  readonly newGuid: () => string;
}): Promise<void> => {
  const { store, now } = options;
  const keys = (await store.list({ type: tokenKeyType })).toSorted((a, b) => createdAt(b) - createdAt(a));
  const [newest] = keys;
  if (newest !== undefined && now - createdAt(newest) < rotateAfterMs) {
    const spent = now - createdAt(newest) > keepMs ? keys.slice(1).map((document) => document.id) : [];
    if (spent.length > 0) await store.commit({ deletes: spent });
    return;
  }
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = options.newGuid();
  const id = `${prefix}/${kid}`;
  const body = {
    properties: { kid, createdAt: now, privateKeyJwk: (await exportJWK(privateKey)) as JsonObject },
  };
  // Replicas that start at once agree on one: the claim has one value for each predecessor.
  const claim = { key: `machine token key after ${newest?.id ?? 'none'}`, value: id, holder: id };
  await store
    .commit({ puts: [{ id, type: tokenKeyType, body }], claims: [claim] })
    .catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
    });
};
