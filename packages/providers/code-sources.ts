/** Where each error code of Microsoft.Network and Microsoft.HybridCompute is known from: Azure's by a public source, or ours. */

import type { hybridError } from './hybrid-compute/refusals.ts';
import type { networkError } from './network/refusals.ts';

/** Where Azure is seen to answer with the code; `ours`: nothing public was found that says what Azure answers there. */
type Source = string;
const ours = 'ours';

/** Every code of a refusal table, and no other: a code without a source does not compile. */
type SourcesOf<F> = F extends (code: infer C extends string, ...rest: never) => unknown
  ? Readonly<Record<C, Source>>
  : never;

const deploymentErrors = 'Learn: common-deployment-errors';
const postgres = 'Learn: Azure Database for PostgreSQL, private endpoint connections';
const distilled = 'alchemy-run/distilled, packages/azure/src/errors.ts';
const peering = 'kyma-project/cloud-manager, its table of Azure peering errors';
const quoted = 'answers quoted in several public repositories';

const network: SourcesOf<typeof networkError> = {
  AddressPrefixNotAllowed: ours,
  AddressPrefixRequired: ours,
  AddressPrefixesOverlap: ours,
  AnotherPeeringAlreadyReferencesRemoteVnet: peering,
  BadRequest: deploymentErrors,
  CannotChangePrivateLinkConnectionOnPrivateEndpoint: `Azure/bicep-registry-modules#7285; ${postgres}`,
  CannotChangeSubnetOnExistingPrivateEndpoint: `pulumi/pulumi-azure-native#3883; ${postgres}`,
  CannotDeleteResource: distilled,
  CannotModifyNicAttachedToPrivateEndpoint: 'Azure/azure-sdk-for-python#18911',
  Conflict: 'hashicorp/terraform-provider-azurerm#22375',
  DuplicateResourceName: 'hashicorp/terraform-provider-azurerm#28966; Azure/migAz#181',
  InUseApplicationSecurityGroupCannotBeDeleted: ours,
  InUseNetworkSecurityGroupCannotBeDeleted: distilled,
  InUsePrefixCannotBeDeleted: quoted,
  InUseRouteTableCannotBeDeleted: distilled,
  InUseSubnetCannotBeDeleted: distilled,
  InUseVirtualNetworkCannotBeDeleted: quoted,
  InvalidAddressPrefixFormat: quoted,
  InvalidCIDRNotation: quoted,
  InvalidPrivateDnsZoneGroup: ours,
  InvalidPrivateDnsZoneIds: quoted,
  InvalidPrivateEndpoint: ours,
  InvalidRoute: ours,
  InvalidServiceEndpoint: ours,
  InvalidServiceNameOnDelegation:
    'crossplane-contrib/provider-upjet-azure#342; hashicorp/terraform-provider-azurerm#21779',
  InvalidSubnetPrefixLength: ours,
  MissingParameterOnPrivateLinkServiceConnection:
    'Azure/azure-cli#15136; hashicorp/terraform-provider-azurerm#9051',
  NetcfgInvalidSubnet: quoted,
  NetcfgSubnetRangesOverlap: quoted,
  NicInUseWithPrivateEndpoint: quoted,
  NotFound: deploymentErrors,
  OverlappingSubnetsNotPermittedInSecurityRule:
    'kubernetes-sigs/cloud-provider-azure#6775; alan-turing-institute/data-safe-haven#2077',
  PeeringCannotBeChanged: ours,
  PrivateEndpointCannotBeChanged: ours,
  PrivateEndpointCannotBeUpdatedInDisconnectedState: quoted,
  PrivateEndpointCreationNotAllowedAsSubnetIsDelegated:
    'Learn: private-link, troubleshooting private endpoint creation',
  PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps:
    'hashicorp/terraform-provider-azurerm#21781; Azure/bicep#7119',
  PrivateIPAddressInReservedRange: deploymentErrors,
  PrivateIPAddressIsAllocated: postgres,
  PrivateIPAddressNotInAnySubnet: 'Azure/azure-libraries-for-net and azure-sdk-for-java, which tell it apart',
  PrivateIPAddressNotInSubnet: deploymentErrors,
  RemotePeeringIsDisconnected: peering,
  RouteConflict: ours,
  SecurityRuleConflict: quoted,
  SecurityRuleInvalid: 'hashicorp/terraform-provider-azurerm#15279; Azure/azure-cli#8615',
  SecurityRuleInvalidAddressPrefix:
    'hashicorp/terraform-provider-azurerm#16761; Azure/azure-powershell#391, #4557',
  SecurityRuleInvalidPortRange: 'Azure/azure-cli#23499',
  SecurityRuleInvalidPriority: quoted,
  SecurityRuleParameterContainsInvalidPortRanges: quoted,
  SecurityRuleParameterContainsUnsupportedValue: 'hashicorp/terraform-provider-azurerm#5617',
  SubnetDelegationsCannotChangeWhenSubnetUsedByResource: 'MicrosoftDocs/azure-docs#39112, #88108',
  SubnetIsFull: quoted,
  SubnetMissingRequiredDelegation: 'Azure/terraform-azurerm-caf-enterprise-scale#505',
  VnetAddressSpaceOverlapsWithAlreadyPeeredVnet: peering,
  VnetAddressSpacesOverlap: peering,
};

const hybridCompute: SourcesOf<typeof hybridError> = {
  HCRP400: 'Azure/azure-rest-api-specs#21163; Azure/azure-cli-extensions#2513; Azure/azure-powershell#27867',
  HCRP404: quoted,
  HCRP409: quoted,
  ExtensionHandlerCannotBeChanged: ours,
  ExtensionHandlerInUse: ours,
  InvalidUpgrade: ours,
  MachineHasNoKey: ours,
  ResourceNotFound: deploymentErrors,
  RunCommandNotServed: ours,
  RunCommandWithoutScript: ours,
  TooManyExtensions: ours,
  TooManyRunCommands: ours,
};

/** By namespace; docs/coverage.md shows them. */
export const codeSources: Readonly<Record<string, Readonly<Record<string, Source>>>> = {
  'Microsoft.Network': network,
  'Microsoft.HybridCompute': hybridCompute,
};
