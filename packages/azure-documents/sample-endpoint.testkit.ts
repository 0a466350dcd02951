/** One endpoint in Japan East as tests of several packages use it. */

export const described = {
  region: 'japaneast',
  members: {
    'HybridCompute.Global': '10.0.1.4',
    'HybridCompute.Server': '10.0.1.5',
    'HybridCompute.TokenService': '10.0.1.6',
    'GuestConfig.GlobalService': '10.0.1.7',
    'GuestConfig.AgentService.japaneast': '10.0.1.8',
    'HybridCompute.K8sConfiguration': '10.0.1.9',
  },
};

/** Public name → address, written out by hand. */
export const sampleAddresses: ReadonlyMap<string, string> = new Map([
  ['gbl.his.arc.azure.com', '10.0.1.4'],
  ['je.his.arc.azure.com', '10.0.1.5'],
  ['japan-ats.his.arc.azure.com', '10.0.1.6'],
  ['agentserviceapi.guestconfiguration.azure.com', '10.0.1.7'],
  ['japaneast-gas.guestconfiguration.azure.com', '10.0.1.8'],
  ['japaneast.dp.kubernetesconfiguration.azure.com', '10.0.1.9'],
]);
