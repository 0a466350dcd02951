/** Where the machines of a simulated fleet go: their resource group, and the network whose name servers they ask. */

import { normalizeLocation } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import type { ArmClient } from '../installation/arm-client.ts';
import { nameServersOf } from '../installation/name-servers.ts';
import type { ServerConnection } from '../installation/server-connection.ts';
import { CommandError } from '../shell/command-error.ts';

const groupVersion = 'api-version=2021-04-01';
const scopeVersion = 'api-version=2024-07-10';
const networkVersion = 'api-version=2024-05-01';

export interface FleetGroup {
  readonly id: string;
  /** Where the machines are. */
  readonly location: string;
  /** It was not there before: it goes with the machines. */
  readonly made: boolean;
}

export interface WantedPlace {
  readonly group: string;
  readonly location?: string;
  readonly privateLinkScopeId?: string;
}

/** Where nobody said it: a machine is where its scope is, which takes no other (R3), else where its group is. */
const locationOf = async (arm: ArmClient, wanted: WantedPlace): Promise<string | undefined> => {
  const { location, privateLinkScopeId: scope } = wanted;
  if (location !== undefined || scope === undefined) return location;
  return String((await arm.send('GET', `${scope}?${scopeVersion}`)).body.location);
};

/** The group, made where it is missing. */
export const openGroup = async (
  arm: ArmClient,
  { installation, credentials }: ServerConnection,
  wanted: WantedPlace,
): Promise<FleetGroup> => {
  const { group: name } = wanted;
  const location = await locationOf(arm, wanted);
  const subscription = `/subscriptions/${credentials.subscriptionId}`;
  const id = `${subscription}/resourceGroups/${encodeURIComponent(name)}`;
  const { body } = await arm.send('GET', `${subscription}/resourceGroups?${groupVersion}`);
  const groups = body.value as readonly JsonObject[];
  const found = groups.find((group) => String(group.name).toLowerCase() === name.toLowerCase());
  if (found !== undefined)
    return { id, location: normalizeLocation(location ?? String(found.location)), made: false };
  const newLocation = normalizeLocation(location ?? installation.regions[0] ?? '');
  await arm.send('PUT', `${id}?${groupVersion}`, { location: newLocation });
  return { id, location: newLocation, made: true };
};

/** Away with a group that was made for the fleet, unless somebody has put something in it. @returns whether it is gone */
export const closeGroup = async (arm: ArmClient, { id, made }: FleetGroup): Promise<boolean> => {
  if (!made) return false;
  const { body } = await arm.send('GET', `${id}/resources?${groupVersion}`);
  if ((body.value as readonly JsonObject[]).length > 0) return false;
  await arm.send('DELETE', `${id}?${groupVersion}`);
  return true;
};

/** Its id, where it is one; else the one network of the subscription that has this name. */
const networkId = async (arm: ArmClient, subscriptionId: string, network: string): Promise<string> => {
  if (network.startsWith('/')) return network;
  const { body } = await arm.send(
    'GET',
    `/subscriptions/${subscriptionId}/providers/Microsoft.Network/virtualNetworks?${networkVersion}`,
  );
  const all = body.value as readonly JsonObject[];
  const [found, ...others] = all.filter(({ name }) => String(name).toLowerCase() === network.toLowerCase());
  if (found !== undefined && others.length === 0) return String(found.id);
  throw new CommandError(
    'InvalidArgument',
    found === undefined
      ? `There is no virtual network '${network}'.`
      : `There are ${others.length + 1} virtual networks '${network}'.`,
    found === undefined
      ? `There are: ${all.map(({ name }) => String(name)).join(', ') || 'none'}.`
      : `Give its id: ${[found, ...others].map(({ id }) => String(id)).join(', ')}.`,
  );
};

/** Of the network; without one, of the public view. */
export const nameServersFor = async (
  arm: ArmClient,
  { installation, credentials }: ServerConnection,
  network: string | undefined,
): Promise<readonly string[]> => {
  if (network === undefined) return [`${installation.addresses.dns}:${installation.ports.dns}`];
  return nameServersOf(arm, installation, await networkId(arm, credentials.subscriptionId, network));
};
