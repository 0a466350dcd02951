/** Two children of one name in the body of their parent: Microsoft.Network says so in the details of a general refusal. */

import { type ArmError, armError } from '@tombolo/arm';
import { networkError } from './refusals.ts';

export const duplicateName = (parentId: string, name: string, path: string): ArmError => {
  const { code, message } = networkError('DuplicateResourceName', [parentId, name], path);
  const details = [{ code, message, target: path }];
  return armError('InvalidRequestFormat', [message], { target: path, details });
};
