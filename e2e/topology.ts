/** The smallest network that an agent could use: scope, private endpoint, zones and an inbound DNS endpoint, by `apply`. */

import { Resolver } from 'node:dns/promises';
import { fileURLToPath } from 'node:url';
import type { Arm, ArmBody } from './arm.ts';
import type { ServerProcess } from './server.ts';

const template = fileURLToPath(new URL('../examples/quickstart.json', import.meta.url));

export interface Topology {
  readonly group: string;
  /** Names of members with the addresses of the private endpoint. */
  readonly members: readonly { readonly fqdn: string; readonly address: string }[];
  /** The inbound endpoint: where the network's view is served. */
  readonly nameServer: string;
}

export const applyTopology = async (server: ServerProcess, arm: Arm): Promise<Topology> => {
  const applied = await server.tomboloHere('apply', template, '-g', 'site', '-l', 'japaneast');
  if (applied.code !== 0) throw new Error(applied.stdout + applied.stderr);
  const waited = await server.tomboloHere('wait');
  if (waited.code !== 0) throw new Error(waited.stdout);
  const group = `${arm.subscription}/resourceGroups/site`;
  const network = `${group}/providers/Microsoft.Network`;
  const endpoint = await arm.send(
    'GET',
    `${network}/privateEndpoints/quickstart-endpoint?api-version=2024-05-01`,
  );
  // Beside its zone group the endpoint's own list is empty, as in Azure: the interface has the names.
  const [nic] = endpoint.body.properties!.networkInterfaces as readonly { id: string }[];
  const shown = await arm.send('GET', `${nic!.id}?api-version=2024-05-01`);
  const inbound = await arm.list(
    `${network}/dnsResolvers/quickstart-resolver/inboundEndpoints?api-version=2022-07-01`,
  );
  const [place] = inbound[0]!.properties!.ipConfigurations as readonly { privateIpAddress: string }[];
  return {
    group,
    members: membersOf(shown.body),
    nameServer: `${place!.privateIpAddress}:${server.ready.dns.split(':')[1]}`,
  };
};

interface Configuration {
  readonly properties: {
    readonly privateIPAddress: string;
    readonly privateLinkConnectionProperties: { readonly fqdns: readonly string[] };
  };
}

/** The names that a private endpoint's network interface carries, with their addresses. */
export const membersOf = ({ properties }: ArmBody): Topology['members'] =>
  (properties!.ipConfigurations as readonly Configuration[]).map(({ properties: of }) => ({
    fqdn: of.privateLinkConnectionProperties.fqdns[0]!,
    address: of.privateIPAddress,
  }));

/** A records as this name server answers them; throws what it answers instead. */
export const resolve4 = (nameServer: string, name: string): Promise<string[]> => {
  const resolver = new Resolver({ timeout: 10_000, tries: 3 });
  resolver.setServers([nameServer]);
  return resolver.resolve4(name);
};
