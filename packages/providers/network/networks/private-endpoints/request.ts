/** Reads what a private endpoint's PUT asks for: exactly one connection, of the one group, members at addresses. */

import type { ArmError } from '@tombolo/arm';
import { checkConnectionTarget, groupId, type Member } from '@tombolo/private-link';
import { isObject, objectOf, parentIdOf, referenceAt } from '@tombolo/store/document';
import type { Json, Reads } from '@tombolo/store/port';
import { refusalError } from '../../../rule-refusal.ts';
import { linkOfNetworkKey } from '../../network-links.ts';
import { namesOfNetworkKeys } from '../../private-dns/linked-zones.ts';
import { networkError } from '../../refusals.ts';
import type { ConnectionRequest } from './connection.ts';
import type { EndpointProperties } from './schema.ts';

export const readRequest = (
  endpointId: string,
  properties: EndpointProperties,
): ConnectionRequest | ArmError => {
  const auto = properties.privateLinkServiceConnections ?? [];
  const manual = properties.manualPrivateLinkServiceConnections ?? [];
  const [item, second] = [...auto, ...manual];
  if (item === undefined || second !== undefined)
    return networkError(
      'InvalidPrivateEndpoint',
      [
        endpointId,
        'it needs exactly one connection, in privateLinkServiceConnections or in manualPrivateLinkServiceConnections.',
      ],
      'privateLinkServiceConnections',
    );
  const refusal = checkConnectionTarget(item.properties.privateLinkServiceId);
  if (refusal) return refusalError(refusal);
  const groups = item.properties.groupIds ?? [];
  if (groups.length === 0) {
    const list = auto.length > 0 ? 'privateLinkServiceConnections' : 'manualPrivateLinkServiceConnections';
    const connection = `${endpointId}/${list}/${item.name}`;
    return networkError('MissingParameterOnPrivateLinkServiceConnection', [connection], 'groupIds');
  }
  if (groups.length !== 1 || groups[0]!.toLowerCase() !== groupId)
    return networkError(
      'InvalidPrivateEndpoint',
      [endpointId, `groupIds has to be ["${groupId}"], the one group of a private link scope.`],
      'groupIds',
    );
  return {
    name: item.name,
    mode: auto.length > 0 ? 'auto' : 'manual',
    scopeId: item.properties.privateLinkServiceId,
    groupIds: groups,
    requestMessage: item.properties.requestMessage,
  };
};

/** A static address as it was asked for. */
export interface StaticConfiguration {
  readonly name: string;
  readonly address: string;
}

/** As Azure lists them. */
const listed = (entries: readonly (readonly (readonly [string, string])[])[]): string =>
  entries.map((entry) => entry.map(([name, value]) => `${name}: ${value}`).join(', ')).join('; ');

/**
 * Member name → the configuration that the PUT gives it. Azure takes addresses for all members or for none, each with group
 * and member (hashicorp/terraform-provider-azurerm#21781, #13061; without the group: Azure/bicep#7119).
 */
export const readStatic = (
  endpointId: string,
  properties: EndpointProperties,
  members: readonly Member[],
): ReadonlyMap<string, StaticConfiguration> | ArmError => {
  const found = new Map<string, StaticConfiguration>();
  const invalid = (reason: string): ArmError =>
    networkError('InvalidPrivateEndpoint', [endpointId, reason], 'ipConfigurations');
  const configurations = properties.ipConfigurations ?? [];
  let superfluous: string | undefined;
  for (const { name, properties: configuration } of configurations) {
    const wanted = configuration.memberName ?? '';
    const group = configuration.groupId ?? '';
    const member =
      group.toLowerCase() === groupId
        ? members.find((candidate) => candidate.memberName.toLowerCase() === wanted.toLowerCase())
        : undefined;
    if (!member) superfluous = `the member '${wanted}' of group '${group}', which there is not`;
    else if (found.has(member.memberName)) superfluous = `the member '${wanted}' twice`;
    else found.set(member.memberName, { name, address: configuration.privateIPAddress });
  }
  const missing = members.filter(({ memberName }) => !found.has(memberName));
  if (configurations.length > 0 && missing.length > 0)
    return networkError(
      'PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps',
      [
        endpointId,
        listed(
          configurations.map(({ properties: { privateIPAddress, groupId: group, memberName } }) => [
            ['PrivateIPAddress', privateIPAddress],
            ['GroupId', group ?? ''],
            ['MemberName', memberName ?? ''],
          ]),
        ),
        listed(
          missing.map(({ memberName }) => [
            ['GroupId', groupId],
            ['MemberName', memberName],
          ]),
        ),
      ],
      'ipConfigurations',
    );
  return superfluous === undefined ? found : invalid(`ipConfigurations names ${superfluous}.`);
};

/** The network of the subnet that a body names, with the first round trip. */
export const readsOfNetwork = (body: Json | undefined): Reads => {
  const subnetId = isObject(body) ? referenceAt(objectOf(body.properties), 'subnet') : undefined;
  if (subnetId === undefined) return {};
  const networkId = parentIdOf(subnetId);
  return {
    documents: [networkId],
    claims: [linkOfNetworkKey(networkId)],
    claimsUnder: [namesOfNetworkKeys(networkId)],
  };
};
