/** The report of a failure: what the portal's scripts send by PUT …/log. */

import { authTypeOf, type Onboarding } from './onboarding.ts';

/** Without messageType and message, which the script adds. */
export const reportFields = (onboarding: Onboarding): Readonly<Record<string, string>> => {
  const { subscriptionId, resourceGroup, tenantId, location, correlationId } = onboarding;
  return {
    ...{ subscriptionId, resourceGroup, tenantId, location, correlationId },
    ...{ authType: authTypeOf(onboarding.authentication), operation: 'onboarding' },
  };
};
