/** The service tags that requirement tables name, and which of an installation's own addresses stand for each. */

/** `none`: the installation has no such service; a rule may name the tag, and opens nothing. */
type OwnAddressesOfTag = 'control' | 'services' | 'none';

const tags = {
  AzureActiveDirectory: 'control',
  AzureArcInfrastructure: 'services',
  'AzureFrontDoor.FirstParty': 'none',
  'AzureFrontDoor.Frontend': 'none',
  AzureMonitor: 'none',
  AzureResourceManager: 'control',
  AzureTrafficManager: 'services',
  GuestAndHybridManagement: 'services',
  MicrosoftContainerRegistry: 'none',
  MicrosoftDefenderForEndpoint: 'none',
  OneDsCollector: 'none',
  Storage: 'none',
  WindowsAdminCenter: 'none',
} as const satisfies Readonly<Record<string, OwnAddressesOfTag>>;

export type RequiredServiceTag = keyof typeof tags;

export const requiredServiceTags: Readonly<Record<RequiredServiceTag, OwnAddressesOfTag>> = tags;
