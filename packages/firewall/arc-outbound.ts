/** R22: the outbound rules that Arc needs, made and checked; "must be lower than any rules that block internet access". */

import {
  type AppliedGroups,
  type Flow,
  judgeFlow,
  type SecurityGroup,
  type SecurityRule,
  type Surroundings,
  type Verdict,
} from '@tombolo/network-rules';
import { type SecurityRule as SeedRule, securityRules } from '@tombolo/requirements/lists/security-rules';
import { serverServiceTags } from '@tombolo/requirements/lists/service-tags';

interface OutboundRuleBody {
  readonly name: string;
  readonly properties: {
    readonly description: string;
    readonly protocol: 'Tcp';
    readonly sourcePortRange: '*';
    readonly destinationPortRange: '443';
    readonly sourceAddressPrefix: string;
    readonly destinationAddressPrefix: string;
    readonly access: 'Allow';
    readonly priority: number;
    readonly direction: 'Outbound';
  };
}

const bodyOf = (rule: SeedRule, priority: number): OutboundRuleBody => ({
  name: rule.name,
  properties: {
    description: `Azure Arc: ${rule.destinationServiceTag} on 443 (seed 001)`,
    protocol: rule.protocol,
    sourcePortRange: rule.sourcePortRanges,
    destinationPortRange: rule.destinationPortRanges,
    sourceAddressPrefix: rule.source,
    destinationAddressPrefix: rule.destinationServiceTag,
    access: rule.action,
    priority,
    direction: rule.direction,
  },
});

/** The service tags that servers need (seeds 003 and 004), each to be reached on 443. */
const neededTags: readonly {
  readonly tag: string;
  readonly optional: boolean;
  readonly condition?: string;
}[] = serverServiceTags.map(({ name, features, condition }) => ({
  tag: name,
  optional: (features?.length ?? 0) > 0,
  ...(condition === undefined ? {} : { condition }),
}));

const flowToTag = (tag: string): Flow => ({
  direction: 'Outbound',
  protocol: 'Tcp',
  source: 'VirtualNetwork',
  sourcePort: '*',
  destination: tag,
  destinationPort: '443',
});

export interface RuleFinding {
  readonly name: string;
  readonly tag: string;
  /** right: there, as the seed has it, and nothing before it denies. */
  readonly state: 'right' | 'missing' | 'different' | 'blocked';
  readonly priority?: number;
  /** The rule that denies what this one should allow. */
  readonly blockedBy?: { readonly name: string; readonly priority: number };
  /** A priority that is free and smaller than that of every rule that blocks. */
  readonly suggestedPriority?: number;
  /** The rule to write instead of the one of its name: with it the finding is `right`. */
  readonly remedy?: OutboundRuleBody;
  readonly text: string;
  readonly verdict: Verdict;
}

const smallest = 100;
const largest = 4096;

/** The seed's number where it is free and small enough, else the largest free one below `limit`. */
const freePriority = (
  group: SecurityGroup,
  wanted: number,
  limit: number,
  own: string | undefined,
  given: readonly number[],
): number | undefined => {
  const taken = new Set([
    ...given,
    ...group.rules
      .filter(({ direction, id }) => direction === 'Outbound' && id !== own)
      .map(({ priority }) => priority),
  ]);
  if (wanted < limit && !taken.has(wanted)) return wanted;
  for (let priority = Math.min(limit - 1, largest); priority >= smallest; priority -= 1)
    if (!taken.has(priority)) return priority;
  return undefined;
};

const same = (left: readonly string[], ...right: readonly string[]): boolean =>
  left.map((text) => text.toLowerCase()).join() === right.map((text) => text.toLowerCase()).join();

const isAsWritten = (rule: SecurityRule, seed: SeedRule): boolean =>
  rule.direction === seed.direction &&
  rule.access === seed.action &&
  rule.protocol === seed.protocol &&
  same(rule.source.prefixes, seed.source) &&
  same(rule.source.ports, seed.sourcePortRanges) &&
  same(rule.destination.prefixes, seed.destinationServiceTag) &&
  same(rule.destination.ports, seed.destinationPortRanges);

/** Rules that take some of what the seed's rule allows and deny it, by priority; the default DenyAll is none of them. */
const blockersOf = (group: SecurityGroup, seed: SeedRule, around: Surroundings): readonly SecurityRule[] => {
  const denying = group.rules.filter(
    ({ direction, access, isDefault }) => direction === 'Outbound' && access === 'Deny' && !isDefault,
  );
  return denying.filter((rule) => {
    const alone = { ...group, rules: [rule, allowAll(group)] };
    return judgeFlow(flowToTag(seed.destinationServiceTag), { subnet: alone }, around).verdict === 'Deny';
  });
};

const allowAll = (group: SecurityGroup): SecurityRule => {
  const any = { prefixes: ['*'], ports: ['*'], applicationSecurityGroups: [] };
  const base = { id: `${group.id}/rest`, name: 'rest', priority: 65_500, isDefault: true } as const;
  return { ...base, direction: 'Outbound', access: 'Allow', protocol: '*', source: any, destination: any };
};

/** R22 for one group: each of the two rules, present, as the seed has it, before whatever blocks the internet. */
export const checkArcOutbound = (group: SecurityGroup, around: Surroundings): readonly RuleFinding[] => {
  const given: number[] = [];
  return securityRules.map((seed): RuleFinding => {
    const tag = seed.destinationServiceTag;
    const verdict = judgeFlow(flowToTag(tag), { subnet: group }, around);
    const own =
      group.rules.find((rule) => isAsWritten(rule, seed)) ??
      group.rules.find(({ name }) => name.toLowerCase() === seed.name.toLowerCase());
    const blockers = blockersOf(group, seed, around);
    const before = own && blockers.find(({ priority }) => priority < own.priority);
    const limit = Math.min(largest + 1, ...blockers.map(({ priority }) => priority));
    const suggested = freePriority(group, seed.priority, limit, own?.id, given);
    if (suggested !== undefined) given.push(suggested);
    const base = { name: seed.name, tag, verdict };
    const hint =
      suggested === undefined
        ? `every priority below ${limit} is taken: move rule ${blockers[0]?.name ?? ''} to a larger number`
        : `give it priority ${suggested}`;
    const suggestion =
      suggested === undefined ? {} : { suggestedPriority: suggested, remedy: bodyOf(seed, suggested) };
    if (!own) {
      const why = blockers[0]
        ? `; ${blockers[0].name} (priority ${blockers[0].priority}) blocks the internet`
        : '';
      return { ...base, state: 'missing', ...suggestion, text: `${seed.name} is missing${why}: ${hint}` };
    }
    const found = { ...base, priority: own.priority };
    if (!isAsWritten(own, seed))
      return {
        ...found,
        state: 'different',
        ...suggestion,
        text: `${own.name} is not as seed 001 has it: Outbound, Tcp, VirtualNetwork:* to ${tag}:443, Allow; ${hint}`,
      };
    if (before)
      return {
        ...found,
        state: 'blocked',
        blockedBy: { name: before.name, priority: before.priority },
        ...suggestion,
        text: `${own.name} (priority ${own.priority}) comes after ${before.name} (priority ${before.priority}), which blocks it: ${hint}`,
      };
    return { ...found, state: 'right', text: `${own.name} (priority ${own.priority}) is as it should be` };
  });
};

export interface TagVerdict {
  readonly tag: string;
  readonly optional: boolean;
  readonly condition?: string;
  readonly verdict: Verdict;
}

/** Each needed service tag on 443 with its verdict at all levels that apply. */
export const checkNeededTags = (
  groups: AppliedGroups,
  around: Surroundings,
  options: { readonly privateEndpoint?: boolean } = {},
): readonly TagVerdict[] =>
  neededTags.map((needed) => ({
    ...needed,
    ...(options.privateEndpoint && !alwaysPublicTags.has(needed.tag) ? carried : {}),
    verdict: judgeFlow(flowToTag(needed.tag), groups, around),
  }));

/** Seed 001: beside a private endpoint a network has to let out sign-in and ARM alone (R11). */
const alwaysPublicTags = new Set(['AzureActiveDirectory', 'AzureResourceManager']);
const carried = { optional: true, condition: 'not where a private endpoint carries Azure Arc' } as const;
