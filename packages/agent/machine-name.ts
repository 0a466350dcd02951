/** Under which id the machine's resource is by now: it may have been moved to another group or subscription, and the services know. */

import { parseResourceId } from '@tombolo/arm/resource-id';
import { createArcServices } from './arc-services.ts';
import type { HttpsClient } from './https-client.ts';
import { loadMachineKey } from './machine-key.ts';
import type { ConnectedState, StateDirectory } from './state-directory.ts';
import { agentVersion } from './version.ts';

type MachineName = Pick<ConnectedState, 'machineId' | 'subscriptionId' | 'resourceGroup' | 'resourceName'>;

/** What the configuration names the machine; undefined: as it is known, or not at all. */
export const newNameIn = (
  configuration: unknown,
  { machineId: known }: Pick<ConnectedState, 'machineId'>,
): MachineName | undefined => {
  const { machineId } = (configuration ?? {}) as { readonly machineId?: unknown };
  const id = typeof machineId === 'string' ? parseResourceId(machineId) : undefined;
  if (id?.subscriptionId === undefined || id.resourceGroup === undefined) return undefined;
  if (id.text.toLowerCase() === known.toLowerCase()) return undefined;
  const { subscriptionId, resourceGroup } = id;
  return { machineId: id.text, subscriptionId, resourceGroup, resourceName: id.name };
};

/**
 * Asks once, as the machine itself.
 * @throws NetworkFault or ServiceRefusal where nobody says it; Error without a key
 */
export const askForName = async (
  connected: ConnectedState,
  {
    state,
    client,
    now,
    newGuid,
  }: {
    readonly state: Pick<StateDirectory, 'readKey'>;
    readonly client: HttpsClient;
    readonly now: () => number;
    readonly newGuid: () => string;
  },
): Promise<string> => {
  const pem = await state.readKey();
  if (pem === undefined) throw new Error('the machine key is missing');
  const { machineId, vmId, hosts, certificate } = connected;
  const key = loadMachineKey(pem);
  const services = createArcServices({ client, key, machineId, vmId, agentVersion, now, newGuid });
  const { token } = await services.token(hosts, certificate.serial);
  const configuration = await services.configuration(hosts, token, undefined);
  return newNameIn(configuration?.value, connected)?.machineId ?? machineId;
};
