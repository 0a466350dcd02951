/** The test files that take longest, longest first: begun before the others, so that none of them runs alone at the end. */

/** An order and nothing else: every file runs, and one that stands here without need costs nothing. */
export const longFiles = [
  'e2e/process-tree.test.ts',
  'e2e/command-line.test.ts',
  'scripts/docs.test.mjs',
  'e2e/crash-recovery.test.ts',
  'e2e/supervision.test.ts',
  'e2e/attacks/silent-connections.test.ts',
  'e2e/backup.test.ts',
  'scripts/registry.test.mjs',
  'e2e/faults/disk.test.ts',
  'e2e/quickstart.test.ts',
  'scripts/release/release.test.mjs',
  'apps/agent/agent.test.ts',
  'fuzz/growth.test.ts',
  'packages/providers/work.test.ts',
  'e2e/run-client.test.ts',
  'e2e/own-addresses.test.ts',
  'fuzz/watched-run.test.ts',
];

/**
 * Paths in the order in which they are begun: what stands above, programs of many files, the others.
 * @param programs `{path, files}`, with `/` between the parts of a path
 */
export const longestFirst = (programs) => {
  const rank = ({ path, files }) => {
    const place = longFiles.indexOf(path);
    return place < 0 ? longFiles.length + 1 / files.length : place;
  };
  return programs
    .toSorted((one, other) => rank(one) - rank(other) || (one.path < other.path ? -1 : 1))
    .map(({ path }) => path);
};
