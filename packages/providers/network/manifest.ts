/**
 * Microsoft.Network: networks, endpoints, private DNS and resolvers. One line a type; unless a type says otherwise its
 * actions are `<type>/read`, `/write` and `/delete`.
 */

import { type AnyResourceType, operationTypes, type Provider, removalInSteps } from '@tombolo/arm';
import { operationsList } from '../operations-list.ts';
import { networkApiVersions, operationApiVersions } from './api-versions.ts';
import { convergence, convergenceKind } from './convergence.ts';
import { dnsResolvers } from './dns-resolver/dns-resolvers/resource.ts';
import { forwardingRules } from './dns-resolver/forwarding-rules/resource.ts';
import { forwardingRulesets } from './dns-resolver/forwarding-rulesets/resource.ts';
import { inboundEndpoints } from './dns-resolver/inbound-endpoints/resource.ts';
import { outboundEndpoints } from './dns-resolver/outbound-endpoints/resource.ts';
import { rulesetLinks } from './dns-resolver/ruleset-links/resource.ts';
import { applicationSecurityGroups } from './networks/application-security-groups/resource.ts';
import { availableTypes } from './networks/available/resource.ts';
import { effective, effectiveKind } from './networks/network-interfaces/effective-operation.ts';
import { networkInterfaces } from './networks/network-interfaces/resource.ts';
import { defaultSecurityRules, networkSecurityGroups } from './networks/network-security-groups/resource.ts';
import { privateDnsZoneGroups } from './networks/private-dns-zone-groups/resource.ts';
import { provisioning } from './networks/private-endpoints/model.ts';
import { provisioningKind } from './networks/private-endpoints/provisioning.ts';
import { privateEndpoints } from './networks/private-endpoints/resource.ts';
import { routeTables } from './networks/route-tables/resource.ts';
import { routes } from './networks/routes/resource.ts';
import { securityRules } from './networks/security-rules/resource.ts';
import { serviceTagDetails, serviceTags } from './networks/service-tags/resource.ts';
import { subnets } from './networks/subnets/resource.ts';
import { readByNetworks } from './networks/unparsable.ts';
import { locationUsages, networkUsages } from './networks/usages/resource.ts';
import { peerings } from './networks/virtual-network-peerings/resource.ts';
import { addressAvailability } from './networks/virtual-networks/address-availability.ts';
import { virtualNetworks } from './networks/virtual-networks/resource.ts';
import { privateDnsLinks } from './private-dns/private-dns-links/resource.ts';
import { privateDnsZones } from './private-dns/private-dns-zones/resource.ts';
import { recordSetTypes } from './private-dns/record-sets/resource.ts';

const namespace = 'Microsoft.Network';
const operationAddresses = { status: 'operations', result: 'operationResults', notifies: true } as const;

/** One line a type; in the words of one service (`networks/unparsable.ts`). */
const networkTypes: readonly AnyResourceType[] = [
  // PUT GET PATCH(tags) DELETE, lists by group and subscription; subnets and peerings inline
  virtualNetworks,
  // PUT GET DELETE, list by network
  subnets,
  peerings,
  // PUT GET PATCH(tags) DELETE; rules inline
  networkSecurityGroups,
  securityRules,
  // GET, list
  defaultSecurityRules,
  // PUT GET PATCH(tags) DELETE; routes inline
  routeTables,
  routes,
  applicationSecurityGroups,
  // GET, lists, effective groups and routes; PUT and PATCH of tags; DELETE refuses: they are private endpoints'
  networkInterfaces,
  // PUT and DELETE are long-running; PATCH(tags)
  privateEndpoints,
  privateDnsZoneGroups,
];

export const networkProvider: Provider = {
  namespace,
  types: [
    ...networkTypes.map(readByNetworks),
    // PUT GET PATCH DELETE; links and record sets below
    privateDnsZones,
    privateDnsLinks,
    ...recordSetTypes,
    dnsResolvers,
    inboundEndpoints,
    outboundEndpoints,
    forwardingRulesets,
    forwardingRules,
    rulesetLinks,
    // GET list by location: what was imported, else the installation's own addresses
    serviceTags,
    serviceTagDetails,
    // GET list by location
    ...availableTypes,
    locationUsages,
    // GET below a network
    networkUsages,
    addressAvailability,
    // GET list: the RBAC actions
    operationsList(namespace, networkApiVersions),
    ...operationTypes(namespace, operationAddresses, operationApiVersions),
  ],
  operationKinds: {
    [`${namespace}/removalInSteps`]: removalInSteps,
    [provisioning]: provisioningKind,
    [convergence]: convergenceKind,
    [effective]: effectiveKind,
  },
  operationAddresses,
};
