/**
 * Decides an inbound endpoint: the address at which a network's view is served.
 * Its refusals in Azure's words: hashicorp/terraform-provider-azurerm#27033, #24952.
 */

import { ArmError, type PutDecision, type PutInput, sameId, useClaim } from '@tombolo/arm';
import { objectsAt, propertiesOf, referenceAt, stringAt } from '@tombolo/store/document';
import type { Document, HeldClaim } from '@tombolo/store/port';
import { addressClaim, allocateAddresses } from '../../address-allocation.ts';
import { subnetPrefixes } from '../../networks/subnets/model.ts';
import { networkError } from '../../refusals.ts';
import { checkEndpointSubnet, dedicationClaim, delegatedSubnet } from '../dns-resolvers/model.ts';
import type { InboundProperties } from './schema.ts';

export interface LoadedInbound {
  readonly resolver: Document;
  readonly taken: readonly HeldClaim[];
}

const fixed = (id: string, what: string): ArmError =>
  networkError(
    'BadRequest',
    [`The ${what} of inbound endpoint '${id}' cannot be changed. Delete it and create it anew.`],
    id,
  );

export const putInbound = ({
  command,
  loaded: { resolver, taken },
  referenced,
  newGuid,
  settings,
}: PutInput<InboundProperties, LoadedInbound>): PutDecision | ArmError => {
  const id = command.existing?.id ?? `${resolver.id}/inboundEndpoints/${command.id.name}`;
  if (command.location !== resolver.body.location)
    return networkError(
      'BadRequest',
      [`Endpoint '${id}' has to be in its resolver's region '${resolver.body.location}'.`],
      'location',
    );
  const [wanted, ...more] = command.properties.ipConfigurations;
  if (more.length > 0)
    return networkError(
      'BadRequest',
      [
        `The number of IP configurations must be 1. inboundEndpointResourceId=${id}, numIpConfigurations=${more.length + 1}`,
      ],
      'ipConfigurations',
    );
  const { privateIpAddress: address, privateIpAllocationMethod: method } = wanted!;
  if (method === 'Static' && !address)
    return networkError(
      'BadRequest',
      [
        `The IP address specified in static IP configurations is empty. inboundEndpointResourceId=${id}: give privateIpAddress.`,
      ],
      'privateIpAddress',
    );
  if (command.existing) {
    const before = propertiesOf(command.existing);
    const [known] = objectsAt(before, 'ipConfigurations');
    if (!sameId(referenceAt(known, 'subnet') ?? '', wanted!.subnet.id)) return fixed(id, 'subnet');
    const knownMethod = stringAt(known, 'privateIpAllocationMethod');
    if (method && method !== knownMethod)
      return networkError(
        'BadRequest',
        [
          `IP allocation method cannot be changed after creation. inboundEndpointResourceId=${id}, ipAllocationMethod=${method}, existingIpAllocationMethod=${knownMethod}`,
        ],
        'privateIpAllocationMethod',
      );
    if (address && address !== stringAt(known, 'privateIpAddress')) return fixed(id, 'address');
    return { properties: before };
  }
  const place = referenced.get(wanted!.subnet.id.toLowerCase())!;
  const refused = checkEndpointSubnet(id, resolver, place, taken);
  if (refused) return refused;
  const allocated = allocateAddresses({
    subnetId: place.id,
    prefixes: subnetPrefixes(propertiesOf(place)),
    taken,
    own: settings.ownAddresses,
    // A dynamic endpoint's address is ours to choose, whatever a client echoes.
    wanted: [method === 'Static' ? address : undefined],
  });
  if (allocated instanceof ArmError) return allocated;
  const [given] = allocated;
  const { expect, puts } = delegatedSubnet(place);
  return {
    properties: {
      ipConfigurations: [
        {
          subnet: { id: place.id },
          privateIpAddress: given!,
          privateIpAllocationMethod: method ?? 'Dynamic',
        },
      ],
      provisioningState: 'Succeeded',
      resourceGuid: newGuid(),
    },
    effects: {
      expect,
      puts,
      claims: [
        addressClaim(place.id, given!, `${id}/ipConfigurations/0`, id),
        dedicationClaim(place.id, id),
        useClaim(resolver.id, id),
      ],
    },
  };
};
