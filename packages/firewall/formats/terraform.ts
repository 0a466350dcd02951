/** Terraform: azurerm_network_security_rule for each rule of the security group, for a group that is there. */

import type { Fitted } from '../fit.ts';
import { commented, type Format, headLines, type RenderOptions } from './format.ts';
import { type GroupRule, groupRules, tagsAndAddresses } from './security-group.ts';

/** A string of HCL: JSON's escapes are HCL's, and templates are made literal. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');

const snake = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_');

const block = (rule: GroupRule, prefix: string): string => {
  const [single = ''] = rule.destinations;
  const [near, far] = rule.direction === 'Outbound' ? ['source', 'destination'] : ['destination', 'source'];
  const others =
    rule.destinations.length === 1
      ? [`${far}_address_prefix`, quoted(single)]
      : [
          `${far}_address_prefixes`,
          `[\n${rule.destinations.map((each) => `    ${quoted(each)},\n`).join('')}  ]`,
        ];
  const settings = [
    ['name', quoted(rule.name)],
    ['description', quoted(rule.description)],
    ['priority', String(rule.priority)],
    ['direction', quoted(rule.direction)],
    ['access', quoted(rule.access)],
    ['protocol', quoted(rule.protocol)],
    ['source_port_range', quoted('*')],
    [`${near}_address_prefix`, quoted('VirtualNetwork')],
    ['destination_port_range', quoted(rule.port)],
    others,
    ['resource_group_name', `var.${prefix}_resource_group_name`],
    ['network_security_group_name', `var.${prefix}_network_security_group_name`],
  ] as const;
  const width = Math.max(...settings.map(([name = '']) => name.length));
  const lines = settings.map(([name = '', value]) => `  ${name.padEnd(width)} = ${value}\n`);
  return `\nresource "azurerm_network_security_rule" "${prefix}_${snake(rule.name)}" {\n${lines.join('')}}\n`;
};

const render = (fitted: Fitted, options: RenderOptions, format: Format) => {
  const variable = (name: string): string => `\nvariable "${options.name}_${name}" {\n  type = string\n}\n`;
  const text = [
    commented('#', headLines(fitted, format)),
    variable('resource_group_name'),
    variable('network_security_group_name'),
    ...groupRules(fitted, options.enforce).map((rule) => block(rule, options.name)),
  ].join('');
  return [{ name: `${options.name}-nsg.tf`, text }];
};

export const terraform: Format = {
  name: 'terraform',
  title: 'Azure network security rules (Terraform)',
  can: tagsAndAddresses,
  render,
};
