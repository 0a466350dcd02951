/** External Dynamic Lists: one entry a line, as firewalls poll them. Entries of all ports: the rule that uses it has them. */

import { formatPrefix } from '@tombolo/service-tags/prefix';
import { emptySet, union } from '@tombolo/service-tags/prefix-set';
import { addressesOnly, commented, type Format, headLines } from './format.ts';

export const addressList: Format = {
  name: 'edl-addresses',
  title: 'External Dynamic List of addresses',
  can: addressesOnly,
  checkedBy: 'an address parser',
  render: (fitted, { name }, format) => {
    const ports = [...new Set(fitted.addresses.map(({ port, protocol }) => `${protocol} ${port}`))];
    const { v4, v6 } = union(...fitted.addresses.map(({ prefixes }) => prefixes), emptySet);
    const head = commented('#', [...headLines(fitted, format), `Ports: ${ports.join(', ')}`]);
    const text = `${head}${[...v4, ...v6].map((prefix) => `${formatPrefix(prefix)}\n`).join('')}`;
    return [{ name: `${name}-addresses.txt`, text }];
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
