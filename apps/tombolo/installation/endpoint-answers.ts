/** What ARM answers of a private endpoint: itself, its zone groups, its interfaces. */

import type { JsonObject } from '@tombolo/store/port';

/** Whoever reads ARM: a client over the network, or control for a caller of its own. */
export interface ArmReader {
  readonly send: (method: 'GET', path: string) => Promise<{ readonly body: JsonObject }>;
}

const apiVersion = 'api-version=2024-05-01';

/** Beside a zone group the endpoint's own list may be empty; its network interface has all names. */
export const endpointAnswers = async (arm: ArmReader, id: string): Promise<readonly JsonObject[]> => {
  const get = async (path: string): Promise<JsonObject> =>
    (await arm.send('GET', `${path}?${apiVersion}`)).body;
  const endpoint = await get(id);
  const { networkInterfaces = [] } = endpoint.properties as {
    readonly networkInterfaces?: readonly { readonly id: string }[];
  };
  return [
    endpoint,
    await get(`${id}/privateDnsZoneGroups`),
    ...(await Promise.all(networkInterfaces.map((reference) => get(reference.id)))),
  ];
};
