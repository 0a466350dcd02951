/** Rules and their differences for people. */

import type { ExportedRules, OutputFile, RuleDifference } from '@tombolo/firewall';

/** One file as it is; several with the headings of tail(1). */
export const filesText = (files: readonly OutputFile[]): string => {
  const [only] = files;
  return (
    files.length === 1 && only !== undefined
      ? only.text
      : files.map(({ name, text }) => `==> ${name} <==\n${text}`).join('\n')
  ).trimEnd();
};

/** For standard error: what a reader of the file must not miss. */
export const unexpressedText = ({ unexpressed, format }: ExportedRules): string =>
  [
    `Not expressed as ${format.name} (${unexpressed.length}), allow it by other means:`,
    ...unexpressed.map(({ host, path = '', port, reason }) => `  ${host}${path} port ${port}: ${reason}`),
  ].join('\n');

const shownPrefixes = 40;
const shortened = (sign: string, prefixes: readonly string[]): readonly string[] => [
  ...prefixes.slice(0, shownPrefixes).map((prefix) => `  ${sign} ${prefix}`),
  ...(prefixes.length > shownPrefixes
    ? [`  ${sign} … ${prefixes.length - shownPrefixes} more (--json has all)`]
    : []),
];

export const differenceText = ({ names, addresses, moved, same }: RuleDifference): string =>
  same
    ? 'The rules are the same.'
    : [
        ...names.added.map(({ rule }) => `+ ${rule}`),
        ...names.removed.map(({ rule }) => `- ${rule}`),
        ...names.changed.map(({ rule }) => `~ ${rule}`),
        ...addresses.flatMap(({ rule, added, removed }) => [
          `${rule}: ${added.length} added, ${removed.length} removed`,
          ...shortened('+', added),
          ...shortened('-', removed),
        ]),
        ...moved.flatMap(({ from, to, port, prefixes }) => [
          `moved from ${from} to ${to}, port ${port}:`,
          ...shortened('>', prefixes),
        ]),
      ].join('\n');
