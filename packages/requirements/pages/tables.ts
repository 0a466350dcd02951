/** Every table of the pages, in the order of the products. */

import { arcGatewayPages } from './arc-gateway.ts';
import { vmwareArcGatewayPages } from './arc-gateway-vmware.ts';
import { azureCliPages } from './azure-cli.ts';
import { azureLocalOtherRegionsPage, azureLocalPage } from './azure-local.ts';
import { azureLocalGovernmentPage } from './azure-local-government.ts';
import { dataServicesPage } from './data-services.ts';
import { defenderPages } from './defender.ts';
import { esuAzureCloudPage, esuAzureUsGovernmentPage } from './esu.ts';
import { kubernetesAzureCloudPage } from './kubernetes-azure-cloud.ts';
import { kubernetesAzureChinaCloudPage, kubernetesAzureUsGovernmentPage } from './kubernetes-sovereign.ts';
import { machineConfigurationPages } from './machine-configuration.ts';
import { automationPages, azureMonitorAgentPages } from './monitoring.ts';
import type { PageTable } from './page-table.ts';
import { scvmmPage, vmwarePage } from './private-clouds.ts';
import { resourceBridgePage, resourceBridgePortsPage } from './resource-bridge.ts';
import { serversAzureCloudPage } from './servers-azure-cloud.ts';
import { serversAzureChinaCloudPage, serversAzureUsGovernmentPage } from './servers-sovereign.ts';
import { toolPages } from './tools.ts';

export const pageTables: readonly PageTable[] = [
  serversAzureCloudPage,
  serversAzureUsGovernmentPage,
  serversAzureChinaCloudPage,
  esuAzureCloudPage,
  esuAzureUsGovernmentPage,
  kubernetesAzureCloudPage,
  kubernetesAzureUsGovernmentPage,
  kubernetesAzureChinaCloudPage,
  dataServicesPage,
  resourceBridgePortsPage,
  resourceBridgePage,
  vmwarePage,
  scvmmPage,
  azureLocalPage,
  azureLocalOtherRegionsPage,
  azureLocalGovernmentPage,
  ...arcGatewayPages,
  ...vmwareArcGatewayPages,
  ...azureMonitorAgentPages,
  ...defenderPages,
  ...automationPages,
  ...machineConfigurationPages,
  ...toolPages,
  ...azureCliPages,
];
