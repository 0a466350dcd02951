/** What a firewall has to allow, apart from any vendor's way to say it: both legs, each entry with what asks for it. */

import type { PrefixSet } from '@tombolo/ip/prefix-set';
import type { RequirementAnswer } from '@tombolo/requirements';

/**
 * `internet`: what stays public; `endpoint`: to the private endpoint; `dns`: to the network's inbound name server; `site`:
 * between machines of the site.
 */
type Leg = 'internet' | 'endpoint' | 'dns' | 'site';

export type TransportProtocol = 'tcp' | 'udp';

/** A name on one port. */
export interface HostRule {
  readonly leg: 'internet' | 'endpoint' | 'site';
  /** A name, an address, or a pattern with `*`, `<region>` or `{parameter}` that no source resolves. */
  readonly host: string;
  readonly pattern: boolean;
  /** Only this and what is below it. */
  readonly path?: string;
  readonly protocol: TransportProtocol;
  readonly port: number;
  /** Last port of a range. */
  readonly through?: number;
  /** The other side opens connections on these ports too. */
  readonly inbound: boolean;
  readonly tls: boolean;
  readonly webSocket: boolean;
  readonly optional: boolean;
  /** Service tags whose addresses the host has. */
  readonly tags: readonly string[];
  /** Of the private endpoint's member, or the host itself where it is one. */
  readonly addresses: readonly string[];
  /** Rows of the catalogue. */
  readonly requirements: readonly string[];
  /** Why a pattern is left. */
  readonly note?: string;
}

/** A service tag on one port. */
export interface TagRule {
  readonly tag: string;
  readonly port: number;
  readonly protocol: 'tcp';
  /** Its hosts; none: the tag itself is listed as needed. */
  readonly hosts: readonly string[];
  readonly reason: string;
  /** Asked for by itself: also where names are said. */
  readonly explicit?: true;
  /** Undefined: no service tags were given, or they lack this one. */
  readonly prefixes?: PrefixSet;
}

/** Addresses on one port, aggregated to the fewest prefixes. */
export interface AddressRule {
  readonly leg: Leg;
  readonly protocol: TransportProtocol;
  readonly port: number;
  readonly through?: number;
  readonly inbound?: true;
  readonly prefixes: PrefixSet;
  /** Tags and names whose addresses these are. */
  readonly of: readonly string[];
}

/** A host that a format cannot say, or says only for lack of something. */
export interface Unexpressed {
  /** A host, or a service tag that stands for itself. */
  readonly host: string;
  readonly path?: string;
  readonly port: number;
  /** `udp 123`, `tcp 2379-2380`: where it is not the one TCP port. */
  readonly ports?: string;
  readonly reason: string;
}

export interface FirewallPlan {
  /** Of the JSON form. */
  readonly format: 1;
  readonly catalogue: RequirementAnswer['catalogue'];
  readonly query: {
    readonly products: readonly string[];
    readonly cloud: string;
    readonly region?: string;
    readonly features: readonly string[];
    readonly phase?: string;
    readonly connectivity: string;
  };
  readonly serviceTags?: { readonly cloud: string; readonly changeNumber: string };
  /** `ipv4`: IPv6 was left out on request. */
  readonly families: 'both' | 'ipv4';
  readonly hosts: readonly HostRule[];
  readonly tags: readonly TagRule[];
  /** To addresses that were given: the endpoint's, its name server's, hosts that are addresses. */
  readonly given: readonly AddressRule[];
  /** The private endpoint's own list: what goes to it and not through a proxy. */
  readonly endpoint: readonly { readonly fqdn: string; readonly addresses: readonly string[] }[];
  /** Proxy-bypass groups' names that go past the proxy (R19). */
  readonly bypass: readonly string[];
  readonly warnings: readonly string[];
}

export const isEmptySet = (set: PrefixSet): boolean => set.v4.length + set.v6.length === 0;

/** `internet-tcp-443`, `site-tcp-22-in`: of a rule's coordinates. */
export const ruleName = ({
  leg,
  protocol,
  port,
  inbound,
}: Pick<AddressRule, 'leg' | 'protocol' | 'port' | 'inbound'>): string =>
  `${leg}-${protocol}-${port}${inbound === true ? '-in' : ''}`;

/** `2379-2380`, or the one port. */
export const portRange = ({ port, through }: Pick<AddressRule, 'port' | 'through'>, between = '-'): string =>
  through === undefined ? String(port) : `${port}${between}${through}`;

/** Rules of one key are one rule: their prefixes can be joined. */
export const ruleKey = (
  rule: Pick<AddressRule, 'leg' | 'protocol' | 'port' | 'through' | 'inbound'>,
): string => `${ruleName(rule)} ${rule.through ?? ''}`;
