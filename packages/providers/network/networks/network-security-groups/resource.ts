/** Microsoft.Network/networkSecurityGroups and, read only, their defaultSecurityRules. */

import { defineResourceType, type OperationContext, useKey } from '@tombolo/arm';
import { defaultRuleBodies } from '@tombolo/network-rules/security-rule';
import { jsonOf, propertiesOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkApiVersions } from '../../api-versions.ts';
import { inlineChild } from '../../document.ts';
import { inUse } from '../../in-use.ts';
import { networkName, types } from '../../types.ts';
import { ofSecurityGroup } from '../expandable.ts';
import { loadTagList } from '../security-rules/tag-list.ts';
import { type LoadedSecurityGroup, putSecurityGroup } from './model.ts';
import { type SecurityGroupProperties, securityGroupProperties, securityGroupReadOnly } from './schema.ts';

/** The six rules that no group lacks. */
const defaultRules = (groupId: string) => defaultRuleBodies(groupId).map(jsonOf);

const show = async ({ store }: OperationContext, group: Document) => {
  const [rules, users] = await Promise.all([
    store.list({ type: types.securityRule, under: group.id }),
    store.claim(useKey(group.id)),
  ]);
  const subnets = [...(await store.getMany(users?.holders ?? [])).values()];
  return {
    ...group.body,
    properties: {
      ...propertiesOf(group),
      securityRules: rules.map((rule) => inlineChild(rule)),
      defaultSecurityRules: defaultRules(group.id),
      ...(subnets.length > 0 ? { subnets: subnets.map((subnet) => ({ id: subnet.id })) } : {}),
    },
  };
};

export const networkSecurityGroups = defineResourceType<SecurityGroupProperties, LoadedSecurityGroup>({
  type: types.securityGroup,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: networkName,
  etagInBody: true,
  properties: securityGroupProperties,
  inlineChildren: ['securityRules'],
  readOnly: securityGroupReadOnly,
  expands: ofSecurityGroup,
  lists: ['subscription', 'resourceGroup'],
  movable: true,
  polled: true,
  deletionRank: 65,
  reads: ({ text }) => ({ lists: [{ type: types.securityRule, under: text }], claims: [useKey(text)] }),
  load: async ({ store }, { id, properties }) => {
    const written = (properties.securityRules ?? []).flatMap((entry) => entry.properties ?? []);
    const [rules, tags] = await Promise.all([
      store.list({ type: types.securityRule, under: id.text }),
      loadTagList(store, written),
    ]);
    return { rules, tags };
  },
  put: putSecurityGroup,
  patch: 'tags',
  present: (context, documents) => Promise.all(documents.map((document) => show(context, document))),
  inUse: inUse('InUseNetworkSecurityGroupCannotBeDeleted'),
});

export const defaultSecurityRules = defineResourceType<never>({
  type: `${types.securityGroup}/defaultSecurityRules`,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  lists: [],
  reads: ({ parent }) => ({ documents: [parent!.text] }),
  computed: {
    get: async (context, id) => {
      const group = await context.store.get(id.parent!.text);
      return (
        group &&
        defaultRules(group.id).find((rule) => String(rule.name).toLowerCase() === id.name.toLowerCase())
      );
    },
    list: async (context, parent) => {
      const group = parent && (await context.store.get(parent.text));
      return group ? defaultRules(group.id) : [];
    },
  },
});
