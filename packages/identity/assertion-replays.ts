/** Which client assertions were used, from where: over a restart too, and whoever uses many forgets only uses of their own. */

import { createHash } from 'node:crypto';
import { keepJournal, type ReplayJournal, type Use } from '@tombolo/store/kept-journal';
import { TokenError } from './token-error.ts';

interface AssertionReplays {
  /** Remembers this use. Throws TokenError 700027 where it is a replay. */
  use(use: {
    readonly assertion: string;
    readonly id: string;
    readonly clientId: string;
    readonly source: string;
    readonly now: number;
    readonly expiresAt: number;
  }): void;
}

interface Remembered {
  readonly how: string;
  readonly expiresAt: number;
}

const mostEntries = 50_000;
const sweepMs = 30_000;

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Characters of a key that say whose it is: lines of an earlier process are counted as that client's. */
const ofClient = 11;
const keyOf = (client: string, id: string): string =>
  (hash(client).slice(0, ofClient) + hash(JSON.stringify([client, id]))).slice(0, 43);

/**
 * MSAL signs one assertion and sends it for every resource, and again after a lost answer, for ten minutes, so
 * refusing any second use would refuse real clients. A replay is therefore: the same `jti` with another content,
 * or the same assertion from another address.
 */
export const createAssertionReplays = ({
  entries: most = mostEntries,
  journal,
  onJournalFailure = () => {},
}: {
  readonly entries?: number;
  readonly journal?: ReplayJournal | undefined;
  /** It cannot be written; uses are then remembered by the process alone, until it can again. */
  readonly onJournalFailure?: (error: unknown) => void;
} = {}): AssertionReplays => {
  /** By client, by key; the least recently used first. */
  const clients = new Map<string, Map<string, Remembered>>();
  let size = 0;
  let sweptAt = Number.NEGATIVE_INFINITY;

  const remember = (key: string, remembered: Remembered): void => {
    const client = key.slice(0, ofClient);
    const own = clients.get(client) ?? new Map<string, Remembered>();
    clients.set(client, own);
    if (!own.delete(key)) size += 1;
    own.set(key, remembered);
  };
  const forget = (key: string): void => {
    const client = key.slice(0, ofClient);
    const own = clients.get(client);
    if (!own?.delete(key)) return;
    size -= 1;
    if (own.size === 0) clients.delete(client);
  };
  const sweep = (now: number): void => {
    for (const own of clients.values())
      for (const [key, { expiresAt }] of own) if (expiresAt <= now) forget(key);
  };
  /** Of the client that has most: nobody makes another's assertions forgotten by using their own. */
  const forgetOne = (): void => {
    let largest: ReadonlyMap<string, Remembered> = new Map();
    for (const own of clients.values()) if (own.size > largest.size) largest = own;
    const [oldest] = largest.keys();
    if (oldest !== undefined) forget(oldest);
  };
  const alive = function* (): Iterable<Use> {
    for (const own of clients.values())
      for (const [key, { how, expiresAt }] of own) yield [`${key} ${how}`, expiresAt];
  };

  for (const [both, expiresAt] of journal?.entries ?? []) {
    const [key, how] = both.split(' ');
    // The last line of a key is what counts.
    if (key !== undefined && how !== undefined) remember(key, { how, expiresAt });
    if (size > most) forgetOne();
  }
  const kept =
    journal &&
    keepJournal({ journal, most, written: journal.entries.length, alive, onFailure: onJournalFailure });

  return {
    use({ assertion, id, clientId, source, now, expiresAt }) {
      if (now >= sweptAt + sweepMs) {
        sweep(now);
        sweptAt = now;
        kept?.tidy();
      }
      // Without the signature, of which there can be several spellings.
      const content = hash(assertion.slice(0, assertion.lastIndexOf('.')));
      const key = keyOf(clientId.toLowerCase(), id === '' ? content : id);
      const how = hash(`${content} ${source}`);
      const before = clients.get(key.slice(0, ofClient))?.get(key);
      const isAlive = before !== undefined && before.expiresAt > now;
      if (isAlive && before.how !== how)
        throw new TokenError(700027, ['it was used before (its jti is known); sign a new one']);
      remember(key, { how, expiresAt });
      if (size > most) forgetOne();
      // The same use again is in the file already.
      if (!isAlive || before.expiresAt !== expiresAt) kept?.append([`${key} ${how}`, expiresAt]);
    },
  };
};
