/** What the gate says at its end: each part with its time, the files that took longest, then the outcome. */

import { isDeepStrictEqual } from 'node:util';

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

export const noCounts = { passed: 0, failed: 0, skipped: 0 };

const sum = (all) =>
  all.reduce(
    (total, counts) => ({
      passed: total.passed + counts.passed,
      failed: total.failed + counts.failed,
      skipped: total.skipped + counts.skipped,
    }),
    noCounts,
  );

/** How many test files a part has; several may run as one program. */
export const filesIn = ({ programs }) => programs.reduce((total, { files }) => total + files.length, 0);

/**
 * What the runner told of all programs, by the parts that they belong to. A part takes what its files took together: several run at once.
 * Where the runner found fault and no file did, or counts otherwise than its files, all of them have failed.
 * @param groups `{name, programs}` for each part, of which `programs` is `{path, files}`
 * @param told `{counts, files}`, of which `files` is `{path, ms, counts}` for each program
 * @param code the runner's exit code
 */
export const testParts = (groups, told, code) => {
  const parts = groups.map((group) => {
    const { name, programs } = group;
    const ran = programs.flatMap(({ path, files }) =>
      told.files
        .filter((each) => each.path === path)
        .map((each) => ({ ...each, path: files.length === 1 ? path : `${path} (${files.length} files)` })),
    );
    const counts = sum(ran.map((each) => each.counts));
    const ms = ran.reduce((total, each) => total + each.ms, 0);
    return { name, ms, files: filesIn(group), ran, counts, failed: counts.failed > 0 };
  });
  const agreed = isDeepStrictEqual(sum(parts.map(({ counts }) => counts)), told.counts);
  const explained = agreed && (code === 0 || parts.some(({ failed }) => failed));
  return explained ? parts : parts.map((part) => ({ ...part, failed: true }));
};

/** `{name, ms, files?, counts?}` for each part: how many files, and what they came to. */
const partRows = (parts) => [
  ['part', 'files', 'passed', 'failed', 'skipped', 'time'],
  ...parts.map(({ name, ms, files, counts }) => [
    name,
    ...(files ? [files, counts.passed, counts.failed, counts.skipped].map(String) : ['', '', '', '']),
    seconds(ms),
  ]),
];

export const totalsOf = (parts) => sum(parts.map(({ counts }) => counts ?? noCounts));

/** Lines; the last one has the totals of all tests. */
export const reportOf = ({ parts, failures, ms }) => {
  const ran = parts.flatMap((part) => part.ran ?? []);
  const slowest = ran.toSorted((one, other) => other.ms - one.ms).slice(0, shown);
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
