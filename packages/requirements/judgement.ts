/** Is one entry needed, and if so by which way? The first row that does not fit is the reason it is out. */

import { isWithin } from '@tombolo/dns-records';
import type { CloudProfile } from '@tombolo/private-link';
import type { CatalogueFacts } from './catalogue-facts.ts';
import type { RequirementQuery } from './query.ts';
import type { Requirement } from './requirement.ts';
import type { TableUse } from './table-use.ts';
import { boundOfSuccessor, openBounds, outOfBounds, standsAlone } from './version-bounds.ts';

/** `local`: between machines of the site, past every proxy. */
export type Via = 'public' | 'proxy' | 'private' | 'local';

type ReasonCode =
  | 'needed'
  | 'optional'
  | 'other-cloud'
  | 'other-product'
  | 'superseded'
  | 'withdrawn'
  | 'other-region'
  | 'carried-by-gateway'
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
  requirement: Requirement,
  query: RequirementQuery,
  { gaps }: CatalogueFacts,
): Verdict | undefined => {
  const { required } = requirement;
  if (required.features !== undefined && !required.features.some((name) => query.features.includes(name))) {
    return out('feature-not-used', `only for ${required.features.join(' or ')}, which was not asked for`);
  }
  const missing = required.allFeatures?.filter((name) => !query.features.includes(name)) ?? [];
  if (missing.length > 0) {
    return out('feature-not-used', `only with ${missing.join(' and ')} too, which was not asked for`);
  }
  if (required.regions !== undefined && query.region !== undefined) {
    if (!required.regions.includes(query.region.name)) {
      return out('other-region', `only for machines in ${required.regions.join(', ')}`);
    }
  }
  if (required.carriedByGateway === true) {
    return out('carried-by-gateway', 'goes through the Arc gateway: nothing has to be opened for it');
  }
  if (required.operatingSystem !== undefined && query.operatingSystem !== undefined) {
    if (required.operatingSystem !== query.operatingSystem) {
      return out('operating-system', `only on ${required.operatingSystem}`);
    }
  }
  if (query.phase !== undefined && required.phase !== 'always') {
    // What is optional is of use while the agent runs.
    const needed = required.phase === 'optional' ? 'run' : required.phase;
    if (needed !== query.phase && required.alsoPhase !== query.phase)
      return out('phase', `needed in phase ${needed}, not in ${query.phase}`);
  }
  const refused = outOfBounds(requirement, query, gaps);
  if (refused !== undefined) return out(refused.code, refused.text);
  return undefined;
};

/** Features that travel through the public relay and are refused for a machine of a scope (seed 001, R13). */
const relayed = ['ssh', 'windows-admin-center'];

/** Under one of the suffixes that a private endpoint's zones hold. */
const ofEndpoint = (
  host: string,
  { his, guestConfiguration, kubernetesConfiguration }: CloudProfile['suffixes'],
): boolean => [his, guestConfiguration, kubernetesConfiguration].some((suffix) => isWithin(host, suffix));

/** A name that the endpoint's zones answer goes to it, whichever table lists it: resolvers know nothing of tables. */
const notStated = (
  requirement: Requirement,
  query: RequirementQuery,
  { privateLinkStated }: CatalogueFacts,
): { via: Via; text: string } => {
  if (privateLinkStated && ofEndpoint(requirement.host, query.suffixes)) {
    return {
      via: 'private',
      text: "no private link is stated for it, but its names are the private endpoint's",
    };
  }
  const despite =
    requirement.required.exceptPrivateEndpoint === true
      ? '; its exception for private endpoints does not count, as no row of the table goes to one'
      : '';
  return { via: 'public', text: `no private link is stated for it, so that it stays public${despite}` };
};

const way = (
  requirement: Requirement,
  query: RequirementQuery,
  facts: CatalogueFacts,
): { via: Via; text: string } | Verdict => {
  if (requirement.local === true) return { via: 'local', text: 'within the site, past every proxy' };
  if (query.connectivity === 'proxy' && requirement.ports.every(({ protocol }) => protocol === 'UDP')) {
    return { via: 'public', text: 'over the internet, as no HTTP proxy takes UDP' };
  }
  if (query.connectivity === 'proxy') return { via: 'proxy', text: 'through the proxy' };
  if (query.connectivity === 'public') return { via: 'public', text: 'over the internet' };
  const { required, privateLink } = requirement;
  // "Except with private endpoints" takes a row away only where something of its table goes to one: the extensions that it is
  // for come through the regional Arc name then.
  if (privateLink === 'unused') {
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
      return notStated(requirement, query, facts);
  }
};

/** @param use what the asked products take of the entry's table; undefined: nothing */
export const judge = (
  requirement: Requirement,
  query: RequirementQuery,
  use: TableUse | undefined,
  facts: CatalogueFacts,
): Verdict => {
  const { required } = requirement;
  if (requirement.cloud !== query.cloud) return out('other-cloud', `of ${requirement.cloud}`);
  if (use === undefined) return out('other-product', `of ${requirement.product}, which was not asked for`);
  if (!use.used) return out('feature-not-used', `only with ${use.needsFeature} (${use.because})`);
  if (requirement.status === 'withdrawn') {
    return out(
      'withdrawn',
      `withdrawn: its page does not have it since ${requirement.page?.withdrawn ?? 'an unknown day'}`,
    );
  }
  const successor = requirement.status === 'superseded' ? facts.successorOf(requirement) : undefined;
  if (requirement.status === 'superseded') {
    if (successor === undefined || standsAlone(successor, query, facts.gaps)) {
      const since = requirement.page?.withdrawn === undefined ? '' : ` since ${requirement.page.withdrawn}`;
      return out('superseded', `superseded by ${requirement.supersededBy ?? 'a later row'}${since}`);
    }
  }
  const { onlyFeatures } = use;
  if (onlyFeatures !== undefined && !required.features?.some((feature) => onlyFeatures.includes(feature))) {
    return out('not-in-subset', `of the whole table, not of the subset for ${onlyFeatures.join(' or ')}`);
  }
  const refusal = unmet(requirement, query, facts);
  if (refusal !== undefined) return refusal;
  const found = way(requirement, query, facts);
  if ('included' in found) return found;
  const when = required.condition ?? (required.phase === 'always' ? 'always' : `phase ${required.phase}`);
  const bounds =
    successor === undefined ? openBounds(requirement, query) : `; ${boundOfSuccessor(successor)}`;
  return {
    included: true,
    via: found.via,
    reason: {
      code: required.phase === 'optional' ? 'optional' : 'needed',
      text: `${use.because}; ${when}; ${found.text}${bounds}`,
    },
  };
};
