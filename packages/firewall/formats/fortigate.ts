/** FortiGate: address objects by FQDN and by subnet, the groups of them, and services for the ports. */

import { formatAddress4 } from '@tombolo/ip/address';
import { formatPrefix } from '@tombolo/ip/prefix';
import type { Fitted } from '../fit.ts';
import { portRange, ruleName } from '../plan.ts';
import { maskOf, objectName } from './cisco.ts';
import { commented, type Format, headLines, type RenderOptions } from './format.ts';

/** A string of the command line; only names and addresses that were checked come here. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

interface Entry {
  readonly name: string;
  readonly settings: readonly string[];
}

const config = (path: string, entries: readonly Entry[]): string =>
  entries.length === 0
    ? ''
    : `config ${path}\n${entries
        .map(
          ({ name, settings }) =>
            `    edit ${quoted(name)}\n${settings.map((line) => `        set ${line}\n`).join('')}    next\n`,
        )
        .join('')}end\n`;

const group = (name: string, members: readonly Entry[]): readonly Entry[] =>
  members.length === 0
    ? []
    : [{ name, settings: [`member ${members.map((entry) => quoted(entry.name)).join(' ')}`] }];

const render = (fitted: Fitted, { name }: RenderOptions, format: Format) => {
  const addresses: Entry[] = [];
  const addresses6: Entry[] = [];
  const groups: Entry[] = [];
  const groups6: Entry[] = [];
  const ports = new Map<string, Entry>();
  const service = (protocol: 'tcp' | 'udp', port: number, range = String(port)): void => {
    const of = `${name}-${protocol}-${port}`;
    ports.set(of, { name: of, settings: [`${protocol}-portrange ${range}`] });
  };
  const hosts = [...new Set(fitted.names.map(({ host }) => host))];
  for (const port of [...new Set(fitted.names.map((rule) => rule.port))]) {
    const there = hosts.filter((host) =>
      fitted.names.some((rule) => rule.port === port && rule.host === host),
    );
    const entries = there.map(
      (host): Entry => ({
        name: objectName(name, host, hosts, 79),
        settings: ['type fqdn', `fqdn ${quoted(host)}`],
      }),
    );
    const fresh = entries.filter((entry) => !addresses.some((other) => other.name === entry.name));
    addresses.push(...fresh);
    groups.push(...group(`${name}-names-tcp-${port}`, entries));
    service('tcp', port);
  }
  for (const rule of fitted.addresses) {
    const own = `${name}-${ruleName(rule)}`;
    const v4 = rule.prefixes.v4.map(
      (prefix, at): Entry => ({
        name: `${own}-${at + 1}`,
        settings: ['type ipmask', `subnet ${formatAddress4(prefix.start)} ${maskOf(prefix.length)}`],
      }),
    );
    const v6 = rule.prefixes.v6.map(
      (prefix, at): Entry => ({ name: `${own}-v6-${at + 1}`, settings: [`ip6 ${formatPrefix(prefix)}`] }),
    );
    addresses.push(...v4);
    addresses6.push(...v6);
    groups.push(...group(own, v4));
    groups6.push(...group(`${own}-v6`, v6));
    service(rule.protocol, rule.port, portRange(rule));
  }
  const text = [
    commented('#', headLines(fitted, format)),
    config('firewall address', addresses),
    config('firewall address6', addresses6),
    config('firewall addrgrp', groups),
    config('firewall addrgrp6', groups6),
    config('firewall service custom', [...ports.values()]),
  ].join('');
  return [{ name: `${name}-fortigate.conf`, text }];
};

export const fortigate: Format = {
  name: 'fortigate',
  title: 'FortiGate address objects, groups and services',
  can: { names: true, patterns: 'leading', paths: 'none', addresses: true, tags: false },
  render,
};
