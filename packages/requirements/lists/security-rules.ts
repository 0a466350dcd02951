/** The two network security group rules of seed 001 (R22), each with the eleven settings of its column. */

export interface SecurityRule {
  readonly name: string;
  readonly source: 'VirtualNetwork';
  readonly sourcePortRanges: '*';
  readonly destination: 'ServiceTag';
  readonly destinationServiceTag: string;
  readonly destinationPortRanges: '443';
  readonly protocol: 'Tcp';
  readonly action: 'Allow';
  readonly direction: 'Outbound';
  readonly priority: number;
  readonly condition: string;
}

const rule = (name: string, destinationServiceTag: string, priority: number): SecurityRule => ({
  name,
  source: 'VirtualNetwork',
  sourcePortRanges: '*',
  destination: 'ServiceTag',
  destinationServiceTag,
  destinationPortRanges: '443',
  protocol: 'Tcp',
  action: 'Allow',
  direction: 'Outbound',
  priority,
  condition: 'the priority number has to be smaller than that of any rule that blocks the internet',
});

export const securityRules: readonly SecurityRule[] = [
  rule('AllowAADOutboundAccess', 'AzureActiveDirectory', 150),
  rule('AllowAzOutboundAccess', 'AzureResourceManager', 151),
];

/** The limits of seed 001 that a network has to be planned for, with the rule that enforces each. */
export const privateLinkLimits: readonly { readonly rule: string; readonly limit: string }[] = [
  { rule: 'R1', limit: 'A virtual network is associated with at most one Private Link Scope.' },
  { rule: 'R2', limit: 'A machine connects to one Private Link Scope.' },
  {
    rule: 'R5',
    limit:
      'All machines of a site use the same private endpoint and resolve its names through the same DNS forwarder.',
  },
  { rule: 'R3', limit: 'Machine and Private Link Scope are in the same region.' },
  {
    rule: 'R4',
    limit: "Private endpoint and virtual network are in the same region; it may differ from the scope's.",
  },
  {
    rule: 'R11',
    limit:
      'Microsoft Entra ID and Azure Resource Manager stay on the public route; a resource management private link can carry the latter.',
  },
  { rule: 'R12', limit: 'Other Azure services, such as Azure Monitor, need private endpoints of their own.' },
  { rule: 'R13', limit: 'SSH and Windows Admin Center are not available over Private Link.' },
  { rule: 'R10', limit: 'Private endpoints need agent 1.4 or later.' },
];
