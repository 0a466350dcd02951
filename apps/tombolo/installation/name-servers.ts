/** The name servers of a virtual network, asked of the installation's ARM API. */

import { sameId } from '@tombolo/arm/resource-id';
import { propertiesIn, referenceAt, subscriptionIdIn } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { CommandError } from '../shell/command-error.ts';
import type { ArmReader } from './endpoint-answers.ts';
import type { Installation } from './installation.ts';

/** A network's own `dhcpOptions.dnsServers`, else its inbound endpoints. Throws where it has neither. */
export const nameServersOf = async (
  arm: ArmReader,
  installation: Installation,
  networkId: string,
): Promise<readonly string[]> => {
  const network = await arm.send('GET', `${networkId}?api-version=2024-05-01`);
  const properties = network.body.properties as { dhcpOptions?: { dnsServers?: readonly string[] } };
  const custom = properties.dhcpOptions?.dnsServers ?? [];
  const addresses = custom.length > 0 ? custom : await inboundAddresses(arm, networkId);
  if (addresses.length === 0) {
    throw new CommandError(
      'InvalidArgument',
      `${networkId} has no name servers: neither dhcpOptions.dnsServers nor a DNS resolver with an inbound endpoint.`,
      'Create a Microsoft.Network/dnsResolvers resource with an inboundEndpoints child in it.',
    );
  }
  return addresses.map((address) =>
    address.includes(':') ? address : `${address}:${installation.ports.dns}`,
  );
};

/** Addresses of the inbound endpoints of the network's DNS resolvers. */
export const inboundAddresses = async (arm: ArmReader, networkId: string): Promise<string[]> => {
  const subscription = subscriptionIdIn(networkId);
  const resolvers = await arm.send(
    'GET',
    `${subscription}/providers/Microsoft.Network/dnsResolvers?api-version=2022-07-01`,
  );
  const own = (resolvers.body.value as readonly JsonObject[]).filter((resolver) =>
    sameId(referenceAt(propertiesIn(resolver), 'virtualNetwork') ?? '', networkId),
  );
  const addresses: string[] = [];
  for (const resolver of own) {
    const endpoints = await arm.send('GET', `${resolver.id}/inboundEndpoints?api-version=2022-07-01`);
    for (const endpoint of endpoints.body.value as readonly JsonObject[]) {
      const { ipConfigurations } = endpoint.properties as {
        ipConfigurations?: readonly { privateIpAddress?: string }[];
      };
      addresses.push(
        ...(ipConfigurations ?? []).flatMap((entry) =>
          entry.privateIpAddress === undefined ? [] : [entry.privateIpAddress],
        ),
      );
    }
  }
  return addresses;
};
