/** Resolves to the paths of what was written. */
export const buildExecutables: (
  folder: string,
  platforms?: readonly ('linux-x64' | 'linux-arm64' | 'win-x64')[],
) => Promise<readonly string[]>;
