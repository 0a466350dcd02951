/** What is this host for? Every row that covers it, and what the query makes of each. */

import { nearestNames } from '@tombolo/private-link';
import type { JudgedRequirement, RequirementAnswer } from './answer.ts';
import type { ExpandedName } from './expansion.ts';
import { type HostInput, parseHost } from './host-input.ts';
import { matchHost } from './host-pattern.ts';

interface ExplainedRow {
  readonly judged: JudgedRequirement;
  /** `pattern`: a wildcard or placeholder covers the host; `name`: the row, or a source for its pattern, names it. */
  readonly match: 'name' | 'pattern';
  /** The region that the name is of, where the pattern has one. */
  readonly region?: string;
  /** The expanded name, with member and addresses where it has them. */
  readonly name?: ExpandedName;
  /** The row needs another path or port of this host than was asked about. */
  readonly limits: readonly string[];
}

export interface Explanation {
  readonly host: HostInput;
  readonly rows: readonly ExplainedRow[];
  /** Where no row covers it: names that it may have been meant to be. */
  readonly nearest: readonly string[];
}

const limitsOf = (asked: HostInput, { requirement }: JudgedRequirement): readonly string[] => {
  const limits: string[] = [];
  const { path, ports } = requirement;
  if (path !== undefined) {
    const within = asked.path === path || asked.path?.startsWith(`${path}/`) === true;
    if (!within) limits.push(`only ${path} and below of this host is needed, not all of it`);
  }
  if (asked.port !== undefined && !ports.some(({ port }) => port === asked.port)) {
    limits.push(`port ${asked.port} is not needed, but ${ports.map(({ port }) => port).join(' and ')}`);
  }
  return limits;
};

const known = (judged: JudgedRequirement): readonly ExpandedName[] =>
  judged.included ? judged.expansion.names : [];

/**
 * Judges by the query of `answer`. The host may be a URL, or a pattern exactly as a table writes it.
 * @throws RequirementsProblem InvalidHost
 */
export const explainHost = (answer: RequirementAnswer, text: string): Explanation => {
  const all: readonly JudgedRequirement[] = [...answer.in, ...answer.out];
  // `san-af-<region>-prod…` is no host name, but it is what the page says.
  const written = all.find(({ requirement }) => requirement.host === text.trim().toLowerCase());
  const host: HostInput = written === undefined ? parseHost(text) : { host: written.requirement.host };
  const rows = all.flatMap((judged): readonly ExplainedRow[] => {
    const name = known(judged).find((entry) => entry.name === host.host);
    const literal = judged.requirement.host === host.host;
    const covered = matchHost(judged.requirement.host, host.host);
    if (!literal && covered === undefined && name === undefined) return [];
    return [
      {
        judged,
        match: literal || name !== undefined ? 'name' : 'pattern',
        limits: limitsOf(host, judged),
        ...(covered?.region === undefined ? {} : { region: covered.region }),
        ...(name === undefined ? {} : { name }),
      },
    ];
  });
  const candidates = all.flatMap((judged) => [
    judged.requirement.host,
    ...known(judged).map((entry) => entry.name),
  ]);
  return { host, rows, nearest: rows.length > 0 ? [] : nearestNames(host.host, candidates) };
};
