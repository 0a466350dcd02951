/** Azure CLI, page of 2025-09-12: 19, 17 and 17 endpoints, 13, 10 and 9 suffixes, 26 extensions with a host of their own. */

import type { CloudName } from '../requirement.ts';
import { https } from '../tables/seed-table.ts';
import { azureCliExtensions } from './azure-cli-extensions.ts';
import { type PageRow, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

interface CloudEndpoints {
  readonly cloud: CloudName;
  /** As the page's tab says. */
  readonly tab: string;
  /** Rows in the page's order: endpoint group and host. */
  readonly endpoints: string;
  readonly suffixes: string;
}

const clouds: readonly CloudEndpoints[] = [
  {
    cloud: 'AzureCloud',
    tab: 'Public Cloud',
    endpoints: `
      management management.core.windows.net
      resource_manager management.azure.com
      sql_management management.core.windows.net:8443
      batch_resource_id batch.core.windows.net
      gallery gallery.azure.com
      active_directory login.microsoftonline.com
      active_directory_resource_id management.core.windows.net
      active_directory_graph_resource_id graph.windows.net
      microsoft_graph_resource_id graph.microsoft.com
      active_directory_data_lake_resource_id datalake.azure.net
      vm_image_alias_doc raw.githubusercontent.com
      media_resource_id rest.media.azure.net
      ossrdbms_resource_id ossrdbms-aad.database.windows.net
      app_insights_resource_id api.applicationinsights.io
      log_analytics_resource_id api.loganalytics.io
      app_insights_telemetry_channel_resource_id dc.applicationinsights.azure.com
      synapse_analytics_resource_id dev.azuresynapse.net
      attestation_resource_id attest.azure.net
      portal portal.azure.com`,
    suffixes: `
      storage_endpoint *.core.windows.net
      storage_sync_endpoint *.afs.azure.net
      keyvault_dns *.vault.azure.net
      mhsm_dns *.managedhsm.azure.net
      sql_server_hostname *.database.windows.net
      mysql_server_endpoint *.mysql.database.azure.com
      postgresql_server_endpoint *.postgres.database.azure.com
      mariadb_server_endpoint *.mariadb.database.azure.com
      azure_datalake_store_file_system_endpoint *.azuredatalakestore.net
      azure_datalake_analytics_catalog_and_job_endpoint *.azuredatalakeanalytics.net
      acr_login_server_endpoint *.azurecr.io
      synapse_analytics_endpoint *.dev.azuresynapse.net
      attestation_endpoint *.attest.azure.net`,
  },
  {
    cloud: 'AzureUSGovernment',
    tab: 'U.S. Government Cloud',
    endpoints: `
      management management.core.usgovcloudapi.net
      resource_manager management.usgovcloudapi.net
      sql_management management.core.usgovcloudapi.net:8443
      batch_resource_id batch.core.usgovcloudapi.net
      gallery gallery.usgovcloudapi.net
      active_directory login.microsoftonline.us
      active_directory_resource_id management.core.usgovcloudapi.net
      active_directory_graph_resource_id graph.windows.net
      microsoft_graph_resource_id graph.microsoft.us
      vm_image_alias_doc raw.githubusercontent.com
      media_resource_id rest.media.usgovcloudapi.net
      ossrdbms_resource_id ossrdbms-aad.database.usgovcloudapi.net
      app_insights_resource_id api.applicationinsights.us
      log_analytics_resource_id api.loganalytics.us
      app_insights_telemetry_channel_resource_id dc.applicationinsights.us
      synapse_analytics_resource_id dev.azuresynapse.usgovcloudapi.net
      portal portal.azure.us`,
    suffixes: `
      storage_endpoint *.core.usgovcloudapi.net
      storage_sync_endpoint *.afs.azure.us
      keyvault_dns *.vault.usgovcloudapi.net
      mhsm_dns *.managedhsm.usgovcloudapi.net
      sql_server_hostname *.database.usgovcloudapi.net
      mysql_server_endpoint *.mysql.database.usgovcloudapi.net
      postgresql_server_endpoint *.postgres.database.usgovcloudapi.net
      mariadb_server_endpoint *.mariadb.database.usgovcloudapi.net
      acr_login_server_endpoint *.azurecr.us
      synapse_analytics_endpoint *.dev.azuresynapse.usgovcloudapi.net`,
  },
  {
    cloud: 'AzureChinaCloud',
    tab: 'Azure China Cloud',
    endpoints: `
      management management.core.chinacloudapi.cn
      resource_manager management.chinacloudapi.cn
      sql_management management.core.chinacloudapi.cn:8443
      batch_resource_id batch.chinacloudapi.cn
      gallery gallery.chinacloudapi.cn
      active_directory login.chinacloudapi.cn
      active_directory_resource_id management.core.chinacloudapi.cn
      active_directory_graph_resource_id graph.chinacloudapi.cn
      microsoft_graph_resource_id microsoftgraph.chinacloudapi.cn
      vm_image_alias_doc raw.githubusercontent.com
      media_resource_id rest.media.chinacloudapi.cn
      ossrdbms_resource_id ossrdbms-aad.database.chinacloudapi.cn
      app_insights_resource_id api.applicationinsights.azure.cn
      log_analytics_resource_id api.loganalytics.azure.cn
      app_insights_telemetry_channel_resource_id dc.applicationinsights.azure.cn
      synapse_analytics_resource_id dev.azuresynapse.azure.cn
      portal portal.azure.cn`,
    suffixes: `
      storage_endpoint *.core.chinacloudapi.cn
      keyvault_dns *.vault.azure.cn
      mhsm_dns *.managedhsm.azure.cn
      sql_server_hostname *.database.chinacloudapi.cn
      mysql_server_endpoint *.mysql.database.chinacloudapi.cn
      postgresql_server_endpoint *.postgres.database.chinacloudapi.cn
      mariadb_server_endpoint *.mariadb.database.chinacloudapi.cn
      acr_login_server_endpoint *.azurecr.cn
      synapse_analytics_endpoint *.dev.azuresynapse.azure.cn`,
  },
];

/** What every command needs; the page advises against adding others but for the groups of commands that are used. */
const always: Readonly<Record<string, Partial<PageRow> & { readonly purpose: string }>> = {
  resource_manager: { purpose: 'Azure Resource Manager', serviceTag: 'AzureResourceManager' },
  active_directory: { purpose: 'Microsoft Entra ID', serviceTag: 'AzureActiveDirectory' },
  microsoft_graph_resource_id: { purpose: 'Microsoft Graph' },
};

/** Some hosts stand in two rows: whichever is of no command group has no variant. */
const listed = (text: string): readonly PageRow[] =>
  text
    .trim()
    .split('\n')
    .map((line, index) => {
      const [name = '', address = ''] = line.trim().split(' ');
      const [host = '', port = '443'] = address.split(':');
      const { purpose = `Commands that use ${name}`, ...more } = always[name] ?? {
        features: ['command-groups'],
        condition: `for the groups of commands that use it (${name})`,
        variant: name.replaceAll('_', '-'),
      };
      return row(index + 1, host, purpose, {
        ...more,
        ...(port === '443' ? {} : { ports: [{ ...https, port: Number(port) }] }),
      });
    });

export const azureCliPages: readonly PageTable[] = clouds.flatMap(({ cloud, tab, endpoints, suffixes }) => {
  const own = {
    page: sources.azureCli,
    product: 'azure-cli',
    cloud,
    source: ['management-machine'],
  } as const;
  return [
    {
      ...own,
      table: 'Azure CLI endpoints for proxy bypass',
      rows: [
        row(1, 'pypi.org files.pythonhosted.org', 'Python packages of the installation', {
          phase: 'install',
        }),
      ],
    },
    { ...own, table: `Endpoints, ${tab}`, rows: listed(endpoints) },
    { ...own, table: `Endpoint suffixes, ${tab}`, rows: listed(suffixes) },
    ...azureCliExtensions.map((table) => ({ ...own, ...table })),
  ];
});
