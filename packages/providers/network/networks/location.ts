/** What is asked of a location: `…/locations/{location}/…`. */

import { armError, type OperationContext, type ResourceId } from '@tombolo/arm';
import { normalizeLocation } from '@tombolo/private-link';

/** Its name. Throws LocationNotAvailableForResourceType. */
export const requireLocation = (
  context: OperationContext,
  parent: ResourceId | undefined,
  type: string,
): string => {
  const offered = context.settings.regions;
  const location = normalizeLocation(parent?.name ?? '');
  if (!offered.includes(location))
    throw armError('LocationNotAvailableForResourceType', [location, type, offered.join(',')], 'location');
  return location;
};
