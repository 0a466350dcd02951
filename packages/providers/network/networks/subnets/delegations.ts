/** To whom a subnet may be delegated, and what of that stays while something stands in it. */

import type { ArmError } from '@tombolo/arm';
import { objectsAt, propertiesIn, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { duplicateName } from '../../duplicate-name.ts';
import { networkError } from '../../refusals.ts';
import { isIdOf, types } from '../../types.ts';

export const resolverService = 'Microsoft.Network/dnsResolvers';

/**
 * Whom Azure takes: what InvalidServiceNameOnDelegation lists (crossplane-contrib/provider-upjet-azure#342,
 * hashicorp/terraform-provider-azurerm#21779), and what its documentation has added since.
 */
// biome-ignore format: a list reads best by namespace.
export const delegableServices: readonly string[] = [
  'Dell.Storage/fileSystems', 'GitHub.Network/networkSettings', 'Informatica.DataManagement/organizations',
  'Microsoft.ApiManagement/service', 'Microsoft.Apollo/npu', 'Microsoft.App/environments',
  'Microsoft.App/testClients', 'Microsoft.AVS/PrivateClouds', 'Microsoft.AzureCommunicationsGateway/networkSettings',
  'Microsoft.AzureCosmosDB/clusters', 'Microsoft.BareMetal/AzureHostedService', 'Microsoft.BareMetal/AzureHPC',
  'Microsoft.BareMetal/AzurePaymentHSM', 'Microsoft.BareMetal/AzureVMware', 'Microsoft.BareMetal/CrayServers',
  'Microsoft.BareMetal/MonitoringServers', 'Microsoft.Batch/batchAccounts', 'Microsoft.CloudTest/hostedpools',
  'Microsoft.CloudTest/images', 'Microsoft.CloudTest/pools', 'Microsoft.ContainerInstance/containerGroups',
  'Microsoft.ContainerService/managedClusters', 'Microsoft.ContainerService/TestClients',
  'Microsoft.Databricks/workspaces', 'Microsoft.DBforMySQL/flexibleServers', 'Microsoft.DBforMySQL/servers',
  'Microsoft.DBforMySQL/serversv2', 'Microsoft.DBforPostgreSQL/flexibleServers',
  'Microsoft.DBforPostgreSQL/serversv2', 'Microsoft.DBforPostgreSQL/singleServers',
  'Microsoft.DelegatedNetwork/controller', 'Microsoft.DevCenter/networkConnection',
  'Microsoft.DevOpsInfrastructure/pools', 'Microsoft.DocumentDB/cassandraClusters',
  'Microsoft.Fidalgo/networkSettings', 'Microsoft.HardwareSecurityModules/dedicatedHSMs',
  'Microsoft.Kusto/clusters', 'Microsoft.LabServices/labplans', 'Microsoft.Logic/integrationServiceEnvironments',
  'Microsoft.MachineLearningServices/workspaces', 'Microsoft.MachineLearningServices/workspaceComputes',
  'Microsoft.NetApp/scaleVolumes', 'Microsoft.NetApp/volumes', resolverService,
  'Microsoft.Network/applicationGateways', 'Microsoft.Network/fpgaNetworkInterfaces',
  'Microsoft.Network/networkWatchers', 'Microsoft.Network/virtualNetworkGateways',
  'Microsoft.Orbital/orbitalGateways', 'Microsoft.PowerAutomate/hostedRpa',
  'Microsoft.PowerPlatform/enterprisePolicies', 'Microsoft.PowerPlatform/vnetaccesslinks',
  'Microsoft.ServiceFabricMesh/networks', 'Microsoft.ServiceNetworking/trafficControllers',
  'Microsoft.Singularity/accounts/networks', 'Microsoft.Singularity/accounts/npu',
  'Microsoft.Sql/managedInstances', 'Microsoft.Sql/managedInstancesOnebox', 'Microsoft.Sql/managedInstancesStage',
  'Microsoft.Sql/managedInstancesTest', 'Microsoft.StoragePool/diskPools', 'Microsoft.StreamAnalytics/streamingJobs',
  'Microsoft.Synapse/workspaces', 'Microsoft.Web/hostingEnvironments', 'Microsoft.Web/serverFarms',
  'NGINX.NGINXPLUS/nginxDeployments', 'Oracle.Database/networkAttachments', 'PaloAltoNetworks.Cloudngfw/firewalls',
  'PureStorage.Block/storagePools', 'Qumulo.Storage/fileSystems',
];

/** The services that a subnet is delegated to. */
export const delegatedServices = (properties: JsonObject): readonly string[] =>
  objectsAt(properties, 'delegations').flatMap((entry) => stringAt(propertiesIn(entry), 'serviceName') ?? []);

const lower = (text: string): string => text.toLowerCase();

const has = (services: readonly string[], service: string): boolean =>
  services.some((other) => lower(other) === lower(service));

const same = (left: readonly string[], right: readonly string[]): boolean =>
  left.every((service) => has(right, service)) && right.every((service) => has(left, service));

const shown = (services: readonly string[]): string => `[${services.join(', ')}]`;

/** What keeps the delegations of a subnet as they are. */
export interface Occupied {
  readonly taken: readonly HeldClaim[];
  /** Ids of what stands there, with or without an address. */
  readonly users: readonly string[];
}

const isResolverEndpoint = (id: string): boolean =>
  isIdOf(id, types.inboundEndpoint) || isIdOf(id, types.outboundEndpoint);

/** A resolver's endpoint wants a subnet of resolvers. */
export const missingDelegation = (subnetId: string, endpointId: string): ArmError =>
  networkError('SubnetMissingRequiredDelegation', [subnetId, shown([resolverService]), endpointId], subnetId);

/** Azure says this of any change under an IP configuration (MicrosoftDocs/azure-docs#39112, #88108). */
export const checkDelegationsKept = (
  subnetId: string,
  before: readonly string[],
  after: readonly string[],
  { taken, users }: Occupied,
): ArmError | undefined => {
  if (same(before, after)) return undefined;
  const endpoint = users.find(isResolverEndpoint);
  if (endpoint !== undefined && !has(after, resolverService)) return missingDelegation(subnetId, endpoint);
  const user = taken[0]?.value ?? users[0];
  return user === undefined
    ? undefined
    : networkError(
        'SubnetDelegationsCannotChangeWhenSubnetUsedByResource',
        [subnetId, shown(before), shown(after), user],
        subnetId,
      );
};

/** Each is a child of the subnet, whose id has its name: every name that was there before, as often. */
const repeatedNames = (properties: JsonObject): readonly string[] => {
  const names = objectsAt(properties, 'delegations').map(({ name }) => String(name).toLowerCase());
  return names.filter((name, index) => names.indexOf(name) < index);
};

const timesIn = (names: readonly string[], name: string): number =>
  names.filter((each) => each === name).length;

/** Of a subnet as it is to be stored. What it had already stays allowed, whoever that is. */
export const checkDelegations = (
  subnet: { readonly id: string; readonly properties: JsonObject },
  existing: Document | undefined,
  occupied: Occupied,
): ArmError | undefined => {
  const before = existing ? delegatedServices(propertiesOf(existing)) : [];
  const after = delegatedServices(subnet.properties);
  const repeated = repeatedNames(subnet.properties);
  const had = existing ? repeatedNames(propertiesOf(existing)) : [];
  const twice = repeated.find((name) => timesIn(repeated, name) > timesIn(had, name));
  if (twice !== undefined) return duplicateName(subnet.id, twice, 'properties.delegations');
  const unknown = objectsAt(subnet.properties, 'delegations').find((entry) => {
    const service = stringAt(propertiesIn(entry), 'serviceName') ?? '';
    return !has(delegableServices, service) && !has(before, service);
  });
  if (unknown !== undefined)
    return networkError(
      'InvalidServiceNameOnDelegation',
      [stringAt(propertiesIn(unknown), 'serviceName') ?? '', String(unknown.id), delegableServices.join(',')],
      subnet.id,
    );
  return checkDelegationsKept(subnet.id, before, after, occupied);
};
