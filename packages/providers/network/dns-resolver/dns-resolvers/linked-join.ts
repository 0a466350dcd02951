/** R15: an endpoint in a subnet needs the permission to join it. */

import type { OperationContext } from '@tombolo/arm';
import { checkLinked } from '@tombolo/private-link';
import { refusalError } from '../../../rule-refusal.ts';

/** Throws LinkedAuthorizationFailed. */
export const checkMayJoinSubnet = async (
  context: OperationContext,
  type: string,
  resourceId: string,
  subnetId: string,
): Promise<void> => {
  const check = { action: 'Microsoft.Network/virtualNetworks/subnets/join/action', scope: subnetId };
  const may = await context.allows(check.action, check.scope);
  const write = { caller: context.principal.objectId, action: `${type}/write`, resourceId };
  const refusal = checkLinked([check], () => may, write);
  if (refusal) throw refusalError(refusal);
};
