/** The hosts of a region, as `gbl` tells them: those of the table, or those that the private endpoint on the way carries. */

import { type CloudProfile, codedLabels, type Region } from '@tombolo/private-link';
import type { HybridState } from './projection.ts';
import type { Arrival } from './request.ts';

export interface RegionalHosts {
  readonly his: string;
  readonly ats: string;
  readonly gas: string;
  readonly dp: string;
}

/** What `gbl` answers, so that no agent guesses short codes. */
export const regionalHosts = (region: Region, suffixes: CloudProfile['suffixes']): RegionalHosts => {
  const { his, tokenService } = codedLabels(region);
  return {
    his: `${his.label}.${suffixes.his}`,
    ats: `${tokenService.label}.${suffixes.his}`,
    gas: `${region.name}-gas.${suffixes.guestConfiguration}`,
    dp: `${region.name}.${suffixes.kubernetesConfiguration}`,
  };
};

/**
 * An endpoint carries the names that it got when it was made, and its zones have no others: by it a machine is told those,
 * whatever the table calls the region's hosts since.
 */
export const hostsOnRoute = (
  region: Region,
  suffixes: CloudProfile['suffixes'],
  arrival: Arrival,
  state: Pick<HybridState, 'connection'>,
): RegionalHosts => {
  const hosts = regionalHosts(region, suffixes);
  if (arrival.kind === 'public') return hosts;
  const carried = new Map(
    state
      .connection(arrival.linkIdentifier)
      ?.members.map(({ memberName, fqdns }) => [memberName, fqdns[0]] as const),
  );
  const gas = carried.get(`GuestConfig.AgentService.${region.name}`);
  // An endpoint to a scope of another region carries none of this one's hosts.
  if (gas === undefined) return hosts;
  return {
    his: carried.get('HybridCompute.Server') ?? hosts.his,
    ats: carried.get('HybridCompute.TokenService') ?? hosts.ats,
    gas,
    dp: carried.get('HybridCompute.K8sConfiguration') ?? hosts.dp,
  };
};
