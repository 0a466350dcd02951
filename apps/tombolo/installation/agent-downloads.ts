/** What servers download before they are machines: the installer with the checksums of the agent, and the agent. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { agentVersion } from '@tombolo/agent/version';
import type { Downloads, MakeDownload } from '@tombolo/hybrid-services';
import { downloadPaths, globalOrigin, linuxInstaller } from '@tombolo/onboarding';
import type { CloudProfile } from '@tombolo/private-link';
import type { AgentExecutable } from './agent-bundle.ts';

const sha256Of = async (parts: AsyncIterable<Uint8Array>): Promise<string> => {
  const hash = createHash('sha256');
  for await (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** What a file had when it was opened is handed out, whatever lies there later. */
const readingOf =
  ({ descriptor, length }: AgentExecutable) =>
  (): AsyncIterable<Uint8Array> =>
    createReadStream('', { fd: descriptor, autoClose: false, start: 0, end: length - 1 });

/** Without an agent to hand out there is nothing to download. */
export const agentDownloads = (
  bundle: Buffer | undefined,
  executables: readonly AgentExecutable[],
  profile: Pick<CloudProfile, 'suffixes' | 'ports'>,
): Downloads => {
  if (bundle === undefined) return new Map();
  const origin = globalOrigin(profile);
  const pathOf = ({ architecture }: AgentExecutable): string => `${downloadPaths.executable}${architecture}`;
  const makeInstaller: MakeDownload = async () => {
    const entries = executables.map(async (executable) => {
      const sha256 = await sha256Of(readingOf(executable)());
      return [executable.architecture, { sha256, url: `${origin}${pathOf(executable)}` }] as const;
    });
    const installer = linuxInstaller({
      version: agentVersion,
      sha256: createHash('sha256').update(bundle).digest('hex'),
      url: `${origin}${downloadPaths.agent}`,
      executables: Object.fromEntries(await Promise.all(entries)),
    });
    return { type: 'text/plain; charset=utf-8', content: Buffer.from(installer) };
  };
  // The checksum of 120 MB is made once, and not where nobody asks.
  let installer: ReturnType<typeof makeInstaller> | undefined;
  return new Map<string, MakeDownload>([
    [downloadPaths.linux, () => (installer ??= makeInstaller())],
    [downloadPaths.agent, async () => ({ type: 'text/javascript; charset=utf-8', content: bundle })],
    ...executables.map(
      (executable) =>
        [
          pathOf(executable),
          async () => ({
            type: 'application/octet-stream',
            content: { length: executable.length, open: readingOf(executable) },
          }),
        ] as const,
    ),
  ]);
};
