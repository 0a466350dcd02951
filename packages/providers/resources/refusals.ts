/** Refusals of Microsoft.Resources. */

import { defineRefusals } from '@tombolo/arm';

export const groupError = defineRefusals({
  LocationNotAvailableForResourceGroup: [
    400,
    (location: string, offered: string) =>
      `The provided location '${location}' is not available for resource group. List of available regions is '${offered}'.`,
  ],
  InvalidResourceGroupLocation: [
    409,
    (name: string, location: string, wanted: string) =>
      `Invalid resource group location '${wanted}'. The resource group '${name}' already exists in location '${location}'; its resources may be elsewhere.`,
  ],
});
