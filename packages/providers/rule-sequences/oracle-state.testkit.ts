/** What the oracle holds, and what it reads out of that without changing it. */

import { type Access, type Home, type RegionKey, zoneNames } from './command.testkit.ts';
import { type NamesState, namesOf } from './names.testkit.ts';

export interface Endpoint {
  /** Which of those that had the key. */
  readonly life: number;
  readonly network: string;
  readonly scope: string;
  readonly scopeLife: number;
  /** R4: names follow the scope's region. */
  readonly names: RegionKey;
  readonly mode: 'auto' | 'manual';
  status: 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';
}

interface Scope {
  readonly life: number;
  readonly region: RegionKey;
  access: Exclude<Access, 'Sometimes'>;
}

/** `e1#3` wrote it, or a hand did. */
type Holder = string;

export interface State extends NamesState {
  readonly scopes: Map<string, Scope>;
  readonly networks: Set<string>;
  readonly endpoints: Map<string, Endpoint>;
  readonly zones: Map<string, Map<string, { holder: Holder; value: string }>>;
  /** `zone/link`. */
  readonly links: Map<string, { network: string; redirect: boolean }>;
  /** Zones by endpoint. */
  readonly groups: Map<string, readonly string[]>;
  readonly machines: Map<string, { scope?: string; scopeLife?: number }>;
  /** Where what has moved is. */
  readonly homes: Map<string, Home>;
}

export interface Expected {
  /** Codes, one of which has to be said; none: it is accepted. */
  readonly refusals: readonly string[];
  /** In the words of `warningsOf` in `warnings.testkit.ts`. */
  readonly warnings: readonly string[];
}

export const accepted: Expected = { refusals: [], warnings: [] };
export const refused = (...refusals: readonly string[]): Expected => ({ refusals, warnings: [] });
export const missing = 'NotFound';

export const emptyState = (): State => ({
  scopes: new Map(),
  networks: new Set(),
  endpoints: new Map(),
  zones: new Map(),
  links: new Map(),
  groups: new Map(),
  machines: new Map(),
  homes: new Map(),
});

export const linksOf = (state: State, zone: string) =>
  [...state.links].filter(([key]) => key.startsWith(`${zone}/`));
const alive = (state: State, endpoint: Endpoint): boolean =>
  state.scopes.get(endpoint.scope)?.life === endpoint.scopeLife;
export const statusOf = (state: State, endpoint: Endpoint) =>
  alive(state, endpoint) ? endpoint.status : 'Disconnected';
export const isConnected = (state: State, scope: string): boolean =>
  [...state.endpoints.values()].some(
    (endpoint) => endpoint.scope === scope && statusOf(state, endpoint) !== 'Disconnected',
  );

export const isEmptyPrivateZone = (state: State, zone: string): boolean =>
  zoneNames[zone]!.startsWith('privatelink.') &&
  [...state.zones.get(zone)!.values()].every(({ value }) => value === '');

/** R5, R7, R21: what the group of an endpoint makes of its zones; says whose records answer otherwise now. */
export const writeGroup = (
  state: State,
  key: string,
  endpoint: Endpoint,
  wanted: readonly string[],
  had: readonly string[],
): string[] => {
  const holder = `${key}#${endpoint.life}`;
  const said: string[] = [];
  const writes = statusOf(state, endpoint) === 'Pending' ? [] : wanted;
  for (const zone of new Set([...had, ...wanted])) {
    const records = state.zones.get(zone);
    if (!records) continue;
    const names = writes.includes(zone) ? namesOf(endpoint.names, zoneNames[zone]!) : [];
    for (const [name, record] of records)
      if (record.holder === holder && !names.includes(name)) records.delete(name);
    for (const name of names) {
      const there = records.get(name);
      if (there && there.holder !== holder) said.push(`replaced ${zone} ${name}`);
      records.set(name, { holder, value: holder });
    }
  }
  return said;
};

/** R2, R8, R9, R14, R20: `allow`, or the code; `by`: public, or an endpoint's key. */
export const expectedAccess = (state: State, machine: string, by: string): string => {
  const endpoint = by === 'public' ? undefined : state.endpoints.get(by);
  if (endpoint && statusOf(state, endpoint) !== 'Approved') return 'PrivateEndpointConnectionNotApproved';
  const own = state.machines.get(machine);
  if (!own) return 'MachineNotFound';
  const scope = own.scope === undefined ? undefined : state.scopes.get(own.scope);
  if (own.scope !== undefined && scope?.life !== own.scopeLife) return 'PrivateLinkScopeDeleted';
  if (endpoint) return endpoint.scope === own.scope ? 'allow' : 'MachineNotAssociated';
  return scope === undefined || scope.access === 'Enabled' ? 'allow' : 'PublicNetworkAccessDisabled';
};
