/** `/metadata/instance`: what the machine is in Azure, in the shape of the instance metadata service. */

import type { ConnectedState } from './state-directory.ts';

/** The names that the metadata service has for clouds. */
const environments: Readonly<Record<string, string>> = {
  AzureCloud: 'AzurePublicCloud',
  AzureUSGovernment: 'AzureUSGovernmentCloud',
  AzureChinaCloud: 'AzureChinaCloud',
};

/** @param tags of the desired configuration, as the agent last got it */
export const instanceMetadata = (
  connected: ConnectedState,
  tags: Readonly<Record<string, string>>,
  system: Readonly<Record<string, string>>,
): { readonly compute: Readonly<Record<string, unknown>>; readonly network: object } => {
  const named = Object.entries(tags);
  return {
    // What only a virtual machine of Azure has is there, and empty.
    compute: {
      azEnvironment: environments[connected.profile.name] ?? connected.profile.name,
      customData: '',
      isHostCompatibilityLayerVm: '',
      location: connected.location,
      name: connected.resourceName,
      offer: '',
      osType: system.osType ?? '',
      placementGroupId: '',
      plan: { name: '', product: '', publisher: '' },
      platformFaultDomain: '',
      platformUpdateDomain: '',
      provider: '',
      publicKeys: null,
      publisher: '',
      resourceGroupName: connected.resourceGroup,
      resourceId: connected.machineId,
      securityProfile: { secureBootEnabled: '', virtualTpmEnabled: '' },
      sku: system.osSku ?? '',
      storageProfile: {},
      subscriptionId: connected.subscriptionId,
      tags: named.map(([name, value]) => `${name}:${value}`).join(';'),
      tagsList: named.map(([name, value]) => ({ name, value })),
      version: system.osVersion ?? '',
      vmId: connected.vmId,
      vmScaleSetName: '',
      vmSize: '',
      zone: '',
    },
    network: {},
  };
};
