/** Names that go past the proxy by the agent's groups (R19), the region and the reader's own values filled in. */

import { proxyBypassGroups, type RequirementQuery } from '@tombolo/requirements';
import { FirewallProblem } from './problem.ts';

type Values = Pick<RequirementQuery, 'cloud' | 'region' | 'parameters'>;

const filledIn = (host: string, { region, parameters }: Values): string =>
  host
    .replaceAll('<region>', region?.name ?? '<region>')
    .replace(/\{([a-z-]+)\}/g, (whole, name: string) => parameters[name] ?? whole);

/** @throws FirewallProblem InvalidOption */
const hostsOf = (query: Values, groups: readonly string[]): readonly string[] => {
  const known = proxyBypassGroups.filter((entry) => entry.cloud === query.cloud);
  const hosts = groups.flatMap((name) => {
    const group = known.find((entry) => entry.group.toLowerCase() === name.toLowerCase());
    if (group !== undefined) return group.hosts;
    throw new FirewallProblem(
      'InvalidOption',
      `There is no proxy-bypass group '${name.slice(0, 40)}' whose hosts are stated for ${query.cloud}.`,
      known.length === 0
        ? 'Leave it out: the groups are stated for AzureCloud only.'
        : `Groups: ${known.map((entry) => entry.group).join(', ')}.`,
    );
  });
  return [...new Set(hosts.map((host) => filledIn(host, query)))];
};

const open = (host: string): boolean => /[<{]/.test(host);

/** @throws FirewallProblem InvalidOption */
export const bypassNames = (query: Values, groups: readonly string[]): readonly string[] =>
  hostsOf(query, groups).filter((host) => !open(host));

/** Names that lack what only the reader knows. */
export const unfilledBypass = (query: Values, groups: readonly string[]): readonly string[] =>
  hostsOf(query, groups).filter(open);
