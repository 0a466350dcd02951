/** What the gate says at its end: each part with its time, the files that took longest, then the outcome. */

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Columns under each other: the first begins at the left, the others end at the right. */
export const linedUp = (rows) => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  '),
  );
};

const shown = 10;

/** `{name, ms, files?, counts?}` for each part, of which `files` is `{path, ms}` for each test file. */
const partRows = (parts) => [
  ['part', 'files', 'passed', 'failed', 'skipped', 'time'],
  ...parts.map(({ name, ms, files, counts }) => [
    name,
    ...(files ? [files.length, counts.passed, counts.failed, counts.skipped].map(String) : ['', '', '', '']),
    seconds(ms),
  ]),
];

export const totalsOf = (parts) => {
  const sum = (key) => parts.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
};

/** Lines; the last one has the totals of all tests. */
export const reportOf = ({ parts, failures, ms }) => {
  const files = parts.flatMap((part) => part.files ?? []);
  const slowest = files.toSorted((one, other) => other.ms - one.ms).slice(0, shown);
  const { passed, failed, skipped } = totalsOf(parts);
  return [
    '',
    ...linedUp(partRows(parts)),
    ...(slowest.length === 0
      ? []
      : ['', 'The files that took longest', ...linedUp(slowest.map(({ path, ms }) => [path, seconds(ms)]))]),
    '',
    `${failures.length === 0 ? 'The gate is open' : `The gate is shut: ${failures.join('; ')}`} (${Math.round(ms / 1000)} s)`,
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
};
