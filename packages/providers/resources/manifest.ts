/** Microsoft.Resources on one screen. */

import type { Provider } from '@tombolo/arm';
import { operationResultType } from '@tombolo/arm';
import { operationsList } from '../operations-list.ts';
import { resourcesVersions, subscriptionType } from './api-versions.ts';
import { locations } from './locations/resource.ts';
import { moveKind, resourceMove } from './moves/operation.ts';
import { registrations, tenantProviders } from './registrations/resource.ts';
import { resourceGroupDeletion } from './resource-groups/deletion.ts';
import { deletionKind } from './resource-groups/deletion-state.ts';
import { resourceGroups } from './resource-groups/resource.ts';
import { groupResources, subscriptionResources } from './resource-list/resource.ts';
import { subscriptions } from './subscriptions/resource.ts';
import { tagNames, tagValues } from './tag-names/resource.ts';
import { tags } from './tags/resource.ts';
import { tenants } from './tenants/resource.ts';

export const resourcesProvider: Provider = {
  namespace: 'Microsoft.Resources',
  types: [
    tenants, //                GET list
    subscriptions, //          GET, GET list: what the caller may see
    locations, //              GET list
    resourceGroups, //         PUT PATCH GET HEAD DELETE, list by subscription with $filter, POST moveResources, validateMoveResources
    subscriptionResources, //  GET list with $filter, $expand
    groupResources, //         GET list with $filter, $expand
    registrations, //          GET, list, POST register, unregister
    tenantProviders, //        GET, list, POST checkResourceName
    operationsList('Microsoft.Resources', resourcesVersions), // GET list
    tagNames, //               PUT DELETE, list: with how often each is carried
    tagValues, //              PUT DELETE
    tags, //                   PUT PATCH GET DELETE at any scope
    operationResultType(`${subscriptionType}/operationresults`, resourcesVersions, 200),
  ],
  operationKinds: { [deletionKind]: resourceGroupDeletion, [moveKind]: resourceMove },
  operationAddresses: { result: 'operationresults', notifies: false, base: 'subscription' },
};
