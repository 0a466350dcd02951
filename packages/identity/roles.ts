/** Azure's built-in role definitions for what is here, with Azure's own names, GUIDs and actions. */

export interface RolePermission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** ARM's REST shape (Microsoft.Authorization/roleDefinitions, 2022-04-01). */
export interface RoleDefinition {
  readonly id: string;
  readonly type: 'Microsoft.Authorization/roleDefinitions';
  /** GUID. */
  readonly name: string;
  readonly properties: {
    readonly roleName: string;
    readonly type: 'BuiltInRole' | 'CustomRole';
    readonly description: string;
    readonly assignableScopes: readonly string[];
    readonly permissions: readonly RolePermission[];
  };
}

/** The id of a role definition at the tenant: where built-in ones are. */
export const roleDefinitionId = (name: string): string =>
  `/providers/Microsoft.Authorization/roleDefinitions/${name}`;

const builtIn = (
  name: string,
  roleName: string,
  description: string,
  actions: readonly string[],
  notActions: readonly string[] = [],
): RoleDefinition => ({
  id: roleDefinitionId(name),
  type: 'Microsoft.Authorization/roleDefinitions',
  name,
  properties: {
    roleName,
    type: 'BuiltInRole',
    description,
    assignableScopes: ['/'],
    permissions: [{ actions, notActions, dataActions: [], notDataActions: [] }],
  },
});

/** GUIDs by the names that code uses. */
export const roleNames = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  userAccessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  roleBasedAccessControlAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  connectedMachineOnboarding: 'b64e21ea-ac4e-4cdf-9dc9-5b892992bee7',
  connectedMachineResourceAdministrator: 'cd570a14-e51a-42ad-bac8-bafd67325302',
  networkContributor: '4d97b98b-1d4f-4787-a291-c67834d212e7',
  privateDnsZoneContributor: 'b12aa53e-6015-4669-85d0-8515ebb3ae7f',
} as const;

/** Actions as on Microsoft Learn, "Azure built-in roles" (general, privileged, networking, hybrid + multicloud). */
export const builtInRoles: readonly RoleDefinition[] = [
  builtIn(roleNames.owner, 'Owner', 'Every action on every resource, role assignments included.', ['*']),
  builtIn(
    roleNames.contributor,
    'Contributor',
    'Every action on every resource, but no role assignments.',
    ['*'],
    [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
      'Microsoft.Blueprint/blueprintAssignments/delete',
      'Microsoft.Compute/galleries/share/action',
      'Microsoft.Purview/consents/write',
      'Microsoft.Purview/consents/delete',
      'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
      'Microsoft.Subscription/cancel/action',
      'Microsoft.Subscription/enable/action',
    ],
  ),
  builtIn(roleNames.reader, 'Reader', 'Reads every resource and changes none.', ['*/read']),
  builtIn(
    roleNames.userAccessAdministrator,
    'User Access Administrator',
    'Reads every resource and decides who has access to it.',
    ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
  ),
  builtIn(
    roleNames.roleBasedAccessControlAdministrator,
    'Role Based Access Control Administrator',
    'Reads every resource and assigns roles.',
    [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
      'Microsoft.Support/*',
    ],
  ),
  builtIn(
    roleNames.connectedMachineOnboarding,
    'Azure Connected Machine Onboarding',
    'Brings machines under management.',
    [
      'Microsoft.HybridCompute/machines/read',
      'Microsoft.HybridCompute/machines/write',
      'Microsoft.HybridCompute/privateLinkScopes/read',
      'Microsoft.GuestConfiguration/guestConfigurationAssignments/read',
    ],
  ),
  builtIn(
    roleNames.connectedMachineResourceAdministrator,
    'Azure Connected Machine Resource Administrator',
    'Reads, changes, deletes and brings back machines and their Private Link Scopes.',
    [
      'Microsoft.HybridCompute/machines/read',
      'Microsoft.HybridCompute/machines/write',
      'Microsoft.HybridCompute/machines/delete',
      'Microsoft.HybridCompute/machines/UpgradeExtensions/action',
      'Microsoft.HybridCompute/machines/extensions/read',
      'Microsoft.HybridCompute/machines/extensions/write',
      'Microsoft.HybridCompute/machines/extensions/delete',
      'Microsoft.HybridCompute/privateLinkScopes/*',
      'Microsoft.HybridCompute/*/read',
      'Microsoft.Resources/deployments/*',
      'Microsoft.HybridCompute/licenses/write',
      'Microsoft.HybridCompute/licenses/delete',
      'Microsoft.HybridCompute/machines/licenseProfiles/read',
      'Microsoft.HybridCompute/machines/licenseProfiles/write',
      'Microsoft.HybridCompute/machines/licenseProfiles/delete',
      'Microsoft.HybridCompute/machines/runCommands/read',
      'Microsoft.HybridCompute/machines/runCommands/write',
      'Microsoft.HybridCompute/machines/runCommands/delete',
    ],
  ),
  builtIn(
    roleNames.networkContributor,
    'Network Contributor',
    'Manages networks, but not who has access to them.',
    [
      'Microsoft.Authorization/*/read',
      'Microsoft.Insights/alertRules/*',
      'Microsoft.Network/*',
      'Microsoft.ResourceHealth/availabilityStatuses/read',
      'Microsoft.Resources/deployments/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
      'Microsoft.Support/*',
    ],
  ),
  builtIn(
    roleNames.privateDnsZoneContributor,
    'Private DNS Zone Contributor',
    'Manages private DNS zones, but not the networks that they are linked to.',
    [
      'Microsoft.Insights/alertRules/*',
      'Microsoft.Resources/deployments/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
      'Microsoft.Support/*',
      'Microsoft.Network/privateDnsZones/*',
      'Microsoft.Network/privateDnsOperationResults/*',
      'Microsoft.Network/privateDnsOperationStatuses/*',
      'Microsoft.Network/virtualNetworks/read',
      'Microsoft.Network/virtualNetworks/join/action',
      'Microsoft.Authorization/*/read',
    ],
  ),
];
