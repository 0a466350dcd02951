/** Arc-enabled Kubernetes in AzureCloud: the page of 2026-06-11 (14 rows), and the rows that it had before. */

import { https, webSocket } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const signIn = { serviceTag: 'AzureActiveDirectory' } as const;
const arc = { serviceTag: 'AzureArcInfrastructure' } as const;
const connectOrLocations = {
  features: ['cluster-connect', 'custom-locations'],
  condition: 'for Cluster Connect and Custom Locations',
} as const;

export const kubernetesAzureCloudPage: PageTable = {
  page: sources.kubernetes,
  table: 'Azure Arc-enabled Kubernetes endpoints, Azure Cloud',
  product: 'kubernetes',
  cloud: 'AzureCloud',
  source: ['cluster'],
  rows: [
    row(1, 'management.azure.com', 'The agents connect to Azure and register the cluster', {
      serviceTag: 'AzureResourceManager',
    }),
    row(
      2,
      '<region>.dp.kubernetesconfiguration.azure.com',
      'The agents push status and fetch configuration',
      arc,
    ),
    row(
      3,
      'login.microsoftonline.com <region>.login.microsoft.com login.windows.net',
      'Tokens for Azure Resource Manager',
      signIn,
    ),
    row(4, 'mcr.microsoft.com *.data.mcr.microsoft.com', 'Container images of the agents'),
    row(5, 'dl.k8s.io', 'kubectl, which the Azure CLI downloads while it onboards a cluster', {
      since: '2025-04-16',
      phase: 'connect',
      source: ['onboarding-machine'],
    }),
    row(6, 'gbl.his.arc.azure.com', 'Says which regional host has the identity certificates', arc),
    row(7, '*.his.arc.azure.com', 'Certificates of the managed identity', arc),
    row(
      8,
      'guestnotificationservice.azure.com *.guestnotificationservice.azure.com sts.windows.net',
      'Cluster Connect and Custom Locations',
      connectOrLocations,
    ),
    row(9, '*.servicebus.windows.net', 'Cluster Connect and Custom Locations', {
      ...connectOrLocations,
      condition: 'for Cluster Connect and Custom Locations; WebSockets have to pass firewall and proxy',
      ports: [webSocket],
    }),
    row(10, 'graph.microsoft.com', 'Azure RBAC', {
      features: ['azure-rbac'],
      condition: 'when Azure RBAC is configured',
    }),
    row(11, '*.arc.azure.net', 'Management of connected clusters in the portal'),
    row(12, '<region>.obo.arc.azure.com', 'Cluster Connect with Azure RBAC', {
      since: '2023-05-08',
      allFeatures: ['cluster-connect', 'azure-rbac'],
      condition: 'when Cluster Connect and Azure RBAC are configured',
      ports: [{ ...https, port: 8084 }],
    }),
    row(13, 'linuxgeneva-microsoft.azurecr.io', 'Container images of cluster extensions', {
      since: '2024-06-11',
      features: ['cluster-extensions'],
      condition: 'when cluster extensions are used',
    }),
    row(
      14,
      'gcs.prod.monitoring.core.windows.net *.prod.microsoftmetrics.com *.prod.hot.ingest.monitor.core.windows.net *.prod.warm.ingest.monitor.core.windows.net',
      'Diagnostics',
      {
        since: '2026-06-11',
        features: ['iot-operations', 'secret-store', 'cert-manager'],
        condition: 'when IoT Operations, the Secret Store extension or cert-manager is used',
      },
    ),
    gone('2025-02-19', 'k8connecthelm.azureedge.net', 'Helm client of the onboarding', {
      phase: 'connect',
      source: ['onboarding-machine'],
      note: 'Azure Local still lists it.',
    }),
    gone('2025-02-19', 'k8sconnectcsp.azureedge.net', 'Cluster Connect and Custom Locations', {
      ...connectOrLocations,
      note: 'Azure Local still lists it.',
    }),
    gone('2024-07-22', 'dl.k8s.io', 'Automatic upgrade of the agents', {
      variant: 'automatic-upgrade',
      since: '2023-08-28',
      features: ['automatic-upgrade'],
      condition: 'when automatic agent upgrade is enabled',
    }),
  ],
};
