/** What stands around a network interface: the networks and names that the words of rules and routes mean. */

/** The prefixes of a service tag (`Storage`, `Storage.JapanEast`); undefined where they are not known. */
export type TagResolver = (tag: string) => readonly string[] | undefined;

export interface Surroundings {
  /** The address space of the virtual network. */
  readonly virtualNetwork: readonly string[];
  /** The address spaces of networks peered with it. */
  readonly peered?: readonly string[];
  /** What a gateway announces: on-premises networks. */
  readonly onPremises?: readonly string[];
  /** Prefixes of the subnet's own routes: Azure counts them to `VirtualNetwork`. */
  readonly userRoutes?: readonly string[];
  /** Counted to `Internet` although not publicly routable: a sovereign installation's own public addresses. */
  readonly publicPrefixes?: readonly string[];
  readonly resolveTag?: TagResolver;
  /** Is it a tag's name that the list of all tags does not have? Absent: there is no such list, and nobody knows. */
  readonly lacksTag?: (tag: string) => boolean;
  /** Addresses of the members, by id in lower case; one that is missing has unknown members. */
  readonly applicationSecurityGroups?: ReadonlyMap<string, readonly string[]>;
}

/** The platform's virtual address: DNS, health probes, the host (Learn: what-is-ip-address-168-63-129-16). */
export const platformAddress = '168.63.129.16';
/** The instance metadata service. */
export const metadataAddress = '169.254.169.254';
