/** What an installation sets and decisions read. */

export interface Settings {
  /** Names of the regions offered. */
  readonly regions: readonly string[];
  /** 127.0.0.0/8 may be a network's address space (a listed deviation). */
  readonly allowLoopbackNetworks: boolean;
  /** Addresses at which the installation itself listens: nobody's resource gets one. */
  readonly ownAddresses: readonly string[];
  /** R5: refuse instead of replacing records. */
  readonly strictDns: boolean;
  /** R14. */
  readonly timing: 'immediate' | 'azure';
  readonly strictApiVersions: boolean;
  /** Linked actions are asked at each write, as Azure does, and not for new and changed references only. */
  readonly asksEachReference: boolean;
  /** A PATCH takes what the contract of it has, and nothing that we take beside. */
  readonly patchesByContract: boolean;
  /** Name suffixes of the services (a cloud profile's `suffixes`): `his.arc.azure.com`. */
  readonly suffixes: {
    readonly his: string;
    readonly guestConfiguration: string;
    readonly kubernetesConfiguration: string;
    readonly notification?: string;
  };
}
