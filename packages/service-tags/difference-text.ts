/** A difference of service tags for people: plain text and Markdown. */

import type { ServiceTagDifference, TagDifference } from './difference.ts';

const versionText = ({ cloud, changeNumber }: ServiceTagDifference['from']): string =>
  `${cloud} ${changeNumber}`;

const signed = (number: number): string => (number > 0 ? `+${number}` : String(number));

const summary = ({ totals, tags, recut, unchanged }: ServiceTagDifference): readonly string[] => [
  `${tags.length} tags changed (${totals.addedTags} added, ${totals.removedTags} removed), ${unchanged} unchanged, ${recut.length} only cut differently`,
  `prefixes: ${totals.added} added, ${totals.removed} removed, ${totals.moved} moved between tags`,
  `rules of the changed tags: ${totals.rules.before} before, ${totals.rules.after} after (${signed(totals.rules.after - totals.rules.before)}): ${totals.rules.toAdd} to add, ${totals.rules.toRemove} to remove`,
];

interface Line {
  readonly sign: '+' | '-' | '>' | '<';
  readonly prefix: string;
  readonly other?: string;
}

const linesOf = (tag: TagDifference): readonly Line[] => [
  ...tag.added.map((prefix): Line => ({ sign: '+', prefix })),
  ...tag.removed.map((prefix): Line => ({ sign: '-', prefix })),
  ...tag.movedIn.flatMap(({ from, prefixes }) =>
    prefixes.map((prefix): Line => ({ sign: '<', prefix, other: from })),
  ),
  ...tag.movedOut.flatMap(({ to, prefixes }) =>
    prefixes.map((prefix): Line => ({ sign: '>', prefix, other: to })),
  ),
];

const rulesText = ({ rules }: TagDifference): string =>
  `rules ${rules.before} → ${rules.after}, ${rules.toAdd} to add, ${rules.toRemove} to remove`;

/** `+` added, `-` removed, `<` moved in from, `>` moved out to. */
export const differenceText = (difference: ServiceTagDifference): string =>
  [
    `${versionText(difference.from)} → ${versionText(difference.to)}`,
    ...summary(difference),
    ...difference.tags.flatMap((tag) => [
      '',
      `${tag.tag}${tag.status === 'changed' ? '' : ` (${tag.status})`}: ${rulesText(tag)}`,
      ...linesOf(tag).map(({ sign, prefix, other }) => {
        const where = other === undefined ? '' : sign === '<' ? ` from ${other}` : ` to ${other}`;
        return `  ${sign} ${prefix}${where}`;
      }),
    ]),
  ].join('\n');

const words = { '+': 'added', '-': 'removed', '<': 'moved in from', '>': 'moved out to' } as const;

/** For a change ticket: a table of rules, then one of prefixes for each tag. */
export const differenceMarkdown = (difference: ServiceTagDifference): string =>
  [
    `# Service tags: ${versionText(difference.from)} → ${versionText(difference.to)}`,
    '',
    ...summary(difference).map((line) => `- ${line}`),
    '',
    '| tag | status | rules before | rules after | to add | to remove |',
    '|---|---|--:|--:|--:|--:|',
    ...difference.tags.map(
      ({ tag, status, rules }) =>
        `| ${tag} | ${status} | ${rules.before} | ${rules.after} | ${rules.toAdd} | ${rules.toRemove} |`,
    ),
    ...difference.tags.flatMap((tag) => {
      const lines = linesOf(tag);
      if (lines.length === 0) return [];
      return [
        '',
        `## ${tag.tag}`,
        '',
        '| change | prefix | tag |',
        '|---|---|---|',
        ...lines.map(({ sign, prefix, other }) => `| ${words[sign]} | \`${prefix}\` | ${other ?? ''} |`),
      ];
    }),
    '',
  ].join('\n');
