/** Cisco ASA: FQDN objects, object groups of addresses, and an access list that refers to them. */

import { formatAddress4 } from '@tombolo/ip/address';
import { formatPrefix, type Prefix4, sizes4 } from '@tombolo/ip/prefix';
import type { Fitted } from '../fit.ts';
import { type AddressRule, portRange, ruleName } from '../plan.ts';
import { commented, type Format, headLines, type RenderOptions } from './format.ts';

/** `255.255.240.0` */
export const maskOf = (length: number): string => formatAddress4(2 ** 32 - sizes4[length]!);

const member4 = (prefix: Prefix4): string =>
  prefix.length === 32
    ? ` network-object host ${formatAddress4(prefix.start)}`
    : ` network-object ${formatAddress4(prefix.start)} ${maskOf(prefix.length)}`;

/** Object names have at most 64 characters; a longer host is cut and numbered. */
export const objectName = (name: string, host: string, hosts: readonly string[], most = 64): string => {
  const whole = `${name}-${host}`;
  return whole.length <= most ? whole : `${whole.slice(0, most - 5)}-${hosts.indexOf(host) + 1}`;
};

const nameGroups = (fitted: Fitted): ReadonlyMap<number, readonly string[]> => {
  const groups = new Map<number, readonly string[]>();
  for (const { port, host } of fitted.names)
    groups.set(port, [...new Set([...(groups.get(port) ?? []), host])]);
  return groups;
};

const render = (fitted: Fitted, { name, enforce }: RenderOptions, format: Format) => {
  const groups = nameGroups(fitted);
  const hosts = [...new Set([...groups.values()].flat())];
  const objects = hosts.map((host) => `object network ${objectName(name, host, hosts)}\n fqdn ${host}\n`);
  const addressGroup = (rule: AddressRule): string =>
    [
      `object-group network ${name}-${ruleName(rule)}`,
      ...rule.prefixes.v4.map(member4),
      ...rule.prefixes.v6.map((prefix) => ` network-object ${formatPrefix(prefix)}`),
      '',
    ].join('\n');
  const text = [
    commented('!', headLines(fitted, format)),
    ...objects,
    ...[...groups].map(
      ([port, members]) =>
        `object-group network ${name}-names-tcp-${port}\n${members.map((host) => ` network-object object ${objectName(name, host, hosts)}\n`).join('')}`,
    ),
    ...fitted.addresses.map(addressGroup),
    ...[...groups.keys()].map(
      (port) =>
        `access-list ${name} extended permit tcp any object-group ${name}-names-tcp-${port} eq ${port}\n`,
    ),
    ...fitted.addresses.map(
      (rule) =>
        `access-list ${name} extended permit ${rule.protocol} any object-group ${name}-${ruleName(rule)} ${rule.through === undefined ? 'eq' : 'range'} ${portRange(rule, ' ')}\n`,
    ),
    enforce
      ? `access-list ${name} extended deny ip any any log\n`
      : '! An access list denies at its end: put these lines into the one that is in use.\n',
  ].join('');
  return [{ name: `${name}-cisco-asa.txt`, text }];
};

export const cisco: Format = {
  name: 'cisco',
  title: 'Cisco ASA objects, object groups and access list',
  can: { names: true, patterns: 'none', paths: 'none', addresses: true, tags: false },
  render,
};
