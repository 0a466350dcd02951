/** The pages whose tables the catalogue has: where each is, and the day and commit of the text that was read. */

import type { SourcePage } from '../requirement.ts';

const arc = (path: string, date: string, commit: string, knownFrom: string): SourcePage => ({
  repository: 'MicrosoftDocs/azure-management-docs',
  path: `articles/azure-arc/${path}`,
  date,
  commit,
  knownFrom,
});

export const sources = {
  servers: arc('servers/includes/network-requirements.md', '2026-06-24', 'a0e94e03f', '2022-12-16'),
  esu: arc('servers/includes/esu-network-requirements.md', '2026-08-05', '50d8efdac', '2023-11-01'),
  kubernetes: arc(
    'kubernetes/includes/network-requirements-azure-cloud.md',
    '2026-06-11',
    '4bf41d8b6',
    '2022-12-16',
  ),
  kubernetesGovernment: arc(
    'kubernetes/includes/network-requirements-azure-government.md',
    '2026-06-11',
    '24f6d3741',
    '2022-12-31',
  ),
  kubernetesChina: arc(
    'kubernetes/includes/network-requirements-azure-china.md',
    '2026-06-11',
    '24f6d3741',
    '2023-09-29',
  ),
  dataServices: arc('data/includes/network-requirements.md', '2026-06-23', '91422cf12', '2022-12-16'),
  resourceBridge: arc(
    'resource-bridge/includes/network-requirements.md',
    '2026-08-10',
    'ab805736e',
    '2023-01-27',
  ),
  vmware: arc('vmware-vsphere/includes/network-requirements.md', '2025-05-27', 'cba23249f', '2024-06-04'),
  vmwareArcGateway: arc(
    'vmware-vsphere/support-matrix-for-arc-enabled-vmware-vsphere.md',
    '2026-10-04',
    '2e5b841bc',
    '2026-10-04',
  ),
  scvmm: arc(
    'system-center-virtual-machine-manager/support-matrix-for-system-center-virtual-machine-manager.md',
    '2026-02-09',
    '5bd4cdd45',
    '2024-07-05',
  ),
  arcGateway: arc('servers/arc-gateway.md', '2026-05-05', '65bb0d82c', '2025-09-18'),
  arcGatewayKubernetes: arc(
    'kubernetes/arc-gateway-simplify-networking.md',
    '2026-02-26',
    'f15d7560f',
    '2024-11-13',
  ),
  arcGatewayEndpoints: arc('servers/arc-gateway-endpoints.md', '2026-02-17', '635e95593', '2026-02-17'),
  azureLocal: {
    repository: 'Azure/AzureStack-Tools',
    path: 'HCI/EastUSendpoints/eastus-hci-endpoints.md',
    date: '2026-07-14',
    commit: '93efc6de6',
    knownFrom: '2026-07-14',
  },
  azureLocalGovernment: {
    repository: 'Azure/AzureStack-Tools',
    path: 'HCI/usgovvirginia-hci-endpoints/usgovvirginia-hci-endpoints.md',
    date: '2026-07-14',
    commit: '93efc6de6',
    knownFrom: '2026-07-14',
  },
  windowsAdminCenter: {
    repository: 'MicrosoftDocs/windowsserverdocs',
    path: 'WindowsServerDocs/manage/windows-admin-center/azure/manage-arc-hybrid-machines.md',
    date: '2024-10-30',
    commit: '0521fbef0',
    knownFrom: '2024-10-30',
  },
  azureMonitorAgent: {
    repository: 'MicrosoftDocs/azure-monitor-docs',
    path: 'articles/azure-monitor/agents/azure-monitor-agent-network-configuration.md',
    date: '2024-11-14',
    commit: '209754345',
    knownFrom: '2024-11-14',
  },
  defender: {
    repository: 'MicrosoftDocs/defender-docs',
    path: 'defender-endpoint/streamlined-device-connectivity-urls-commercial.md',
    date: '2025-12-25',
    commit: 'dfedc9d4c',
    knownFrom: '2025-12-25',
  },
  defenderGovernment: {
    repository: 'MicrosoftDocs/defender-docs',
    path: 'defender-endpoint/streamlined-device-connectivity-urls-gov.md',
    date: '2025-12-25',
    commit: '8a9c6e0a1',
    knownFrom: '2025-12-25',
  },
  windowsUpdate: {
    repository: 'MicrosoftDocs/SupportArticles-docs',
    path: 'support/windows-client/installing-updates-features-roles/windows-update-issues-troubleshooting.md',
    date: '2023-12-26',
    commit: '203da2e2b',
    knownFrom: '2023-12-26',
  },
  automation: {
    repository: 'MicrosoftDocs/azure-docs',
    path: 'articles/automation/automation-network-configuration.md',
    date: '2023-08-01',
    commit: 'ea2b0fef1',
    knownFrom: '2023-08-01',
  },
  azureCli: {
    repository: 'MicrosoftDocs/azure-docs-cli',
    path: 'docs-ref-conceptual/Latest-version/azure-cli-endpoints.md',
    date: '2025-09-12',
    commit: 'ab5001679',
    knownFrom: '2025-09-12',
  },
  customScript: {
    repository: 'MicrosoftDocs/azure-compute-docs',
    path: 'articles/virtual-machines/extensions/custom-script-windows.md',
    date: '2025-08-18',
    commit: '18c05ae03',
    knownFrom: '2025-08-18',
  },
  machineConfiguration: {
    repository: 'MicrosoftDocs/azure-docs',
    path: 'articles/governance/machine-configuration/overview/03-network-requirements.md',
    date: '2025-11-07',
    commit: '40f02c5e9',
    knownFrom: '2025-11-07',
  },
} as const satisfies Readonly<Record<string, SourcePage>>;
