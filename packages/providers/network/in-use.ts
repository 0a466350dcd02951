/** What is in use cannot be deleted: Azure's code for each type, in one place. */

import type { AnyResourceType, ArmError } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import { networkError } from './refusals.ts';
import { isIdOf } from './types.ts';

type InUse = NonNullable<AnyResourceType['inUse']>;

/** Azure names the resource and its users. */
export const inUse =
  (
    code:
      | 'InUseApplicationSecurityGroupCannotBeDeleted'
      | 'InUseNetworkSecurityGroupCannotBeDeleted'
      | 'InUseRouteTableCannotBeDeleted'
      | 'InUseSubnetCannotBeDeleted'
      | 'InUseVirtualNetworkCannotBeDeleted',
  ): InUse =>
  ({ name, text }, holders) =>
    networkError(code, [name, holders.join(', ')], text);

/** Resources below it that do not go with it keep it. */
export const keptByNested = (id: string, nested: readonly string[]): ArmError =>
  networkError('CannotDeleteResource', [id, nested.map(nameOf).join(', ')], id);

/** Of those that use it only links keep it; others, which came while its deletion was decided, go with it. */
export const inUseByLinks =
  (linkType: string): InUse =>
  ({ text }, holders) => {
    const links = holders.filter((holder) => isIdOf(holder, linkType));
    return links.length === 0 ? 'retry' : keptByNested(text, links);
  };

/** Resolvers and their endpoints. */
export const inUseByOthers: InUse = ({ text }, holders) =>
  networkError('CannotDeleteResource', [text, holders.join(', ')], text);
