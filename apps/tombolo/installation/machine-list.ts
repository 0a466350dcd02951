/** The machine resources of a resource group or a subscription, page by page to the end. */

import type { JsonObject } from '@tombolo/store/port';
import type { ArmClient } from './arm-client.ts';

const apiVersion = 'api-version=2024-07-10';
const machineType = 'Microsoft.HybridCompute/machines';

/** @param container the id of a resource group or a subscription */
export const machinesUnder = async (arm: ArmClient, container: string): Promise<readonly JsonObject[]> => {
  const found: JsonObject[] = [];
  let next: string | undefined = `${container}/providers/${machineType}?${apiVersion}`;
  while (next !== undefined) {
    const { body }: { readonly body: JsonObject } = await arm.send('GET', next);
    found.push(...(body.value as readonly JsonObject[]));
    const link = body.nextLink;
    next = typeof link === 'string' ? `${new URL(link).pathname}${new URL(link).search}` : undefined;
  }
  return found;
};

/** False: there was none. */
export const deleteMachine = async (arm: ArmClient, id: string): Promise<boolean> =>
  (await arm.send('DELETE', `${id}?${apiVersion}`)).status !== 204;

export const machineIdOf = (group: string, name: string): string =>
  `${group}/providers/${machineType}/${encodeURIComponent(name)}`;
