/** The package of an installation's agent: what its installer says of it, and how that is read again. */

export interface AgentPackage {
  readonly version: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Where the package is downloaded. */
  readonly url: string;
}

/** The installer has a line for each, in quotes. */
const lineOf = (installer: string, name: 'version' | 'sha256'): string | undefined =>
  new RegExp(`^${name}='([\\w.+-]{1,100})'$`, 'm').exec(installer)?.[1];

/** Undefined: no installer of an agent. */
export const packageOf = (installer: string): Pick<AgentPackage, 'version' | 'sha256'> | undefined => {
  const [version, sha256] = [lineOf(installer, 'version'), lineOf(installer, 'sha256')];
  return version === undefined || !/^[\da-f]{64}$/.test(sha256 ?? '')
    ? undefined
    : { version, sha256: sha256 ?? '' };
};
