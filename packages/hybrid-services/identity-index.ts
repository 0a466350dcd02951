/** Identities by certificate, and by every name that their agents go by: their own, and those of before a move. */

/** What of an identity it is found by. */
interface Findable {
  readonly certificates: readonly { readonly serial: string }[];
  readonly formerIds?: readonly string[];
}

interface IdentityIndex<T extends Findable> {
  /** `id`: the identity document's, lower case. Undefined: it is gone. */
  set(id: string, identity: T | undefined): void;
  clear(): void;
  bySerial(serial: string): T | undefined;
  /** The one that has the name, then those that had it before a move, the latest first. Their keys tell them apart. */
  goingBy(id: string): readonly T[];
}

export const createIdentityIndex = <T extends Findable>(): IdentityIndex<T> => {
  const identities = new Map<string, T>();
  const bySerial = new Map<string, T>();
  /** One name may have been left again and again, each time by another machine. */
  const byFormerId = new Map<string, Set<T>>();

  const leave = (identity: T): void => {
    // A machine that was moved has its certificate under its new id by then.
    for (const { serial } of identity.certificates)
      if (bySerial.get(serial) === identity) bySerial.delete(serial);
    for (const former of identity.formerIds ?? []) {
      const there = byFormerId.get(former.toLowerCase());
      there?.delete(identity);
      if (there?.size === 0) byFormerId.delete(former.toLowerCase());
    }
  };
  const enter = (identity: T): void => {
    for (const { serial } of identity.certificates) bySerial.set(serial, identity);
    for (const former of identity.formerIds ?? []) {
      const key = former.toLowerCase();
      byFormerId.set(key, (byFormerId.get(key) ?? new Set()).add(identity));
    }
  };
  return {
    set: (id, identity) => {
      const before = identities.get(id);
      if (before) leave(before);
      identities.delete(id);
      if (!identity) return;
      identities.set(id, identity);
      enter(identity);
    },
    clear: () => {
      for (const map of [identities, bySerial, byFormerId]) map.clear();
    },
    bySerial: (serial) => bySerial.get(serial),
    goingBy: (id) => {
      const own = identities.get(id);
      return [...(own ? [own] : []), ...[...(byFormerId.get(id) ?? [])].reverse()];
    },
  };
};
