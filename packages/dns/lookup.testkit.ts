/** Lookups for the tests, their results as one line of text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CloudProfile, realClouds } from '@tombolo/private-link';
import type { Document } from '@tombolo/store/port';
import type { DnsState, View } from './dns-state.ts';
import { lookup } from './lookup.ts';
import { projectDnsState } from './projection.ts';
import { publicZones } from './public-zones.ts';
import { type ResourceRecord, rcodes } from './resource-record.ts';
import { hisZone, idOf, quickstartDocuments } from './sample-documents.testkit.ts';
import { type TypeName, typeCodes, typeName } from './type-codes.ts';

const profile: CloudProfile = {
  ...(realClouds.AzureCloud as CloudProfile),
  publicAddresses: ['20.0.0.9', '13.0.0.0/8'],
  regions: ['japaneast', 'nowhere'],
};
const zones = publicZones(profile, { resourceManager: ['20.0.0.8'] });
export const hub: View = { kind: 'network', virtualNetworkId: idOf('virtualNetworks/HUB') };
export const island: View = { kind: 'network', virtualNetworkId: idOf('virtualNetworks/island') };
export const outside: View = { kind: 'public' };

const text = ({ name, type, ttl, data }: ResourceRecord): string => {
  const value =
    data.kind === 'A' || data.kind === 'AAAA' ? data.address : 'target' in data ? data.target : data.kind;
  return `${name} ${ttl} ${typeName(type)} ${value}`;
};

/** `rcode: records | authority`, or `forward name to servers`. */
export const ask = (state: DnsState, view: View, name: string, type: TypeName = 'A'): string => {
  const result = lookup(state, view, { name, type: typeCodes[type], class: 1 });
  const answer = result.answer.map(text).join('; ');
  if (result.kind === 'forward') {
    const { servers } = result;
    const to =
      servers === 'upstreams' ? servers : servers.map(({ address, port }) => `${address}:${port}`).join(' ');
    return `${answer ? `${answer}; ` : ''}forward ${result.question.name} to ${to}`;
  }
  const rcode = Object.entries(rcodes).find(([, code]) => code === result.rcode)?.[0];
  return `${rcode}: ${answer}${result.authority.length > 0 ? ` | ${result.authority.map(text).join('; ')}` : ''}`;
};

export const stateOf = (...documents: readonly Document[]): DnsState => projectDnsState(documents, zones);
export const quickstart = stateOf(...quickstartDocuments());
export const soa = `${hisZone} 10 SOA SOA`;

export const table = (
  state: DnsState,
  rows: readonly (readonly [string, View, string, TypeName, string])[],
): void => {
  for (const [behaviour, view, name, type, expected] of rows) {
    test(behaviour, () => assert.equal(ask(state, view, name, type), expected));
  }
};
