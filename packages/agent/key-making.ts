/** `genkey`: the machine's key and id, made before it connects, for a resource that is written ahead of it. */

import { AgentFailure } from './failure.ts';
import { createMachineKey, loadMachineKey, type MachineKey } from './machine-key.ts';
import type { StateDirectory } from './state-directory.ts';

/** What the machine is known by: kept before its first use, so that another attempt is the same machine. */
export const keptIdentity = async (
  state: StateDirectory,
  newGuid: () => string,
): Promise<{ readonly key: MachineKey; readonly vmId: string }> => {
  const stored = await state.readKey();
  const key = stored === undefined ? createMachineKey() : loadMachineKey(stored);
  const vmId = (await state.readVmId()) ?? newGuid();
  await state.writeIdentity(key.privatePem, vmId);
  return { key, vmId };
};

/** The key that is there stays: its public half may be in a resource already. @throws AgentFailure 67 */
export const makeKey = async (
  state: StateDirectory,
  newGuid: () => string,
): Promise<{ readonly publicKey: string; readonly vmId: string }> => {
  if (await state.readConnected())
    throw new AgentFailure(67, 'The machine is already connected, with the key that it has.');
  const { key, vmId } = await keptIdentity(state, newGuid);
  return { publicKey: key.clientPublicKey, vmId };
};
