/** Access tokens for a machine's system-assigned identity, while machine, identity and certificate are there. */

import type { IssueIdentityToken } from '@tombolo/identity/managed-identity';
import { TokenError } from '@tombolo/identity/token-error';
import { objectAt, textAt } from '@tombolo/store/document';
import type { StoreReader } from '@tombolo/store/port';
import { serviceError } from './errors.ts';
import { identityIdOf, identityOf } from './projection.ts';
import type { RegistrationAuthority } from './registration-authority.ts';

/** Looks again in the store itself: what the hybrid process knows may be a moment old. Throws ArmError. */
export const createMachineIdentityTokens =
  (options: {
    readonly store: StoreReader;
    readonly issueIdentityToken: IssueIdentityToken;
    readonly now: () => number;
  }): RegistrationAuthority['identityToken'] =>
  async ({ machineId, serial, resource }) => {
    const ids = [machineId, identityIdOf(machineId)] as const;
    const found = await options.store.getMany(ids);
    const [machine, registered] = ids.map((id) => found.get(id.toLowerCase()));
    if (machine === undefined) throw serviceError('MachineNotFound', [machineId]);
    const certificates = registered && identityOf(registered)?.certificates;
    const used = certificates?.find((entry) => entry.serial === serial);
    if (used === undefined || used.notAfter <= options.now())
      throw serviceError('AuthenticationFailed', [`certificate ${serial} is revoked or expired`]);
    const objectId = textAt(objectAt(machine.body, 'identity'), 'principalId');
    if (objectId === undefined) throw serviceError('MachineHasNoIdentity', [machine.id]);
    try {
      return await options.issueIdentityToken({ objectId, resourceId: machine.id }, resource);
    } catch (error) {
      if (error instanceof TokenError) throw serviceError('InvalidTokenResource', [error.message]);
      throw error;
    }
  };
