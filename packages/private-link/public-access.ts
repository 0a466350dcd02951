/** R8 and R20: what publicNetworkAccess of a scope allows, and that it can be switched either way at any time. */

import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

export type PublicNetworkAccess = 'Enabled' | 'Disabled';

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
 * R8, R20: any change between the two values is allowed; only another value is refused.
 * @param current absent at creation. @param requested absent: keeps the current, else the default.
 */
export const decidePublicNetworkAccess = (
  scopeId: string,
  current: PublicNetworkAccess | undefined,
  requested: string | null | undefined,
): PublicAccessChange | Refusal => {
  const values: readonly PublicNetworkAccess[] = ['Enabled', 'Disabled'];
  const wanted = requested?.toLowerCase();
  const access =
    wanted === undefined
      ? (current ?? defaultPublicNetworkAccess)
      : values.find((value) => value.toLowerCase() === wanted);
  if (access === undefined) {
    const perimeter = wanted === 'securedbyperimeter';
    return refuse(
      current === undefined ? 'R8' : 'R20',
      'InvalidPublicNetworkAccess',
      `Private link scope '${scopeId}' cannot have publicNetworkAccess '${requested}': ` +
        `${perimeter ? 'network security perimeters are not implemented' : 'it is no known value'}. ` +
        'Use Enabled (private and public) or Disabled (private only).',
      'properties.publicNetworkAccess',
    );
  }
  const changed = access !== current;
  const publicRoute = current === undefined || !changed ? 'stays' : access === 'Enabled' ? 'opens' : 'closes';
  return { refused: false, access, changed, publicRoute };
};
