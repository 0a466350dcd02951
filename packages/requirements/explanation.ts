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
  /** Why the row, though of this host, is not for what was asked: another port, scheme or path. */
  readonly limits: readonly string[];
  /** What the row says of a bare name beyond the name. */
  readonly notes: readonly string[];
  /** In the list of the query, and for exactly what was asked. */
  readonly needed: boolean;
}

export interface Explanation {
  readonly host: HostInput;
  readonly rows: readonly ExplainedRow[];
  /** Where no row covers it: names that it may have been meant to be. */
  readonly nearest: readonly string[];
}

/** A bare name asks what the host is for; a URL, or a name with a port, asks about that and nothing else. */
const limitsOf = (
  asked: HostInput,
  { requirement: { path, ports } }: JudgedRequirement,
): Pick<ExplainedRow, 'limits' | 'notes'> => {
  const limits: string[] = [];
  const notes: string[] = [];
  if (path !== undefined) {
    const within = asked.path === path || asked.path?.startsWith(`${path}/`) === true;
    const bare = asked.path === undefined && asked.scheme === undefined;
    if (!within) (bare ? notes : limits).push(`only ${path} and below of this host is needed, not all of it`);
  }
  const { port, scheme } = asked;
  const ofPort = ports.filter((each) => port === undefined || each.port === port);
  if (ofPort.length === 0) {
    limits.push(`port ${port} is not needed, but ${ports.map((each) => each.port).join(' and ')}`);
  } else if (scheme !== undefined) {
    const tls = ['https', 'wss'].includes(scheme);
    const spoken = ['http', 'https', 'ws', 'wss'].includes(scheme);
    if (!spoken) limits.push(`the row is for HTTP and HTTPS, not for ${scheme}`);
    else if (!ofPort.some((each) => each.tls === tls)) {
      const which = port === undefined ? '' : ` port ${port}`;
      limits.push(`${scheme} is not needed:${which} ${tls ? 'has no TLS' : 'is for TLS'}`);
    }
  }
  return { limits, notes };
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
    const { limits, notes } = limitsOf(host, judged);
    return [
      {
        judged,
        needed: judged.included && limits.length === 0,
        notes,
        match: literal || name !== undefined ? 'name' : 'pattern',
        limits,
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
