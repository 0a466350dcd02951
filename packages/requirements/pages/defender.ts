/** Microsoft Defender for Endpoint, streamlined: the pages of 2025-12-25, AzureCloud (12 hosts) and AzureUSGovernment (9 hosts). */

import { http } from '../tables/seed-table.ts';
import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const clear = { ports: [http] } as const;
const windows = { ...clear, operatingSystem: 'windows' } as const;
const web = { features: ['web-protection'], condition: 'where web protection is used' } as const;
const updates = {
  phase: 'optional',
  operatingSystem: 'windows',
  condition: 'updates from Windows Update',
} as const;

export const defenderPages: readonly PageTable[] = [
  {
    page: sources.defender,
    table: 'Streamlined connectivity, commercial',
    product: 'defender',
    cloud: 'AzureCloud',
    source: ['server'],
    rows: [
      row(1, '*.endpoint.security.microsoft.com', 'Core services', {
        serviceTag: 'MicrosoftDefenderForEndpoint',
      }),
      row(2, '*.smartscreen-prod.microsoft.com *.smartscreen.microsoft.com', 'Web protection', web),
      row(3, 'config.edge.skype.com/config/v1', 'Configuration of the agent', { operatingSystem: 'linux' }),
      row(4, 'definitionupdates.microsoft.com', 'Definitions', { condition: 'definition updates' }),
      row(5, '*.update.microsoft.com *.windowsupdate.com *.download.windowsupdate.com', 'Updates', updates),
      row(6, 'www.microsoft.com/pkiops www.microsoft.com/pki', 'Certificate checks', windows),
      row(7, 'ctldl.windowsupdate.com', 'List of revoked roots', windows),
      row(8, 'crl.microsoft.com', 'Certificate revocation', windows),
    ],
  },
  {
    page: sources.defenderGovernment,
    table: 'Streamlined connectivity, US Government',
    product: 'defender',
    cloud: 'AzureUSGovernment',
    source: ['server'],
    rows: [
      row(1, '*.endpoint.security.microsoft.us', 'Core services (preview)'),
      row(2, 'unitedstates4.ss.wd.microsoft.us', 'Web protection', {
        ...web,
        condition: 'web protection, GCC',
      }),
      row(3, 'unitedstates2.ss.wd.microsoft.us', 'Web protection', {
        ...web,
        condition: 'web protection, DoD',
      }),
      row(4, '*.delivery.mp.microsoft.com *.windowsupdate.com *.download.microsoft.com', 'Updates', updates),
      row(5, 'crl.microsoft.com/pki/crl', 'Certificate revocation', clear),
      row(6, 'ctldl.windowsupdate.com', 'List of revoked roots', clear),
      row(7, 'www.microsoft.com/pki/certs', 'Certificate checks', clear),
    ],
  },
];
