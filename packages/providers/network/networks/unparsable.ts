/** A body that is not as the contract has it, as the service of networks says it: in the details of a general refusal. */

import { type AnyResourceType, type ArmError, armError } from '@tombolo/arm';

/** Azure/azure-cli#16205, #1619; without the details: pulumi/pulumi-azure-native#4213, Azure/azure-sdk-for-java#33540. */
const unparsable = (message: string, target: string): ArmError =>
  armError('InvalidRequestFormat', [message], {
    target,
    details: [{ code: 'InvalidJson', message, target }],
  });

/** The type, whose bodies this service reads. */
export const readByNetworks = (type: AnyResourceType): AnyResourceType => ({
  ...type,
  malformed: unparsable,
  unknown: unparsable,
});
