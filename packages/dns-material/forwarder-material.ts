/** Conditional forwarders: a site's own DNS server sends Arc's names to the name server of a virtual network. */

import { isSafeHostName, privateLinkSuffixes, readAddress } from '@tombolo/azure-documents';
import { type CloudSuffixes, isPrivateLinkZone } from '@tombolo/private-link';
import { commentLines } from './comment.ts';
import {
  checkedWith,
  type ForwarderFormat,
  type Material,
  type MaterialFile,
  notExecuted,
} from './material.ts';
import { MaterialProblem } from './problem.ts';
import { windowsForwarders } from './windows-dns.ts';

export interface ForwardTarget {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

const mostTargets = 8;

const remarksFor = (source: string): readonly string[] => [
  `Written by tombolo dns export; the names below go to ${source}`,
  'The public suffixes are forwarded, never the privatelink names: clients ask for the public ones, and a server that gets',
  'those answered elsewhere may take the whole CNAME chain with the public address and never ask for the privatelink name.',
];

const port = (target: ForwardTarget, before: string): string => `${before}${target.port}`;

const bind = (suffixes: readonly string[], targets: readonly ForwardTarget[]): readonly string[] => {
  const forwarders = targets
    .map((target) => `${target.address}${target.port === 53 ? '' : port(target, ' port ')};`)
    .join(' ');
  return suffixes.map(
    (suffix) =>
      `zone "${suffix}" {\n    type forward;\n    forward only;\n    forwarders { ${forwarders} };\n};`,
  );
};

const unbound = (suffixes: readonly string[], targets: readonly ForwardTarget[]): readonly string[] => [
  'server:',
  '    # Private addresses are wanted below these names, where private-address strips them elsewhere.',
  ...suffixes.map((suffix) => `    private-domain: "${suffix}"`),
  ...suffixes.flatMap((suffix) => [
    'forward-zone:',
    `    name: "${suffix}"`,
    ...targets.map((target) => `    forward-addr: ${target.address}${port(target, '@')}`),
    '    forward-first: no',
  ]),
];

const dnsmasq = (suffixes: readonly string[], targets: readonly ForwardTarget[]): readonly string[] => [
  ...suffixes.flatMap((suffix) =>
    targets.map((target) => `server=/${suffix}/${target.address}${port(target, '#')}`),
  ),
  '# Private addresses are wanted below these names, where stop-dns-rebind refuses them elsewhere.',
  `rebind-domain-ok=/${suffixes.join('/')}/`,
];

const coredns = (suffixes: readonly string[], targets: readonly ForwardTarget[]): readonly string[] => [
  `${suffixes.join(' ')} {`,
  '    errors',
  '    cache 30',
  `    forward . ${targets
    .map((target) =>
      target.address.includes(':')
        ? `[${target.address}]:${target.port}`
        : `${target.address}:${target.port}`,
    )
    .join(' ')}`,
  '}',
];

const checkTargets = (targets: readonly ForwardTarget[]): readonly ForwardTarget[] => {
  if (targets.length === 0 || targets.length > mostTargets)
    throw new MaterialProblem(
      `${targets.length === 0 ? 'No' : targets.length} name servers to forward to.`,
      `Give one to ${mostTargets}: the network's inbound endpoint.`,
    );
  return targets.map((target) => {
    if (!Number.isInteger(target.port) || target.port < 1 || target.port > 65535)
      throw new MaterialProblem(`${target.port} is no port.`, 'Give 1 to 65535.');
    const address = readAddress(target.address);
    if (typeof address !== 'string')
      throw new MaterialProblem(`name server: ${address.problem}`, address.fix);
    return { address, port: target.port };
  });
};

const checkSuffixes = (suffixes: CloudSuffixes): readonly string[] =>
  privateLinkSuffixes(suffixes).map((suffix) => {
    if (isSafeHostName(suffix) && !isPrivateLinkZone(suffix)) return suffix;
    throw new MaterialProblem(
      `${JSON.stringify(suffix)} is no public suffix.`,
      'Forward the public names; nobody asks for the privatelink ones.',
    );
  });

/**
 * @param source whose name servers the targets are; shown in a comment.
 * Throws MaterialProblem on bad targets, on privatelink suffixes and, for Windows, on a port other than 53.
 */
export const forwarderMaterial = (
  format: ForwarderFormat,
  suffixes: CloudSuffixes,
  to: readonly ForwardTarget[],
  source: string,
): Material => {
  const names = checkSuffixes(suffixes);
  const targets = checkTargets(to);
  return {
    format,
    files: [fileOf(format, names, targets, remarksFor(source))],
    checkedWith: checkedWith[format],
    warnings: [],
  };
};

const fileOf = (
  format: ForwarderFormat,
  names: readonly string[],
  targets: readonly ForwardTarget[],
  remarks: readonly string[],
): MaterialFile => {
  const text = (mark: string, more: readonly string[], lines: readonly string[]): string =>
    `${[...commentLines(mark, [...remarks, ...more]), ...lines].join('\n')}\n`;
  switch (format) {
    case 'forwarder-bind':
      return { name: 'named.conf.tombolo-forward', content: text('//', [], bind(names, targets)) };
    case 'forwarder-unbound':
      return { name: 'unbound.tombolo.conf', content: text('#', [], unbound(names, targets)) };
    case 'forwarder-dnsmasq':
      return { name: 'dnsmasq.tombolo.conf', content: text('#', [], dnsmasq(names, targets)) };
    case 'forwarder-coredns':
      return { name: 'Corefile.tombolo', content: text('#', [notExecuted], coredns(names, targets)) };
    case 'forwarder-windows': {
      const other = targets.find((target) => target.port !== 53);
      if (other)
        throw new MaterialProblem(
          `Conditional forwarders of Windows DNS ask port 53 only, and ${other.address} is asked on ${other.port}.`,
          'Let the network be asked on port 53 (./tombolo up --dns-port 53), or put another forwarder between.',
        );
      const addresses = targets.map((target) => target.address);
      return { name: 'tombolo-forwarders.ps1', content: windowsForwarders(names, addresses, remarks) };
    }
  }
};
