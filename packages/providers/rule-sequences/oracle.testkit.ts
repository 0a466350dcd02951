/**
 * The rules that ARM writes meet (R1–R5, R7–R9, R14, R15, R20, R21, R23) once more, written from their statements: a plain
 * model that calls nothing of the product. It says what a write may be refused with, what it warns of, and what is there then.
 */

import { type Command, endpointPlaces, networkPlaces, zoneNames } from './command.testkit.ts';
import { hiddenNames, namesOf } from './names.testkit.ts';
import { move, writeMachine } from './oracle-machines.testkit.ts';
import {
  accepted,
  type Expected,
  emptyState,
  expectedAccess,
  isConnected,
  isEmptyPrivateZone,
  linksOf,
  missing,
  refused,
  type State,
  statusOf,
  writeGroup,
} from './oracle-state.testkit.ts';

export interface Oracle {
  readonly state: State;
  readonly step: (command: Command) => Expected;
  /** R2, R8, R9, R14, R20: `allow`, or the code; `by`: public, or an endpoint's key. */
  readonly access: (machine: string, by: string) => string;
}

export const createOracle = (strictDns: boolean): Oracle => {
  let lives = 0;
  let state = emptyState();

  /** Runs `write` on a copy: with --strict-dns it may be refused for what it does to names. */
  const write = (
    change: () => readonly string[],
    { link, endpoint }: { readonly link?: string; readonly endpoint?: true } = {},
  ): Expected => {
    const before = structuredClone(state);
    const said = change();
    const lost = hiddenNames(before, state, link);
    const warnings = [...said, ...lost].sort();
    const hurt = [
      ...said.map((fact) => (fact.startsWith('no-member') ? 'ZoneOfNoMember' : 'ZoneRecordsHeldByAnother')),
      // An empty zone is linked before anything is written into it.
      ...lost
        .filter(
          (fact) => fact.endsWith('NXDOMAIN') && !(link && isEmptyPrivateZone(state, link.split('/')[0]!)),
        )
        .map(() => 'LinkedZoneIncomplete'),
    ];
    // Without the endpoint no group could write what its network lacks.
    if (!strictDns || endpoint || hurt.length === 0) return { refusals: [], warnings };
    state = before;
    return refused(...new Set(hurt));
  };

  const step = (command: Command): Expected => {
    switch (command.do) {
      case 'putScope': {
        const there = state.scopes.get(command.scope);
        const codes = [
          ...(there && there.region !== command.region ? ['InvalidResourceLocation'] : []),
          ...(command.access === 'Sometimes' ? ['InvalidPublicNetworkAccess'] : []),
        ];
        if (codes.length > 0) return refused(...codes);
        // R8, R20: Disabled unless it is said.
        const access = command.access === 'Enabled' ? 'Enabled' : 'Disabled';
        if (there) there.access = access;
        else state.scopes.set(command.scope, { life: ++lives, region: command.region, access });
        return accepted;
      }
      case 'patchScope': {
        const there = state.scopes.get(command.scope);
        if (!there) return refused(missing);
        if (command.access === 'Sometimes') return refused('InvalidPublicNetworkAccess');
        there.access = command.access ?? there.access;
        return accepted;
      }
      case 'deleteScope':
        if (isConnected(state, command.scope)) return refused('CannotDeleteResource');
        state.scopes.delete(command.scope);
        return accepted;
      case 'putNetwork':
        state.networks.add(command.network);
        return accepted;
      case 'deleteNetwork': {
        const used = [...state.endpoints.values()].some(({ network }) => network === command.network);
        if (used) return refused('InUseSubnetCannotBeDeleted', 'InUseVirtualNetworkCannotBeDeleted');
        state.networks.delete(command.network);
        for (const [key, { network }] of state.links)
          if (network === command.network) state.links.delete(key);
        return accepted;
      }
      case 'putEndpoint':
        return putEndpoint(command);
      case 'patchEndpoint':
        return state.endpoints.has(command.endpoint) ? accepted : refused(missing);
      case 'deleteEndpoint': {
        const endpoint = state.endpoints.get(command.endpoint);
        if (!endpoint) return accepted;
        return write(() => {
          writeGroup(state, command.endpoint, endpoint, [], state.groups.get(command.endpoint) ?? []);
          state.groups.delete(command.endpoint);
          state.endpoints.delete(command.endpoint);
          return [];
        });
      }
      case 'decide':
        return decide(command.endpoint, command.status);
      case 'disconnect': {
        const endpoint = state.endpoints.get(command.endpoint);
        if (endpoint) endpoint.status = 'Disconnected';
        return accepted;
      }
      case 'putZone':
        if (!state.zones.has(command.zone)) state.zones.set(command.zone, new Map());
        return accepted;
      case 'patchZone':
        return state.zones.has(command.zone) ? accepted : refused(missing);
      case 'deleteZone':
        if (linksOf(state, command.zone).length > 0) return refused('CannotDeleteResource');
        state.zones.delete(command.zone);
        return accepted;
      case 'putLink':
        return putLink(command);
      case 'patchLink': {
        const key = `${command.zone}/${command.link}`;
        return state.links.has(key) ? write(() => [], { link: key }) : refused(missing);
      }
      case 'deleteLink':
        return write(() => {
          state.links.delete(`${command.zone}/${command.link}`);
          return [];
        });
      case 'putGroup': {
        const endpoint = state.endpoints.get(command.endpoint);
        if (!endpoint) return refused(missing);
        const had = state.groups.get(command.endpoint) ?? [];
        const gone = command.zones.filter((zone) => !state.zones.has(zone));
        if (gone.length > 0) return refused('InvalidPrivateDnsZoneIds');
        return write(() => {
          state.groups.set(command.endpoint, command.zones);
          const strange = command.zones.filter(
            (zone) => namesOf(endpoint.names, zoneNames[zone]!).length === 0,
          );
          return [
            ...writeGroup(state, command.endpoint, endpoint, command.zones, had),
            ...strange.map((zone) => `no-member ${zone}`),
          ];
        });
      }
      case 'deleteGroup': {
        const endpoint = state.endpoints.get(command.endpoint);
        const had = state.groups.get(command.endpoint);
        if (!endpoint || !had) return accepted;
        return write(() => {
          writeGroup(state, command.endpoint, endpoint, [], had);
          state.groups.delete(command.endpoint);
          return [];
        });
      }
      case 'putRecord':
      case 'patchRecord': {
        const records = state.zones.get(command.zone);
        const there = records?.get(command.name);
        if (command.do === 'patchRecord' && !there) return refused(missing);
        if (!records) return refused(missing);
        return write(() => {
          const value = command.address ?? '';
          // Who wrote it stands in the metadata, which a PATCH leaves.
          const holder = command.do === 'patchRecord' ? there!.holder : 'hand';
          const changed = there !== undefined && there.holder !== 'hand' && there.value !== value;
          state.zones.get(command.zone)!.set(command.name, { holder, value });
          return changed ? [`by-hand ${command.zone} ${command.name}`] : [];
        });
      }
      case 'deleteRecord':
        return write(() => {
          state.zones.get(command.zone)?.delete(command.name);
          return [];
        });
      case 'putMachine':
      case 'patchMachine':
        return writeMachine(state, command);
      case 'deleteMachine':
        state.machines.delete(command.machine);
        return accepted;
      case 'move':
        return move(state, command);
    }
  };

  const putEndpoint = (wanted: Extract<Command, { do: 'putEndpoint' }>): Expected => {
    const there = state.endpoints.get(wanted.endpoint);
    const scope = state.scopes.get(wanted.scope);
    if (there) {
      const codes = [
        ...(wanted.region !== networkPlaces[there.network]!.region ? ['InvalidResourceLocation'] : []),
        ...(statusOf(state, there) === 'Disconnected'
          ? ['PrivateEndpointCannotBeUpdatedInDisconnectedState']
          : []),
        ...(wanted.network !== there.network
          ? ['CannotChangeSubnetOnExistingPrivateEndpoint', 'InvalidResourceReference']
          : []),
        ...(wanted.scope !== there.scope || wanted.mode !== there.mode
          ? [
              'CannotChangePrivateLinkConnectionOnPrivateEndpoint',
              'InvalidResourceReference',
              ...(wanted.mayApprove ? [] : ['LinkedAuthorizationFailed']),
            ]
          : []),
      ];
      return codes.length > 0 ? refused(...codes) : accepted;
    }
    const network = networkPlaces[wanted.network]!;
    const rivals = [...state.endpoints.values()].filter(({ network: at }) => at === wanted.network);
    const codes = [
      ...(scope && state.networks.has(wanted.network) ? [] : ['InvalidResourceReference']),
      // R4
      ...(network.region === wanted.region && network.subscription === endpointPlaces[wanted.endpoint]
        ? []
        : ['InvalidResourceReference']),
      // R1; a Rejected or Disconnected one counts until it is deleted, and a scope made anew is another.
      ...(rivals.some((rival) => rival.scope !== wanted.scope || (scope && rival.scopeLife !== scope.life))
        ? ['NetworkHasAnotherPrivateLinkScope']
        : []),
      // R15
      ...(wanted.mode === 'auto' && !wanted.mayApprove ? ['LinkedAuthorizationFailed'] : []),
    ];
    if (codes.length > 0) return refused(...codes);
    return write(
      () => {
        state.endpoints.set(wanted.endpoint, {
          life: ++lives,
          network: wanted.network,
          scope: wanted.scope,
          scopeLife: scope!.life,
          names: scope!.region,
          mode: wanted.mode,
          status: wanted.mode === 'auto' ? 'Approved' : 'Pending',
        });
        return [];
      },
      { endpoint: true },
    );
  };

  /** R15: Pending goes to Approved or Rejected, these to each other, and nothing comes back from Disconnected. */
  const decide = (key: string, status: 'Approved' | 'Rejected' | 'Pending'): Expected => {
    const endpoint = state.endpoints.get(key);
    if (!endpoint || statusOf(state, endpoint) === 'Disconnected') return refused(missing);
    if (status === 'Pending' && endpoint.status !== 'Pending')
      return refused('PrivateEndpointConnectionStateNotAllowed');
    return write(() => {
      const approves = status === 'Approved' && endpoint.status !== 'Approved';
      state.endpoints.get(key)!.status = status;
      const zones = state.groups.get(key) ?? [];
      return approves ? writeGroup(state, key, state.endpoints.get(key)!, zones, zones) : [];
    });
  };

  const putLink = ({ zone, link, network, redirect }: Extract<Command, { do: 'putLink' }>): Expected => {
    const key = `${zone}/${link}`;
    const there = state.links.get(key);
    // R23
    const taken = [...state.links].some(
      ([other, { network: at }]) =>
        other !== key && at === network && zoneNames[other.split('/')[0]!] === zoneNames[zone],
    );
    const codes = [
      ...(state.zones.has(zone) ? [] : [missing]),
      ...(state.networks.has(network) ? [] : ['BadRequest']),
      ...(taken ||
      (there && there.network !== network) ||
      (redirect && !zoneNames[zone]!.startsWith('privatelink.'))
        ? ['BadRequest']
        : []),
    ];
    // R7 is asked before R23, which is a claim.
    if (codes.length > 0) return refused(...codes, ...(strictDns ? ['LinkedZoneIncomplete'] : []));
    return write(
      () => {
        state.links.set(key, { network, redirect });
        return [];
      },
      { link: key },
    );
  };

  return {
    get state() {
      return state;
    },
    step,
    access: (machine, by) => expectedAccess(state, machine, by),
  };
};
