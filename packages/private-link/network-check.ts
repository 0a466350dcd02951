/** The check before `connect` writes anything: does what the names resolve to agree with the scope option (R9, R11)? */

import { isPrivateAddress } from '@tombolo/ip/address-kind';
import type { CloudProfile } from './cloud-profile.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

/** What the machine's resolver answered for one name. */
interface Resolved {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface NetworkCheck {
  readonly profile: Pick<
    CloudProfile,
    'suffixes' | 'resourceManager' | 'activeDirectory' | 'publicAddresses'
  >;
  /** The value of `--private-link-scope`; absent or '' : not given. */
  readonly privateLinkScope?: string;
  readonly resolved: readonly Resolved[];
  /** R11: ARM is behind a resource-management private link of its own. */
  readonly resourceManagementPrivateLink?: boolean;
}

interface NetworkWarning {
  readonly rule: 'R9' | 'R11';
  readonly name: string;
  readonly message: string;
}

export type NetworkVerdict =
  | {
      readonly refused: false;
      readonly route: 'private' | 'public';
      readonly warnings: readonly NetworkWarning[];
    }
  | Refusal;

const hostOf = (url: string): string =>
  (/^[a-z]+:\/\/(\[[^\]]+\]|[^/:]+)/i.exec(url)?.[1] ?? url).toLowerCase();

/** The two names whose addresses show that private DNS is in place. */
export const probeNames = (
  profile: Pick<CloudProfile, 'suffixes'>,
): { readonly global: string; readonly guestConfiguration: string } => ({
  global: `gbl.${profile.suffixes.his}`,
  guestConfiguration: `agentserviceapi.${profile.suffixes.guestConfiguration}`,
});

/** R11: hosts that no private endpoint of a scope carries: sign-in, and ARM unless it has a private link of its own. */
export const alwaysPublicHosts = (
  profile: Pick<CloudProfile, 'resourceManager' | 'activeDirectory'>,
  resourceManagementPrivateLink: boolean,
): readonly string[] => [
  hostOf(profile.activeDirectory),
  ...(resourceManagementPrivateLink ? [] : [hostOf(profile.resourceManager)]),
];

/**
 * R9: without a scope a private address of `gbl` or `agentserviceapi` is refused with AZCM0026 (exit code 26), in the
 * two wordings of azcmagent that people search for. One private address among public ones counts: a public AAAA record
 * beside a private A record is common. `--ignore-network-check` means not to ask this function.
 * R11: a private address for sign-in or ARM is warned about, as it is where hand-made zones break them.
 */
export const checkNetwork = (check: NetworkCheck): NetworkVerdict => {
  const { profile, resolved } = check;
  const privateAddressOf = (name: string): string | undefined =>
    resolved
      .filter((entry) => entry.name.toLowerCase().replace(/\.$/, '') === name.toLowerCase())
      .flatMap((entry) => entry.addresses)
      .find((address) => isPrivateAddress(address, profile.publicAddresses));
  const { global, guestConfiguration } = probeNames(profile);
  const scopeGiven = check.privateLinkScope !== undefined && check.privateLinkScope !== '';
  const globalAddress = privateAddressOf(global);
  const guestAddress = privateAddressOf(guestConfiguration);
  if (!scopeGiven && globalAddress !== undefined) {
    const message = `Private Link Scope resource ID must be provided as endpoint ${global} is configured private`;
    return refuse('R9', 'AZCM0026', message, global);
  }
  if (!scopeGiven && guestAddress !== undefined) {
    const message = `No indication of Private Link Scope but found private endpoint ${guestConfiguration}: ${guestAddress}`;
    return refuse('R9', 'AZCM0026', message, guestConfiguration);
  }
  const stillPublic = scopeGiven
    ? [global, guestConfiguration].filter((name) => privateAddressOf(name) === undefined)
    : [];
  const warnings: NetworkWarning[] = [
    ...stillPublic.map((name) => ({
      rule: 'R9' as const,
      name,
      message:
        `${name} does not resolve to a private address although private link scope '${check.privateLinkScope}' is given: ` +
        "the public route will be used, and refused where the scope disables it. Link the scope's private DNS zones.",
    })),
    ...alwaysPublicHosts(profile, check.resourceManagementPrivateLink ?? false)
      .filter((name) => privateAddressOf(name) !== undefined)
      .map((name) => ({
        rule: 'R11' as const,
        name,
        message:
          `${name} resolves to the private address ${privateAddressOf(name)}, but no private endpoint of a private link ` +
          'scope carries it. Remove the private zone that overrides it, or configure a resource management private link.',
      })),
  ];
  return { refused: false, route: globalAddress === undefined ? 'public' : 'private', warnings };
};

/** The fix that the command line prints under AZCM0026, beside the message. */
export const networkCheckFix =
  'Pass --private-link-scope with the resource id of the scope behind that private endpoint, or let this machine resolve ' +
  'the public addresses (unlink the privatelink zones from its network); --ignore-network-check skips the check, and the ' +
  'service then answers 403 until the machine is associated.';
