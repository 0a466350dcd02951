/** Where a script downloads from and reports to: the global Arc name of its cloud. */

import type { CloudProfile } from '@tombolo/private-link';
import { probeNames } from '@tombolo/private-link';

export const globalHost = (profile: Pick<CloudProfile, 'suffixes'>): string => probeNames(profile).global;

/** `https://gbl.his.arc.azure.com`, with the port where it is another than 443. */
export const globalOrigin = (profile: Pick<CloudProfile, 'suffixes' | 'ports'>): string => {
  const { https } = profile.ports;
  return `https://${globalHost(profile)}${https === 443 ? '' : `:${https}`}`;
};

/** The names at that host which an installation serves (`packages/hybrid-services`). */
export const downloadPaths = {
  linux: '/azcmagent-linux',
  windows: '/azcmagent-windows',
  agent: '/tombolo-agent.mjs',
  /** With Node inside: `x64`, `arm64` behind it. */
  executable: '/tombolo-agent-linux-',
} as const;
