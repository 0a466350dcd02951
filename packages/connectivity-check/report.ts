/** What was checked, as a table for people, as azcmagent's JSON with ours beside it, and as JUnit for pipelines. */

import { type CheckedEndpoint, isFailure, type Known } from './judgement.ts';

const known = (value: Known): string => (value === 'unknown' ? 'unknown' : String(value));

const columns: readonly (readonly [string, (entry: CheckedEndpoint) => string])[] = [
  ['USE CASE', ({ endpoint }) => endpoint.useCases.join(', ')],
  ['ENDPOINT', ({ url }) => url],
  ['REACHABLE', ({ reachable }) => known(reachable)],
  ['REQUIRED', ({ required }) => String(required)],
  ['PRIVATE', (entry) => known(entry.private)],
  ['TLS', ({ tls }) => tls],
  ['PROXY', ({ proxyStatus }) => proxyStatus],
];

/** Lines of a table, then each problem with its fix. */
export const checkText = (checked: readonly CheckedEndpoint[], notes: readonly string[]): string => {
  const rows = [
    columns.map(([title]) => title),
    ...checked.map((entry) => columns.map(([, value]) => value(entry))),
  ];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join(' | ')
      .trimEnd(),
  );
  // One cause has one fix, however many names it is wrong for.
  const wrong = [
    ...Map.groupBy(
      checked.filter(({ problem }) => problem !== undefined),
      ({ problem }) => problem!.fix,
    ),
  ].flatMap(([fix, entries]) => [
    '',
    ...entries.map(({ required, problem }) => `${required ? 'ERROR' : 'WARN '}   ${problem!.message}`),
    `        ${fix}`,
  ]);
  const failed = checked.filter(isFailure).length;
  const untried = checked.filter(({ reachable }) => reachable === 'unknown').length;
  const verdict =
    failed === 0
      ? 'INFO    Every required endpoint that could be tried can be used.'
      : `ERROR   ${failed} of ${checked.filter(({ required }) => required).length} required endpoints cannot be used.`;
  const patterns =
    untried === 0
      ? []
      : [
          `INFO    ${untried} could not be tried: a pattern has no name that one could ask for. Allow it as it stands.`,
        ];
  return [...table, ...wrong, '', ...notes.map((note) => `INFO    ${note}`), ...patterns, verdict].join('\n');
};

/** An object by endpoint, in azcmagent's shape; `unknown` is null there. */
export const checkDocument = (checked: readonly CheckedEndpoint[]): Record<string, object> =>
  Object.fromEntries(
    checked.map((entry) => {
      const { url, reachable, required, tls, proxyStatus, problem, certificate, took } = entry;
      return [
        url,
        {
          reachable: orNull(reachable),
          private: orNull(entry.private),
          required,
          tls,
          proxyStatus,
          expectedPrivate: entry.endpoint.private ?? null,
          useCases: entry.endpoint.useCases,
          addresses: entry.addresses,
          aliases: entry.aliases,
          certificate: certificate ?? null,
          milliseconds: took ?? null,
          problem: problem ?? null,
        },
      ];
    }),
  );

const orNull = (value: Known): boolean | null => (value === 'unknown' ? null : value);

// XML 1.0 §2.2 and §2.4: what may not stand in a document, and what has a meaning in it.
const xml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, ' ');

const caseOf = (entry: CheckedEndpoint): string => {
  const { url, endpoint, took, problem, reachable } = entry;
  const attributes = `classname="${xml(endpoint.useCases.join('.'))}" name="${xml(url)}" time="${((took ?? 0) / 1000).toFixed(3)}"`;
  if (problem !== undefined && isFailure(entry))
    return `    <testcase ${attributes}>\n      <failure type="${problem.code}" message="${xml(problem.message)}">${xml(problem.fix)}</failure>\n    </testcase>`;
  if (reachable === 'unknown')
    return `    <testcase ${attributes}>\n      <skipped message="a pattern has no name that could be tried"/>\n    </testcase>`;
  const note =
    problem === undefined ? '' : `<system-out>${xml(`${problem.message} ${problem.fix}`)}</system-out>`;
  return note === ''
    ? `    <testcase ${attributes}/>`
    : `    <testcase ${attributes}>\n      ${note}\n    </testcase>`;
};

/** One suite, a case an endpoint: a failure is one that is required, what could not be tried is skipped. */
export const checkJUnit = (checked: readonly CheckedEndpoint[]): string => {
  const failures = checked.filter(isFailure).length;
  const skipped = checked.filter(({ reachable }) => reachable === 'unknown').length;
  const counts = `tests="${checked.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="connectivity" ${counts}>`,
    ...checked.map(caseOf),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};
