/** DNS material: generated files, what reads them here in tests, and what to know before using them. */

import { MaterialProblem, type MaterialWarning } from './problem.ts';

export const zoneFormats = ['bind', 'nsd', 'knot', 'windows-dns'] as const;
export const forwarderFormats = [
  'forwarder-bind',
  'forwarder-unbound',
  'forwarder-dnsmasq',
  'forwarder-coredns',
  'forwarder-windows',
] as const;
export const hostsFormats = ['hosts', 'hosts-windows'] as const;
export const materialFormats = [...zoneFormats, ...forwarderFormats, ...hostsFormats] as const;

export type ZoneFormat = (typeof zoneFormats)[number];
export type ForwarderFormat = (typeof forwarderFormats)[number];
export type HostsFormat = (typeof hostsFormats)[number];
export type MaterialFormat = (typeof materialFormats)[number];

export interface MaterialFile {
  /** A plain file name. */
  readonly name: string;
  readonly content: string;
}

export interface Material {
  readonly format: MaterialFormat;
  readonly files: readonly MaterialFile[];
  /** Programs that the project's tests hold the format against; none: it was not executed, only compared with goldens. */
  readonly checkedWith: readonly string[];
  readonly warnings: readonly MaterialWarning[];
}

export const checkedWith: Readonly<Record<MaterialFormat, readonly string[]>> = {
  bind: ['named-checkzone', 'named-checkconf', 'named'],
  nsd: ['nsd-checkzone', 'nsd-checkconf', 'nsd'],
  knot: ['kzonecheck', 'knotc conf-check'],
  'windows-dns': [],
  'forwarder-bind': ['named-checkconf'],
  'forwarder-unbound': ['unbound-checkconf'],
  'forwarder-dnsmasq': ['dnsmasq --test', 'dnsmasq'],
  'forwarder-coredns': [],
  'forwarder-windows': [],
  hosts: ['getaddrinfo'],
  'hosts-windows': [],
};

/** The remark that formats without a reader here carry. */
export const notExecuted =
  'Not executed: no program that reads this was at hand when it was made. Try it on a test server first.';

/** Folders that every server's configuration takes in double quotes as they are. */
export const checkFolder = (folder: string): string => {
  if (/^[A-Za-z0-9/_.-]{1,200}$/.test(folder)) return folder.replace(/(?<!\/)\/+$/, '');
  throw new MaterialProblem(
    `${JSON.stringify(folder.slice(0, 80))} cannot be written as a folder of zone files.`,
    'Use letters, digits, hyphens, dots, underscores and slashes.',
  );
};
