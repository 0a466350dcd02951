/** What a private endpoint in Japan East asks for that is to have fixed addresses: all members, since Azure takes no fewer. */

const members = [
  'HybridCompute.Global',
  'HybridCompute.Server',
  'HybridCompute.TokenService',
  'GuestConfig.GlobalService',
  'GuestConfig.AgentService.japaneast',
  'HybridCompute.K8sConfiguration',
];

/** `first` and those after it. */
export const fixedAddresses = (first: string) => {
  const octets = first.split('.');
  const last = Number(octets.pop());
  return members.map((memberName, index) => ({
    name: `fixed${index}`,
    properties: {
      groupId: 'hybridcompute',
      memberName,
      privateIPAddress: [...octets, last + index].join('.'),
    },
  }));
};
