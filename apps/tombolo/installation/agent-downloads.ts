/** What servers download before they are machines: the installer with the checksum of the agent, and the agent. */

import { createHash } from 'node:crypto';
import { agentVersion } from '@tombolo/agent/version';
import type { Downloads } from '@tombolo/hybrid-services';
import { downloadPaths, globalOrigin, linuxInstaller } from '@tombolo/onboarding';
import type { CloudProfile } from '@tombolo/private-link';

/** Without an agent to hand out there is nothing to download. */
export const agentDownloads = (
  bundle: Buffer | undefined,
  profile: Pick<CloudProfile, 'suffixes' | 'ports'>,
): Downloads => {
  if (bundle === undefined) return new Map();
  const agent = {
    version: agentVersion,
    sha256: createHash('sha256').update(bundle).digest('hex'),
    url: `${globalOrigin(profile)}${downloadPaths.agent}`,
  };
  const script = (text: string) => ({ type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) });
  return new Map([
    [downloadPaths.linux, script(linuxInstaller(agent))],
    [downloadPaths.agent, { type: 'text/javascript; charset=utf-8', bytes: bundle }],
  ]);
};
