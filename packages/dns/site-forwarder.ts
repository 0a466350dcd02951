/** The purpose-built forwarder of seed 001: a site's resolver that sends each suffix to its own servers and the rest upstream. */

import { parseName } from '@tombolo/dns-records';
import { isPrivateLinkZone, publicSuffixOf } from '@tombolo/private-link';
import type { DnsServerAddress, DnsState, ForwardingRule, View } from './dns-state.ts';
import { createForwarder, type ForwarderOptions } from './forwarder.ts';
import { createDnsServer, type DnsServer, type ListenerReport } from './server.ts';

export interface SiteForwardingRule {
  /** `his.arc.azure.com`: the public suffix, never the `privatelink` one. */
  readonly suffix: string;
  readonly servers: readonly DnsServerAddress[];
}

export interface SiteForwarderOptions {
  readonly listen: readonly DnsServerAddress[];
  readonly rules: readonly SiteForwardingRule[];
  /** For every other name; none: other names are refused. */
  readonly upstreams?: readonly DnsServerAddress[];
  /** Prefixes of the site's machines; default loopback alone. */
  readonly clients?: readonly string[];
  readonly forwarder?: ForwarderOptions;
}

export interface SiteForwarder {
  readonly server: DnsServer;
  readonly listeners: readonly ListenerReport[];
  /** Takes effect with the next query. Throws RangeError like the start. */
  setRules(rules: readonly SiteForwardingRule[]): void;
  close(): Promise<void>;
}

const site = 'site';
const siteView: View = { kind: 'network', virtualNetworkId: site };

const readRule = ({ suffix, servers }: SiteForwardingRule): ForwardingRule => {
  const domain = suffix === '.' ? '' : parseName(suffix);
  if (domain === undefined || suffix === '') {
    throw new RangeError(
      `forwarding rule "${suffix}" refused: it is no domain name; write it like his.arc.azure.com`,
    );
  }
  // The machine asks for the public name, whose CNAME leads to privatelink only at the server that knows the zone.
  if (isPrivateLinkZone(domain))
    throw new RangeError(
      `forwarding rule "${suffix}" refused: machines ask for the public names, so nothing would be forwarded; forward "${publicSuffixOf(domain)}" instead`,
    );
  if (servers.length === 0)
    throw new RangeError(`forwarding rule "${suffix}" refused: it names no server; add one`);
  return { id: `site rule ${domain || '.'}`, domain, servers };
};

/** The state of a name server that has no zones: one view of nothing but rules. The longest suffix wins. */
const siteForwarderState = (rules: readonly SiteForwardingRule[]): DnsState => ({
  networks: new Map([
    [
      site,
      {
        virtualNetworkId: site,
        clientPrefixes: [],
        customDnsServers: [],
        zones: new Map(),
        rules: new Map(rules.map(readRule).map((rule) => [rule.domain, rule])),
      },
    ],
  ]),
  inboundEndpoints: [],
  publicZones: new Map(),
  problems: [],
});

/** Starts listening. Throws RangeError for a rule or a client prefix that is refused; see `listeners` for addresses that are not realized. */
export const startSiteForwarder = async (options: SiteForwarderOptions): Promise<SiteForwarder> => {
  let state = siteForwarderState(options.rules);
  const forwarder = createForwarder(options.forwarder);
  const server = createDnsServer({
    state: () => state,
    forwarder,
    upstreams: options.upstreams ?? [],
    ...(options.clients && { clients: options.clients }),
  });
  const listeners = await server.reconcile(options.listen.map((at) => ({ ...at, view: siteView })));
  return {
    server,
    listeners,
    setRules(rules) {
      state = siteForwarderState(rules);
    },
    async close() {
      forwarder.close();
      await server.close();
    },
  };
};
