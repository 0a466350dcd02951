/** `/metadata/endpoints`: where az, Terraform, PowerShell and the SDKs learn a cloud's addresses from. */

import type { CloudProfile } from '@tombolo/private-link';
import type { Json, JsonObject } from '@tombolo/store/port';

const withSlash = (address: string): string => `${address.replace(/(?<!\/)\/+$/, '')}/`;

/** The DNS suffix under which services that are not here would be: clients store it and never ask. */
const suffixOf = (profile: CloudProfile): string =>
  profile.resourceManager
    .replace(/^https?:\/\//i, '')
    .split(/[/:]/, 1)[0]!
    .replace(/^management\./, '');

const modern = (profile: CloudProfile, graphAddress: string): JsonObject => {
  const graph = withSlash(graphAddress);
  const suffix = suffixOf(profile);
  const resourceManager = withSlash(profile.resourceManager);
  const login = profile.activeDirectory.replace(/(?<!\/)\/+$/, '');
  return {
    name: profile.name,
    portal: resourceManager,
    gallery: resourceManager,
    resourceManager,
    authentication: {
      loginEndpoint: withSlash(login),
      audiences: audiencesOf(profile),
      // Not the tenant's id: go-azure-sdk takes a cloud whose tenant is not `common` for Azure Stack and stops.
      tenant: 'common',
      identityProvider: 'AAD',
    },
    graph,
    graphAudience: graph,
    microsoftGraphResourceId: graph,
    activeDirectoryDataLake: `https://datalake.${suffix}/`,
    batch: `https://batch.${suffix}/`,
    media: `https://media.${suffix}/`,
    sqlManagement: resourceManager,
    vmImageAliasDoc: `${resourceManager}aliases.json`,
    appInsightsResourceId: `https://applicationinsights.${suffix}`,
    appInsightsTelemetryChannelResourceId: `https://applicationinsights.${suffix}/v2/track`,
    attestationResourceId: `https://attest.${suffix}`,
    logAnalyticsResourceId: `https://loganalytics.${suffix}`,
    ossrDbmsResourceId: `https://ossrdbms.${suffix}`,
    synapseAnalyticsResourceId: `https://dev.synapse.${suffix}`,
    suffixes: {
      acrLoginServer: `azurecr.${suffix}`,
      attestationEndpoint: `attest.${suffix}`,
      azureDataLakeAnalyticsCatalogAndJob: `datalakeanalytics.${suffix}`,
      azureDataLakeStoreFileSystem: `datalakestore.${suffix}`,
      azureFrontDoorEndpointSuffix: `frontdoor.${suffix}`,
      keyVaultDns: `vault.${suffix}`,
      mariadbServerEndpoint: `mariadb.database.${suffix}`,
      mhsmDns: `managedhsm.${suffix}`,
      mysqlServerEndpoint: `mysql.database.${suffix}`,
      postgresqlServerEndpoint: `postgres.database.${suffix}`,
      sqlServerHostname: `database.${suffix}`,
      storage: `storage.${suffix}`,
      storageSyncEndpointSuffix: `afs.${suffix}`,
      synapseAnalytics: `dev.synapse.${suffix}`,
    },
  };
};

/** The first is what clients ask tokens for. */
const audiencesOf = (profile: CloudProfile): readonly string[] => [
  withSlash(profile.resourceManager),
  profile.resourceManager.replace(/(?<!\/)\/+$/, ''),
];

const classic = (profile: CloudProfile, graphAddress: string): JsonObject => {
  const { authentication, gallery, graph, portal } = modern(profile, graphAddress);
  const { loginEndpoint, audiences } = authentication as JsonObject;
  return {
    galleryEndpoint: gallery,
    graphEndpoint: graph,
    portalEndpoint: portal,
    authentication: { loginEndpoint, audiences },
  };
};

/**
 * The discovery document of a profile. 2015-01-01 (`az cloud register` of old, Add-AzEnvironment) is the small object,
 * 2019-05-01 up to 2022-09-01 a list of clouds (azure-core, ARM_CLOUD_METADATA_URL), the rest one object (azurerm).
 * @param graphAddress where directory objects are managed; default: beside the sign-in.
 */
export const metadataEndpoints = (
  profile: CloudProfile,
  apiVersion: string,
  graphAddress: string = profile.activeDirectory,
): Json => {
  if (apiVersion < '2018-01-01') return classic(profile, graphAddress);
  const cloud = modern(profile, graphAddress);
  return apiVersion >= '2019-05-01' && apiVersion < '2022-09-01' ? [cloud] : cloud;
};
