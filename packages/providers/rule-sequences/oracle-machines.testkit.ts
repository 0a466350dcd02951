/** What the oracle expects of machines, and of what moves to another place. */

import {
  type Command,
  firstHome,
  type Home,
  type Movable,
  machineRegions,
  zoneNames,
} from './command.testkit.ts';
import { accepted, type Expected, missing, refused, type State } from './oracle-state.testkit.ts';

/** R2, R3. */
export const writeMachine = (
  state: State,
  { do: what, machine, scope: named }: Extract<Command, { do: 'putMachine' | 'patchMachine' }>,
): Expected => {
  const there = state.machines.get(machine);
  if (what === 'patchMachine' && !there) return refused(missing);
  if (named === undefined || named === null) {
    if (!there || named === null) state.machines.set(machine, {});
    return accepted;
  }
  const scope = state.scopes.get(named);
  // What was read may be sent back, also of a scope that has gone since; one made since is another one.
  if (there?.scope === named && (!scope || scope.life === there.scopeLife)) return accepted;
  if (!scope) return refused('PrivateLinkScopeNotFound');
  if (scope.region !== machineRegions[machine]) return refused('PrivateLinkScopeRegionMismatch');
  state.machines.set(machine, { scope: named, scopeLife: scope.life });
  return accepted;
};

const homeOf = (state: State, what: Movable, key: string): Home =>
  state.homes.get(`${what} ${key}`) ?? firstHome(what, key);

/** What moves stays what it is to all others: nothing but its id changes. */
export const move = (state: State, { what, key, to }: Extract<Command, { do: 'move' }>): Expected => {
  if (homeOf(state, what, key) === to) return refused('ResourceMoveTargetIsSource');
  const all = { scope: state.scopes, machine: state.machines, network: state.networks, zone: state.zones }[
    what
  ];
  if (!all.has(key)) return refused(missing);
  const inTheWay =
    what === 'zone' &&
    [...state.zones.keys()].some(
      (other) => other !== key && zoneNames[other] === zoneNames[key] && homeOf(state, 'zone', other) === to,
    );
  const stays = [...state.endpoints.values()].some(({ network }) => what === 'network' && network === key);
  if (inTheWay || stays) return refused('ResourceMoveValidationFailed');
  state.homes.set(`${what} ${key}`, to);
  return accepted;
};
