/** The quickstart's resources, created through the public ARM API from examples/quickstart.json. */

import { readEndpointDocument } from '@tombolo/azure-documents';
import quickstart from '../../../examples/quickstart.json' with { type: 'json' };
import { applyTemplate, fillTemplate } from '../installation/apply-template.ts';
import type { ArmClient } from '../installation/arm-client.ts';
import type { Installation } from '../installation/installation.ts';
import { nameServersOf } from '../installation/name-servers.ts';
import type { Output } from '../shell/output.ts';

export const location = 'japaneast';
export const resourceGroup = 'quickstart';

export interface Topology {
  readonly group: string;
  readonly scopeId: string;
  readonly networkId: string;
  readonly connectionId: string;
  /** Addresses of the endpoint's members by public name. */
  readonly addresses: ReadonlyMap<string, string>;
  /** `address:port` of the network's resolver. */
  readonly networkNameServers: readonly string[];
}

const hybridCompute = '2022-11-10';

/** Applies the template (safe to repeat) and reads back what the endpoint got. */
export const createTopology = async (
  arm: ArmClient,
  installation: Installation,
  output: Output,
): Promise<Topology> => {
  const { subscriptionId } = installation;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  await applyTemplate(
    arm,
    group,
    location,
    fillTemplate(JSON.stringify(quickstart), { subscriptionId, resourceGroup }),
    output,
  );
  const scopeId = `${group}/providers/Microsoft.HybridCompute/privateLinkScopes/quickstart-scope`;
  const networkId = `${group}/providers/Microsoft.Network/virtualNetworks/quickstart-network`;
  const endpoint = await arm.send(
    'GET',
    `${group}/providers/Microsoft.Network/privateEndpoints/quickstart-endpoint?api-version=2024-05-01`,
  );
  // Its own list of names is empty beside its zone group; the interface has all of them.
  const [networkInterface] = (endpoint.body.properties as { networkInterfaces: readonly { id: string }[] })
    .networkInterfaces;
  const shown = await arm.send('GET', `${networkInterface!.id}?api-version=2024-05-01`);
  const connections = await arm.send(
    'GET',
    `${scopeId}/privateEndpointConnections?api-version=${hybridCompute}`,
  );
  const [connection] = connections.body.value as readonly { id: string }[];
  return {
    group,
    scopeId,
    networkId,
    connectionId: connection!.id,
    addresses: new Map(
      readEndpointDocument(shown.body).names.map(({ fqdn, addresses: [address] }) => [fqdn, address!]),
    ),
    networkNameServers: await nameServersOf(arm, installation, networkId),
  };
};

/** Approves or rejects the endpoint's connection; resolves to the feed number of the change. */
export const setConnection = async (
  arm: ArmClient,
  topology: Topology,
  status: 'Approved' | 'Rejected',
): Promise<number> => {
  const description = status === 'Approved' ? 'approved by the quickstart' : 'rejected by the quickstart';
  const answer = await arm.send('PUT', `${topology.connectionId}?api-version=${hybridCompute}`, {
    properties: { privateLinkServiceConnectionState: { status, description } },
  });
  return answer.feed ?? 0;
};

/** Sets the scope's public network access; resolves to the feed number of the change. */
export const setPublicAccess = async (
  arm: ArmClient,
  topology: Topology,
  publicNetworkAccess: 'Enabled' | 'Disabled',
): Promise<number> => {
  const answer = await arm.send('PUT', `${topology.scopeId}?api-version=${hybridCompute}`, {
    location,
    properties: { publicNetworkAccess },
  });
  return answer.feed ?? 0;
};
