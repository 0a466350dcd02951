/** Who supports TLS 1.2 (2 rows in seeds 003 and 004, 3 on the page of 2026), which suites agents ask for, what else needs 1.2. */

export interface TlsPlatform {
  readonly row: number;
  readonly platform: string;
  readonly support: string;
  readonly more: string;
}

export const tlsPlatforms: readonly TlsPlatform[] = [
  {
    row: 1,
    platform: 'Linux',
    support: 'Distributions mostly rely on OpenSSL for TLS 1.2',
    more: 'The OpenSSL changelog says whether your version supports it',
  },
  {
    row: 2,
    platform: 'Windows Server 2012 R2 and higher',
    support: 'Supported, and enabled by default',
    more: 'Confirm that the default settings are still used',
  },
  {
    row: 3,
    platform: 'Windows Server 2012',
    support: 'In part, and not recommended',
    more: 'Some hosts need TLS 1.2, which it lacks; the telemetry of SQL Server is not for it, nor for 2012 R2',
  },
];

export interface TlsFact {
  readonly fact: string;
  readonly value: string;
  readonly since?: string;
  /** Where Microsoft's own pages disagree. */
  readonly disagreement?: string;
  /** Page and day. */
  readonly sources: readonly string[];
}

const serversPage = 'azure-arc/servers/includes/network-requirements.md 2026-06-24';
const monitorPage = 'azure-monitor/fundamentals/azure-monitor-network-access.md 2025-07-01';

export const tlsFacts: readonly TlsFact[] = [
  { fact: 'recommended versions', value: '1.2 and 1.3; older ones still work', sources: [serversPage] },
  {
    fact: 'cipher suites on Windows, agents 1.56 to 1.63, one version complete (not Windows Server 2012 and 2012 R2)',
    value:
      '1.3: TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256; 1.2: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    disagreement:
      'The requirements page asks for them from 1.56 on without an end; the release notes say that 1.64 enforces them no longer.',
    sources: [
      serversPage,
      'azure-arc/servers/troubleshoot-networking.md 2026-06-05',
      'azure-arc/servers/agent-release-notes.md 2026-08',
    ],
  },
  { fact: '*.<region>.arcdataservices.com', value: '1.2 or 1.3 only', sources: [serversPage] },
  { fact: 'Log Analytics query', value: '1.2 or higher', since: '2025-07-01', sources: [monitorPage] },
  { fact: 'Log ingestion', value: '1.2 or higher', since: '2026-03-01', sources: [monitorPage] },
  {
    fact: 'TLS inspection',
    value:
      'the agent pins nothing; Azure Monitor Agent, Azure Local and the Arc gateway host have to be exempt',
    sources: [serversPage, 'azure-monitor/agents/azure-monitor-agent-network-configuration.md 2024-11-14'],
  },
];
