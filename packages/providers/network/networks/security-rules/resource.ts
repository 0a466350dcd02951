/** Microsoft.Network/networkSecurityGroups/securityRules. */

import { type ArmError, defineResourceType, type PutDecision, sameId } from '@tombolo/arm';
import { parentIdOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { orThrow } from '../../../rule-refusal.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { touched } from '../../document.ts';
import { networkName, types } from '../../types.ts';
import { checkRules, planRule } from './model.ts';
import { type RuleProperties, ruleProperties } from './schema.ts';
import { loadTagList, type TagList } from './tag-list.ts';

interface Loaded {
  readonly group: Document;
  readonly siblings: readonly Document[];
  readonly tags: TagList | undefined;
}

export const securityRules = defineResourceType<RuleProperties, Loaded>({
  type: types.securityRule,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: ruleProperties,
  lists: ['parent'],
  polled: true,
  deletionRank: 'with-parent',
  reads: ({ parent }, { method }) =>
    method === 'PUT' ? { lists: [{ type: types.securityRule, under: parent!.text }] } : {},
  load: async (context, command) => {
    const groupId = command.id.parent!.text;
    const [group, siblings, tags] = await Promise.all([
      context.store.get(groupId),
      context.store.list({ type: types.securityRule, under: groupId }),
      loadTagList(context.store, [command.properties]),
    ]);
    return { group: group!, siblings, tags };
  },
  put: ({ command, loaded: { group, siblings, tags } }): PutDecision | ArmError => {
    const id = command.existing?.id ?? `${group.id}/securityRules/${command.id.name}`;
    const plan = orThrow(planRule(id, command.properties, command.existing, tags));
    const others = siblings.filter((rule) => !sameId(rule.id, id));
    const refused = checkRules([
      ...others.map((rule) => ({ id: rule.id, properties: propertiesOf(rule) })),
      plan,
    ]);
    if (refused) return refused;
    // Two rules written at once could take one priority: each write moves the group's version.
    return {
      properties: plan.properties,
      effects: { expect: [{ id: group.id, version: group.version }], puts: [touched(group)] },
    };
  },
  loadForRemove: async (context, existing) => ({
    group: (await context.store.get(parentIdOf(existing.id)))!,
    siblings: [],
    tags: undefined,
  }),
  remove: ({ loaded: { group } }) => ({
    effects: { expect: [{ id: group.id, version: group.version }], puts: [touched(group)] },
  }),
});
