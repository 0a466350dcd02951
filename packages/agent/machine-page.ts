/** Where a machine is looked at in a browser. */

import { type CloudProfile, isInstallation } from '@tombolo/private-link';

const portals: Readonly<Record<string, string>> = {
  AzureCloud: 'https://portal.azure.com',
  AzureUSGovernment: 'https://portal.azure.us',
  AzureChinaCloud: 'https://portal.azure.cn',
};

/** The portal's page; of an installation, which may have none, the resource itself. */
export const machinePage = (profile: CloudProfile, tenantId: string, machineId: string): string => {
  const portal = isInstallation(profile) ? undefined : portals[profile.name];
  return portal === undefined
    ? `${profile.resourceManager}${machineId}`
    : `${portal}/#@${tenantId}/resource${machineId}/overview`;
};
