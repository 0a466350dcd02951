/** What an onboarding script is made of, and the check of it: everything that the portal's pages ask for. */

import { isGuid } from '@tombolo/arm/guid';
import { invisibleIn } from '@tombolo/arm/visible-text';
import type { CloudProfile } from '@tombolo/private-link';
import { findRegion, isInstallation, isPrivateLinkScopeId, normalizeLocation } from '@tombolo/private-link';
import { OnboardingProblem } from './problem.ts';
import { checkTags, type Tags } from './tags.ts';

/** Who signs in. Secrets and tokens are read from a file of the server: no script has one in it. */
export type Authentication =
  | { readonly kind: 'interactive' | 'device-code' }
  | { readonly kind: 'token'; readonly file: string }
  | { readonly kind: 'secret' | 'certificate'; readonly clientId: string; readonly file: string };

interface Proxy {
  /** Without user and password: `config set proxy.url` has it in its argument list. */
  readonly url: string;
  /** Groups that go past it: AAD, ARM, Arc, ArcData, AMA (R19). */
  readonly bypass: readonly string[];
}

export interface PrivateLink {
  readonly scopeId: string;
  /** What the endpoint's names have to resolve to; empty: not known, so the agent alone checks. */
  readonly names: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

export interface Onboarding {
  readonly profile: CloudProfile;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly resourceGroup: string;
  /** Normalized. */
  readonly location: string;
  /** Absent: the server's host name. */
  readonly resourceName?: string;
  readonly correlationId: string;
  readonly authentication: Authentication;
  readonly tags: Tags;
  readonly proxy?: Proxy;
  readonly privateLink?: PrivateLink;
  /** Where the download is when the server's own resolver does not know its name. */
  readonly downloadAddress?: string;
}

export const proxyBypassGroups = ['AAD', 'ARM', 'Arc', 'ArcData', 'AMA'] as const;

/** What the portal's scripts call it. */
export const authTypeOf = ({ kind }: Authentication): 'token' | 'principal' =>
  kind === 'secret' || kind === 'certificate' ? 'principal' : 'token';

const refuse = (what: string, fix: string): never => {
  throw new OnboardingProblem(what, fix);
};

const shown = (value: string): string => `'${value.slice(0, 120)}'`;

const requireGuid = (what: string, value: string): void => {
  if (!isGuid(value)) refuse(`The ${what} ${shown(value)} is no GUID.`, 'Copy it from the portal or az.');
};

const requireFile = (value: string): void => {
  if (!/^\/|^[A-Za-z]:[\\/]/.test(value) || value.length > 1024 || invisibleIn(value) !== undefined)
    refuse(
      `The credential file ${shown(value)} is no absolute path.`,
      'Name the path that it has on the server, e.g. /root/onboarding-secret or C:\\onboarding\\secret.',
    );
};

const checkAuthentication = (authentication: Authentication, profile: CloudProfile): void => {
  switch (authentication.kind) {
    case 'interactive':
    case 'device-code':
      if (isInstallation(profile))
        refuse(
          `The agent of an installation cannot sign in by ${authentication.kind}.`,
          'Use an access token, or a service principal with a secret or a certificate.',
        );
      return;
    case 'token':
      requireFile(authentication.file);
      return;
    case 'secret':
    case 'certificate':
      requireGuid('service principal', authentication.clientId);
      requireFile(authentication.file);
  }
};

/** @throws OnboardingProblem */
export const checkProxyUrl = (url: string): void => {
  if (!/^https?:\/\/[A-Za-z0-9.[\]:_-]+\/?$/.test(url) || url.length > 300)
    refuse(
      `The proxy ${shown(url.replace(/\/\/[^/]*@/, '//…@'))} is no http:// address of a host without user and password.`,
      'A password would stand in the argument list of "config set proxy.url": let the proxy admit the server by its address.',
    );
};

const checkProxy = ({ url, bypass }: Proxy): void => {
  checkProxyUrl(url);
  for (const group of bypass)
    if (!proxyBypassGroups.some((known) => known === group))
      refuse(`There is no bypass group ${shown(group)}.`, `Groups are ${proxyBypassGroups.join(', ')}.`);
};

const addressForm = /^[0-9a-fA-F.:]{2,45}$/;
const nameForm = /^[A-Za-z0-9.-]{1,253}$/;

const checkPrivateLink = ({ scopeId, names }: PrivateLink): void => {
  if (!isPrivateLinkScopeId(scopeId) || invisibleIn(scopeId) !== undefined)
    refuse(
      `${shown(scopeId)} is no id of a private link scope.`,
      'Write /subscriptions/…/resourceGroups/…/providers/Microsoft.HybridCompute/privateLinkScopes/NAME.',
    );
  for (const { name, addresses } of names)
    if (!nameForm.test(name) || addresses.length === 0 || !addresses.every((text) => addressForm.test(text)))
      refuse(
        `The endpoint's name ${shown(name)} has no address.`,
        'Use the DNS configuration of the endpoint.',
      );
};

/** @throws OnboardingProblem with the first value that no agent would take */
export const checkOnboarding = (given: Onboarding): Onboarding => {
  requireGuid('subscription', given.subscriptionId);
  requireGuid('tenant', given.tenantId);
  requireGuid('correlation id', given.correlationId);
  if (!/^[\p{L}\p{N}_.()-]{1,90}$/u.test(given.resourceGroup))
    refuse(
      `${shown(given.resourceGroup)} is no name of a resource group.`,
      'Use letters, digits and _ . ( ) -.',
    );
  if (given.resourceName !== undefined && !/^[a-zA-Z0-9_.-]{1,54}$/.test(given.resourceName))
    refuse(`${shown(given.resourceName)} is no name of a machine.`, 'Use 1 to 54 letters, digits and - _ .');
  const location = normalizeLocation(given.location);
  if (findRegion(location) === undefined || !given.profile.regions.includes(location))
    refuse(
      `${shown(given.location)} is no region of ${given.profile.name}.`,
      `Regions are ${given.profile.regions.join(', ')}.`,
    );
  checkAuthentication(given.authentication, given.profile);
  checkTags(given.tags);
  for (const text of Object.entries(given.tags).flat()) {
    const found = invisibleIn(text);
    if (found !== undefined)
      refuse(`The tag text ${shown(text)} has ${found.name} ${found.where}.`, 'Type it by hand.');
  }
  if (given.proxy !== undefined) checkProxy(given.proxy);
  if (given.privateLink !== undefined) checkPrivateLink(given.privateLink);
  if (given.downloadAddress !== undefined && !addressForm.test(given.downloadAddress))
    refuse(`${shown(given.downloadAddress)} is no address.`, 'Write it like 10.0.1.4.');
  return { ...given, location };
};
