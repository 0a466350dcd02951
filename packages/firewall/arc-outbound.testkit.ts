/** The two rules of R22 as seed 001 prints them, written out here so that the tables they are checked against are no oracle. */

const rule = (name: string, tag: string, priority: number) => ({
  name,
  properties: {
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '443',
    sourceAddressPrefix: 'VirtualNetwork',
    destinationAddressPrefix: tag,
    access: 'Allow',
    priority,
    direction: 'Outbound',
  },
});

export const arcOutboundRules = (aad = 150, arm = 151) => [
  rule('AllowAADOutboundAccess', 'AzureActiveDirectory', aad),
  rule('AllowAzOutboundAccess', 'AzureResourceManager', arm),
];
