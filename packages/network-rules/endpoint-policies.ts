/** Which of a subnet's policies reach the private endpoints in it (Learn: disable-private-endpoint-network-policy). */

import type { AppliedGroups } from './judge-flow.ts';
import type { SecurityGroup } from './security-rule.ts';

/** A subnet's `privateEndpointNetworkPolicies`; undefined is Azure's default, Disabled. */
export type EndpointPolicies = string | undefined;

const groupsReachEndpoints = (policies: EndpointPolicies): boolean =>
  policies === 'Enabled' || policies === 'NetworkSecurityGroupEnabled';

export const routesReachEndpoints = (policies: EndpointPolicies): boolean =>
  policies === 'Enabled' || policies === 'RouteTableEnabled';

export interface Placement {
  readonly subnetGroup: SecurityGroup | undefined;
  readonly interfaceGroup?: SecurityGroup | undefined;
  readonly isPrivateEndpoint: boolean;
  readonly policies: EndpointPolicies;
}

export interface Application {
  readonly groups: AppliedGroups;
  /** Said where groups are there and do not apply. */
  readonly note?: string;
}

/** The groups that apply to an interface, or to the subnet as such. */
export const appliedGroups = (placement: Placement): Application => {
  const { subnetGroup, interfaceGroup, isPrivateEndpoint, policies } = placement;
  if (!isPrivateEndpoint || groupsReachEndpoints(policies))
    return { groups: { subnet: subnetGroup, networkInterface: interfaceGroup } };
  if (!subnetGroup && !interfaceGroup) return { groups: {} };
  return {
    groups: {},
    note: `The interface is a private endpoint's and its subnet's privateEndpointNetworkPolicies is ${policies ?? 'Disabled'}: security groups do not apply to it. Set it to Enabled or NetworkSecurityGroupEnabled for that.`,
  };
};
