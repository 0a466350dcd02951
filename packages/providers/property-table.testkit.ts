/** Which properties are judged, and which are only kept or passed over and why, by type; references say it in their schema. */

export interface TypeProperties {
  readonly judged: readonly string[];
  /** Kept and shown: what it would be for. */
  readonly stored?: Readonly<Record<string, string>>;
  /** Taken and not kept: why. */
  readonly passedOver?: Readonly<Record<string, string>>;
}

const byPlatform = 'written by the platform; clients echo it';
const byAgent = 'reported by the agent';
const forPeople = 'for people';
const noGateways = 'there are no gateways here';
const noMachines = 'there are no virtual machines here';

const recordSet = (...records: readonly string[]): TypeProperties => ({
  judged: ['ttl', ...records],
  stored: { metadata: forPeople },
});

const network: Readonly<Record<string, TypeProperties>> = {
  'Microsoft.Network/virtualNetworks': {
    judged: ['addressSpace.addressPrefixes', 'dhcpOptions'],
    passedOver: { 'addressSpace.ipamPoolPrefixAllocations.numberOfIpAddresses': 'pools are refused' },
    stored: {
      flowTimeoutInMinutes: 'no flow is timed here',
      enableDdosProtection: 'no traffic is watched here',
      enableVmProtection: noMachines,
      bgpCommunities: noGateways,
      encryption: 'no packet between virtual machines here',
      privateEndpointVNetPolicies: 'a high-scale switch of the platform',
      summarizedGatewayPrefixes: noGateways,
    },
  },
  'Microsoft.Network/virtualNetworks/subnets': {
    judged: [
      'addressPrefix',
      'addressPrefixes',
      'delegations',
      'privateEndpointNetworkPolicies',
      'serviceEndpoints.service',
      'serviceEndpoints.locations',
    ],
    stored: {
      privateLinkServiceNetworkPolicies: 'there are no private link services here',
      applicationGatewayIPConfigurations: noGateways,
      sharingScope: 'subnets are shared with nobody here',
      defaultOutboundAccess: noMachines,
      'ipamPoolPrefixAllocations.numberOfIpAddresses': 'pools are refused',
    },
  },
  'Microsoft.Network/virtualNetworks/virtualNetworkPeerings': {
    judged: ['allowVirtualNetworkAccess'],
    stored: {
      allowForwardedTraffic: 'peerings carry no packet here',
      allowGatewayTransit: noGateways,
      useRemoteGateways: noGateways,
      doNotVerifyRemoteGateways: noGateways,
      peerCompleteVnets: 'networks are peered whole',
      enableOnlyIPv6Peering: 'networks are peered whole',
      localSubnetNames: 'networks are peered whole',
      remoteSubnetNames: 'networks are peered whole',
    },
    passedOver: {
      peeringState: byPlatform,
      peeringSyncLevel: byPlatform,
      localAddressSpace: byPlatform,
      localVirtualNetworkAddressSpace: byPlatform,
      remoteAddressSpace: byPlatform,
      remoteVirtualNetworkAddressSpace: byPlatform,
      remoteBgpCommunities: byPlatform,
    },
  },
  'Microsoft.Network/networkSecurityGroups': {
    judged: [],
    stored: { flushConnection: 'groups stop no packet here' },
  },
  'Microsoft.Network/networkSecurityGroups/securityRules': {
    judged: [
      'protocol',
      'sourcePortRange',
      'sourcePortRanges',
      'destinationPortRange',
      'destinationPortRanges',
      'sourceAddressPrefix',
      'sourceAddressPrefixes',
      'destinationAddressPrefix',
      'destinationAddressPrefixes',
      'access',
      'priority',
      'direction',
    ],
    stored: { description: forPeople },
  },
  'Microsoft.Network/routeTables': { judged: ['disableBgpRoutePropagation'] },
  'Microsoft.Network/routeTables/routes': {
    judged: ['addressPrefix', 'nextHopType', 'nextHopIpAddress'],
    stored: { nextHop: 'of several equal next hops none is chosen here' },
  },
  'Microsoft.Network/privateEndpoints': {
    judged: [
      'privateLinkServiceConnections.name',
      'privateLinkServiceConnections.properties.groupIds',
      'manualPrivateLinkServiceConnections.name',
      'manualPrivateLinkServiceConnections.properties.groupIds',
      'ipConfigurations',
      'customNetworkInterfaceName',
      'ipVersionType',
    ],
    stored: {
      'privateLinkServiceConnections.properties.requestMessage': forPeople,
      'manualPrivateLinkServiceConnections.properties.requestMessage': forPeople,
      billingSku: 'nothing is billed here',
    },
    passedOver: {
      'privateLinkServiceConnections.id': 'its own, echoed',
      'manualPrivateLinkServiceConnections.id': 'its own, echoed',
      'privateLinkServiceConnections.properties.approvalReference': 'scopes do not ask for it',
      'manualPrivateLinkServiceConnections.properties.approvalReference': 'scopes do not ask for it',
      customDnsConfigs: 'computed; clients echo it',
    },
  },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': { judged: ['privateDnsZoneConfigs.name'] },
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': {
    judged: ['registrationEnabled', 'resolutionPolicy'],
  },
  'Microsoft.Network/privateDnsZones/A': recordSet('aRecords'),
  'Microsoft.Network/privateDnsZones/AAAA': recordSet('aaaaRecords'),
  'Microsoft.Network/privateDnsZones/CNAME': recordSet('cnameRecord'),
  'Microsoft.Network/privateDnsZones/MX': recordSet('mxRecords'),
  'Microsoft.Network/privateDnsZones/PTR': recordSet('ptrRecords'),
  'Microsoft.Network/privateDnsZones/SOA': recordSet('soaRecord'),
  'Microsoft.Network/privateDnsZones/SRV': recordSet('srvRecords'),
  'Microsoft.Network/privateDnsZones/TXT': recordSet('txtRecords'),
  'Microsoft.Network/dnsResolvers/inboundEndpoints': {
    judged: ['ipConfigurations.privateIpAddress', 'ipConfigurations.privateIpAllocationMethod'],
  },
  'Microsoft.Network/dnsForwardingRulesets/forwardingRules': {
    judged: ['domainName', 'targetDnsServers', 'forwardingRuleState'],
    stored: { metadata: forPeople },
  },
  'Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks': {
    judged: [],
    stored: { metadata: forPeople },
  },
};

const hybridCompute: Readonly<Record<string, TypeProperties>> = {
  'Microsoft.HybridCompute/privateLinkScopes': {
    judged: ['publicNetworkAccess'],
    stored: { serviceExtensions: 'the answer to an extension’s PUT says by them what its service needs' },
  },
  'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections': {
    judged: ['privateLinkServiceConnectionState.status'],
    stored: { 'privateLinkServiceConnectionState.description': forPeople },
    passedOver: {
      'privateEndpoint.id': 'a connection stays with its endpoint; clients echo it',
      'privateLinkServiceConnectionState.actionsRequired': 'read-only in the contract; scopes require none',
    },
  },
  'Microsoft.HybridCompute/machines': {
    judged: ['vmId', 'vmUuid', 'clientPublicKey', 'agentVersion', 'privateLinkScopeResourceId'],
    stored: {
      locationData: forPeople,
      osProfile: 'nothing is patched here',
      parentClusterResourceId: 'clusters are not here',
      mssqlDiscovered: byAgent,
      cloudMetadata: byAgent,
      agentUpgrade: 'agents are not upgraded from here',
      serviceStatuses: byAgent,
      licenseProfile: 'licenses are not here',
      tpmEkCertificate: byAgent,
      identityKeyStore: byAgent,
      displayName: byAgent,
      machineFqdn: byAgent,
      osName: byAgent,
      osType: byAgent,
      osVersion: byAgent,
      osSku: byAgent,
      osEdition: byAgent,
      domainName: byAgent,
      adFqdn: byAgent,
      dnsFqdn: byAgent,
      detectedProperties: byAgent,
      agentConfiguration: byAgent,
      firmwareProfile: byAgent,
      hardwareProfile: byAgent,
      storageProfile: byAgent,
    },
  },
  'Microsoft.HybridCompute/machines/extensions': {
    judged: ['publisher', 'type', 'typeHandlerVersion', 'settings', 'protectedSettings'],
    stored: {
      forceUpdateTag: 'another one is another instruction to the machine',
      enableAutomaticUpgrade: 'told to the machine',
      autoUpgradeMinorVersion: 'told to the machine',
    },
  },
  'Microsoft.HybridCompute/machines/runCommands': {
    judged: [
      'source.script',
      'source.scriptUri',
      'source.commandId',
      'protectedParameters',
      'runAsPassword',
      'asyncExecution',
      'timeoutInSeconds',
      'outputBlobUri',
      'errorBlobUri',
    ],
    stored: { parameters: 'told to the machine', runAsUser: 'told to the machine' },
  },
};

const authorization: Readonly<Record<string, TypeProperties>> = {
  'Microsoft.Authorization/roleDefinitions': {
    judged: [
      'roleName',
      'permissions.actions',
      'permissions.notActions',
      // Nothing here asks for data actions, but each has to be one.
      'permissions.dataActions',
      'permissions.notDataActions',
      'assignableScopes',
    ],
    stored: { description: forPeople },
    passedOver: {
      type: 'a role that is written is a CustomRole',
      'permissions.condition': 'of built-in roles only',
      'permissions.conditionVersion': 'of built-in roles only',
    },
  },
  'Microsoft.Authorization/roleAssignments': {
    judged: ['roleDefinitionId', 'principalId', 'principalType', 'condition'],
    stored: {
      description: forPeople,
      conditionVersion: 'conditions grant nothing; another version than 2.0 is refused',
      delegatedManagedIdentityResourceId: 'there is one tenant',
    },
    passedOver: { canDelegate: 'Azure has it for classic administrators only' },
  },
};

export const propertyTable: Readonly<Record<string, TypeProperties>> = {
  ...network,
  ...hybridCompute,
  ...authorization,
};
