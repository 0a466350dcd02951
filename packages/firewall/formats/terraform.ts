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

type Setting = readonly [name: string, value: string];

/** As `terraform fmt` has them: neighbours of one line have their signs below each other, a list of lines stands apart. */
const aligned = (settings: readonly Setting[]): string => {
  const runs: Setting[][] = [];
  let open = false;
  for (const setting of settings) {
    const fits = !setting[1].includes('\n');
    if (open && fits) runs.at(-1)!.push(setting);
    else runs.push([setting]);
    open = fits;
  }
  return runs
    .flatMap((run) => {
      const width = Math.max(...run.map(([name]) => name.length));
      return run.map(([name, value]) => `  ${name.padEnd(width)} = ${value}\n`);
    })
    .join('');
};

const block = (rule: GroupRule, prefix: string): string => {
  const [single = ''] = rule.destinations;
  const [near, far] = rule.direction === 'Outbound' ? ['source', 'destination'] : ['destination', 'source'];
  const others: Setting =
    rule.destinations.length === 1
      ? [`${far}_address_prefix`, quoted(single)]
      : [
          `${far}_address_prefixes`,
          `[\n${rule.destinations.map((each) => `    ${quoted(each)},\n`).join('')}  ]`,
        ];
  const settings: readonly Setting[] = [
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
  ];
  return `\nresource "azurerm_network_security_rule" "${prefix}_${snake(rule.name)}" {\n${aligned(settings)}}\n`;
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
