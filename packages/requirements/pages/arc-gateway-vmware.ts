/** VMware vSphere behind an Arc gateway (preview, page of 2026-10-04): the gateway, and the 20 rows that it does not carry. */

import { ntp } from '../tables/seed-table.ts';
import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const appliance = { source: ['appliance-vm'] } as const;
const management = { source: ['management-machine'] } as const;
const signIn = { serviceTag: 'AzureActiveDirectory' } as const;

const own = {
  page: sources.vmwareArcGateway,
  product: 'arc-gateway',
  cloud: 'AzureCloud',
  source: ['management-machine', 'appliance-vm'],
} as const;
const all = { privateLink: 'public', features: ['vmware-vsphere'], variant: 'vmware' } as const;

const gateway: PageTable = {
  ...own,
  table: 'Arc gateway (preview) firewall/proxy endpoint allow list',
  all,
  rows: [
    row(1, '{gateway-prefix}.gw.arc.azure.com', 'The gateway itself', {
      ...appliance,
      parameters: ['gateway-prefix'],
      condition: 'VMware vSphere, new deployments of a resource bridge of 1.8.0 or later (preview)',
      note: 'Proxies that inspect TLS are not supported.',
    }),
  ],
};

const notCarried: PageTable = {
  ...own,
  table: 'Arc resource bridge with Arc gateway (preview) firewall and proxy endpoints allow list',
  all: { ...all, condition: 'not carried: VMware vSphere with the Arc gateway (preview)' },
  rows: [
    row(1, 'msk8s.api.cdp.microsoft.com', 'Catalogue of the appliance image'),
    row(2, 'msk8s.sb.tlu.dl.delivery.mp.microsoft.com', 'Appliance image'),
    row(3, 'mcr.microsoft.com', 'Container images'),
    row(4, '*.data.mcr.microsoft.com', 'Container images'),
    row(5, '*.blob.core.windows.net ecpacr.azurecr.io', 'Container images', appliance),
    row(6, 'linuxgeneva-microsoft.azurecr.io', 'Logs of the appliance', appliance),
    row(7, 'packages.microsoft.com', 'Linux packages', appliance),
    row(8, 'time.windows.com', 'Time', {
      ports: [ntp],
      note: "Of the appliance where Hyper-V's default is Windows' time server.",
    }),
    row(9, '*.his.arc.azure.com', 'Certificates of the managed identity', {
      ...appliance,
      serviceTag: 'AzureArcInfrastructure',
    }),
    row(10, 'management.azure.com', 'Azure Resource Manager', { serviceTag: 'AzureResourceManager' }),
    row(11, 'login.microsoftonline.com', 'Microsoft Entra ID', signIn),
    row(12, '*.login.microsoft.com', 'Microsoft Entra ID', signIn),
    row(13, 'login.windows.net', 'Microsoft Entra ID', signIn),
    row(14, 'graph.microsoft.com', 'Microsoft Graph'),
    row(15, 'sts.windows.net', 'Custom locations', appliance),
    row(16, '*.servicebus.windows.net', 'Control channel', appliance),
    row(17, '*.blob.core.windows.net', 'Installer of Azure CLI', { ...management, variant: 'vmware-cli' }),
    row(18, '*.web.core.windows.net', 'The extension for the resource bridge', management),
    row(19, 'pypi.org *.pypi.org', 'Versions of Kubernetes and Python', management),
    row(20, 'pythonhosted.org *.pythonhosted.org', 'Python packages of Azure CLI', management),
  ],
};

export const vmwareArcGatewayPages: readonly PageTable[] = [gateway, notCarried];
