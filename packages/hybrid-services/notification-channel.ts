/** One long WebSocket (RFC 6455) for each machine that wants to hear at once that its desired state has changed. */

import type { WebSocket } from 'ws';

/** Who stands at the other end of a socket, at the moment that it is asked. */
export interface Listener {
  /** Undefined: its certificate, its identity or its machine is gone. */
  readonly machineId: () => string | undefined;
}

export interface NotificationChannel {
  /** Takes an open socket; one that the machine had before is closed. */
  add(socket: WebSocket, listener: Listener): void;
  /** Ids of documents that changed; `all` where that is not known. */
  changed(ids: Iterable<string> | 'all'): void;
  /** Pings everybody, and ends who did not answer the last one or may no longer listen. */
  sweep(): void;
  readonly size: number;
  close(): void;
}

/** RFC 6455 §7.4. */
const closed = { goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const;

const message = JSON.stringify({ kind: 'desiredStateChanged' });

/** More waiting than this: the machine does not read, and a change more tells it nothing. */
const mostWaiting = 16_384;

/** The machine that a document is, or is below. */
const machineOf = (id: string): string | undefined =>
  /^.*?\/providers\/microsoft\.hybridcompute\/machines\/[^/]+/i.exec(id)?.[0].toLowerCase();

interface Entry {
  /** The machine's id, lower case: by it the entry is found. */
  key: string;
  readonly socket: WebSocket;
  readonly listener: Listener;
  answered: boolean;
}

export const createNotificationChannel = ({ atMost }: { readonly atMost: number }): NotificationChannel => {
  /** By machine, lower case. */
  const entries = new Map<string, Entry>();

  const drop = (entry: Entry): void => {
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
  };
  const end = (entry: Entry, code: number, reason: string): void => {
    drop(entry);
    entry.socket.close(code, reason);
  };
  /** Whether it may listen still; its machine was moved perhaps. */
  const settle = (entry: Entry): boolean => {
    const key = entry.listener.machineId()?.toLowerCase();
    if (key === undefined) end(entry, closed.policy, 'The machine is no longer registered.');
    else if (key !== entry.key) {
      drop(entry);
      entry.key = key;
      entries.set(key, entry);
    }
    return key !== undefined;
  };
  const tell = (entry: Entry): void => {
    if (settle(entry) && entry.socket.bufferedAmount < mostWaiting) entry.socket.send(message);
  };

  return {
    get size() {
      return entries.size;
    },
    add: (socket, listener) => {
      const key = listener.machineId()?.toLowerCase();
      if (key === undefined) return socket.close(closed.policy, 'The machine is no longer registered.');
      const before = entries.get(key);
      if (before === undefined && entries.size >= atMost)
        return socket.close(closed.tryAgainLater, 'Too many machines listen here; ask every five minutes.');
      if (before) end(before, closed.policy, 'The machine listens by another connection.');
      const entry: Entry = { key, socket, listener, answered: true };
      entries.set(key, entry);
      socket.on('pong', () => {
        entry.answered = true;
      });
      // Nothing is asked by it.
      socket.on('message', () => socket.close(closed.policy, 'Nothing is taken here.'));
      socket.on('error', () => socket.terminate());
      socket.on('close', () => drop(entry));
      // What changed while nobody listened is asked for at once.
      socket.send(message);
    },
    changed: (ids) => {
      const machines =
        ids === 'all' ? [...entries.keys()] : new Set([...ids].flatMap((id) => machineOf(id) ?? []));
      for (const key of machines) {
        const entry = entries.get(key);
        if (entry) tell(entry);
      }
    },
    sweep: () => {
      for (const entry of [...entries.values()]) {
        if (!entry.answered) {
          drop(entry);
          entry.socket.terminate();
        } else if (settle(entry)) {
          entry.answered = false;
          entry.socket.ping();
        }
      }
    },
    close: () => {
      for (const entry of [...entries.values()]) end(entry, closed.goingAway, 'The service ends.');
    },
  };
};
