/** Resolves to the paths of what was written. */
export const buildRelease: (
  folder: string,
  wantedPrograms?: readonly ('tombolo' | 'tombolo-agent')[],
) => Promise<readonly string[]>;
