/** A cloud profile says where the names, ports, addresses and trust of one cloud or installation are. */

import { type CloudName, regionsOf } from './regions.ts';

export interface CloudSuffixes {
  /** `his.arc.azure.com`: hybrid identity, metadata, token service. */
  readonly his: string;
  /** `guestconfiguration.azure.com`: extension management and guest configuration. */
  readonly guestConfiguration: string;
  /** `dp.kubernetesconfiguration.azure.com`. */
  readonly kubernetesConfiguration: string;
  /** `guestnotificationservice.azure.com`; absent in AzureUSGovernment (seed 004). */
  readonly notification?: string;
  /** `servicebus.windows.net`: the relay by which notifications come; absent: there is none. */
  readonly relay?: string;
}

export interface CloudProfile {
  readonly name: string;
  readonly suffixes: CloudSuffixes;
  /** `https://management.azure.com`, without a trailing slash. */
  readonly resourceManager: string;
  /** `https://login.microsoftonline.com`, without a trailing slash. */
  readonly activeDirectory: string;
  readonly tenantId?: string;
  readonly ports: { readonly https: number; readonly dns: number };
  /** PEM certificates trusted beside the system's store. */
  readonly certificateAuthorities: readonly string[];
  /** `address:port`; absent: the machine's own resolver (`dns.lookup`, hosts files count). */
  readonly nameServers?: readonly string[];
  /** Addresses and prefixes at which the services are public, beyond what address ranges say. */
  readonly publicAddresses?: readonly string[];
  /** Region names offered, e.g. `japaneast`. */
  readonly regions: readonly string[];
}

/**
 * The relay namespace of a region, shaped as Azure's are (`azgn-australiaeast-public-1p-seasg3-007`, which the notification service's
 * allow-list names): a name of ours under Azure's suffix, so that no rule for `azgn*.servicebus.windows.net` has to be written anew.
 */
export const relayNamespace = (region: string, { relay }: CloudSuffixes): string | undefined =>
  relay === undefined ? undefined : `azgn-${region}-public-1p-tombolo-001.${relay}`;

const namesOf = (cloud: CloudName): readonly string[] => regionsOf(cloud).map((region) => region.name);

/** An installation says where its services are public; the profile of a real cloud leaves that to DNS. */
export const isInstallation = (profile: Pick<CloudProfile, 'publicAddresses'>): boolean =>
  (profile.publicAddresses?.length ?? 0) > 0;

/** The real clouds (seed 004; the 21Vianet row has no private-link column, so it is public only). */
export const realClouds: Readonly<Record<string, CloudProfile>> = {
  AzureCloud: {
    name: 'AzureCloud',
    suffixes: {
      his: 'his.arc.azure.com',
      guestConfiguration: 'guestconfiguration.azure.com',
      kubernetesConfiguration: 'dp.kubernetesconfiguration.azure.com',
      notification: 'guestnotificationservice.azure.com',
      relay: 'servicebus.windows.net',
    },
    resourceManager: 'https://management.azure.com',
    activeDirectory: 'https://login.microsoftonline.com',
    ports: { https: 443, dns: 53 },
    certificateAuthorities: [],
    regions: namesOf('AzureCloud'),
  },
  AzureUSGovernment: {
    name: 'AzureUSGovernment',
    suffixes: {
      his: 'his.arc.azure.us',
      guestConfiguration: 'guestconfiguration.azure.us',
      kubernetesConfiguration: 'dp.kubernetesconfiguration.azure.us',
    },
    resourceManager: 'https://management.usgovcloudapi.net',
    activeDirectory: 'https://login.microsoftonline.us',
    ports: { https: 443, dns: 53 },
    certificateAuthorities: [],
    regions: namesOf('AzureUSGovernment'),
  },
  AzureChinaCloud: {
    name: 'AzureChinaCloud',
    suffixes: {
      his: 'his.arc.azure.cn',
      guestConfiguration: 'guestconfiguration.azure.cn',
      kubernetesConfiguration: 'dp.kubernetesconfiguration.azure.cn',
      notification: 'guestnotificationservice.azure.cn',
      relay: 'servicebus.chinacloudapi.cn',
    },
    resourceManager: 'https://management.chinacloudapi.cn',
    activeDirectory: 'https://login.partner.chinacloudapi.cn',
    ports: { https: 443, dns: 53 },
    certificateAuthorities: [],
    regions: namesOf('AzureChinaCloud'),
  },
};
