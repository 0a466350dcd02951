/** Microsoft.HybridCompute on one screen. */

import type { OperationKind, Provider } from '@tombolo/arm';
import { operationTypes, removalInSteps } from '@tombolo/arm';
import { operationsList } from '../operations-list.ts';
import { machineVersions } from './api-versions.ts';
import { extensionMetadata } from './extension-metadata/resource.ts';
import { extensions } from './extensions/resource.ts';
import { gaps } from './gaps.ts';
import { machineWork } from './machine-work/operation.ts';
import { machines } from './machines/resource.ts';
import { networkProfile } from './network-profile/resource.ts';
import { privateEndpointConnections } from './private-endpoint-connections/resource.ts';
import { privateLinkResources } from './private-link-resources/resource.ts';
import { privateLinkScopes } from './private-link-scopes/resource.ts';
import { runCommands } from './run-commands/resource.ts';
import { machineWorkKind, removalKind } from './types.ts';
import { machineValidationDetails, validationDetails } from './validation-details/resource.ts';

const addresses = { status: 'operationstatus', result: 'operationresults', notifies: false } as const;
const removal: OperationKind = { step: async () => ({ status: 'Succeeded' }) };

export const hybridComputeProvider: Provider = {
  namespace: 'Microsoft.HybridCompute',
  types: [
    privateLinkScopes, //           PUT PATCH(tags) GET DELETE(LRO), list by group and subscription
    privateLinkResources, //        GET, list
    privateEndpointConnections, //  PUT(approve, reject) GET DELETE(LRO), list
    validationDetails, //           GET by location and GUID
    machineValidationDetails, //    GET by machine
    machines, //                    PUT PATCH GET DELETE, list by group and subscription
    extensions, //                  PUT PATCH DELETE(LRO) GET, list
    ...extensionMetadata, //        list of publishers, types and versions, GET of a version
    runCommands, //                 PUT PATCH DELETE(LRO) GET, list
    networkProfile, //              GET
    operationsList('Microsoft.HybridCompute', machineVersions), // GET list
    ...operationTypes('Microsoft.HybridCompute', addresses, machineVersions),
    ...gaps, //                     501
  ],
  operationKinds: {
    [removalKind]: removal,
    [machineWorkKind]: machineWork,
    'Microsoft.HybridCompute/removalInSteps': removalInSteps,
  },
  operationAddresses: addresses,
};
