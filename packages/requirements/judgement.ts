/** Is one entry needed, and if so by which way? The first row that does not fit is the reason it is out. */

import { compareVersions } from '@tombolo/private-link';
import type { RequirementQuery } from './query.ts';
import type { Requirement } from './requirement.ts';
import type { TableUse } from './table-use.ts';

export type Via = 'public' | 'proxy' | 'private';

type ReasonCode =
  | 'needed'
  | 'optional'
  | 'other-cloud'
  | 'other-product'
  | 'superseded'
  | 'not-in-subset'
  | 'feature-not-used'
  | 'operating-system'
  | 'phase'
  | 'agent-version'
  | 'extension-version'
  | 'not-available-over-private-link'
  | 'unused-with-private-link';

export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export type Verdict =
  | { readonly included: true; readonly via: Via; readonly reason: Reason }
  | { readonly included: false; readonly reason: Reason };

const out = (code: ReasonCode, text: string): Verdict => ({ included: false, reason: { code, text } });

/** Why the entry's own conditions keep it out; undefined: nothing does. */
const unmet = (
  { required, agentVersion, extensionVersion }: Requirement,
  query: RequirementQuery,
): Verdict | undefined => {
  if (required.features !== undefined && !required.features.some((name) => query.features.includes(name))) {
    return out('feature-not-used', `only for ${required.features.join(' or ')}, which was not asked for`);
  }
  if (required.operatingSystem !== undefined && query.operatingSystem !== undefined) {
    if (required.operatingSystem !== query.operatingSystem) {
      return out('operating-system', `only on ${required.operatingSystem}`);
    }
  }
  if (query.phase !== undefined && required.phase !== 'always') {
    // What is optional is of use while the agent runs.
    const needed = required.phase === 'optional' ? 'run' : required.phase;
    if (needed !== query.phase) return out('phase', `needed in phase ${needed}, not in ${query.phase}`);
  }
  if (agentVersion !== undefined && query.agentVersion !== undefined) {
    const { before, from } = agentVersion;
    const compared = (bound: string): number => compareVersions(query.agentVersion ?? '', bound) ?? 0;
    if (before !== undefined && compared(before) >= 0) {
      return out('agent-version', `not used from agent ${before} on; this is ${query.agentVersion}`);
    }
    if (from !== undefined && compared(from) < 0) {
      return out('agent-version', `used from agent ${from} on; this is ${query.agentVersion}`);
    }
  }
  if (extensionVersion !== undefined) {
    const { extension, until, from } = extensionVersion;
    const version = query.extensionVersions[extension];
    if (version !== undefined) {
      if (until !== undefined && later(version, until)) {
        return out('extension-version', `used up to ${extension} ${until}; this is ${version}`);
      }
      if (from !== undefined && later(from, version)) {
        return out('extension-version', `used from ${extension} ${from} on; this is ${version}`);
      }
    }
  }
  return undefined;
};

const releaseDate = /^\d{4}-\d\d-\d\d$/;
/** Release dates compare as text, versions by their numbers. */
const later = (left: string, right: string): boolean =>
  releaseDate.test(left) && releaseDate.test(right) ? left > right : (compareVersions(left, right) ?? 0) > 0;

/** Features that travel through the public relay and are refused for a machine of a scope (seed 001, R13). */
const relayed = ['ssh', 'windows-admin-center'];

const way = (requirement: Requirement, query: RequirementQuery): { via: Via; text: string } | Verdict => {
  if (query.connectivity === 'proxy') return { via: 'proxy', text: 'through the proxy' };
  if (query.connectivity === 'public') return { via: 'public', text: 'over the internet' };
  const { required, privateLink } = requirement;
  // Rows say either; the note without the column is AzureChinaCloud's.
  if (privateLink === 'unused' || required.exceptPrivateEndpoint === true) {
    return out(
      'unused-with-private-link',
      'not used with private endpoints: extensions come through the regional Arc name (R12)',
    );
  }
  if (required.features?.every((feature) => relayed.includes(feature))) {
    return out('not-available-over-private-link', 'not available over Private Link (seed 001, R13)');
  }
  switch (privateLink) {
    case 'private':
      return { via: 'private', text: 'to the private endpoint' };
    case 'public-unless-resource-management-private-link':
      return query.resourceManagementPrivateLink
        ? { via: 'private', text: 'to the resource management private link (R11)' }
        : { via: 'public', text: 'public, as no resource management private link is configured (R11)' };
    case 'public':
      return { via: 'public', text: 'stays public with private endpoints' };
    case 'not-stated':
      return { via: 'public', text: 'no private link is stated for it, so that it stays public' };
  }
};

/** What is not known of the reader's versions, said where it decides. */
const bounds = ({ agentVersion, extensionVersion }: Requirement, query: RequirementQuery): string => {
  if (agentVersion?.before !== undefined && query.agentVersion === undefined) {
    return `; not from agent ${agentVersion.before} on`;
  }
  if (extensionVersion !== undefined && query.extensionVersions[extensionVersion.extension] === undefined) {
    const { extension, until, from } = extensionVersion;
    return until === undefined ? `; from ${extension} ${from} on` : `; up to ${extension} ${until}`;
  }
  return '';
};

/** @param use what the asked products take of the entry's table; undefined: nothing */
export const judge = (
  requirement: Requirement,
  query: RequirementQuery,
  use: TableUse | undefined,
): Verdict => {
  const { required } = requirement;
  if (requirement.cloud !== query.cloud) return out('other-cloud', `of ${requirement.cloud}`);
  if (use === undefined) return out('other-product', `of ${requirement.product}, which was not asked for`);
  if (!use.used) return out('feature-not-used', `only with ${use.needsFeature} (${use.because})`);
  if (requirement.status === 'superseded') {
    return out('superseded', `superseded by ${requirement.supersededBy ?? 'a later row'}`);
  }
  const { onlyFeatures } = use;
  if (onlyFeatures !== undefined && !required.features?.some((feature) => onlyFeatures.includes(feature))) {
    return out('not-in-subset', `of the whole table, not of the subset for ${onlyFeatures.join(' or ')}`);
  }
  const refusal = unmet(requirement, query);
  if (refusal !== undefined) return refusal;
  const found = way(requirement, query);
  if ('included' in found) return found;
  const when = required.condition ?? (required.phase === 'always' ? 'always' : `phase ${required.phase}`);
  return {
    included: true,
    via: found.via,
    reason: {
      code: required.phase === 'optional' ? 'optional' : 'needed',
      text: `${use.because}; ${when}; ${found.text}${bounds(requirement, query)}`,
    },
  };
};
