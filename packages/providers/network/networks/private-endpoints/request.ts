/** Reads what a private endpoint's PUT asks for: exactly one connection, of the one group, members at addresses. */

import type { ArmError } from '@tombolo/arm';
import { checkConnectionTarget, groupId, type Member } from '@tombolo/private-link';
import { refusalError } from '../../../rule-refusal.ts';
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

/** Member name → the configuration that the PUT gives it. */
export const readStatic = (
  endpointId: string,
  properties: EndpointProperties,
  members: readonly Member[],
): ReadonlyMap<string, StaticConfiguration> | ArmError => {
  const found = new Map<string, StaticConfiguration>();
  const invalid = (reason: string): ArmError =>
    networkError('InvalidPrivateEndpoint', [endpointId, reason], 'ipConfigurations');
  for (const { name, properties: configuration } of properties.ipConfigurations ?? []) {
    const wanted = configuration.memberName ?? '';
    const member = members.find((candidate) => candidate.memberName.toLowerCase() === wanted.toLowerCase());
    const names = members.map((candidate) => candidate.memberName).join(', ');
    if (!member) return invalid(`ipConfigurations names the member '${wanted}'; there are ${names}.`);
    if ((configuration.groupId ?? groupId).toLowerCase() !== groupId)
      return invalid(`ipConfigurations names the group '${configuration.groupId}'; there is ${groupId}.`);
    if (found.has(member.memberName)) return invalid(`ipConfigurations names the member '${wanted}' twice.`);
    found.set(member.memberName, { name, address: configuration.privateIPAddress });
  }
  return found;
};
