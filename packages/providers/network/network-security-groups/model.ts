/** Decides a security group with the rules that its PUT carries. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { nameOf, propertiesOf, stringAt } from '../document.ts';
import { networkError, orThrow } from '../refusals.ts';
import { checkRules, planRule, type RulePlan } from '../security-rules/model.ts';
import { networkName, types } from '../types.ts';
import type { SecurityGroupProperties } from './schema.ts';

export interface LoadedSecurityGroup {
  readonly rules: readonly Document[];
}

/** A PUT says all rules: those that it leaves out are deleted, as in Azure. */
export const putSecurityGroup = (
  input: PutInput<SecurityGroupProperties, LoadedSecurityGroup>,
): PutDecision | ArmError => {
  const { command, loaded } = input;
  const groupId = command.storedId;
  const plans: { plan: RulePlan; before: Document | undefined }[] = [];
  for (const entry of command.properties.securityRules ?? []) {
    const name = entry.name ?? (entry.id === undefined ? '' : nameOf(entry.id));
    if (!networkName.pattern.test(name))
      return networkError('SecurityRuleInvalid', [name, networkName.rule], 'securityRules');
    const before = loaded.rules.find((rule) => nameOf(rule.id).toLowerCase() === name.toLowerCase());
    const id = before?.id ?? `${groupId}/securityRules/${name}`;
    if (plans.some(({ plan }) => plan.id.toLowerCase() === id.toLowerCase()))
      return networkError('SecurityRuleInvalid', [name, 'it is given twice.'], 'securityRules');
    plans.push({ plan: orThrow(planRule(id, entry.properties)), before });
  }
  const refused = checkRules(plans.map(({ plan }) => plan));
  if (refused) return refused;
  const gone = loaded.rules.filter((rule) => !plans.some(({ before }) => before === rule));
  return {
    properties: {
      ...(command.properties.flushConnection === undefined
        ? {}
        : { flushConnection: command.properties.flushConnection }),
      provisioningState: 'Succeeded',
      resourceGuid:
        (command.existing && stringAt(propertiesOf(command.existing), 'resourceGuid')) ?? input.newGuid(),
    },
    effects: {
      expect: plans.map(({ plan, before }) => ({
        id: plan.id,
        version: before?.version ?? ('absent' as const),
      })),
      puts: plans.map(({ plan, before }) => ({
        id: plan.id,
        type: types.securityRule,
        body: { ...before?.body, properties: plan.properties },
      })),
      deletes: gone.map((rule) => rule.id),
    },
  };
};
