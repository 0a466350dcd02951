/** The package of an installation's agent: what its installer says of it, and how that is read again. */

/** As Node names them: `process.arch`. */
export const executableArchitectures = ['x64', 'arm64'] as const;
export type ExecutableArchitecture = (typeof executableArchitectures)[number];

export interface AgentPackage {
  readonly version: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Where the package is downloaded. */
  readonly url: string;
  /** Those that need no Node on the server, where there are such. */
  readonly executables?: Readonly<
    Partial<Record<ExecutableArchitecture, { readonly sha256: string; readonly url: string }>>
  >;
}

/** The installer has a line for each, in quotes. */
const lineOf = (installer: string, name: string): string | undefined =>
  new RegExp(`^${name}='([\\w.+-]{1,100})'$`, 'm').exec(installer)?.[1];

/**
 * Undefined: no installer of an agent, or of none such.
 * @param architecture of the executable; undefined: the bundle
 */
export const packageOf = (
  installer: string,
  architecture?: string,
): Pick<AgentPackage, 'version' | 'sha256'> | undefined => {
  const name = architecture === undefined ? 'sha256' : `sha256_${architecture}`;
  const [version, sha256] = [lineOf(installer, 'version'), lineOf(installer, name)];
  return version === undefined || !/^[\da-f]{64}$/.test(sha256 ?? '')
    ? undefined
    : { version, sha256: sha256 ?? '' };
};
