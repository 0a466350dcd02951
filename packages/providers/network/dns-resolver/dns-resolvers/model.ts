/** Decides DNS resolvers, and where their endpoints may stand. */

import { type ArmError, type PutDecision, type PutInput, type RemoveInput, sameId } from '@tombolo/arm';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
import { parentIdOf, propertiesOf, referenceAt, stringAt } from '@tombolo/store/document';
import type { Claim, Document, Expectation, HeldClaim } from '@tombolo/store/port';
import { touched } from '../../document.ts';
import { keptByNested } from '../../in-use.ts';
import {
  checkDelegationsKept,
  delegatedServices,
  missingDelegation,
  resolverService,
} from '../../networks/subnets/delegations.ts';
import { subnetPrefixes } from '../../networks/subnets/model.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import type { ResolverProperties } from './schema.ts';

const invalid = (reason: string, target?: string): ArmError => networkError('BadRequest', [reason], target);

/** A network has one resolver (Learn: dns-private-resolver-overview). */
export const resolverClaim = (networkId: string, resolverId: string): Claim => ({
  key: `dns resolver of ${networkId.toLowerCase()}`,
  value: resolverId.toLowerCase(),
  holder: resolverId,
});

/** A subnet with a resolver's endpoint has nothing else in it. */
export const dedicationClaim = (subnetId: string, endpointId: string): Claim => ({
  key: `resolver endpoint of ${subnetId.toLowerCase()}`,
  value: endpointId.toLowerCase(),
  holder: endpointId,
});

export const putResolver = ({
  command,
  referenced,
  newGuid,
}: PutInput<ResolverProperties, undefined>): PutDecision | ArmError => {
  const id = command.storedId;
  const before = command.existing && propertiesOf(command.existing);
  const network = referenced.get(command.properties.virtualNetwork.id.toLowerCase())!;
  if (before && !sameId(referenceAt(before, 'virtualNetwork') ?? '', network.id))
    // Azure/azure-sdk-for-net#18299 has the status.
    return networkError(
      'Conflict',
      [`The virtual network of resolver '${id}' cannot be changed. Delete it and create it anew.`],
      'virtualNetwork',
    );
  return {
    properties: {
      virtualNetwork: { id: network.id },
      dnsResolverState: 'Connected',
      provisioningState: 'Succeeded',
      resourceGuid: stringAt(before, 'resourceGuid') ?? newGuid(),
    },
    effects: {
      claims: [resolverClaim(network.id, id)],
    },
  };
};

/** Refuses a deletion while there is anything below. */
export const removeEmpty = ({
  existing,
  below,
}: Pick<RemoveInput<undefined>, 'existing' | 'below'>): ArmError | object =>
  below.length === 0
    ? {}
    : keptByNested(
        existing.id,
        below.map(({ id }) => id),
      );

/**
 * Azure: /28 to /24, in the resolver's network, delegated to resolvers. One of nobody's is delegated with its first endpoint
 * (Learn: dns-private-resolver-get-started-powershell), unless there is something in it. `taken`: its addresses.
 */
export const checkEndpointSubnet = (
  endpointId: string,
  resolver: Document,
  subnet: Document,
  taken: readonly HeldClaim[],
): ArmError | undefined => {
  const networkId = referenceAt(propertiesOf(resolver), 'virtualNetwork') ?? '';
  if (!sameId(parentIdOf(subnet.id), networkId))
    return invalid(
      `Endpoint '${endpointId}' has to stand in a subnet of its resolver's virtual network '${networkId}'; '${subnet.id}' is none.`,
      'subnet',
    );
  const services = delegatedServices(propertiesOf(subnet));
  if (services.some((service) => service.toLowerCase() !== resolverService.toLowerCase()))
    return missingDelegation(subnet.id, endpointId);
  const occupied = checkDelegationsKept(subnet.id, services, [resolverService], { taken, users: [] });
  if (occupied) return occupied;
  const size = subnetPrefixes(propertiesOf(subnet)).map((text) => readAddressPrefix(text)?.length ?? 0);
  return size.every((length) => length >= 24 && length <= 28)
    ? undefined
    : invalid(`Subnet '${subnet.id}' is no /24 to /28, as a resolver's endpoint needs.`, 'subnet');
};

/** The subnet, delegated to resolvers as Azure does with a subnet of nobody's. */
export const delegatedSubnet = (
  subnet: Document,
): { expect: Expectation[]; puts: { id: string; type: string; body: Document['body'] }[] } => {
  const expect: Expectation[] = [{ id: subnet.id, version: subnet.version }];
  if (delegatedServices(propertiesOf(subnet)).length > 0) return { expect, puts: [touched(subnet)] };
  const delegation = {
    name: resolverService.replace('/', '.'),
    id: `${subnet.id}/delegations/${resolverService.replace('/', '.')}`,
    type: `${types.subnet}/delegations`,
    properties: {
      provisioningState: 'Succeeded',
      serviceName: resolverService,
      actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
    },
  };
  const body = { ...subnet.body, properties: { ...propertiesOf(subnet), delegations: [delegation] } };
  return { expect, puts: [{ id: subnet.id, type: subnet.type, body }] };
};
