/** The network interface of a private endpoint: an IP configuration for each member. */

import { type Member, type MemberAddresses, memberOf } from '@tombolo/private-link';
import { objectAt, objectsAt, propertiesOf, stringAt, stringsAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { types } from '../../types.ts';
import type { PlacedMember } from './connection.ts';

export interface InterfaceInput {
  readonly id: string;
  readonly endpointId: string;
  readonly location: string;
  readonly subnetId: string;
  readonly members: readonly (PlacedMember & { readonly name: string; readonly static: boolean })[];
  readonly newGuid: () => string;
}

export const ipConfigurationId = (interfaceId: string, name: string): string =>
  `${interfaceId}/ipConfigurations/${name}`;

export const interfaceDocument = (input: InterfaceInput): { id: string; type: string; body: JsonObject } => ({
  id: input.id,
  type: types.networkInterface,
  body: {
    location: input.location,
    tags: {},
    properties: {
      provisioningState: 'Succeeded',
      resourceGuid: input.newGuid(),
      ipConfigurations: input.members.map((entry, index) => ({
        name: entry.name,
        id: ipConfigurationId(input.id, entry.name),
        type: `${types.networkInterface}/ipConfigurations`,
        properties: {
          provisioningState: 'Succeeded',
          privateIPAddress: entry.address,
          privateIPAllocationMethod: entry.static ? 'Static' : 'Dynamic',
          privateIPAddressVersion: 'IPv4',
          subnet: { id: input.subnetId },
          primary: index === 0,
          privateLinkConnectionProperties: {
            groupId: entry.member.groupId,
            requiredMemberName: entry.member.memberName,
            fqdns: [entry.member.fqdn],
          },
        },
      })),
      dnsSettings: { dnsServers: [], appliedDnsServers: [] },
      macAddress: '',
      enableAcceleratedNetworking: false,
      enableIPForwarding: false,
      vnetEncryptionSupported: false,
      hostedWorkloads: [],
      nicType: 'Standard',
      tapConfigurations: [],
      privateEndpoint: { id: input.endpointId },
    },
  },
});

/** One member's name and address as its interface has them. */
export interface InterfaceMember {
  readonly memberName: string;
  readonly fqdns: readonly string[];
  readonly address: string;
}

/** In the order of the service's requiredMembers, as they were laid down. */
export const interfaceMembers = (document: Document | undefined): readonly InterfaceMember[] =>
  objectsAt(document && propertiesOf(document), 'ipConfigurations').map((configuration) => {
    const properties = objectAt(configuration, 'properties');
    const link = objectAt(properties, 'privateLinkConnectionProperties');
    return {
      memberName: stringAt(link, 'requiredMemberName') ?? '',
      fqdns: stringsAt(link, 'fqdns'),
      address: stringAt(properties, 'privateIPAddress') ?? '',
    };
  });

/** The interface's id of a stored endpoint. */
export const interfaceIdOf = (endpoint: Document): string => {
  const [reference] = objectsAt(propertiesOf(endpoint), 'networkInterfaces');
  return stringAt(reference, 'id') ?? '';
};

/** The members and addresses of an interface, with the zone and record that each name has. */
export const membersOf = (
  document: Document | undefined,
): { readonly members: readonly Member[]; readonly addresses: MemberAddresses } => {
  const all = interfaceMembers(document).flatMap(({ memberName, fqdns, address }) => {
    const [fqdn] = fqdns;
    if (fqdn === undefined) return [];
    return [{ member: memberOf(memberName, fqdn), address }];
  });
  return {
    members: all.map(({ member }) => member),
    addresses: new Map(all.map(({ member, address }) => [member.memberName, address])),
  };
};
