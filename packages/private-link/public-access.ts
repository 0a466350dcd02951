/** R8 and R20: what publicNetworkAccess of a scope allows, and that it can be switched either way at any time. */

import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

/**
 * `SecuredByPerimeter`: the public route is what a network security perimeter allows. There are no perimeters here, and a
 * resource of that setting without one takes nothing from the public route (Azure, moving to a perimeter: locked down).
 */
const meanings = {
  Enabled: 'private and public',
  Disabled: 'private only',
  SecuredByPerimeter: 'private, and public as a network security perimeter allows',
} as const;

export type PublicNetworkAccess = keyof typeof meanings;

const values = Object.keys(meanings) as readonly PublicNetworkAccess[];

const described = values.map((value) => `${value} (${meanings[value]})`);

/** What is stored of it; whatever is none of the values, to the letter, opens nothing. */
export const storedPublicNetworkAccess = (stored: unknown): PublicNetworkAccess =>
  values.find((value) => value === stored) ?? 'Disabled';

/** The REST contract's default, as the command line and Terraform have it (the portal preselects Enabled). */
const defaultPublicNetworkAccess: PublicNetworkAccess = 'Disabled';

/** R8: private always, public only where the scope allows it. */
export const routesAllowed = (access: PublicNetworkAccess): readonly ('private' | 'public')[] =>
  access === 'Enabled' ? ['private', 'public'] : ['private'];

export interface PublicAccessChange {
  readonly refused: false;
  readonly access: PublicNetworkAccess;
  readonly changed: boolean;
  /** `opens` or `closes` the public route of the scope's machines, with the write itself: no delay in any timing mode. */
  readonly publicRoute: 'stays' | 'opens' | 'closes';
}

/**
 * R8, R20: any change between the values is allowed; only another value is refused.
 * @param current absent at creation. @param requested absent: the default, also for a scope that is there: a PUT says all of it.
 */
export const decidePublicNetworkAccess = (
  scopeId: string,
  current: PublicNetworkAccess | undefined,
  requested: string | null | undefined,
): PublicAccessChange | Refusal => {
  const wanted = requested?.toLowerCase();
  const access =
    wanted === undefined
      ? defaultPublicNetworkAccess
      : values.find((value) => value.toLowerCase() === wanted);
  if (access === undefined) {
    return refuse(
      current === undefined ? 'R8' : 'R20',
      'InvalidPublicNetworkAccess',
      `Private link scope '${scopeId}' cannot have publicNetworkAccess '${requested}': it is no known value. ` +
        `Use ${described.slice(0, -1).join(', ')} or ${described.at(-1)}.`,
      'properties.publicNetworkAccess',
    );
  }
  const changed = access !== current;
  const was = current === 'Enabled';
  const is = access === 'Enabled';
  const publicRoute = current === undefined || was === is ? 'stays' : is ? 'opens' : 'closes';
  return { refused: false, access, changed, publicRoute };
};
