/** Role assignments by whom they are for, changed one by one. */

import type { RoleAssignment } from './authorize.ts';

/** Of principals that nobody asks about, none is made. */
type Own = { readonly byKey: Map<string, RoleAssignment>; list: readonly RoleAssignment[] | undefined };

export const createAssignmentMemory = () => {
  /** By lower-case id of the document. */
  const all = new Map<string, RoleAssignment>();
  /** By lower-case object id. */
  const owners = new Map<string, Own>();

  const forget = (key: string): void => {
    const objectId = all.get(key)?.principalId.toLowerCase() ?? '';
    const own = owners.get(objectId);
    if (!own) return;
    all.delete(key);
    own.byKey.delete(key);
    own.list = undefined;
    if (own.byKey.size === 0) owners.delete(objectId);
  };

  return {
    /** @param assignment undefined: there is none, or none any more */
    take: (key: string, assignment: RoleAssignment | undefined): void => {
      forget(key);
      if (!assignment) return;
      all.set(key, assignment);
      const objectId = assignment.principalId.toLowerCase();
      const own = owners.get(objectId) ?? { byKey: new Map(), list: undefined };
      own.byKey.set(key, assignment);
      own.list = undefined;
      owners.set(objectId, own);
    },
    clear: (): void => {
      all.clear();
      owners.clear();
    },
    of: (objectId: string): readonly RoleAssignment[] => {
      const own = owners.get(objectId.toLowerCase());
      if (!own) return [];
      own.list ??= [...own.byKey.values()];
      return own.list;
    },
  };
};
