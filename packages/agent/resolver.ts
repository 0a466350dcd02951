/** Names to addresses: by the profile's name servers, or by the machine's own resolver (hosts files count). */

import type { LookupAddress, LookupOptions } from 'node:dns';
import { promises, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';

export interface Resolution {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Names that the chain of aliases led through, where our own resolver saw it. */
  readonly aliases: readonly string[];
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

export interface NameResolver {
  /** @throws the resolver's error, e.g. code ENOTFOUND */
  resolve(name: string): Promise<Resolution>;
  /** For node:net and node:https. */
  lookup(name: string, options: LookupOptions, callback: LookupCallback): void;
}

const longestChain = 8;
const noSuchRecord = new Set(['ENODATA', 'ENOTFOUND']);
/** Answers of a server that has the addresses of a name and will not say more: dnsmasq refuses CNAME for a name of its `address=`. */
const noAliasTold = new Set([...noSuchRecord, 'EREFUSED', 'ESERVFAIL', 'ENOTIMP', 'EFORMERR']);

const family = (address: string): 4 | 6 => (isIP(address) === 6 ? 6 : 4);

const byNameServers = (nameServers: readonly string[]): ((name: string) => Promise<Resolution>) => {
  const resolver = new promises.Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([...nameServers]);
  const orNone = (answer: Promise<string[]>, none: ReadonlySet<string> = noSuchRecord): Promise<string[]> =>
    answer.catch((error: NodeJS.ErrnoException) => {
      if (none.has(error.code ?? '')) return [];
      throw error;
    });
  return async (name) => {
    if (isIP(name)) return { name, addresses: [name], aliases: [] };
    const aliases: string[] = [];
    let current = name;
    for (let step = 0; step < longestChain; step += 1) {
      // The alias is asked for only where the server left the chain to us, and for the record of what happened.
      const [next] = await orNone(resolver.resolveCname(current), noAliasTold);
      if (next === undefined) break;
      aliases.push(next);
      current = next;
    }
    // A first: private endpoints have A records, and a public AAAA beside them must not win.
    const v4 = await orNone(resolver.resolve4(name));
    const addresses = v4.length > 0 || aliases.length === 0 ? v4 : await orNone(resolver.resolve4(current));
    const found = addresses.length > 0 ? addresses : await orNone(resolver.resolve6(name));
    if (found.length === 0) {
      throw Object.assign(new Error(`${name} has no address (asked ${nameServers.join(', ')})`), {
        code: 'ENOTFOUND',
      });
    }
    return { name, addresses: found, aliases };
  };
};

const bySystem = async (name: string): Promise<Resolution> => {
  const answers = await promises.lookup(name, { all: true });
  const addresses = answers.toSorted((a, b) => a.family - b.family).map((entry) => entry.address);
  return { name, addresses, aliases: [] };
};

/** @param nameServers `address:port`; absent or empty: `dns.lookup` */
export const createResolver = (nameServers: readonly string[] | undefined): NameResolver => {
  const own = nameServers === undefined || nameServers.length === 0 ? undefined : byNameServers(nameServers);
  return {
    resolve: own ?? bySystem,
    lookup: (name, options, callback) => {
      if (own === undefined || name === 'localhost') {
        systemLookup(name, options, callback as never);
        return;
      }
      own(name).then(
        ({ addresses }) => {
          if (options.all)
            callback(
              null,
              addresses.map((address) => ({ address, family: family(address) })),
            );
          else callback(null, addresses[0] ?? '', family(addresses[0] ?? ''));
        },
        (error: Error) => callback(error, ''),
      );
    },
  };
};
