/** Decides security rules: priorities of their own in each direction, and two sides. */

import type { ArmError } from '@tombolo/arm';
import { nameOf, withValues } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { networkError } from '../../refusals.ts';
import { checkSide, type Side } from './rule-side.ts';
import type { RuleProperties } from './schema.ts';
import type { TagList } from './tag-list.ts';

export interface RulePlan {
  readonly id: string;
  readonly properties: JsonObject;
}

/** `before`: the rule as it is stored; `tags`: absent where nobody knows which there are. */
export const planRule = (
  id: string,
  rule: RuleProperties,
  before?: Document,
  tags?: TagList,
): RulePlan | ArmError => {
  const name = nameOf(id);
  if (rule.priority < 100 || rule.priority > 4096)
    return networkError('SecurityRuleInvalidPriority', [name, String(rule.priority)], 'priority');
  const check = (side: Side) => checkSide({ id, rule, side, tags }, before);
  const refused = check('source') ?? check('destination');
  if (refused) return refused;
  const properties = withValues({
    ...(rule as Record<string, Json | undefined>),
    sourcePortRanges: rule.sourcePortRanges ?? [],
    destinationPortRanges: rule.destinationPortRanges ?? [],
    sourceAddressPrefixes: rule.sourceAddressPrefixes ?? [],
    destinationAddressPrefixes: rule.destinationAddressPrefixes ?? [],
    provisioningState: 'Succeeded',
  });
  return { id, properties };
};

/** The first two rules with one priority and direction. */
export const checkRules = (rules: readonly RulePlan[]): ArmError | undefined => {
  const seen = new Map<string, string>();
  for (const rule of rules) {
    const direction = String(rule.properties.direction);
    const key = `${rule.properties.priority} ${direction}`;
    const other = seen.get(key);
    if (other !== undefined)
      return networkError(
        'SecurityRuleConflict',
        [nameOf(rule.id), other, String(rule.properties.priority), direction],
        rule.id,
      );
    seen.set(key, nameOf(rule.id));
  }
  return undefined;
};
