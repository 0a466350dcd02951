/** The exact list as endpoints: one a name (or pattern left), port and way, whichever rows ask for it. */

import type { RequirementAnswer } from './answer.ts';
import type { Via } from './judgement.ts';
import type { Protocol, Requirement, SourceRole } from './requirement.ts';

export interface Endpoint {
  /** A name, an address given as parameter, or a pattern that no source resolves. */
  readonly host: string;
  readonly pattern: boolean;
  readonly path?: string;
  readonly port: number;
  /** Last port of a range. */
  readonly through?: number;
  readonly protocol: Protocol;
  readonly tls: boolean;
  readonly webSocket: boolean;
  readonly via: Via;
  /** Between machines of the site; `both`: the other side opens connections too. */
  readonly local: boolean;
  readonly direction: Requirement['direction'];
  /** No row that asks for it says that it is needed. */
  readonly optional: boolean;
  readonly sources: readonly SourceRole[];
  readonly serviceTags: readonly string[];
  /** Where the private endpoint listens for it, if that is known. */
  readonly addresses: readonly string[];
  readonly requirements: readonly string[];
}

const union = <T>(left: readonly T[], right: readonly T[]): readonly T[] => [...new Set([...left, ...right])];

/** Sorted by host, path and port. A path keeps an endpoint apart from the whole host. */
export const endpointsOf = (answer: Pick<RequirementAnswer, 'in'>): readonly Endpoint[] => {
  const found = new Map<string, Endpoint>();
  for (const { requirement, via, optional, source, expansion } of answer.in) {
    const hosts = [
      ...expansion.names.map(({ name, addresses = [] }) => ({ host: name, pattern: false, addresses })),
      ...(expansion.pattern === undefined
        ? []
        : [{ host: expansion.pattern, pattern: true, addresses: [] as readonly string[] }]),
    ];
    for (const { host, pattern, addresses } of hosts) {
      for (const { port, through, protocol, tls, webSocket = false } of requirement.ports) {
        const { path, serviceTag, local = false, direction } = requirement;
        const key = `${host}\n${path ?? ''}\n${String(port).padStart(5, '0')}\n${protocol === 'UDP' ? 'udp' : ''}${through ?? ''}\n${via}`;
        const before = found.get(key);
        found.set(key, {
          host,
          pattern,
          ...(path === undefined ? {} : { path }),
          port,
          ...(through === undefined ? {} : { through }),
          protocol,
          local: local && before?.local !== false,
          direction: before?.direction === 'both' ? 'both' : direction,
          tls,
          webSocket: webSocket || before?.webSocket === true,
          via,
          optional: optional && before?.optional !== false,
          sources: union(before?.sources ?? [], source),
          serviceTags: union(before?.serviceTags ?? [], serviceTag === undefined ? [] : [serviceTag]),
          addresses: union(before?.addresses ?? [], addresses),
          requirements: union(before?.requirements ?? [], [requirement.id]),
        });
      }
    }
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, endpoint]) => endpoint);
};
