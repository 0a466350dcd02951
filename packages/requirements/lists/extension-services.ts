/**
 * Which extensions need which other Azure service (seed 001), and the private link of that service: resource type, group id
 * and zone names as Azure's page of private DNS zone values had them on 2023-11-15. A cloud that the page leaves out is absent.
 */

import type { CloudName } from '../requirement.ts';

export interface ExtensionService {
  readonly service: string;
  /** Seed 001: what requires it. */
  readonly requiredFor: readonly string[];
  /** Extension types on Arc-enabled servers that use it, `publisher/type`. */
  readonly extensions: readonly string[];
  readonly privateLink: {
    readonly resourceType: string;
    readonly groupIds: readonly string[];
    readonly zones: Readonly<Partial<Record<CloudName, readonly string[]>>>;
  };
}

export const extensionServices: readonly ExtensionService[] = [
  {
    service: 'Log Analytics workspace (Azure Monitor)',
    requiredFor: [
      'Azure Automation Change Tracking and Inventory',
      'Azure Monitor VM insights',
      'Azure Monitor log collection',
    ],
    extensions: [
      'Microsoft.Azure.Monitor/AzureMonitorWindowsAgent',
      'Microsoft.Azure.Monitor/AzureMonitorLinuxAgent',
      'Microsoft.EnterpriseCloud.Monitoring/MicrosoftMonitoringAgent',
      'Microsoft.EnterpriseCloud.Monitoring/OmsAgentForLinux',
      'Microsoft.Azure.Monitoring.DependencyAgent/DependencyAgentWindows',
      'Microsoft.Azure.Monitoring.DependencyAgent/DependencyAgentLinux',
      'Microsoft.Azure.ChangeTrackingAndInventory/ChangeTracking-Windows',
      'Microsoft.Azure.ChangeTrackingAndInventory/ChangeTracking-Linux',
    ],
    privateLink: {
      resourceType: 'Microsoft.Insights/privateLinkScopes',
      groupIds: ['azuremonitor'],
      zones: {
        AzureCloud: [
          'privatelink.monitor.azure.com',
          'privatelink.oms.opinsights.azure.com',
          'privatelink.ods.opinsights.azure.com',
          'privatelink.agentsvc.azure-automation.net',
          'privatelink.blob.core.windows.net',
        ],
        AzureUSGovernment: [
          'privatelink.monitor.azure.us',
          'privatelink.adx.monitor.azure.us',
          'privatelink.oms.opinsights.azure.us',
          'privatelink.ods.opinsights.azure.us',
          'privatelink.agentsvc.azure-automation.us',
          'privatelink.blob.core.usgovcloudapi.net',
        ],
      },
    },
  },
  {
    service: 'Azure Automation account',
    requiredFor: ['Update Management', 'Change Tracking and Inventory'],
    extensions: [
      'Microsoft.Azure.Automation.HybridWorker/HybridWorkerForWindows',
      'Microsoft.Azure.Automation.HybridWorker/HybridWorkerForLinux',
    ],
    privateLink: {
      resourceType: 'Microsoft.Automation/automationAccounts',
      groupIds: ['Webhook', 'DSCAndHybridWorker'],
      zones: {
        AzureCloud: ['privatelink.azure-automation.net'],
        AzureUSGovernment: ['privatelink.azure-automation.us'],
      },
    },
  },
  {
    service: 'Azure Key Vault',
    requiredFor: ['Key Vault certificate sync'],
    extensions: ['Microsoft.Azure.KeyVault/KeyVaultForWindows', 'Microsoft.Azure.KeyVault/KeyVaultForLinux'],
    privateLink: {
      resourceType: 'Microsoft.KeyVault/vaults',
      groupIds: ['vault'],
      zones: {
        AzureCloud: ['privatelink.vaultcore.azure.net'],
        AzureUSGovernment: ['privatelink.vaultcore.usgovcloudapi.net'],
      },
    },
  },
  {
    service: 'Azure Blob storage',
    requiredFor: ['Custom Script Extension'],
    extensions: ['Microsoft.Compute/CustomScriptExtension', 'Microsoft.Azure.Extensions/CustomScript'],
    privateLink: {
      resourceType: 'Microsoft.Storage/storageAccounts',
      groupIds: ['blob'],
      zones: {
        AzureCloud: ['privatelink.blob.core.windows.net'],
        AzureUSGovernment: ['privatelink.blob.core.usgovcloudapi.net'],
      },
    },
  },
];

/** Carries Azure Resource Manager's traffic when it is configured (R11). */
export const resourceManagementPrivateLink = {
  resourceType: 'Microsoft.Authorization/resourceManagementPrivateLinks',
  groupIds: ['ResourceManagement'],
  zones: { AzureCloud: ['privatelink.azure.com'] },
} as const;
