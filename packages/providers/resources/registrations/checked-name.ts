/** Whether a resource may have a name: Azure reserves trademarks and some words. */

import { armError } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';

/** learn.microsoft.com "Resolve reserved resource name errors": never in a name as a whole or as a part. */
const forbiddenParts = ['login', 'microsoft', 'windows', 'xbox'];
const forbiddenNames = ['access', 'azure', 'bing', 'bizspark', 'biztalk', 'cortana', 'directx', 'dotnet'];

/** `{name, type, status: Allowed | Reserved}`. Throws InvalidRequestContent. */
export const checkedName = (body: JsonObject): JsonObject => {
  const { name, type } = body;
  if (typeof name !== 'string' || name === '' || typeof type !== 'string' || type === '')
    throw armError('InvalidRequestContent', ["'name' and 'type' have to be strings."], 'name');
  const lower = name.toLowerCase();
  const reserved =
    forbiddenNames.includes(lower) ||
    forbiddenParts.some((part) =>
      part === 'login' || part === 'xbox' ? lower.startsWith(part) : lower.includes(part),
    );
  return { name, type, status: reserved ? 'Reserved' : 'Allowed' };
};
