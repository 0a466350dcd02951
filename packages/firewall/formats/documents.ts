/** The plan for people and programs: JSON, CSV and Markdown. */

import { exportDocument } from '../export-document.ts';
import type { Fitted } from '../fit.ts';
import { portRange, ruleName } from '../plan.ts';
import { oneLine } from '../safe-text.ts';
import { allPrefixes, documentForm, type Format, headLines } from './format.ts';

export const json: Format = {
  name: 'json',
  title: 'the plan as JSON',
  can: documentForm,
  checkedBy: 'a JSON parser',
  document: true,
  render: ({ plan }, { name }) => [
    { name: `${name}-firewall.json`, text: `${JSON.stringify(exportDocument(plan), null, 2)}\n` },
  ],
};

/** RFC 4180; a cell that a spreadsheet would take for a formula is made text. */
const cell = (value: string): string => {
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};

const columns = [
  'leg',
  'kind',
  'destination',
  'path',
  'protocol',
  'port',
  'tls',
  'websocket',
  'optional',
  'of',
];

const yes = (value: boolean): string => (value ? 'yes' : 'no');

const csvRows = ({ plan, addresses, unexpressed }: Fitted): readonly (readonly string[])[] => [
  columns,
  ...plan.hosts.map((rule) => [
    rule.leg,
    rule.pattern ? 'pattern' : 'name',
    rule.host,
    rule.path ?? '',
    rule.protocol,
    portRange(rule),
    yes(rule.tls),
    yes(rule.webSocket),
    yes(rule.optional),
    rule.requirements.join(' '),
  ]),
  ...plan.tags.map((rule) => [
    'internet',
    'tag',
    rule.tag,
    '',
    'tcp',
    String(rule.port),
    '',
    '',
    '',
    rule.hosts.join(' ') || rule.reason,
  ]),
  ...addresses.flatMap((rule) =>
    allPrefixes(rule).map((prefix) => [
      rule.inbound === true ? `${rule.leg}, inbound` : rule.leg,
      'address',
      prefix,
      '',
      rule.protocol,
      portRange(rule),
      '',
      '',
      '',
      rule.of.join(' '),
    ]),
  ),
  ...unexpressed.map(({ host, path = '', port, ports, reason }) => [
    '',
    'not expressed as addresses',
    host,
    path,
    ports?.split(' ')[0] ?? 'tcp',
    ports?.split(' ')[1] ?? String(port),
    '',
    '',
    '',
    reason,
  ]),
];

export const csv: Format = {
  name: 'csv',
  title: 'the plan as CSV',
  can: documentForm,
  checkedBy: 'a CSV parser',
  document: true,
  render: (fitted, { name }) => [
    {
      name: `${name}-firewall.csv`,
      text: csvRows(fitted)
        .map((row) => `${row.map((value) => cell(oneLine(value))).join(',')}\r\n`)
        .join(''),
    },
  ],
};

const markdownCell = (value: string): string =>
  oneLine(value).replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (value: string): string => (value === '' ? '' : `\`${value.replaceAll('|', '\\|')}\``);
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const head = (names: readonly string[]): string => `${row(names)}|${names.map(() => '---|').join('')}\n`;

const nameTable = (rules: Fitted['plan']['hosts']): string =>
  head(['Host', 'Port', 'Remarks']) +
  rules
    .map((rule) => {
      const remarks = [
        ...(rule.tls || rule.protocol === 'udp' ? [] : ['no TLS']),
        ...(rule.inbound ? ['connections come from it too'] : []),
        ...(rule.webSocket ? ['WebSocket'] : []),
        ...(rule.optional ? ['optional'] : []),
        ...rule.tags.map((tag) => `tag ${tag}`),
        ...rule.addresses,
        ...(rule.note === undefined ? [] : [rule.note]),
      ];
      return row([
        code(`${rule.host}${rule.path ?? ''}`),
        `${rule.protocol.toUpperCase()} ${portRange(rule)}`,
        markdownCell(remarks.join('; ')),
      ]);
    })
    .join('');

export const markdown: Format = {
  name: 'markdown',
  title: 'the plan as Markdown',
  can: documentForm,
  checkedBy: 'the row count',
  document: true,
  render: (fitted, { name }, format) => {
    const { plan, addresses, unexpressed } = fitted;
    const internet = plan.hosts.filter(({ leg }) => leg === 'internet');
    const endpoint = plan.hosts.filter(({ leg }) => leg === 'endpoint');
    const site = plan.hosts.filter(({ leg }) => leg === 'site');
    const [about = ''] = headLines(fitted, format);
    const sections = [
      `# What the firewall has to allow\n\n${markdownCell(about)}\n`,
      ...plan.warnings.map((warning) => `> ${markdownCell(warning)}\n`),
      `## Site to the internet, by name\n\n${nameTable(internet)}`,
      ...(endpoint.length === 0
        ? []
        : [`## Site to the private endpoint, by name\n\n${nameTable(endpoint)}`]),
      ...(site.length === 0 ? [] : [`## Within the site, past every proxy\n\n${nameTable(site)}`]),
      ...(plan.tags.length === 0
        ? []
        : [
            `## Service tags\n\n${head(['Tag', 'Port', 'For'])}${plan.tags
              .map((rule) =>
                row([code(rule.tag), `TCP ${rule.port}`, markdownCell(rule.hosts.join(', ') || rule.reason)]),
              )
              .join('')}`,
          ]),
      ...addresses.map(
        (rule) =>
          `## Addresses: ${ruleName(rule)}\n\n${markdownCell(rule.of.join(', '))}\n\n\`\`\`text\n${allPrefixes(
            rule,
          )
            .map((prefix) => `${prefix}\n`)
            .join('')}\`\`\`\n`,
      ),
      ...(unexpressed.length === 0
        ? []
        : [
            `## Not expressed as addresses\n\n${head(['Host', 'Port', 'Reason'])}${unexpressed
              .map(({ host, path = '', port, ports, reason }) =>
                row([code(`${host}${path}`), (ports ?? `tcp ${port}`).toUpperCase(), markdownCell(reason)]),
              )
              .join('')}`,
          ]),
    ];
    return [{ name: `${name}-firewall.md`, text: sections.join('\n') }];
  },
};
