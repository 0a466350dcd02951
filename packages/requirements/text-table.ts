/** An answer as CSV (RFC 4180) and as a Markdown table, for tickets and spreadsheets. */

import type { JudgedRequirement, RequirementAnswer } from './answer.ts';
import { catalogueName, provenance, spanText } from './provenance.ts';
import { target } from './requirement.ts';

const columns = [
  'included',
  'via',
  'direction',
  'host',
  'names',
  'ports',
  'source',
  'when',
  'purpose',
  'reason',
  'product',
  'cloud',
  'serviceTag',
  'minimumTls',
  'status',
  'versions',
  'origin',
] as const;

/** `agent before 1.24`, `sql-server until 2024-02-13`. */
export const versionBounds = ({ requirement }: JudgedRequirement): string => {
  const { agentVersion, extensionVersion } = requirement;
  const bounds = (name: string, limits: Readonly<Record<string, string | undefined>>): string[] =>
    Object.entries(limits)
      .filter(([key, value]) => key !== 'extension' && value !== undefined)
      .map(([key, value]) => `${name} ${key} ${value}`);
  return [
    ...bounds('agent', { ...agentVersion }),
    ...bounds(extensionVersion?.extension ?? '', { ...extensionVersion }),
  ].join(', ');
};

export const portList = ({ requirement }: JudgedRequirement): string =>
  requirement.ports
    .map(
      ({ port, through, protocol, tls, webSocket }) =>
        `${protocol} ${port}${through === undefined ? '' : `-${through}`}${tls || protocol === 'UDP' ? '' : ' (no TLS)'}${webSocket === true ? ' (WebSocket)' : ''}`,
    )
    .join(', ');

/** The names behind a host, `+` and the pattern where one is left. */
const nameList = (judged: JudgedRequirement): string => {
  if (!judged.included) return '';
  const { names, pattern } = judged.expansion;
  return [
    ...names.map(({ name, verified }) => (verified ? name : `${name} (unverified)`)),
    ...(pattern === undefined ? [] : [pattern]),
  ].join(' ');
};

const cells = (judged: JudgedRequirement): Readonly<Record<(typeof columns)[number], string>> => {
  const { requirement } = judged;
  const { phase, features, allFeatures, condition } = requirement.required;
  return {
    included: judged.included ? 'yes' : 'no',
    via: judged.included ? judged.via : '',
    direction: requirement.direction,
    host: target(requirement),
    names: nameList(judged),
    ports: portList(judged),
    source: (judged.included ? judged.source : requirement.source).join(' '),
    when: [
      phase,
      ...(features === undefined ? [] : [features.join(' or ')]),
      ...(allFeatures === undefined ? [] : [allFeatures.join(' and ')]),
      condition,
    ]
      .filter((part) => part !== undefined)
      .join('; '),
    purpose: requirement.purpose,
    reason: judged.reason.text,
    product: requirement.product,
    cloud: requirement.cloud,
    serviceTag: requirement.serviceTag ?? '',
    minimumTls: requirement.minimumTls,
    status: requirement.status,
    versions: versionBounds(judged),
    origin: provenance(requirement),
  };
};

/** A cell that a spreadsheet would take for a formula is made text. */
const csvCell = (value: string): string => {
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};

/** A header and one line an entry: the exact list first, then what is out. Lines end in CR LF. */
export const toCsv = (entries: readonly JudgedRequirement[]): string =>
  [
    columns,
    ...entries.map((entry) => {
      const row = cells(entry);
      return columns.map((column) => csvCell(row[column]));
    }),
  ]
    .map((row) => `${row.join(',')}\r\n`)
    .join('');

const markdownCell = (value: string): string =>
  value
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\r\n]+/g, ' ');
const code = (value: string): string => (value === '' ? '' : `\`${value.replaceAll('|', '\\|')}\``);

/** The exact list, then the version-bounded and superseded entries that are out. */
export const toMarkdown = (answer: RequirementAnswer): string => {
  const head = (names: readonly string[]): string =>
    `| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`;
  const needed = answer.in.map((entry) => {
    const row = cells(entry);
    return `| ${[code(row.host), markdownCell(row.ports), row.via, row.source, markdownCell(row.when), markdownCell(row.purpose)].join(' | ')} |`;
  });
  const marked = answer.out.filter(({ reason }) =>
    ['superseded', 'withdrawn', 'agent-version', 'extension-version'].includes(reason.code),
  );
  return [
    `# Network requirements ${catalogueName(answer.catalogue)}, published ${answer.catalogue.date}`,
    '',
    `From ${spanText(answer.catalogue.sources)}.`,
    '',
    ...answer.warnings.map((warning) => `> ${markdownCell(warning)}\n`),
    head(['Host', 'Ports', 'Via', 'Source', 'When', 'Purpose']),
    ...needed,
    ...(marked.length === 0
      ? []
      : [
          '',
          '## Left out',
          '',
          head(['Host', 'Reason']),
          ...marked.map(
            (entry) => `| ${code(target(entry.requirement))} | ${markdownCell(entry.reason.text)} |`,
          ),
        ]),
    '',
  ].join('\n');
};
