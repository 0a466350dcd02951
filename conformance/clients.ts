/** The published clients, set up for one installation as their documentation says for a custom cloud. */

import { DnsResolverManagementClient } from '@azure/arm-dnsresolver';
import { HybridComputeManagementClient } from '@azure/arm-hybridcompute';
import { NetworkManagementClient } from '@azure/arm-network';
import { PrivateDnsManagementClient } from '@azure/arm-privatedns';
import { ResourceManagementClient } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/identity';

export interface Clients {
  readonly resources: ResourceManagementClient;
  readonly network: NetworkManagementClient;
  readonly privateDns: PrivateDnsManagementClient;
  readonly hybridCompute: HybridComputeManagementClient;
  readonly dnsResolver: DnsResolverManagementClient;
}

export interface ClientTarget {
  readonly endpoint: string;
  readonly subscriptionId: string;
  readonly credential: TokenCredential;
  /** PEM. */
  readonly ca: string;
}

export const armScope = 'https://management.azure.com/.default';

interface PolicyResponse {
  readonly headers: { delete: (name: string) => void };
}

/**
 * Clients obey `Retry-After` over their own interval; without it operations are polled at `updateIntervalInMs`, so that
 * the tests wait for what happens and not for the clock.
 */
const pollWithoutDelay = {
  name: 'pollWithoutDelay',
  sendRequest: async <Request, Response extends PolicyResponse>(
    request: Request,
    next: (request: Request) => Promise<Response>,
  ): Promise<Response> => {
    const response = await next(request);
    response.headers.delete('retry-after');
    return response;
  },
};

export const createClients = ({ endpoint, subscriptionId, credential, ca }: ClientTarget): Clients => {
  const shared = {
    endpoint,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: pollWithoutDelay, position: 'perCall' as const }],
  };
  const current = { ...shared, credentials: { scopes: [armScope] } };
  const earlier = { ...shared, credentialScopes: [armScope] };
  return {
    resources: new ResourceManagementClient(credential, subscriptionId, current),
    network: new NetworkManagementClient(credential, subscriptionId, current),
    privateDns: new PrivateDnsManagementClient(credential, subscriptionId, current),
    hybridCompute: new HybridComputeManagementClient(credential, subscriptionId, earlier),
    dnsResolver: new DnsResolverManagementClient(credential, subscriptionId, earlier),
  };
};

/** For every operation that is polled. */
export const poll = { updateIntervalInMs: 20 };
