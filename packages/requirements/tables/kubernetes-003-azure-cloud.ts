/** Arc-enabled Kubernetes: the endpoints of seed 003 (13 rows, undated), AzureCloud. */

import { https, type SeedTable, webSocket } from './seed-table.ts';

const connectOrLocations = 'for Cluster Connect and Custom Locations';

export const kubernetesAzureCloud: SeedTable = {
  seed: '003',
  table: 'Azure Arc-enabled Kubernetes endpoints',
  product: 'kubernetes',
  cloud: 'AzureCloud',
  source: ['cluster'],
  rows: [
    {
      row: 1,
      hosts: ['management.azure.com'],
      purpose: 'The agent connects to Azure and registers the cluster',
      serviceTag: 'AzureResourceManager',
    },
    {
      row: 2,
      hosts: ['<region>.dp.kubernetesconfiguration.azure.com'],
      purpose: 'Data plane: the agent pushes status and fetches configuration',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 3,
      hosts: ['login.microsoftonline.com', '<region>.login.microsoft.com', 'login.windows.net'],
      purpose: 'Fetches and renews Azure Resource Manager tokens',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 4,
      hosts: ['mcr.microsoft.com', '*.data.mcr.microsoft.com'],
      purpose: 'Container images of the agents',
    },
    {
      row: 5,
      hosts: ['gbl.his.arc.azure.com'],
      purpose: 'Says which regional endpoint has the managed identity certificates',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 6,
      hosts: ['*.his.arc.azure.com'],
      purpose: 'System-assigned managed identity certificates',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 7,
      hosts: ['k8connecthelm.azureedge.net'],
      purpose: 'Helm client for `az connectedk8s connect`, which installs the agents',
      phase: 'connect',
      source: ['onboarding-machine'],
    },
    {
      row: 8,
      hosts: [
        'guestnotificationservice.azure.com',
        '*.guestnotificationservice.azure.com',
        'sts.windows.net',
        'k8sconnectcsp.azureedge.net',
      ],
      purpose: 'Cluster Connect and Custom Locations',
      features: ['cluster-connect', 'custom-locations'],
      condition: connectOrLocations,
    },
    {
      row: 9,
      hosts: ['*.servicebus.windows.net'],
      purpose: 'Cluster Connect and Custom Locations',
      features: ['cluster-connect', 'custom-locations'],
      condition: `${connectOrLocations}; WebSockets have to pass firewall and proxy`,
      ports: [webSocket],
    },
    {
      row: 10,
      hosts: ['graph.microsoft.com'],
      purpose: 'Azure RBAC',
      features: ['azure-rbac'],
      condition: 'when Azure RBAC is configured',
    },
    {
      row: 11,
      hosts: ['*.arc.azure.net'],
      purpose: 'Management of connected clusters in the Azure portal',
    },
    {
      row: 12,
      hosts: ['<region>.obo.arc.azure.com'],
      purpose: 'Cluster Connect',
      features: ['cluster-connect'],
      condition: 'when Cluster Connect is configured',
      ports: [{ ...https, port: 8084 }],
    },
    {
      row: 13,
      hosts: ['dl.k8s.io'],
      purpose: 'Automatic upgrade of the agents',
      features: ['automatic-upgrade'],
      condition: 'when automatic agent upgrade is enabled',
    },
  ],
};
