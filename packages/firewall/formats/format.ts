/** The shape of one way to write rules, and what all of them say at their beginning. */

import { formatPrefix } from '@tombolo/ip/prefix';
import { catalogueName, spanText } from '@tombolo/requirements';
import type { Capability, Fitted } from '../fit.ts';
import type { AddressRule, FirewallPlan } from '../plan.ts';
import { oneLine } from '../safe-text.ts';

export interface OutputFile {
  /** A file name without a directory. */
  readonly name: string;
  readonly text: string;
}

export interface RenderOptions {
  /** Begins the names of tables, sets, groups and rules: `[a-z][a-z0-9]{0,11}`. */
  readonly name: string;
  /** Also refuse everything else. */
  readonly enforce: boolean;
  /** TLS is opened on the way: paths inside it can be judged. */
  readonly tlsInspection: boolean;
  /** `proxy.example.org:3128` */
  readonly proxy?: string;
  /** What a PAC file says of names that are not listed. */
  readonly otherwise: 'direct' | 'proxy';
  /** Where the files will lie on the proxy, for forms that name files of theirs. */
  readonly directory?: string;
  /** Azure region of resources in a template. */
  readonly location?: string;
}

export interface Format {
  readonly name: string;
  readonly title: string;
  readonly can: Capability;
  /** The program that accepts the output in the project's tests; absent: held to a golden only, not executed. */
  readonly checkedBy?: string;
  /** Options without which it cannot be written. */
  readonly needs?: readonly 'proxy'[];
  /** It is of use even where it has no rule. */
  readonly document?: true;
  readonly render: (fitted: Fitted, options: RenderOptions, format: Format) => readonly OutputFile[];
}

export const addressesOnly: Capability = {
  names: false,
  patterns: 'none',
  paths: 'none',
  addresses: true,
  tags: false,
};

/** Documents say all that a plan has by address, whatever it is. */
export const documentForm: Capability = { ...addressesOnly, inbound: true };

const describePlan = ({ query, catalogue, serviceTags, families }: FirewallPlan): string =>
  [
    `${query.products.join(', ')} in ${query.cloud}${query.region === undefined ? '' : ` ${query.region}`}`,
    `connectivity ${query.connectivity}`,
    ...(query.features.length === 0 ? [] : [`features ${query.features.join(', ')}`]),
    ...(query.phase === undefined ? [] : [`phase ${query.phase}`]),
    `catalogue ${catalogueName(catalogue)}, ${spanText(catalogue.sources)}`,
    serviceTags === undefined
      ? 'no service tags'
      : `service tags ${serviceTags.cloud} ${serviceTags.changeNumber}`,
    ...(families === 'ipv4' ? ['IPv4 only'] : []),
  ].join('; ');

const notExecuted =
  'Not executed: no parser of this form is at hand where it was made; read it before you load it.';

/** What a reader of the output has to know, one line each. */
export const headLines = (
  { plan, unexpressed, privateNames }: Pick<Fitted, 'plan' | 'unexpressed' | 'privateNames'>,
  format: Pick<Format, 'checkedBy' | 'can'>,
): readonly string[] =>
  [
    `Tombolo: ${describePlan(plan)}`,
    ...(format.checkedBy === undefined ? [notExecuted] : []),
    ...plan.warnings.map((warning) => `Note: ${warning}`),
    ...(format.can.addresses || privateNames.length === 0
      ? []
      : [`Private, to the endpoint and not by this list: ${privateNames.join(', ')}`]),
    ...(unexpressed.length === 0
      ? []
      : [
          'NOT EXPRESSED here, allow it by other means:',
          ...unexpressed.map(
            ({ host, path = '', port, ports, reason }) => `  ${host}${path} port ${ports ?? port}: ${reason}`,
          ),
        ]),
  ].map((line) => line.replace(/^( *)(.*)$/s, (_, indent: string, rest: string) => indent + oneLine(rest)));

/** For packet filters that drop the rest. */
export const withoutNameServer = ({ addresses }: Pick<Fitted, 'addresses'>): readonly string[] =>
  addresses.some(({ leg }) => leg === 'dns')
    ? []
    : ['No name server is among the rules: DNS is dropped too. Give --dns.'];

export const commented = (mark: string, lines: readonly string[]): string =>
  lines.map((line) => `${mark} ${line}\n`).join('');

export const prefixTexts = (rule: AddressRule, family: 4 | 6): readonly string[] =>
  (family === 4 ? rule.prefixes.v4 : rule.prefixes.v6).map(formatPrefix);

/** Prefixes of both families, IPv4 first. */
export const allPrefixes = (rule: AddressRule): readonly string[] => [
  ...prefixTexts(rule, 4),
  ...prefixTexts(rule, 6),
];

/** Lists of at most `size`. */
export const inParts = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );
