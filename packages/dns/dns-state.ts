/** What the name server knows: per virtual network the linked zones and rules, the inbound endpoints, and the public view. */

import type { Zone } from './zone.ts';

/** Whose answers: a virtual network's, or what the internet sees. */
export type View =
  | { readonly kind: 'network'; readonly virtualNetworkId: string }
  | { readonly kind: 'public' };

export interface DnsServerAddress {
  readonly address: string;
  readonly port: number;
}

export interface LinkedZone {
  readonly zone: Zone;
  readonly linkId: string;
  readonly resolutionPolicy: 'Default' | 'NxDomainRedirect';
}

export interface ForwardingRule {
  readonly id: string;
  /** Lower case, without the final dot; `''` is the wildcard rule `.`. */
  readonly domain: string;
  readonly servers: readonly DnsServerAddress[];
}

export interface NetworkView {
  /** In the creator's case. */
  readonly virtualNetworkId: string;
  /**
   * Who may ask in this view: the private ranges among the prefixes of the network and of the networks that it is peered with, both
   * ways. Whoever writes a network chooses its prefixes, and a public one would open the view to the internet.
   */
  readonly clientPrefixes: readonly string[];
  /** `dhcpOptions.dnsServers`: what its machines use instead of Azure-provided resolution. */
  readonly customDnsServers: readonly string[];
  /** By zone name. */
  readonly zones: ReadonlyMap<string, LinkedZone>;
  /** By domain. */
  readonly rules: ReadonlyMap<string, ForwardingRule>;
}

export interface InboundEndpoint {
  readonly id: string;
  readonly address: string;
  readonly virtualNetworkId: string;
}

export interface DnsState {
  /** By lower-case resource id. */
  readonly networks: ReadonlyMap<string, NetworkView>;
  readonly inboundEndpoints: readonly InboundEndpoint[];
  /** By zone name. */
  readonly publicZones: ReadonlyMap<string, Zone>;
  /** Documents of which a part could not be used, and why. */
  readonly problems: readonly { readonly id: string; readonly message: string }[];
}

/** The view's key: `public`, or the virtual network's id in lower case. */
export const viewKey = (view: View): string =>
  view.kind === 'public' ? 'public' : view.virtualNetworkId.toLowerCase();

export const emptyDnsState: DnsState = {
  networks: new Map(),
  inboundEndpoints: [],
  publicZones: new Map(),
  problems: [],
};
