/**
 * Microsoft.Network: networks, endpoints, private DNS and resolvers. One line a type; unless a type says otherwise its
 * actions are `<type>/read`, `/write` and `/delete`.
 */

import { operationTypes, type Provider } from '@tombolo/arm';
import { operationsList } from '../operations-list.ts';
import { networkApiVersions, operationApiVersions } from './api-versions.ts';
import { applicationSecurityGroups } from './application-security-groups/resource.ts';
import { convergence, convergenceKind } from './convergence.ts';
import { dnsResolvers } from './dns-resolvers/resource.ts';
import { forwardingRules } from './forwarding-rules/resource.ts';
import { forwardingRulesets } from './forwarding-rulesets/resource.ts';
import { inboundEndpoints } from './inbound-endpoints/resource.ts';
import { effective, effectiveKind } from './network-interfaces/effective-operation.ts';
import { networkInterfaces } from './network-interfaces/resource.ts';
import { defaultSecurityRules, networkSecurityGroups } from './network-security-groups/resource.ts';
import { outboundEndpoints } from './outbound-endpoints/resource.ts';
import { privateDnsLinks } from './private-dns-links/resource.ts';
import { privateDnsZoneGroups } from './private-dns-zone-groups/resource.ts';
import { privateDnsZones } from './private-dns-zones/resource.ts';
import { provisioning } from './private-endpoints/model.ts';
import { provisioningKind } from './private-endpoints/provisioning.ts';
import { privateEndpoints } from './private-endpoints/resource.ts';
import { recordSetTypes } from './record-sets/resource.ts';
import { routeTables } from './route-tables/resource.ts';
import { routes } from './routes/resource.ts';
import { rulesetLinks } from './ruleset-links/resource.ts';
import { securityRules } from './security-rules/resource.ts';
import { serviceTagDetails, serviceTags } from './service-tags/resource.ts';
import { subnets } from './subnets/resource.ts';
import { peerings } from './virtual-network-peerings/resource.ts';
import { virtualNetworks } from './virtual-networks/resource.ts';

const namespace = 'Microsoft.Network';
const operationAddresses = { status: 'operations', result: 'operationResults', notifies: true } as const;

export const networkProvider: Provider = {
  namespace,
  types: [
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
    // GET, lists, effective groups and routes; PUT answers 501, DELETE refuses: they are private endpoints'
    networkInterfaces,
    // PUT and DELETE are long-running; PATCH(tags)
    privateEndpoints,
    privateDnsZoneGroups,
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
    // GET list: the RBAC actions
    operationsList(namespace, networkApiVersions),
    ...operationTypes(namespace, operationAddresses, operationApiVersions),
  ],
  operationKinds: {
    [provisioning]: provisioningKind,
    [convergence]: convergenceKind,
    [effective]: effectiveKind,
  },
  operationAddresses,
};
