/** Azure Arc resource bridge: the page of 2026-08-10, ports within the site (7 rows) and the allow-list (29 rows), AzureCloud. */

import { http, https, ntp, type TableRow, webSocket } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const management = { source: ['management-machine'] } as const;
const managementAndAppliance = { source: ['management-machine', 'appliance-vm'] } as const;
const plain = (port: number, tls: boolean) => ({ port, protocol: 'TCP', tls }) as const;
const ssh = plain(22, false);
const api = plain(6443, true);
const within = { local: true, direction: 'both' } as const;
const toCloud: Partial<TableRow> = { local: true, parameters: ['private-cloud-address'] };
const toAppliance: Partial<TableRow> = { ...within, parameters: ['appliance-vm-address'] };
const toControlPlane: Partial<TableRow> = { ...within, parameters: ['control-plane-address'] };

export const resourceBridgePortsPage: PageTable = {
  page: { ...sources.resourceBridge, knownFrom: '2024-05-22' },
  table: 'Inbound connectivity requirements',
  product: 'resource-bridge',
  cloud: 'AzureCloud',
  source: ['management-machine'],
  rows: [
    row(1, '{appliance-vm-address}', 'SSH to the appliance VMs', {
      ...toAppliance,
      variant: 'ssh',
      ports: [ssh],
    }),
    row(2, '{appliance-vm-address}', 'Kubernetes API of the appliance VMs', {
      ...toAppliance,
      variant: 'api',
      ports: [api],
    }),
    row(3, '{control-plane-address}', 'SSH: deploys and maintains the appliance', {
      ...toControlPlane,
      variant: 'ssh',
      ports: [ssh],
    }),
    row(4, '{control-plane-address}', 'Kubernetes API: manages the appliance', {
      ...toControlPlane,
      variant: 'api',
      ports: [api],
    }),
    row(5, '{private-cloud-address}', 'Private cloud, such as vCenter and its datastores', {
      ...toCloud,
      variant: 'management',
    }),
    row(6, '{appliance-vm-address}', 'Appliance VMs to each other, for upgrades', {
      ...toAppliance,
      since: '2025-08-06',
      variant: 'upgrade',
      source: ['appliance-vm'],
      ports: [
        api,
        { ...plain(2379, true), through: 2380 },
        plain(10250, true),
        plain(10257, true),
        plain(10259, true),
      ],
    }),
    row(7, '{private-cloud-address}', 'Private cloud, such as vCenter and its datastores', {
      ...toCloud,
      variant: 'appliance',
      source: ['appliance-vm'],
    }),
  ],
};

export const resourceBridgePage: PageTable = {
  page: sources.resourceBridge,
  table: 'Firewall/Proxy URL allowlist',
  product: 'resource-bridge',
  cloud: 'AzureCloud',
  source: ['appliance-vm'],
  rows: [
    row(1, '{dns-server-address}', 'Name servers that the deployment names', {
      ...managementAndAppliance,
      since: '2026-02-09',
      local: true,
      parameters: ['dns-server-address'],
      ports: [plain(53, false), { port: 53, protocol: 'UDP', tls: false }],
      note: 'The page names no protocol.',
    }),
    row(
      2,
      'msk8s.api.cdp.microsoft.com',
      'Product catalogue, product bits and OS images',
      managementAndAppliance,
    ),
    row(
      3,
      'msk8s.sb.tlu.dl.delivery.mp.microsoft.com',
      'OS images of the resource bridge',
      managementAndAppliance,
    ),
    row(4, 'mcr.microsoft.com', 'Discovery of container images', managementAndAppliance),
    row(5, '*.data.mcr.microsoft.com', 'Container images', {
      ...managementAndAppliance,
      since: '2024-10-07',
    }),
    row(6, 'time.windows.com', 'Time of the appliance VM and the management machine', {
      ...managementAndAppliance,
      since: '2024-01-25',
      condition: 'appliance VMs: where the default of Hyper-V is the time service of Windows',
      ports: [ntp],
    }),
    row(7, 'management.azure.com', 'Azure Resource Manager', {
      ...managementAndAppliance,
      since: '2024-04-12',
      serviceTag: 'AzureResourceManager',
    }),
    row(8, 'graph.microsoft.com', 'Azure RBAC', { ...managementAndAppliance, since: '2024-04-18' }),
    row(9, 'login.microsoftonline.com', 'Tokens for Azure Resource Manager', {
      ...managementAndAppliance,
      since: '2024-04-12',
      serviceTag: 'AzureActiveDirectory',
    }),
    row(10, '*.login.microsoft.com', 'Tokens for Azure Resource Manager', {
      ...managementAndAppliance,
      since: '2024-04-18',
      serviceTag: 'AzureActiveDirectory',
    }),
    row(11, 'login.windows.net', 'Tokens for Azure Resource Manager', {
      ...managementAndAppliance,
      since: '2024-04-18',
      serviceTag: 'AzureActiveDirectory',
    }),
    row(12, '*.dp.prod.appliances.azure.com', 'Data plane of the resource provider'),
    row(13, '*.blob.core.windows.net ecpacr.azurecr.io', 'Container images of the appliance'),
    row(14, '*.his.arc.azure.com', 'Certificates of the managed identity', {
      since: '2023-07-06',
      serviceTag: 'AzureArcInfrastructure',
    }),
    row(15, 'v20.events.data.microsoft.com', 'Diagnostic data of Windows'),
    row(16, 'linuxgeneva-microsoft.azurecr.io', 'Logs of components that the appliance manages'),
    row(17, 'packages.microsoft.com', 'Linux installation package', { since: '2023-04-26' }),
    row(18, 'sts.windows.net', 'Custom Locations'),
    row(19, 'guestnotificationservice.azure.com', 'Azure Arc', { since: '2024-04-18' }),
    row(20, 'gcs.prod.monitoring.core.windows.net', 'Diagnostic data', { since: '2023-03-27' }),
    row(21, '*.prod.microsoftmetrics.com', 'Diagnostic data', { since: '2024-04-18' }),
    row(22, '*.prod.hot.ingest.monitor.core.windows.net', 'Diagnostic data', { since: '2024-04-18' }),
    row(23, '*.prod.warm.ingest.monitor.core.windows.net', 'Diagnostic data', { since: '2024-04-18' }),
    row(24, '*.servicebus.windows.net', 'Control channel', {
      since: '2025-10-24',
      condition: 'WebSockets have to pass',
      ports: [webSocket],
    }),
    row(25, '*.blob.core.windows.net', 'Installer of the Azure CLI', {
      ...management,
      since: '2024-04-12',
      variant: 'azure-cli',
    }),
    row(26, '*.web.core.windows.net', "The resource bridge's extension of the Azure CLI", {
      ...management,
      since: '2025-01-30',
    }),
    row(27, '*.dp.kubernetesconfiguration.azure.com', 'Data plane of the Arc agents', {
      ...management,
      since: '2024-04-12',
      serviceTag: 'AzureArcInfrastructure',
    }),
    row(28, 'pypi.org', 'Validates Kubernetes and Python versions', { ...management, since: '2024-03-19' }),
    row(28, '*.pypi.org', 'Validates Kubernetes and Python versions', { ...management, since: '2023-02-13' }),
    row(29, 'pythonhosted.org', 'Python packages for the Azure CLI', { ...management, since: '2024-03-19' }),
    row(29, '*.pythonhosted.org', 'Python packages for the Azure CLI', {
      ...management,
      since: '2023-02-14',
    }),
    gone('2024-01-25', 'msk8s.b.tlu.dl.delivery.mp.microsoft.com', 'OS images of the resource bridge', {
      ...managementAndAppliance,
      extensionVersion: { extension: 'arcappliance', until: '0.2.32' },
      ports: [http],
    }),
    gone('2026-07-21', 'azurearcfork8s.azurecr.io', 'Container images of Arc for Kubernetes', {
      since: '2023-03-17',
      note: 'Azure Local still lists it.',
    }),
    gone('2024-04-18', 'azurearcfork8sdev.azurecr.io', 'Container images of Arc for Kubernetes', {
      since: '2023-09-15',
      note: 'Azure Local still lists it.',
    }),
    gone('2026-07-21', 'adhs.events.data.microsoft.com', 'Diagnostic data of the appliance VM', {
      note: 'Azure Local still lists it.',
    }),
    gone(
      '2026-07-21',
      'kvamanagementoperator.azurecr.io',
      'Artifacts of components that the appliance manages',
      {
        note: 'Azure Local still lists it.',
      },
    ),
    gone('2026-08-10', '*.arc.azure.net', 'Management in the portal', { ...management, since: '2024-04-18' }),
    gone('2025-01-10', 'k8connecthelm.azureedge.net', 'Helm chart of the Arc agents', {
      since: '2024-04-18',
      note: 'Azure Local still lists it.',
    }),
    gone('2025-01-10', 'k8sconnectcsp.azureedge.net', 'Custom Locations', {
      since: '2024-04-18',
      note: 'Azure Local still lists it.',
      ports: [https],
    }),
  ],
};
