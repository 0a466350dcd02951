/** Hosts files: the public names that agents ask for, one a line, as a block that "tombolo hosts" knows. */

import type { EndpointDns } from '@tombolo/azure-documents';
import { blockText } from '@tombolo/hosts-file/block';
import { checkedWith, type HostsFormat, type Material } from './material.ts';

/** Address, space, name (seed 001); one name a line. */
export const hostsLines = (endpoint: EndpointDns): readonly string[] =>
  endpoint.names.flatMap(({ fqdn, addresses }) => addresses.map((address) => `${address} ${fqdn}`));

/** To be appended to a hosts file; a missing zone or name does no harm here, so those warnings are not given. */
export const hostsMaterial = (format: HostsFormat, endpoint: EndpointDns): Material => ({
  format,
  files: [
    {
      name: format === 'hosts' ? 'hosts' : 'hosts.windows',
      content: blockText(hostsLines(endpoint), format === 'hosts' ? '\n' : '\r\n'),
    },
  ],
  checkedWith: checkedWith[format],
  warnings: endpoint.warnings.filter(({ code }) => code !== 'incomplete-zone'),
});
