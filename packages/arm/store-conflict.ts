/** Store conflicts as ARM errors. */

import type { StoreConflict } from '@tombolo/store/port';
import type { ArmError } from './arm-error.ts';
import { armError } from './errors.ts';
import { parseResourceId, type ResourceId, sameId } from './resource-id.ts';
import type { AnyResourceType, Registry } from './resource-type.ts';
import { usedIdOf } from './use-claim.ts';

/** What is asked for: its type, and its id as the request writes it. */
interface Asked {
  readonly type: AnyResourceType;
  readonly id: ResourceId;
}

/**
 * Who uses a resource keeps it, in the words of the used resource's own type: a network's deletion is refused for its
 * subnet with the subnet's code. Undefined where a retry may help.
 */
export const explainUse = (
  registry: Registry,
  usedId: string,
  holders: readonly string[],
  asked?: Asked,
): ArmError | undefined => {
  const found = parseResourceId(usedId);
  const type = found && registry.typeOf(found.type);
  // Claims name ids in lower case; of what is asked for, the request has them as they are written.
  const used = asked && (!found || type === asked.type) ? asked.id : found;
  if (!used) throw new Error(`in use under no id: ${usedId}`);
  const own = type?.inUse?.(used, holders);
  return own === 'retry'
    ? undefined
    : (own ?? armError('CannotDeleteResource', [used.text, holders.join(', ')]));
};

/** `deletes`: what the batch would have deleted. A claim or use that stood in the way, as an ARM error; undefined where a retry may help. */
export const explainConflict = (
  { reason }: StoreConflict,
  registry: Registry,
  asked: Asked,
  deletes: readonly string[] = [],
): ArmError | undefined => {
  if (reason.kind === 'version') return undefined;
  if (reason.kind === 'in-use') {
    const used = usedIdOf(reason.key);
    // Another claim that was to be free: somebody took it while this was decided.
    if (used === undefined) return undefined;
    // The claim names it in lower case; what was to be deleted is named as it is written.
    const written = deletes.find((id) => sameId(id, used)) ?? used;
    return explainUse(registry, written, reason.holders, asked);
  }
  const own = asked.type.explain?.(reason, asked.id);
  if (own === 'retry') return undefined;
  return (
    own ??
    armError('Conflict', [
      `'${reason.key}' is '${reason.held.value}' for ${reason.held.holders.join(', ')}; it cannot be '${reason.wanted}' too.`,
    ])
  );
};
