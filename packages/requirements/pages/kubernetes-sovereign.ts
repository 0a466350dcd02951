/** Arc-enabled Kubernetes in AzureUSGovernment (10 rows) and AzureChinaCloud (12 rows): the pages of 2026-06-11. */

import { https, webSocket } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const resourceManager = { serviceTag: 'AzureResourceManager' } as const;
const signIn = { serviceTag: 'AzureActiveDirectory' } as const;
const arc = { serviceTag: 'AzureArcInfrastructure' } as const;
const connectOrLocations = {
  features: ['cluster-connect', 'custom-locations'],
  condition: 'for Cluster Connect and Custom Locations',
} as const;
const relay = {
  ...connectOrLocations,
  condition: 'for Cluster Connect and Custom Locations; WebSockets have to pass firewall and proxy',
  ports: [webSocket],
} as const;
const rbac = { features: ['azure-rbac'], condition: 'when Azure RBAC is configured' } as const;
const onBehalf = {
  since: '2023-05-08',
  features: ['cluster-connect'],
  condition: 'when Cluster Connect is configured',
  ports: [{ ...https, port: 8084 }],
} as const;
const withdrawn = [
  gone('2025-02-19', 'k8connecthelm.azureedge.net', 'Helm client of the onboarding', {
    phase: 'connect',
    source: ['onboarding-machine'],
  }),
  gone(
    '2025-02-19',
    'k8sconnectcsp.azureedge.net',
    'Cluster Connect and Custom Locations',
    connectOrLocations,
  ),
  gone('2024-07-22', 'dl.k8s.io', 'Automatic upgrade of the agents', {
    since: '2023-08-28',
    features: ['automatic-upgrade'],
  }),
] as const;

export const kubernetesAzureUsGovernmentPage: PageTable = {
  page: sources.kubernetesGovernment,
  table: 'Azure Arc-enabled Kubernetes endpoints, Azure Government',
  product: 'kubernetes',
  cloud: 'AzureUSGovernment',
  source: ['cluster'],
  rows: [
    row(
      1,
      'management.usgovcloudapi.net',
      'The agents connect to Azure and register the cluster',
      resourceManager,
    ),
    row(
      2,
      '<region>.dp.kubernetesconfiguration.azure.us',
      'The agents push status and fetch configuration',
      arc,
    ),
    row(
      3,
      'login.microsoftonline.us <region>.login.microsoftonline.us',
      'Tokens for Azure Resource Manager',
      signIn,
    ),
    row(4, 'mcr.microsoft.com *.data.mcr.microsoft.com', 'Container images of the agents'),
    row(5, 'gbl.his.arc.azure.us', 'Says which regional host has the identity certificates', arc),
    row(6, 'usgv.his.arc.azure.us', 'Certificates of the managed identity', arc),
    row(
      7,
      'guestnotificationservice.azure.us *.guestnotificationservice.azure.us sts.windows.net',
      'Cluster Connect and Custom Locations',
      connectOrLocations,
    ),
    row(8, '*.servicebus.usgovcloudapi.net', 'Cluster Connect and Custom Locations', relay),
    row(9, 'graph.microsoft.com', 'Azure RBAC', rbac),
    row(10, 'usgovvirginia.obo.arc.azure.us', 'Cluster Connect', onBehalf),
    ...withdrawn,
  ],
};

export const kubernetesAzureChinaCloudPage: PageTable = {
  page: sources.kubernetesChina,
  table: 'Azure Arc-enabled Kubernetes endpoints, Azure operated by 21Vianet',
  product: 'kubernetes',
  cloud: 'AzureChinaCloud',
  source: ['cluster'],
  rows: [
    row(
      1,
      'management.chinacloudapi.cn',
      'The agents connect to Azure and register the cluster',
      resourceManager,
    ),
    row(
      2,
      '<region>.dp.kubernetesconfiguration.azure.cn',
      'The agents push status and fetch configuration',
      arc,
    ),
    row(
      3,
      'login.chinacloudapi.cn <region>.login.chinacloudapi.cn login.partner.microsoftonline.cn',
      'Tokens for Azure Resource Manager',
      signIn,
    ),
    row(4, 'mcr.azk8s.cn', 'Container images of the agents'),
    row(5, 'gbl.his.arc.azure.cn', 'Says which regional host has the identity certificates', arc),
    row(6, '*.his.arc.azure.cn', 'Certificates of the managed identity', arc),
    row(
      7,
      'guestnotificationservice.azure.cn *.guestnotificationservice.azure.cn sts.chinacloudapi.cn',
      'Cluster Connect and Custom Locations',
      connectOrLocations,
    ),
    row(8, '*.servicebus.chinacloudapi.cn', 'Cluster Connect and Custom Locations', relay),
    row(9, 'graph.chinacloudapi.cn', 'Azure RBAC', rbac),
    row(10, '*.arc.azure.cn', 'Management of connected clusters in the portal'),
    row(11, '<region>.obo.arc.azure.cn', 'Cluster Connect', onBehalf),
    row(
      12,
      'quay.azk8s.cn registryk8s.azk8s.cn k8sgcr.azk8s.cn usgcr.azk8s.cn dockerhub.azk8s.cn',
      'Mirrors of container registries',
      {
        features: ['china-image-mirrors'],
        condition: 'on virtual machines of Azure in China that use the mirrors',
      },
    ),
    ...withdrawn,
  ],
};
