/** Decides a security group with the rules that its PUT carries. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { inlineChildrenEffects } from '../../inline-children.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import { checkRules, planRule } from '../security-rules/model.ts';
import type { TagList } from '../security-rules/tag-list.ts';
import type { SecurityGroupProperties } from './schema.ts';

export interface LoadedSecurityGroup {
  readonly rules: readonly Document[];
  readonly tags: TagList | undefined;
}

/** A PUT says all rules: those that it leaves out are deleted, as in Azure. */
export const putSecurityGroup = (
  input: PutInput<SecurityGroupProperties, LoadedSecurityGroup>,
): PutDecision | ArmError => {
  const { command, loaded } = input;
  const effects = inlineChildrenEffects({
    parentId: command.storedId,
    collection: 'securityRules',
    type: types.securityRule,
    entries: command.properties.securityRules ?? [],
    stored: loaded.rules,
    plan: (id, properties, existing) => planRule(id, properties, existing, loaded.tags),
    check: checkRules,
    invalid: (name, why) => networkError('SecurityRuleInvalid', [`'${name}'`, why], 'securityRules'),
  });
  return {
    properties: {
      ...(command.properties.flushConnection === undefined
        ? {}
        : { flushConnection: command.properties.flushConnection }),
      provisioningState: 'Succeeded',
      resourceGuid:
        (command.existing && stringAt(propertiesOf(command.existing), 'resourceGuid')) ?? input.newGuid(),
    },
    effects,
  };
};
