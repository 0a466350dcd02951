/** One resource of every type, in the order in which they can be made: what tests walk through that hold for all types. */

import type { JsonObject } from '@tombolo/store/port';
import type { ArmWorld } from '@tombolo/testkit/arm-world';
import { resolverExamples, zoneExamples } from './dns-examples.testkit.ts';
import { endpointExamples } from './endpoint-examples.testkit.ts';
import {
  assignment,
  child,
  type Example,
  group,
  machine,
  placed,
  roleId,
  scope,
  subscription,
} from './example.testkit.ts';
import { networkExamples } from './network-examples.testkit.ts';

/** In an order in which each can be made, and in its reverse be deleted. */
export const examples: readonly Example[] = [
  { type: 'Microsoft.Resources/subscriptions', id: subscription },
  { type: 'Microsoft.Resources/subscriptions/resourceGroups', id: group, body: { location: 'japaneast' } },
  {
    type: 'Microsoft.Resources/tags',
    id: `${group}/providers/Microsoft.Resources/tags/default`,
    body: child({ tags: { a: 'b' } }),
    patch: { operation: 'Merge', ...child({ tags: { c: 'd' } }) },
    madeBy: group,
  },
  { type: 'Microsoft.Resources/subscriptions/tagNames', id: `${subscription}/tagNames/lamp`, body: {} },
  {
    type: 'Microsoft.Resources/subscriptions/tagNames/tagValues',
    id: `${subscription}/tagNames/lamp/tagValues/red`,
    body: {},
  },
  {
    type: 'Microsoft.Authorization/denyAssignments',
    id: `${group}/providers/Microsoft.Authorization/denyAssignments/${assignment}`,
    found: 404,
  },
  {
    type: 'Microsoft.Authorization/providerOperations',
    id: '/providers/Microsoft.Authorization/providerOperations/Microsoft.Network',
  },
  {
    type: 'Microsoft.Features/providers/features',
    id: `${subscription}/providers/Microsoft.Features/providers/Microsoft.Network/features/lamp`,
    found: 404,
  },
  { type: 'Microsoft.Resources/subscriptions/providers', id: `${subscription}/providers/Microsoft.Network` },
  { type: 'Microsoft.Resources/providers', id: '/providers/Microsoft.Network' },
  {
    type: 'Microsoft.Authorization/roleDefinitions',
    id: roleId,
    body: child({ roleName: 'Reader of all', permissions: [{ actions: ['*/read'] }] }),
  },
  {
    type: 'Microsoft.Authorization/roleAssignments',
    id: `${group}/providers/Microsoft.Authorization/roleAssignments/${assignment}`,
    body: child({
      roleDefinitionId: roleId,
      principalId: '88888888-8888-4888-8888-888888888888',
      principalType: 'ServicePrincipal',
    }),
  },
  ...networkExamples,
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes',
    id: scope,
    body: placed(),
    full: placed({
      publicNetworkAccess: 'Enabled',
      serviceExtensions: [{ serviceExtensionType: 'Sql', serviceExtensionPublicNetworkAccess: 'Enabled' }],
    }),
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/networkSecurityPerimeterConfigurations',
    id: `${scope}/networkSecurityPerimeterConfigurations/none`,
    found: 404,
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/privateLinkResources',
    id: `${scope}/privateLinkResources/hybridcompute`,
  },
  {
    type: 'Microsoft.HybridCompute/machines',
    id: machine,
    body: {
      ...placed({ vmId: '55555555-5555-4555-8555-555555555555', privateLinkScopeResourceId: scope }),
      identity: { type: 'SystemAssigned' },
    },
  },
  {
    type: 'Microsoft.HybridCompute/machines/privateLinkScopes',
    id: `${machine}/privateLinkScopes/current`,
  },
  {
    type: 'Microsoft.HybridCompute/machines/extensions',
    id: `${machine}/extensions/script`,
    body: placed({
      publisher: 'Microsoft.Azure.Extensions',
      type: 'CustomScript',
      typeHandlerVersion: '2.1',
    }),
    full: placed({
      publisher: 'Microsoft.Azure.Extensions',
      type: 'CustomScript',
      typeHandlerVersion: '2.1',
      enableAutomaticUpgrade: true,
      autoUpgradeMinorVersion: true,
      forceUpdateTag: 'again',
      settings: { commandToExecute: 'true' },
    }),
  },
  {
    type: 'Microsoft.HybridCompute/machines/runCommands',
    id: `${machine}/runCommands/run`,
    body: placed({ source: { script: 'true' } }),
    full: placed({
      source: { script: 'true' },
      parameters: [{ name: 'lamp', value: 'on' }],
      asyncExecution: false,
      runAsUser: 'keeper',
      timeoutInSeconds: 60,
    }),
  },
  ...zoneExamples,
  ...endpointExamples,
  ...resolverExamples,
];

export const idOf = async ({ id }: Example, world: ArmWorld): Promise<string> =>
  typeof id === 'string' ? id : id(world);

export const bodyOfPatch = ({ patch }: Example): JsonObject => patch ?? { tags: { walked: 'yes' } };
