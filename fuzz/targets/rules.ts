/** What network rules are asked with: flows, groups as they are judged, prefixes. */

import { deepEqual, equal, ok } from 'node:assert/strict';
import { DocumentProblem, readSecurityGroupDocument } from '@tombolo/azure-documents';
import { canonicalAddress } from '@tombolo/ip/address';
import { formatPrefix, isRefusal, readPrefix } from '@tombolo/ip/prefix';
import { judgeFlow, parseFlow, readSecurityGroup } from '@tombolo/network-rules';
import { type Target, textOf, unlessRefused } from '../target.ts';

const side = (word: string, port: string): string => `${word.includes(':') ? `[${word}]` : word}:${port}`;

export const flowText: Target = {
  name: 'flow',
  asks: 'parseFlow',
  seeds: [
    'tcp 10.0.0.4:* -> AzureResourceManager:443',
    'in any [fd00::4]:53 -> *:80-90',
    'out udp 10.0.0.0/8 -> fd00::/8',
    'icmp VirtualNetwork -> Storage.JapanEast',
  ],
  dictionary: [
    '->',
    'in ',
    'outbound ',
    'tcp',
    '*',
    '[',
    ']',
    ':443',
    '/8',
    '::',
    '-',
    'AzureActiveDirectory',
    '0-65535',
  ],
  run: (input) => {
    const flow = parseFlow(textOf(input));
    if ('problem' in flow) return ok(flow.problem.length > 0);
    const { direction, protocol, source, sourcePort, destination, destinationPort } = flow;
    const text = `${direction === 'Inbound' ? 'in' : 'out'} ${protocol} ${side(source, sourcePort)} -> ${side(destination, destinationPort)}`;
    // Its own form may be longer, and length is bounded.
    if (text.length <= 1024) deepEqual(parseFlow(text), flow, text);
    judgeFlow(flow, {}, { virtualNetwork: ['10.0.0.0/8'] });
  },
};

const rule = (priority: number, more: object) => ({
  name: `r${priority}`,
  properties: {
    ...{ priority, direction: 'Outbound', access: 'Deny', protocol: 'Tcp', sourceAddressPrefix: '*' },
    ...{ sourcePortRange: '*', destinationAddressPrefix: '*', destinationPortRange: '443', ...more },
  },
});

export const securityGroup: Target = {
  name: 'security-group',
  asks: 'readSecurityGroupDocument, readSecurityGroup, judgeFlow',
  seeds: [
    JSON.stringify({
      id: '/g',
      name: 'g',
      properties: {
        securityRules: [
          rule(100, { destinationAddressPrefix: 'AzureActiveDirectory', access: 'Allow' }),
          rule(200, {
            destinationAddressPrefixes: ['10.0.0.0/8', 'fd00::/8'],
            destinationPortRanges: ['80-90'],
          }),
        ],
      },
    }),
  ],
  dictionary: [
    '"securityRules":[',
    '"priority":',
    'Inbound',
    'Outbound',
    'Storage.JapanEast',
    '0-65535',
    '::/0',
    'VirtualNetwork',
    'applicationSecurityGroups',
  ],
  run: (input) => {
    const value = unlessRefused([SyntaxError], () => JSON.parse(textOf(input)) as unknown);
    const document = unlessRefused([DocumentProblem], () => readSecurityGroupDocument(value));
    if (document === undefined) return;
    const group = readSecurityGroup(document);
    if ('problem' in group) return ok(group.problem.length > 0);
    for (const text of ['tcp 10.0.0.4:* -> AzureActiveDirectory:443', 'in any *:* -> 10.0.0.0/8:*']) {
      const flow = parseFlow(text);
      ok(!('problem' in flow));
      judgeFlow(flow, { subnet: group }, { virtualNetwork: ['10.0.0.0/8'] });
    }
  },
};

export const prefixText: Target = {
  name: 'prefix',
  asks: 'readPrefix, readAddress',
  seeds: ['10.0.0.0/8', '2001:db8::/32', '::ffff:1.2.3.4/96', '1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '::'],
  dictionary: ['::', ':', '.', '/', '0', '255', 'ffff', '::ffff:', '%eth0', '/128'],
  longest: 80,
  run: (input) => {
    const text = textOf(input);
    const address = canonicalAddress(text);
    if (address !== undefined) equal(canonicalAddress(address), address, 'a canonical address is one');
    const prefix = readPrefix(text);
    if (!isRefusal(prefix)) return deepEqual(readPrefix(formatPrefix(prefix)), prefix);
    if (prefix.normalised === undefined) return;
    const meant = readPrefix(prefix.normalised);
    ok(!isRefusal(meant), `what is offered instead is one: ${prefix.normalised}`);
    equal(formatPrefix(meant), prefix.normalised);
  },
};
