/** From a view and a question to an answer, or to what must be asked elsewhere. Pure; no codec, no sockets. */

import { lowerName } from '@tombolo/dns-records';
import { isPrivateLinkZone } from '@tombolo/private-link';
import type { DnsServerAddress, DnsState, NetworkView, View } from './dns-state.ts';
import { viewKey } from './dns-state.ts';
import { classes, type Question, type ResourceRecord, rcodes } from './resource-record.ts';
import { typeCodes } from './type-codes.ts';
import { askZone, enclosingZone, type Zone, type ZoneAnswer } from './zone.ts';

/** Longest CNAME chain followed; a longer one is a loop and answers SERVFAIL. */
export const maxChainLength = 16;
const maxHosts = 16;

/** One decision of a lookup, in order: the explanation of an answer. */
export type LookupStep =
  | {
      readonly kind: 'zone';
      readonly name: string;
      readonly zone: string;
      /** Both absent for a public zone. */
      readonly zoneId?: string;
      readonly linkId?: string;
      readonly outcome: 'answer' | 'cname' | 'nodata' | 'nxdomain';
      readonly target?: string;
    }
  | { readonly kind: 'redirect'; readonly name: string; readonly zone: string; readonly linkId: string }
  | {
      readonly kind: 'rule';
      readonly name: string;
      readonly ruleId: string;
      readonly domain: string;
      readonly servers: readonly DnsServerAddress[];
    }
  | { readonly kind: 'upstream'; readonly name: string }
  | { readonly kind: 'refused'; readonly reason: 'class' | 'type' }
  | { readonly kind: 'loop'; readonly name: string };

export interface LookupAnswer {
  readonly kind: 'answer';
  readonly rcode: number;
  /** The first owner's data is from a zone of ours. */
  readonly authoritative: boolean;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

export interface LookupForward {
  readonly kind: 'forward';
  /** What is left to ask, and whom: the rule's servers, or the configured upstreams. */
  readonly question: Question;
  readonly servers: readonly DnsServerAddress[] | 'upstreams';
  /** The CNAMEs found so far: the answer starts with them. */
  readonly answer: readonly ResourceRecord[];
  readonly authoritative: boolean;
}

export type LookupResult = LookupAnswer | LookupForward;

const redirectTypes: readonly number[] = [typeCodes.A, typeCodes.AAAA, typeCodes.CNAME];
const refusedTypes: readonly number[] = [typeCodes.AXFR, typeCodes.IXFR];

/** The addresses, in data of ours, of the hosts that the answer names (RFC 1035 section 3.3.9, RFC 2782). */
const hostAddresses = (
  state: DnsState,
  network: NetworkView | undefined,
  answer: readonly ResourceRecord[],
): readonly ResourceRecord[] => {
  const additional: ResourceRecord[] = [];
  for (const { data } of answer.slice(0, maxHosts)) {
    const host = data.kind === 'MX' ? data.exchange : data.kind === 'SRV' ? data.target : undefined;
    if (host === undefined) continue;
    const name = lowerName(host);
    const zone =
      (network && enclosingZone(network.zones, name)?.zone) ?? enclosingZone(state.publicZones, name);
    for (const type of zone ? [typeCodes.A, typeCodes.AAAA] : []) {
      const found = askZone(zone as Zone, name, host, type);
      if (found.outcome === 'answer') additional.push(...found.records);
    }
  }
  return additional;
};

const zoneStep = (name: string, zone: Zone, found: ZoneAnswer, linkId?: string): LookupStep => ({
  kind: 'zone',
  name,
  zone: zone.name,
  ...(zone.id && { zoneId: zone.id }),
  ...(linkId && { linkId }),
  outcome: found.outcome,
  ...(found.outcome === 'cname' && { target: found.target }),
});

/** Would a private zone linked to the view's network answer for this name? Then no forwarded answer may. */
export const isPrivateName = (state: DnsState, view: View, name: string): boolean => {
  const network = view.kind === 'network' ? state.networks.get(viewKey(view)) : undefined;
  return network !== undefined && enclosingZone(network.zones, lowerName(name)) !== undefined;
};

/**
 * Azure's order for a network: linked private zones (longest name), then forwarding rules (longest suffix), then
 * public resolution. A linked zone without the name ends the lookup with NXDOMAIN, unless its link redirects
 * (privatelink zones only; A, AAAA and CNAME only; never on NODATA) to public resolution. The wildcard rule `.` leaves
 * reserved service domains, here the public zones, to Azure. CNAMEs are followed across zones in the same view.
 * `trace` receives each decision; `chained` is the number of CNAMEs that led here.
 */
export const lookup = (
  state: DnsState,
  view: View,
  question: Question,
  trace?: (step: LookupStep) => void,
  chained = 0,
): LookupResult => {
  const { type } = question;
  const answer: ResourceRecord[] = [];
  let authoritative = false;
  const end = (rcode: number, authority: readonly ResourceRecord[] = []): LookupAnswer => ({
    kind: 'answer',
    rcode,
    authoritative,
    answer,
    authority,
    additional: [],
  });
  const forward = (name: string, servers: LookupForward['servers']): LookupForward => ({
    kind: 'forward',
    question: { ...question, name },
    servers,
    answer,
    authoritative,
  });
  if (question.class !== classes.IN || refusedTypes.includes(type)) {
    trace?.({ kind: 'refused', reason: question.class === classes.IN ? 'type' : 'class' });
    return end(rcodes.REFUSED);
  }
  const network = view.kind === 'network' ? state.networks.get(viewKey(view)) : undefined;
  let owner = question.name;
  for (let hops = chained; hops <= maxChainLength; hops++) {
    const name = lowerName(owner);
    const linked = network && enclosingZone(network.zones, name);
    let zone = linked?.zone;
    let found = zone && askZone(zone, name, owner, type);
    if (zone && found) trace?.(zoneStep(name, zone, found, linked?.linkId));
    const redirected =
      linked !== undefined &&
      found?.outcome === 'nxdomain' &&
      linked.resolutionPolicy === 'NxDomainRedirect' &&
      isPrivateLinkZone(linked.zone.name) &&
      redirectTypes.includes(type);
    if (redirected) trace?.({ kind: 'redirect', name, zone: linked.zone.name, linkId: linked.linkId });
    if (!found || redirected) {
      zone = enclosingZone(state.publicZones, name);
      const rule = redirected || !network ? undefined : enclosingZone(network.rules, name);
      if (rule && (rule.domain !== '' || !zone)) {
        trace?.({ kind: 'rule', name, ruleId: rule.id, domain: rule.domain, servers: rule.servers });
        return forward(owner, rule.servers);
      }
      if (!zone) {
        trace?.({ kind: 'upstream', name });
        return forward(owner, 'upstreams');
      }
      found = askZone(zone, name, owner, type);
      trace?.(zoneStep(name, zone, found));
    }
    if (answer.length === 0) authoritative = true;
    if (found.outcome === 'nxdomain') return end(rcodes.NXDOMAIN, [found.soa]);
    if (found.outcome === 'nodata') return end(rcodes.NOERROR, [found.soa]);
    answer.push(...found.records);
    if (found.outcome === 'answer') {
      return { ...end(rcodes.NOERROR), additional: hostAddresses(state, network, found.records) };
    }
    owner = found.target;
  }
  trace?.({ kind: 'loop', name: lowerName(owner) });
  answer.length = 0;
  return end(rcodes.SERVFAIL);
};
