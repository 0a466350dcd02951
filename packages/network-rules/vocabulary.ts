/** What the words of rules and flows mean as addresses: prefixes, `VirtualNetwork`, `Internet`, service tags, groups. */

import { covers, difference, empty, intersects, type RangeSet, union } from '@tombolo/ip/range-set';
import { addressSet, everyName, everything, ipv4, nameOffset, placedPrefix } from './address.ts';
import type { RuleSide } from './security-rule.ts';
import { platformAddress, type Surroundings } from './surroundings.ts';
import { addressOfSpecialTag, isTagName, specialTagOf } from './tag-name.ts';

interface Meaning {
  /** What it surely is. */
  readonly certain: RangeSet;
  /** What it may be, where it has a part that is known by name only. */
  readonly possible: RangeSet;
  /** The words that nothing here explains. */
  readonly unknown: readonly string[];
}

export interface Vocabulary {
  readonly ofRule: (side: RuleSide) => Meaning;
  /** The word of a flow: an address, a prefix, a tag or `*`. */
  readonly ofFlow: (word: string) => Meaning;
  readonly virtualNetwork: RangeSet;
  readonly internet: RangeSet;
}

/** Not publicly routable (IANA's special-purpose registry), hence outside of `Internet`; as Azure expands that tag. */
const notRoutable = addressSet([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
]);
const routable = union(difference(ipv4, notRoutable), addressSet(['2000::/3']));
const defaultRoutes = ['0.0.0.0/0', '::/0'];
const catchAll = 'azurecloud';

/** Prefixes of `VirtualNetwork`: own, peered and announced networks, own routes, the platform's address (Learn: service tags). */
export const virtualNetworkPrefixes = (around: Surroundings): readonly string[] => [
  ...around.virtualNetwork,
  ...(around.peered ?? []),
  ...(around.onPremises ?? []),
  ...(around.userRoutes ?? []),
  `${platformAddress}/32`,
];

/** A place for every service and region of the names that occur, so that `Storage` takes in `Storage.JapanEast`. */
const nameSets = (words: readonly string[]): ((word: string) => RangeSet) => {
  const split = (word: string): readonly [string, string] => {
    const [service, ...region] = word.toLowerCase().split('.');
    return [service!, region.join('.')];
  };
  const names = words.filter(isTagName).map(split);
  const services = [...new Set(names.map(([service]) => service))];
  const regions = ['', ...new Set(names.map(([, region]) => region).filter((region) => region !== ''))];
  const at = (service: number, region: number): bigint =>
    nameOffset + BigInt(service * regions.length + region);
  return (word) => {
    const [service, region] = split(word);
    const row = services.indexOf(service);
    const column = regions.indexOf(region);
    if (row < 0 || column < 0) return empty;
    if (service === catchAll)
      return column === 0
        ? everyName
        : union(services.map((_, index) => ({ first: at(index, column), last: at(index, column) })));
    return column === 0
      ? [{ first: at(row, 0), last: at(row, regions.length - 1) }]
      : [{ first: at(row, column), last: at(row, column) }];
  };
};

/** `words`: all that occur in the rules and the flow judged together. */
export const createVocabulary = (around: Surroundings, words: readonly string[]): Vocabulary => {
  const nameSet = nameSets(words);
  const virtualNetwork = addressSet(virtualNetworkPrefixes(around));
  // A default route counts to VirtualNetwork, yet what is behind it stays the internet.
  const inside = addressSet(virtualNetworkPrefixes(around).filter((text) => !defaultRoutes.includes(text)));
  const internet = union(difference(routable, inside), addressSet(around.publicPrefixes ?? []));
  const internet4 = difference(internet, difference(everything, ipv4));

  const known = (certain: RangeSet): Meaning => ({ certain, possible: certain, unknown: [] });

  const fixed = (word: string): RangeSet | undefined => {
    const lower = word.toLowerCase();
    if (lower === '*' || lower === 'any') return everything;
    const tag = specialTagOf(word);
    if (tag === undefined) return undefined;
    if (tag === 'VirtualNetwork') return virtualNetwork;
    if (tag === 'Internet') return union(internet, everyName);
    const address = addressOfSpecialTag(tag);
    return address === undefined ? undefined : addressSet([address]);
  };

  const literal = (word: string): Meaning | undefined => {
    const prefix = placedPrefix(word);
    if (!prefix) return undefined;
    const range = [prefix.range];
    return {
      certain: range,
      possible: intersects(range, internet) ? union(range, everyName) : range,
      unknown: [],
    };
  };

  const ofWord = (word: string): Meaning => {
    const set = fixed(word);
    if (set) return known(set);
    const address = literal(word);
    if (address) return address;
    const resolved = around.resolveTag?.(word);
    if (resolved) return known(union(addressSet(resolved), nameSet(word)));
    if (around.lacksTag?.(word)) return known(empty);
    const name = nameSet(word);
    return { certain: name, possible: union(name, internet), unknown: [word] };
  };

  const ofGroup = (id: string): Meaning => {
    const members = around.applicationSecurityGroups?.get(id);
    if (members) return known(addressSet(members));
    return { certain: empty, possible: addressSet(around.virtualNetwork), unknown: [id] };
  };

  const ofRule = (side: RuleSide): Meaning => {
    const parts = [...side.prefixes.map(ofWord), ...side.applicationSecurityGroups.map(ofGroup)];
    const certain = union(...parts.map((part) => part.certain));
    // Whoever names the whole internet by prefixes names every service in it.
    const whole = internet4.length > 0 && covers(certain, internet4);
    return {
      certain: whole ? union(certain, everyName) : certain,
      possible: union(...parts.map((part) => part.possible)),
      unknown: parts.flatMap((part) => part.unknown),
    };
  };

  const ofFlow = (word: string): Meaning => {
    const set = fixed(word);
    if (set) return known(set);
    const prefix = placedPrefix(word);
    if (prefix) return known([prefix.range]);
    const resolved = around.resolveTag?.(word);
    // A tag that is known to have no addresses is judged by its name.
    if (resolved && resolved.length > 0) return known(addressSet(resolved));
    return { certain: nameSet(word), possible: nameSet(word), unknown: [word] };
  };

  return { ofRule, ofFlow, virtualNetwork, internet };
};
