/** External Dynamic Lists: one entry a line, as firewalls poll them. Entries of all ports: the rule that uses it has them. */

import { formatPrefix } from '@tombolo/ip/prefix';
import { union } from '@tombolo/ip/prefix-set';
import { portRange } from '../plan.ts';
import { addressesOnly, commented, type Format, headLines } from './format.ts';

export const addressList: Format = {
  name: 'edl-addresses',
  title: 'External Dynamic List of addresses',
  can: addressesOnly,
  checkedBy: 'an address parser',
  // A list has no ports, and each leg has its own: one list a leg.
  render: (fitted, { name }, format) => {
    const legs = [...new Set(fitted.addresses.map(({ leg }) => leg))];
    return legs.map((leg) => {
      const rules = fitted.addresses.filter((rule) => rule.leg === leg);
      const ports = rules.map((rule) => `${rule.protocol} ${portRange(rule)}`);
      const { v4, v6 } = union(...rules.map(({ prefixes }) => prefixes));
      const about = legs.length > 1 ? `Leg: ${leg}. ` : '';
      const head = commented('#', [...headLines(fitted, format), `${about}Ports: ${ports.join(', ')}`]);
      const text = `${head}${[...v4, ...v6].map((prefix) => `${formatPrefix(prefix)}\n`).join('')}`;
      return { name: `${name}-${legs.length > 1 ? `${leg}-` : ''}addresses.txt`, text };
    });
  },
};

export const domainList: Format = {
  name: 'edl-domains',
  title: 'External Dynamic List of domains',
  can: { names: true, patterns: 'leading', paths: 'none', addresses: false, tags: false },
  checkedBy: 'a name parser',
  render: (fitted, { name }, format) => {
    const ports = [...new Set(fitted.names.map(({ port }) => `tcp ${port}`))];
    const hosts = [...new Set(fitted.names.map(({ host }) => host))].sort();
    const head = commented('#', [...headLines(fitted, format), `Ports: ${ports.join(', ')}`]);
    return [{ name: `${name}-domains.txt`, text: `${head}${hosts.map((host) => `${host}\n`).join('')}` }];
  },
};
