/** The test files that take longest, longest first: begun before the others, so that none of them runs alone at the end. */

/** An order and nothing else: every file runs, and one that stands here without need costs nothing. */
export const longFiles = [
  'e2e/process-tree.test.ts',
  'e2e/command-line.test.ts',
  'e2e/endpoint-documents.test.ts',
  'e2e/crash-recovery.test.ts',
  'e2e/backup.test.ts',
  'e2e/supervision.test.ts',
  'e2e/attacks/silent-connections.test.ts',
  'scripts/docs.test.mjs',
  'scripts/registry.test.mjs',
  'scripts/release/release.test.mjs',
  'apps/tombolo/commands/firewall.test.ts',
  'apps/agent/agent.test.ts',
  'conformance/authorization.test.ts',
  'conformance/networks.test.ts',
  'conformance/effective-rules.test.ts',
  'conformance/destroy.test.ts',
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
