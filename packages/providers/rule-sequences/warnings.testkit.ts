/** What the product warns of, out of its sentences. */

import type { Answer } from '@tombolo/testkit/arm-world';
import type { Ids } from './ids.testkit.ts';

/** In one word for each fact. */
export const warningsOf = ({ zoneOf, networkOf }: Ids, answer: Answer): readonly string[] =>
  (answer.headers['x-tombolo-warning']?.split(' | ') ?? [])
    .flatMap((text): string[] => {
      if (text.includes("is this installation's own name")) return [];
      const hidden =
        /^Zone '(.*?)' linked to virtual networks? (.*) (?:is empty|is incomplete|takes names of Azure Arc and does not have them): there (.*) (do not resolve|resolve to public addresses)\./.exec(
          text,
        );
      if (hidden) {
        const [, zone, networks, names, how] = hidden as unknown as [string, string, string, string, string];
        return [...networks.matchAll(/'(.*?)'/g)].flatMap(([, network]) =>
          names
            .split(', ')
            .map(
              (name) =>
                `hidden ${zoneOf(zone)} ${networkOf(network!)} ${name.split('.')[0]} ${how.startsWith('do') ? 'NXDOMAIN' : 'public'}`,
            ),
        );
      }
      const replaced = /replaces (.*) of zone '(.*?)', which/.exec(text);
      if (replaced)
        return [...replaced[1]!.matchAll(/'(.*?)'/g)].map(
          ([, name]) => `replaced ${zoneOf(replaced[2]!)} ${name}`,
        );
      const byHand = /^Record '(.*?)' of zone '(.*?)', which/.exec(text);
      if (byHand) return [`by-hand ${zoneOf(byHand[2]!)} ${byHand[1]}`];
      const strange = /writes no record into (.*): no member/.exec(text);
      if (strange)
        return [...strange[1]!.matchAll(/'(.*?)'/g)].map(([, zone]) => `no-member ${zoneOf(zone!)}`);
      return [`unknown: ${text}`];
    })
    .sort();
