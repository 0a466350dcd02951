/** The name server's state as a projection of the stored ARM resources: the same documents give the same state, whatever came before. */

import { armRecordNames } from '@tombolo/dns-records';
import type { Change, Document } from '@tombolo/store/port';
import type { DnsState } from './dns-state.ts';
import { inboundEndpointsOf, networksOf } from './network-views.ts';
import { type Problem, privateZones } from './private-zones.ts';
import type { Zone } from './zone.ts';

const network = 'Microsoft.Network';

/** The resource types that the name server's state depends on: the filter of its change feed. */
export const dnsFollowedTypes: readonly string[] = [
  `${network}/virtualNetworks`,
  `${network}/virtualNetworks/virtualNetworkPeerings`,
  `${network}/privateDnsZones`,
  ...armRecordNames.map((type) => `${network}/privateDnsZones/${type}`),
  `${network}/privateDnsZones/virtualNetworkLinks`,
  `${network}/dnsResolvers`,
  `${network}/dnsResolvers/inboundEndpoints`,
  `${network}/dnsResolvers/outboundEndpoints`,
  `${network}/dnsForwardingRulesets`,
  `${network}/dnsForwardingRulesets/forwardingRules`,
  `${network}/dnsForwardingRulesets/virtualNetworkLinks`,
];

const canonicalType = new Map(
  dnsFollowedTypes.map((type) => [type.toLowerCase(), type.slice(network.length + 1)]),
);
const typeOf = ({ type }: { readonly type: string }): string | undefined =>
  canonicalType.get(type) ?? canonicalType.get(type.toLowerCase());

const recordTypeOf = new Map(armRecordNames.map((name) => [`privateDnsZones/${name}`, name]));

export interface DnsProjection {
  /** A snapshot: all that was known before is forgotten. */
  replace(documents: Iterable<Document>): DnsState;
  /**
   * Changes of the feed. A record costs its own name, whatever the zone's size; anything else the networks, links, rules and
   * endpoints, and no record. Zones of earlier states change with it.
   */
  apply(changes: readonly Change[]): DnsState;
}

/**
 * Projects documents (others than {@link dnsFollowedTypes} are passed over) into the name server's state. Never throws:
 * what cannot be used is left out and listed in `problems`. Ids are compared in lower case.
 */
export const createDnsProjection = (publicZones: ReadonlyMap<string, Zone> = new Map()): DnsProjection => {
  let zones = privateZones();
  let types = new Map<string, Map<string, Document>>();
  let typeOfKey = new Map<string, string>();
  /** Of all but records; absent: something of it has changed. */
  let views:
    | (Pick<DnsState, 'networks' | 'inboundEndpoints'> & { readonly problems: DnsState['problems'] })
    | undefined;

  const remove = (key: string): void => {
    const type = typeOfKey.get(key);
    if (type === undefined) return;
    typeOfKey.delete(key);
    if (recordTypeOf.has(type)) {
      zones.removeRecord(key);
      return;
    }
    if (type === 'privateDnsZones') zones.removeZone(key);
    types.get(type)?.delete(key);
    views = undefined;
  };
  const put = (document: Document): void => {
    const key = document.id.toLowerCase();
    const type = typeOf(document);
    if (typeOfKey.get(key) !== type) remove(key);
    if (type === undefined) return;
    typeOfKey.set(key, type);
    const recordType = recordTypeOf.get(type);
    if (recordType !== undefined) {
      zones.putRecord(document, recordType);
      return;
    }
    if (type === 'privateDnsZones') zones.putZone(document);
    const ofType = types.get(type);
    if (ofType) ofType.set(key, document);
    else types.set(type, new Map([[key, document]]));
    views = undefined;
  };
  const state = (): DnsState => {
    const problems: Problem[] = [];
    views ??= {
      networks: networksOf(types, zones.zones, ({ id }, message) => problems.push({ id, message })),
      inboundEndpoints: inboundEndpointsOf(types),
      problems,
    };
    return {
      networks: views.networks,
      inboundEndpoints: views.inboundEndpoints,
      publicZones,
      problems: [...zones.problems(), ...views.problems],
    };
  };

  return {
    replace(documents) {
      zones = privateZones();
      types = new Map();
      typeOfKey = new Map();
      views = undefined;
      for (const document of documents) put(document);
      return state();
    },
    apply(changes) {
      for (const { id, document } of changes)
        if (document) put(document);
        else remove(id.toLowerCase());
      return state();
    },
  };
};

/** The state of these documents, for who asks once. */
export const projectDnsState = (
  documents: Iterable<Document>,
  publicZones: ReadonlyMap<string, Zone> = new Map(),
): DnsState => createDnsProjection(publicZones).replace(documents);
