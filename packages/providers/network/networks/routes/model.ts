/** Decides routes: a prefix or service tag of its own in the table, a next hop with the address that it needs. */

import type { ArmError } from '@tombolo/arm';
import { readAddress } from '@tombolo/ip/address';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
import { hasTagForm } from '@tombolo/network-rules';
import { nameOf, stringAt, withValues } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { readPrefixes } from '../../address-prefix.ts';
import { networkError } from '../../refusals.ts';
import type { RouteProperties } from './schema.ts';

export interface RoutePlan {
  readonly id: string;
  readonly properties: JsonObject;
}

export const planRoute = (id: string, route: RouteProperties): RoutePlan | ArmError => {
  const name = nameOf(id);
  const { addressPrefix, nextHopType } = route;
  const nextHop = route.nextHopIpAddress || undefined;
  const invalid = (reason: string, target: string): ArmError =>
    networkError('InvalidRoute', [name, reason], target);
  if (!addressPrefix) return invalid('give addressPrefix, for example 0.0.0.0/0.', 'addressPrefix');
  if (readAddressPrefix(addressPrefix)) {
    const read = readPrefixes([addressPrefix], id);
    if (!Array.isArray(read)) return read as ArmError;
  } else if (!hasTagForm(addressPrefix))
    return networkError('InvalidAddressPrefixFormat', [addressPrefix, id], 'addressPrefix');
  if (nextHopType === 'VirtualAppliance' && nextHop === undefined)
    return invalid('VirtualAppliance needs nextHopIpAddress, the appliance’s address.', 'nextHopIpAddress');
  if (nextHopType !== 'VirtualAppliance' && nextHop !== undefined)
    return invalid(
      `${nextHopType} takes no nextHopIpAddress; only VirtualAppliance does.`,
      'nextHopIpAddress',
    );
  if (nextHop !== undefined && !readAddress(nextHop))
    return invalid(`'${nextHop}' is no IP address.`, 'nextHopIpAddress');
  const properties = withValues({
    ...(route as Record<string, Json | undefined>),
    nextHopIpAddress: nextHop,
    hasBgpOverride: false,
    provisioningState: 'Succeeded',
  });
  return { id, properties };
};

/** A table routes each prefix once. */
export const checkRoutes = (routes: readonly RoutePlan[]): ArmError | undefined => {
  const seen = new Map<string, string>();
  for (const { id, properties } of routes) {
    const prefix = stringAt(properties, 'addressPrefix') ?? '';
    const other = seen.get(prefix.toLowerCase());
    if (other !== undefined) return networkError('RouteConflict', [nameOf(id), other, prefix], id);
    seen.set(prefix.toLowerCase(), nameOf(id));
  }
  return undefined;
};
