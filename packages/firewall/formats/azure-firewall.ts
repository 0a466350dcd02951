/** Azure Firewall: a rule collection group of application rules (which take wildcards) and network rules, as ARM. */

import type { Fitted } from '../fit.ts';
import { type HostRule, portRange, ruleName } from '../plan.ts';
import { allPrefixes, type Format, headLines, inParts, type RenderOptions } from './format.ts';

const applicationRules = (fitted: Fitted, options: RenderOptions) => {
  const groups = new Map<string, HostRule[]>();
  for (const rule of fitted.names) {
    // Target URLs are a rule of their own: they are a feature of the Premium tier.
    const key = `${rule.tls ? 'https' : 'http'}-${rule.port}${rule.path === undefined ? '' : '-paths'}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups].map(([key, rules]) => {
    const { tls, port } = rules[0]!;
    const byPath = key.endsWith('-paths');
    const urls = rules.flatMap(({ host, path = '' }) => [`${host}${path}`, `${host}${path}/*`]);
    return {
      ruleType: 'ApplicationRule',
      name: `${options.name}-${key}`,
      protocols: [{ protocolType: tls ? 'Https' : 'Http', port }],
      sourceAddresses: ['*'],
      ...(byPath ? { targetUrls: urls } : { targetFqdns: [...new Set(rules.map(({ host }) => host))] }),
      terminateTLS: byPath && tls,
    };
  });
};

const networkRules = (fitted: Fitted, options: RenderOptions) =>
  fitted.addresses.flatMap((rule) => {
    const parts = inParts(allPrefixes(rule), 5_000);
    return parts.map((destinationAddresses, at) => ({
      ruleType: 'NetworkRule',
      name: `${options.name}-${ruleName(rule)}${parts.length > 1 ? `-${at + 1}` : ''}`,
      ipProtocols: [rule.protocol.toUpperCase()],
      sourceAddresses: ['*'],
      destinationAddresses,
      destinationPorts: [portRange(rule)],
    }));
  });

const collection = (name: string, priority: number, rules: readonly object[]) =>
  rules.length === 0
    ? []
    : [
        {
          ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
          name,
          priority,
          action: { type: 'Allow' },
          rules,
        },
      ];

const render = (fitted: Fitted, options: RenderOptions, format: Format) => {
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    metadata: { comments: headLines(fitted, format) },
    parameters: { firewallPolicyName: { type: 'string' } },
    resources: [
      {
        type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
        apiVersion: '2024-05-01',
        name: `[format('{0}/{1}', parameters('firewallPolicyName'), '${options.name}')]`,
        properties: {
          priority: 300,
          ruleCollections: [
            ...collection(`${options.name}-network`, 100, networkRules(fitted, options)),
            ...collection(`${options.name}-application`, 200, applicationRules(fitted, options)),
          ],
        },
      },
    ],
  };
  return [{ name: `${options.name}-azure-firewall.json`, text: `${JSON.stringify(template, null, 2)}\n` }];
};

export const azureFirewall: Format = {
  name: 'azure-firewall',
  title: 'Azure Firewall rule collection group (ARM template)',
  // An asterisk is for the left-most place of an FQDN.
  can: { names: true, patterns: 'leading', paths: 'inspected', addresses: true, tags: false },
  render,
};
