/** Is a flow allowed by the security groups of a subnet and an interface, and which rule decides? */

import { difference, intersection } from '@tombolo/ip/range-set';
import { addressSet } from './address.ts';
import { type Flow, flowText } from './flow.ts';
import type { Access, SecurityGroup, SecurityRule } from './security-rule.ts';
import { metadataAddress, platformAddress, type Surroundings } from './surroundings.ts';
import { isPlatformTag } from './tag-name.ts';
import {
  type Box,
  common,
  example,
  flowTraffic,
  remaining,
  ruleBox,
  type Traffic,
  traffic,
  withSet,
} from './traffic.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

type Level = 'subnet' | 'networkInterface';

/** The groups that apply; `undefined`: none at that level. */
export interface AppliedGroups {
  readonly subnet?: SecurityGroup | undefined;
  readonly networkInterface?: SecurityGroup | undefined;
}

interface RuleReference {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly access: Access;
  /** Id of the security group. */
  readonly nsg: string;
  readonly level: Level;
}

/** One thing that was found on the way, in order. */
interface Step {
  readonly level: Level | 'platform' | 'none';
  readonly rule?: RuleReference;
  /** Does it take the whole of what was left, or a part? */
  readonly takes: 'all' | 'part' | 'nothing';
  readonly text: string;
}

/** A rule of which it is not known whether it takes the flow, and which would have decided otherwise. */
interface Doubt {
  readonly rule: RuleReference;
  readonly text: string;
}

export interface Verdict {
  /** Allow: every packet of the flow passes at every level. */
  readonly verdict: Access;
  /** Absent where no rule decides: no group applies, or the platform lets it pass. */
  readonly decidedBy?: RuleReference;
  readonly reason: string;
  readonly steps: readonly Step[];
  /** Empty: certain. */
  readonly doubts: readonly Doubt[];
}

/** More pieces than this and the flow is too wide to be taken apart; no group of 1000 rules gets there by itself. */
const mostPieces = 2_000;

const platform = addressSet([platformAddress, metadataAddress]);

interface AppliedGroup {
  readonly level: Level;
  readonly group: SecurityGroup;
}

/** What of a flow is judged together, and by which rules of the group. */
interface LevelTraffic {
  readonly traffic: Traffic;
  readonly rules: readonly SecurityRule[];
  readonly vocabulary: Vocabulary;
  /** For what no rule takes. */
  readonly otherwise: Access;
}

interface LevelOutcome {
  readonly verdict: Access;
  readonly decidedBy?: RuleReference;
  readonly part?: Traffic;
  readonly steps: readonly Step[];
  readonly doubts: readonly Doubt[];
  readonly tooWide?: boolean;
}

const refer = (rule: SecurityRule, group: SecurityGroup, level: Level): RuleReference => ({
  id: rule.id,
  name: rule.name,
  priority: rule.priority,
  access: rule.access,
  nsg: group.id,
  level,
});

const named = ({ name, priority, access, level }: RuleReference): string =>
  `${access === 'Allow' ? 'allowed' : 'denied'} by ${name} (priority ${priority}, ${level === 'subnet' ? "the subnet's" : "the interface's"} group)`;

/** Walks one group's rules of the direction by priority; the first Deny that takes any of it decides. */
const judgeLevel = (flow: Flow, part: LevelTraffic, { level, group }: AppliedGroup): LevelOutcome => {
  const { rules, vocabulary, otherwise } = part;
  let left = part.traffic;
  let decidedBy: RuleReference | undefined;
  const steps: Step[] = [];
  const doubtful: Doubt[] = [];
  const settle = (verdict: Access, part?: Traffic): LevelOutcome => ({
    verdict,
    ...(decidedBy ? { decidedBy } : {}),
    ...(part ? { part } : {}),
    steps,
    doubts: doubtful.filter(({ rule }) => rule.access !== verdict),
  });
  for (const rule of rules) {
    if (left.length === 0) break;
    const [source, destination] = [vocabulary.ofRule(rule.source), vocabulary.ofRule(rule.destination)];
    const box = ruleBox(rule, source.certain, destination.certain);
    const taken = common(left, box);
    const reference = refer(rule, group, level);
    const after = taken.length > 0 ? remaining(left, box) : left;
    if (common(after, ruleBox(rule, source.possible, destination.possible)).length > 0) {
      const words = [...source.unknown, ...destination.unknown];
      const text =
        words.length > 0
          ? `${rule.name} (priority ${rule.priority}, ${rule.access}) names ${words.join(', ')}, of which the addresses are not known here; it may take this flow.`
          : `${rule.name} (priority ${rule.priority}, ${rule.access}) names addresses that may be among those of ${flow.destination}; a service-tag file would tell.`;
      doubtful.push({ rule: reference, text });
    }
    if (taken.length === 0) continue;
    decidedBy = reference;
    const takes = after.length === 0 ? 'all' : 'part';
    const what = takes === 'all' ? '' : `: ${example(taken, vocabulary, flow)}`;
    steps.push({
      level,
      rule: reference,
      takes,
      text: `${takes === 'all' ? '' : 'a part is '}${named(reference)}${what}`,
    });
    if (rule.access === 'Deny')
      return settle('Deny', takes === 'all' && steps.length === 1 ? undefined : taken);
    left = after;
    if (left.length > mostPieces) return { ...settle('Deny'), tooWide: true };
  }
  return settle(left.length === 0 ? 'Allow' : otherwise);
};

/** To the platform's own addresses only rules that name its tags apply (Learn: network-security-groups-overview). */
const namesPlatform = (rule: SecurityRule): boolean =>
  rule.destination.prefixes.some((word) => isPlatformTag(word));

const split = (flow: Flow, boxes: Traffic): readonly [Traffic, Traffic] => {
  if (flow.direction === 'Inbound') return [boxes, []];
  const cut = (keep: (box: Box) => Box): Traffic => traffic(...boxes.map(keep));
  return [
    cut((box) => withSet(box, 3, difference(box[3], platform))),
    cut((box) => withSet(box, 3, intersection(box[3], platform))),
  ];
};

const wordsOf = (flow: Flow, groups: readonly SecurityGroup[]): readonly string[] => [
  flow.source,
  flow.destination,
  ...groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => [...rule.source.prefixes, ...rule.destination.prefixes]),
  ),
];

/**
 * Total: every flow has a verdict. Inbound the subnet's group is judged first, then the interface's; outbound the
 * other way round; both have to allow. A flow of many packets is allowed if all of them are.
 */
export const judgeFlow = (flow: Flow, groups: AppliedGroups, around: Surroundings): Verdict => {
  const order: readonly Level[] =
    flow.direction === 'Inbound' ? ['subnet', 'networkInterface'] : ['networkInterface', 'subnet'];
  const applied = order.flatMap((level): readonly AppliedGroup[] => {
    const group = groups[level];
    return group ? [{ level, group }] : [];
  });
  if (applied.length === 0) {
    const reason = 'No network security group applies: everything is allowed.';
    return { verdict: 'Allow', reason, steps: [{ level: 'none', takes: 'all', text: reason }], doubts: [] };
  }
  const vocabulary = createVocabulary(
    around,
    wordsOf(
      flow,
      applied.map(({ group }) => group),
    ),
  );
  const source = vocabulary.ofFlow(flow.source).certain;
  const [ordinary, toPlatform] = split(
    flow,
    flowTraffic(flow, source, vocabulary.ofFlow(flow.destination).certain),
  );
  const steps: Step[] = [];
  const doubts: Doubt[] = [];
  let decidedBy: RuleReference | undefined;
  for (const each of applied) {
    const rules = each.group.rules.filter((rule) => rule.direction === flow.direction);
    const naming = rules.filter(namesPlatform);
    const parts: readonly LevelTraffic[] = [
      { traffic: ordinary, rules, vocabulary, otherwise: 'Deny' },
      { traffic: toPlatform, rules: naming, vocabulary, otherwise: 'Allow' },
    ];
    for (const part of parts) {
      const outcome = judgeLevel(flow, part, each);
      steps.push(...outcome.steps);
      doubts.push(...outcome.doubts);
      decidedBy = outcome.decidedBy ?? decidedBy;
      if (outcome.verdict === 'Deny') return deny(flow, outcome, vocabulary, steps, doubts);
    }
  }
  if (toPlatform.length > 0) {
    const text = `${platformAddress} and ${metadataAddress} are the platform's own: only rules that name AzurePlatformDNS or AzurePlatformIMDS apply to them.`;
    steps.push({ level: 'platform', takes: ordinary.length === 0 ? 'all' : 'part', text });
    if (ordinary.length === 0 && decidedBy === undefined)
      return { verdict: 'Allow', reason: text, steps, doubts };
  }
  if (decidedBy === undefined) {
    const reason = `${flowText(flow)} is no traffic: one of its ports or addresses is none.`;
    return { verdict: 'Deny', reason, steps, doubts };
  }
  return { verdict: 'Allow', decidedBy, reason: `${flowText(flow)} is ${named(decidedBy)}.`, steps, doubts };
};

const deny = (
  flow: Flow,
  outcome: LevelOutcome,
  vocabulary: Vocabulary,
  steps: readonly Step[],
  doubts: readonly Doubt[],
): Verdict => {
  const { decidedBy, part } = outcome;
  const reason = outcome.tooWide
    ? `${flowText(flow)} is too wide to be judged as one: ask for a narrower flow.`
    : `${flowText(flow)} is ${decidedBy ? named(decidedBy) : 'taken by no rule'}${part ? `, in part: ${example(part, vocabulary, flow)}` : ''}.`;
  return { verdict: 'Deny', ...(decidedBy ? { decidedBy } : {}), reason, steps, doubts };
};
