/** Objects of the directory are found by their object id: a claim leads to the document that has it. Pure. */

import type { Claim } from '@tombolo/store/port';

export const servicePrincipalType = 'Tombolo/servicePrincipals';

const prefix = 'directory object ';

export const directoryObjectKey = (objectId: string): string => `${prefix}${objectId.toLowerCase()}`;

/** @param holder the document that is the object, or that has it, as a machine has its identity */
export const directoryObjectClaim = (objectId: string, holder: string): Claim => {
  const id = holder.toLowerCase();
  return { key: directoryObjectKey(objectId), value: id, holder: id };
};
