/** What of a plan one way of writing rules can carry; whatever it cannot is named with the reason, never dropped. */

import { emptySet, union } from '@tombolo/ip/prefix-set';
import {
  type AddressRule,
  type FirewallPlan,
  type HostRule,
  isEmptySet,
  portRange,
  ruleKey,
  type TagRule,
  type Unexpressed,
} from './plan.ts';

export interface Capability {
  /** Host names. */
  readonly names: boolean;
  /** `leading`: `*.` as the first labels; `any`: `*` within a label too. */
  readonly patterns: 'none' | 'leading' | 'any';
  /** `plain`: where no TLS hides the path; `inspected`: in TLS too, if it is opened on the way. */
  readonly paths: 'none' | 'plain' | 'inspected';
  /** An address may stand where a name does. */
  readonly literals?: true;
  readonly addresses: boolean;
  /** Connections that come from an address, beside those that go to it. */
  readonly inbound?: true;
  /** Service tags by name: no list of prefixes is needed. */
  readonly tags: boolean;
}

export interface Fitted {
  readonly plan: FirewallPlan;
  /** Public names; each fits the capability. */
  readonly names: readonly HostRule[];
  /** Names (and patterns) that go to the private endpoint, for forms that route by name. */
  readonly privateNames: readonly string[];
  /** Aggregated over all that is said by address. */
  readonly addresses: readonly AddressRule[];
  readonly tags: readonly TagRule[];
  readonly unexpressed: readonly Unexpressed[];
}

/** Why the name alone cannot be said; undefined: it can. */
const nameRefusal = (rule: HostRule, can: Capability, inspected: boolean): string | undefined => {
  const { host, pattern, path, protocol, tls, note, addresses } = rule;
  if (/[<{]/.test(host)) return note ?? 'it has a placeholder that was not filled in';
  if (rule.leg === 'site')
    return 'it is within the site, and no proxy is to carry it: allow it on the way between the machines';
  if (protocol === 'udp') return 'it is UDP, and names are said for TCP only here';
  if (addresses.length > 0 && can.literals !== true)
    return 'it is an address, and only names can be said here';
  if (pattern) {
    const leading = /^\*\.[^*]+$/.test(host);
    if (can.patterns === 'none' || (can.patterns === 'leading' && !leading))
      return leading
        ? 'wildcards cannot be said here'
        : 'a wildcard inside a label cannot be said here, and a wider one would open hosts of others; ask the allow-list service for the names (--expand)';
  }
  if (path !== undefined) {
    if (can.paths === 'none')
      return `only ${path} of it is needed, and paths cannot be said here: the whole host would be opened`;
    if (tls && !(inspected && can.paths === 'inspected'))
      return `only ${path} of it is needed, and TLS hides the path${can.paths === 'inspected' ? ': it can be said where TLS is inspected (--tls-inspection)' : ''}`;
  }
  return undefined;
};

const addressRefusal = (rule: HostRule, plan: FirewallPlan): string => {
  if (/[<{]/.test(rule.host)) return rule.note ?? 'it has a placeholder that was not filled in';
  if (rule.leg === 'endpoint')
    return 'private, and the addresses behind it are not known: give the private endpoint';
  if (rule.tags.length === 0) return 'no service tag has its addresses, and they change: allow it by name';
  const tags = rule.tags.join(', ');
  return plan.serviceTags === undefined
    ? `its addresses are those of the service tag ${tags}: give --service-tags`
    : `the service tags that were given have no ${tags}, or no prefix in it`;
};

const isIpv6 = (address: string): boolean => address.includes(':');

const hasPrefixes = (rule: TagRule): boolean => rule.prefixes !== undefined && !isEmptySet(rule.prefixes);

/** Merges by leg, protocol and port, so that each rule has the fewest prefixes of all that it stands for. */
const merged = (
  plan: FirewallPlan,
  tags: readonly TagRule[],
  given: readonly AddressRule[],
): readonly AddressRule[] => {
  const rules = new Map<string, AddressRule>();
  const byTag = tags.map(
    ({ tag, port, protocol, prefixes }): AddressRule => ({
      leg: 'internet',
      protocol,
      port,
      prefixes: prefixes ?? emptySet,
      of: [tag],
    }),
  );
  for (const rule of [...byTag, ...given]) {
    const key = ruleKey(rule);
    const before = rules.get(key);
    rules.set(
      key,
      before === undefined
        ? rule
        : {
            ...rule,
            prefixes: union(before.prefixes, rule.prefixes),
            of: [...new Set([...before.of, ...rule.of])],
          },
    );
  }
  const kept = [...rules.values()];
  return plan.families === 'ipv4'
    ? kept.map((rule) => ({ ...rule, prefixes: { v4: rule.prefixes.v4, v6: [] } }))
    : kept;
};

/** @param inspected TLS is opened on the way, so that paths in it are seen */
export const fit = (plan: FirewallPlan, can: Capability, inspected = false): Fitted => {
  const names: HostRule[] = [];
  const unexpressed: Unexpressed[] = [];
  /** Tags that carry a host which is not said by name. */
  const wanted = new Set<string>();
  const privateNames = new Set<string>();
  for (const rule of plan.hosts) {
    const { leg, host, path, port, addresses, tags } = rule;
    const ports =
      rule.through === undefined && rule.protocol === 'tcp'
        ? {}
        : { ports: `${rule.protocol} ${portRange(rule)}` };
    const left = (reason: string): void => {
      unexpressed.push({ host, ...(path === undefined ? {} : { path }), port, ...ports, reason });
    };
    if (can.addresses && addresses.length > 0 && plan.families === 'ipv4' && addresses.every(isIpv6)) {
      left('it has IPv6 addresses only, and IPv4 alone was asked for');
      continue;
    }
    if (leg === 'endpoint') {
      if (!/[<{]/.test(host)) privateNames.add(host);
      const reachable = can.addresses && addresses.length > 0;
      // Forms of names alone are for what goes past the endpoint; they say so at their beginning.
      if (reachable || (!can.addresses && !can.tags && !/[<{]/.test(host))) continue;
      left(addressRefusal(rule, plan));
      continue;
    }
    if (rule.inbound && addresses.length > 0 && can.addresses && can.inbound !== true) {
      left('connections come from it too, and what comes in cannot be said here');
    }
    // A host that is an address is said as one, wherever addresses can be said.
    if (addresses.length > 0 && can.addresses) continue;
    const refusal = can.names ? nameRefusal(rule, can, inspected) : undefined;
    if (can.names && refusal === undefined) {
      names.push(rule);
      continue;
    }
    const usable = plan.tags.filter(
      (tag) =>
        rule.protocol === 'tcp' &&
        tags.includes(tag.tag) &&
        tag.port === port &&
        (can.tags || (can.addresses && hasPrefixes(tag))),
    );
    if (usable.length > 0) for (const tag of usable) wanted.add(`${tag.tag} ${tag.port}`);
    else left(refusal ?? (can.tags ? noTag(rule) : addressRefusal(rule, plan)));
  }
  for (const { fqdn } of plan.endpoint) privateNames.add(fqdn);
  // Where names are said, a tag without a host of its own adds nothing.
  const tags = plan.tags.filter((rule) => {
    const sayable = can.tags || (can.addresses && hasPrefixes(rule));
    return wanted.has(`${rule.tag} ${rule.port}`) || (sayable && (!can.names || rule.explicit === true));
  });
  for (const { tag, port, hosts } of can.names || can.tags
    ? []
    : plan.tags.filter((rule) => !hasPrefixes(rule))) {
    if (hosts.length === 0) unexpressed.push({ host: `service tag ${tag}`, port, reason: tagRefusal(plan) });
  }
  return {
    plan,
    names,
    privateNames: [...privateNames].sort(),
    addresses: can.addresses
      ? merged(
          plan,
          can.tags ? [] : tags,
          plan.given.filter(({ inbound }) => inbound !== true || can.inbound === true),
        )
      : [],
    tags: can.tags ? tags : [],
    unexpressed,
  };
};

const noTag = ({ host, note }: HostRule): string =>
  /[<{]/.test(host)
    ? (note ?? 'it has a placeholder that was not filled in')
    : 'no service tag has it: allow it by name, in a firewall that knows names';

const tagRefusal = (plan: FirewallPlan): string =>
  plan.serviceTags === undefined
    ? 'give --service-tags for its addresses'
    : 'the service tags that were given have no prefix of it';
