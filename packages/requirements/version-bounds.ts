/** Which versions of the agent and of extensions an entry is for, and what a question that names one makes of it. */

import { compareVersions } from '@tombolo/private-link';
import type { RequirementQuery } from './query.ts';
import type { ExtensionName, Requirement } from './requirement.ts';

type Bounded = Pick<Requirement, 'agentVersion' | 'extensionVersion'>;
type Versions = Pick<RequirementQuery, 'agentVersion' | 'extensionVersions'>;

/** A version that no bounded row admits, though rows end before it and others begin after it. */
export interface Gap {
  readonly extension: ExtensionName;
  readonly version: string;
  readonly until: string;
  readonly from: string;
}

export interface OutOfBounds {
  readonly code: 'agent-version' | 'extension-version';
  readonly text: string;
}

const releaseDate = /^\d{4}-\d\d-\d\d$/;
/** Release dates compare as text, versions by their numbers. */
const later = (left: string, right: string): boolean =>
  releaseDate.test(left) && releaseDate.test(right) ? left > right : (compareVersions(left, right) ?? 0) > 0;

const admits = ({ until, from }: NonNullable<Requirement['extensionVersion']>, version: string): boolean =>
  (until === undefined || !later(version, until)) && (from === undefined || !later(from, version));

/** The gaps that the question's versions fall into, over the bounds of all entries. */
export const gapsOf = (entries: readonly Bounded[], { extensionVersions }: Versions): readonly Gap[] =>
  (Object.entries(extensionVersions) as [ExtensionName, string][]).flatMap(([extension, version]) => {
    const bounds = entries.flatMap((entry) =>
      entry.extensionVersion?.extension === extension ? [entry.extensionVersion] : [],
    );
    if (bounds.some((bound) => admits(bound, version))) return [];
    const sorted = (texts: readonly (string | undefined)[]): readonly string[] =>
      texts.filter((text) => text !== undefined).sort((a, b) => (later(a, b) ? 1 : -1));
    const until = sorted(bounds.map((bound) => bound.until)).findLast((bound) => later(version, bound));
    const from = sorted(bounds.map((bound) => bound.from)).find((bound) => later(bound, version));
    return until === undefined || from === undefined ? [] : [{ extension, version, until, from }];
  });

/** What the question's versions leave out; in a gap both of its sides stay, for either may be what runs. */
export const outOfBounds = (
  { agentVersion, extensionVersion }: Bounded,
  query: Versions,
  gaps: readonly Gap[],
): OutOfBounds | undefined => {
  if (agentVersion !== undefined && query.agentVersion !== undefined) {
    const { before, from } = agentVersion;
    const compared = (bound: string): number => compareVersions(query.agentVersion ?? '', bound) ?? 0;
    if (before !== undefined && compared(before) >= 0) {
      return {
        code: 'agent-version',
        text: `not used from agent ${before} on; this is ${query.agentVersion}`,
      };
    }
    if (from !== undefined && compared(from) < 0) {
      return { code: 'agent-version', text: `used from agent ${from} on; this is ${query.agentVersion}` };
    }
  }
  if (extensionVersion === undefined) return undefined;
  const { extension, until, from } = extensionVersion;
  const version = query.extensionVersions[extension];
  if (version === undefined || admits(extensionVersion, version)) return undefined;
  const gap = gaps.find((entry) => entry.extension === extension);
  if (gap !== undefined && (until === gap.until || from === gap.from)) return undefined;
  return {
    code: 'extension-version',
    text:
      until !== undefined && later(version, until)
        ? `used up to ${extension} ${until}; this is ${version}`
        : `used from ${extension} ${from ?? ''} on; this is ${version}`,
  };
};

/** What is not known of the reader's versions, said where it decides. */
export const openBounds = ({ agentVersion, extensionVersion }: Bounded, query: Versions): string => {
  if (agentVersion?.before !== undefined && query.agentVersion === undefined) {
    return `; not from agent ${agentVersion.before} on`;
  }
  if (extensionVersion !== undefined && query.extensionVersions[extensionVersion.extension] === undefined) {
    const { extension, until, from } = extensionVersion;
    return until === undefined ? `; from ${extension} ${from} on` : `; up to ${extension} ${until}`;
  }
  return '';
};

/**
 * Does a superseding entry stand alone for the versions asked about? One that begins with a version leaves the earlier ones to
 * the entry that it supersedes, so that where the version is not known, or lies in a gap, both are needed.
 */
export const standsAlone = (successor: Bounded, query: Versions, gaps: readonly Gap[]): boolean => {
  const { agentVersion, extensionVersion } = successor;
  if (outOfBounds(successor, query, gaps) !== undefined) return false;
  if (agentVersion?.from !== undefined && query.agentVersion === undefined) return false;
  if (extensionVersion?.from === undefined) return true;
  const version = query.extensionVersions[extensionVersion.extension];
  return version !== undefined && admits(extensionVersion, version);
};

/** `before sql-server 2024-03-12`: for what an entry that was superseded by a bounded one goes on. */
export const boundOfSuccessor = ({ agentVersion, extensionVersion }: Bounded): string =>
  extensionVersion?.from === undefined
    ? `before agent ${agentVersion?.from ?? ''}`
    : `before ${extensionVersion.extension} ${extensionVersion.from}`;
