/** Decides a security group with the rules that its PUT carries, and knows the rules that every group has. */

import type { ArmError, PutDecision, PutInput } from '@tombolo/arm';
import type { Document, JsonObject } from '@tombolo/store/port';
import { nameOf, propertiesOf, stringAt } from '../document.ts';
import { networkError, orThrow } from '../refusals.ts';
import { checkRules, planRule, type RulePlan } from '../security-rules/model.ts';
import { networkName, types } from '../types.ts';
import type { SecurityGroupProperties } from './schema.ts';

type DefaultRule = readonly [
  name: string,
  priority: number,
  direction: string,
  access: string,
  source: string,
  destination: string,
  description: string,
];

/** The six rules that no group lacks (Learn: network-security-groups-overview). */
const defaults: readonly DefaultRule[] = [
  [
    'AllowVnetInBound',
    65000,
    'Inbound',
    'Allow',
    'VirtualNetwork',
    'VirtualNetwork',
    'Allow inbound traffic from all VMs in VNET',
  ],
  [
    'AllowAzureLoadBalancerInBound',
    65001,
    'Inbound',
    'Allow',
    'AzureLoadBalancer',
    '*',
    'Allow inbound traffic from azure load balancer',
  ],
  ['DenyAllInBound', 65500, 'Inbound', 'Deny', '*', '*', 'Deny all inbound traffic'],
  [
    'AllowVnetOutBound',
    65000,
    'Outbound',
    'Allow',
    'VirtualNetwork',
    'VirtualNetwork',
    'Allow outbound traffic from all VMs to all VMs in VNET',
  ],
  [
    'AllowInternetOutBound',
    65001,
    'Outbound',
    'Allow',
    '*',
    'Internet',
    'Allow outbound traffic from all VMs to Internet',
  ],
  ['DenyAllOutBound', 65500, 'Outbound', 'Deny', '*', '*', 'Deny all outbound traffic'],
];

export const defaultRules = (groupId: string): readonly JsonObject[] =>
  defaults.map(([name, priority, direction, access, source, destination, description]) => ({
    name,
    id: `${groupId}/defaultSecurityRules/${name}`,
    type: `${types.securityGroup}/defaultSecurityRules`,
    properties: {
      provisioningState: 'Succeeded',
      description,
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: source,
      destinationAddressPrefix: destination,
      access,
      priority,
      direction,
      sourcePortRanges: [],
      destinationPortRanges: [],
      sourceAddressPrefixes: [],
      destinationAddressPrefixes: [],
    },
  }));

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
