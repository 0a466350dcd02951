/** The one table of Microsoft.Network's refusals. Codes marked (ours) are not known from Azure. */

import { defineRefusals } from '@tombolo/arm';

export const networkError = defineRefusals({
  InvalidAddressPrefixFormat: [
    400,
    (prefix: string, id: string) => `Address prefix '${prefix}' of '${id}' is no CIDR notation.`,
    'Give it like 10.0.0.0/24.',
  ],
  InvalidCIDRNotation: [
    400,
    (prefix: string, id: string, fitting: string) =>
      `Address prefix '${prefix}' of '${id}' has bits set behind its length. For that length it would be '${fitting}'.`,
  ],
  AddressPrefixNotAllowed: [
    400,
    (prefix: string, id: string, range: string) =>
      `Address prefix '${prefix}' of '${id}' overlaps ${range}, which no virtual network can have.`,
    'Choose another, for example of RFC 1918.',
  ],
  AddressPrefixesOverlap: [
    400,
    (first: string, second: string, id: string) =>
      `Address prefixes '${first}' and '${second}' of '${id}' overlap.`,
    'Give every address once.',
  ],
  AddressPrefixRequired: [
    400,
    (id: string) => `'${id}' needs at least one address prefix, for example 10.0.0.0/24.`,
  ],
  InvalidSubnetPrefixLength: [
    400,
    (prefix: string, id: string) =>
      `Address prefix '${prefix}' of '${id}' has no usable length: IPv4 subnets are /2 to /29, IPv6 subnets are /64.`,
  ],
  NetcfgInvalidSubnet: [
    400,
    (subnet: string, network: string) =>
      `Subnet '${subnet}' is not valid in virtual network '${network}': its prefixes are not within the address space.`,
    'Extend the address space or choose another prefix.',
  ],
  NetcfgSubnetRangesOverlap: [
    400,
    (subnet: string, other: string) =>
      `Subnet '${subnet}' is not valid because its IP address range overlaps with that of subnet '${other}'.`,
  ],
  InUsePrefixCannotBeDeleted: [
    400,
    (prefix: string, subnet: string) =>
      `IpPrefix ${prefix} on Subnet ${subnet} has active allocations and cannot be deleted.`,
    'Delete what has addresses there first.',
  ],
  InUseSubnetCannotBeDeleted: [
    400,
    (subnet: string, holders: string) => `Subnet ${subnet} is in use by ${holders} and cannot be deleted.`,
    'Delete all the resources within the subnet first.',
  ],
  InUseVirtualNetworkCannotBeDeleted: [
    400,
    (network: string, holders: string) =>
      `Virtual network ${network} is in use by ${holders} and cannot be deleted.`,
    'Delete these first.',
  ],
  InUseNetworkSecurityGroupCannotBeDeleted: [
    400,
    (group: string, holders: string) =>
      `Network security group ${group} cannot be deleted because it is in use by ${holders}.`,
    'Take it off these subnets first.',
  ],
  InUseRouteTableCannotBeDeleted: [
    400,
    (table: string, holders: string) =>
      `Route table ${table} cannot be deleted because it is in use by ${holders}.`,
    'Take it off these subnets first.',
  ],
  InUseApplicationSecurityGroupCannotBeDeleted: [
    400,
    (group: string, holders: string) =>
      `Application security group ${group} cannot be deleted because it is in use by ${holders}.`,
    'Take it off these first.',
  ],
  RouteConflict: [
    400,
    (route: string, other: string, prefix: string) =>
      `Route '${route}' conflicts with route '${other}': both have address prefix ${prefix}.`,
    'A table routes each prefix once.',
  ],
  InvalidRoute: [400, (route: string, reason: string) => `Route '${route}' is invalid: ${reason}`],
  NicInUseWithPrivateEndpoint: [
    400,
    (nic: string, endpoint: string) =>
      `Network interface '${nic}' belongs to private endpoint '${endpoint}' and goes with it.`,
    'Delete the private endpoint.',
  ],
  VnetAddressSpacesOverlap: [
    400,
    (local: string, remote: string, overlap: string) =>
      `Virtual networks '${local}' and '${remote}' cannot be peered because their address spaces overlap: ${overlap}.`,
  ],
  VnetAddressSpaceOverlapsWithAlreadyPeeredVnet: [
    400,
    (network: string, peered: string, overlap: string) =>
      `The address space of '${network}' overlaps that of '${peered}', which is peered already: ${overlap}.`,
  ],
  AnotherPeeringAlreadyReferencesRemoteVnet: [
    400,
    (peering: string, remote: string) =>
      `Peering '${peering}' references virtual network '${remote}' already.`,
    'A network has one peering to another.',
  ],
  RemotePeeringIsDisconnected: [
    400,
    (remotePeering: string) =>
      `The remote peering '${remotePeering}' is in Disconnected state: it is that when its remote virtual network or its counterpart was deleted.`,
    'Update or re-create that one to get it back to Initiated state; then create this one.',
  ],
  PeeringCannotBeChanged: [
    400,
    (peering: string, reason: string) => `Peering '${peering}' cannot be written: ${reason}`,
  ],
  SecurityRuleConflict: [
    400,
    (rule: string, other: string, priority: string, direction: string) =>
      `Security rule '${rule}' conflicts with rule '${other}': both have priority ${priority} ${direction}.`,
    'Rules have their own priority in each direction.',
  ],
  SecurityRuleInvalidPriority: [
    400,
    (rule: string, priority: string) => `Security rule '${rule}' has priority ${priority}.`,
    'Allowed is 100 to 4096.',
  ],
  SecurityRuleInvalidPortRange: [
    400,
    (rule: string, value: string) =>
      `Security rule '${rule}' has invalid Port range. Value provided: ${value}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`,
    'Several go into the plural list.',
  ],
  SecurityRuleParameterContainsInvalidPortRanges: [
    400,
    (list: string, rule: string) =>
      `Security rule parameter ${list} for rule with Id ${rule} cannot have * among its ranges.`,
    'Give * as the one range of the singular property.',
  ],
  SecurityRuleInvalidAddressPrefix: [
    400,
    (rule: string, value: string, why: string) =>
      `Security rule ${rule} has invalid Address prefix. Value provided: ${value}. ${why}`,
  ],
  SecurityRuleParameterContainsUnsupportedValue: [
    400,
    (list: string, rule: string, value: string) =>
      `Security rule parameter ${list} for rule with Id ${rule} cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${value}.`,
    'A list has addresses and prefixes only; a tag goes alone into the singular property.',
  ],
  OverlappingSubnetsNotPermittedInSecurityRule: [
    400,
    (list: string, rule: string, first: string, second: string) =>
      `Security rule parameter ${list} for rule with Id ${rule} cannot have overlapping prefixes: ${first} and ${second}.`,
    'Give every address once.',
  ],
  SecurityRuleInvalid: [400, (rule: string, reason: string) => `Security rule with Id ${rule} ${reason}.`],
  PrivateIPAddressNotInAnySubnet: [
    400,
    (address: string, network: string) =>
      `Private IP address ${address} does not belong to the range of any subnet in virtual network '${network}'.`,
  ],
  CannotModifyNicAttachedToPrivateEndpoint: [
    400,
    (id: string, path: string) =>
      `Network interface '${id}' is of a private endpoint, which alone makes it what it is: '${path}' differs from what is stored.`,
    'Only its tags may be written; what else it has follows the private endpoint.',
  ],
  PrivateIPAddressNotInSubnet: [
    400,
    (address: string, prefixes: string) =>
      `Private static IP address ${address} does not belong to the range of subnet prefix ${prefixes}.`,
  ],
  PrivateIPAddressInReservedRange: [
    400,
    (address: string, range: string) =>
      `Private static IP address ${address} falls within reserved ${range}.`,
  ],
  PrivateIPAddressIsAllocated: [
    400,
    (address: string, holder: string) => `Private IP address ${address} is already allocated to ${holder}.`,
    'Choose another or none.',
  ],
  SubnetIsFull: [
    400,
    (subnet: string, prefix: string, wanted: string) =>
      `Subnet ${subnet} with address prefix ${prefix} does not have enough capacity for ${wanted} IP addresses.`,
  ],
  PrivateEndpointCreationNotAllowedAsSubnetIsDelegated: [
    400,
    (endpoint: string, subnet: string, service: string) =>
      `Private endpoint '${endpoint}' cannot stand in subnet '${subnet}', which is delegated to ${service}.`,
    'Use another subnet.',
  ],
  InvalidServiceNameOnDelegation: [
    400,
    (service: string, delegation: string, valid: string) =>
      `The service name ${service} specified on delegation ${delegation} is not valid. Valid value(s) are: ${valid}.`,
  ],
  InvalidServiceEndpoint: [
    400,
    (subnet: string, why: string, valid: string) =>
      `A service endpoint of subnet ${subnet} is invalid: ${why}. ${valid}`,
  ],
  SubnetDelegationsCannotChangeWhenSubnetUsedByResource: [
    400,
    (subnet: string, before: string, after: string, user: string) =>
      `Delegations of subnet ${subnet} cannot be changed from ${before} to ${after} because it is being used by the resource ${user}.`,
    'Delete that first, or use another subnet.',
  ],
  SubnetMissingRequiredDelegation: [
    400,
    (subnet: string, services: string, user: string) =>
      `Subnet ${subnet} requires any of the following delegation(s) ${services}, which ${user} needs.`,
    'Write the delegation with the subnet.',
  ],
  InvalidPrivateEndpoint: [
    400,
    (endpoint: string, reason: string) => `Private endpoint '${endpoint}' is invalid: ${reason}`,
  ],
  // azurerm reads the text: it then tells its user of subresource_names.
  MissingParameterOnPrivateLinkServiceConnection: [
    400,
    (connection: string) =>
      `Private link service connection ${connection} is missing required parameter 'group Id'.`,
    'Give groupIds: what a resource has is listed at its privateLinkResources; a private link scope has hybridcompute.',
  ],
  PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps: [
    400,
    (endpoint: string, given: string, missing: string) =>
      `Private Endpoint ${endpoint} contains static ipconfigurations: [${given}] and its missing these membernames/groupids requested by Private Link service [${missing}].`,
    'Give every member an address with its groupId and memberName, or none.',
  ],
  CannotChangeSubnetOnExistingPrivateEndpoint: [
    400,
    (endpoint: string, current: string, requested: string) =>
      `Cannot change the subnet in which the network interface for private endpoint ${endpoint} is created. Current subnet: '${current}.' Requested subnet: '${requested}.'`,
    'Delete the endpoint and create it anew.',
  ],
  CannotChangePrivateLinkConnectionOnPrivateEndpoint: [
    400,
    (endpoint: string, connection: string) =>
      `Cannot change the private link connection on private endpoint ${endpoint}. Please ensure you are not updating the details of existing private link connection: '${connection}'. That is not allowed.`,
    'Delete the endpoint and create it anew.',
  ],
  PrivateEndpointCannotBeUpdatedInDisconnectedState: [
    400,
    (endpoint: string) =>
      `Private endpoint ${endpoint} is Disconnected: its connection was removed by its provider, and it cannot be updated.`,
    'Delete the endpoint and create it anew.',
  ],
  PrivateEndpointCannotBeChanged: [
    400,
    (endpoint: string, what: string) => `The ${what} of private endpoint '${endpoint}' cannot be changed.`,
    'Delete the endpoint and create it anew.',
  ],
  InvalidPrivateDnsZoneIds: [
    400,
    (group: string, zone: string) =>
      `Private Dns Zone group ${group} has invalid private dns zone ids ${zone}.`,
    'Create the zone first.',
  ],
  InvalidPrivateDnsZoneGroup: [
    400,
    (group: string, reason: string) => `Private DNS zone group '${group}' is invalid: ${reason}`,
  ],
  DuplicateResourceName: [
    400,
    (parent: string, name: string) =>
      `Resource ${parent} has two child resources with the same name (${name}).`,
    'Give every name once.',
  ],
  CannotDeleteResource: [
    409,
    (id: string, nested: string) =>
      `Can not delete resource '${id}' before nested resources are deleted: ${nested}.`,
  ],
  NotFound: [404, (what: string) => what],
  BadRequest: [400, (reason: string) => reason],
  Conflict: [409, (reason: string) => reason],
});
