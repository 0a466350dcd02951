/** What `tombolo firewall check` finds, as data and as text. */

import { checkArcOutbound, checkNeededTags, type RuleFinding, type TagVerdict } from '@tombolo/firewall';
import {
  type EffectiveRoute,
  effectiveRoutes,
  type Flow,
  flowText,
  judgeFlow,
  type LackingTag,
  lackingTags,
  selectRoute,
  type Verdict,
} from '@tombolo/network-rules';
import { table } from '../../shell/output.ts';
import type { Subject } from './subject.ts';

export interface Outcome {
  readonly subject: string;
  readonly allowed: boolean;
  readonly serviceTags: string;
  readonly notes: readonly string[];
  /** Rules whose tag the list lacks. */
  readonly lackingTags: readonly LackingTag[];
  /** With a flow. */
  readonly flow?: Flow;
  readonly verdict?: Verdict;
  readonly route?: EffectiveRoute;
  /** Without one. R22 by group; what Arc needs at all levels. */
  readonly arcRules?: readonly { readonly group: string; readonly rules: readonly RuleFinding[] }[];
  readonly needs?: readonly TagVerdict[];
}

export const outcomeOfFlow = (subject: Subject, flow: Flow, serviceTags: string): Outcome => {
  const verdict = judgeFlow(flow, subject.groups, subject.surroundings);
  const route =
    subject.routing && flow.direction === 'Outbound'
      ? selectRoute(effectiveRoutes(subject.routing), flow.destination)
      : undefined;
  const dropped = verdict.verdict === 'Allow' && route?.nextHopType === 'None';
  return {
    subject: subject.name,
    allowed: verdict.verdict === 'Allow' && !dropped,
    serviceTags,
    lackingTags: lackingTags(subject.each, subject.surroundings),
    notes: [
      ...subject.notes,
      ...(dropped ? [`The rules allow it, the route ${route.addressPrefix[0]} leads nowhere.`] : []),
    ],
    flow,
    verdict,
    ...(route ? { route } : {}),
  };
};

export const outcomeOfNeeds = (subject: Subject, serviceTags: string, privateEndpoint: boolean): Outcome => {
  const needs = checkNeededTags(subject.groups, subject.surroundings, { privateEndpoint });
  return {
    subject: subject.name,
    allowed: needs.every(({ optional, verdict }) => optional || verdict.verdict === 'Allow'),
    serviceTags,
    lackingTags: lackingTags(subject.each, subject.surroundings),
    notes: subject.notes,
    arcRules: subject.each.map((group) => ({
      group: group.id,
      rules: checkArcOutbound(group, subject.surroundings),
    })),
    needs,
  };
};

const routeText = (route: EffectiveRoute): string =>
  `Route: ${route.addressPrefix.join(', ')} → ${route.nextHopType}${route.nextHopIpAddress.length > 0 ? ` ${route.nextHopIpAddress.join(', ')}` : ''} (${route.source})`;

const flowLines = (outcome: Outcome): readonly string[] => {
  const { flow, verdict, route } = outcome;
  if (!flow || !verdict) return [];
  return [
    `${verdict.verdict.toUpperCase()}  ${flowText(flow)}`,
    verdict.reason,
    ...(verdict.steps.length > 1 ? verdict.steps.map((step) => `  ${step.level}: ${step.text}`) : []),
    ...verdict.doubts.map((doubt) => `Not certain: ${doubt.text}`),
    ...(route ? [routeText(route)] : []),
  ];
};

/** Which rules may decide otherwise; their words are in the JSON. */
const doubtful = ({ doubts }: Verdict): string =>
  doubts.length === 0
    ? ''
    : `not certain: ${doubts.map(({ rule }) => `${rule.name} (${rule.priority})`).join(', ')}`;

const needLines = (outcome: Outcome): readonly string[] => {
  if (!outcome.needs) return [];
  const rows = outcome.needs.map(({ tag, optional, verdict, condition }) => [
    tag,
    verdict.verdict,
    verdict.decidedBy ? `${verdict.decidedBy.name} (${verdict.decidedBy.priority})` : '–',
    [optional ? 'optional' : '', condition ?? '', doubtful(verdict)].filter((text) => text !== '').join('; '),
  ]);
  return [
    ...(outcome.arcRules ?? []).flatMap(({ group, rules }) => [
      `R22, ${group}:`,
      ...rules.map(({ state, text }) => `  ${state}: ${text}`),
    ]),
    'What Azure Arc needs, TCP 443 outbound from VirtualNetwork:',
    table(['service tag', 'verdict', 'decided by', ''], rows),
  ];
};

export const outcomeText = (outcome: Outcome): string =>
  [
    ...flowLines(outcome),
    ...needLines(outcome),
    ...outcome.lackingTags.map(({ text }) => text),
    `Service tags: ${outcome.serviceTags}`,
    ...outcome.notes,
  ].join('\n');
