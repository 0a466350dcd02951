/** The files of an offline bundle, its checksums signed by the running installation. */

import { createHash } from 'node:crypto';
import { agentVersion } from '@tombolo/agent/version';
import { blockText } from '@tombolo/hosts-file';
import {
  type BundleFile,
  bundleFiles,
  bundleScript,
  checksumList,
  type Onboarding,
  profileFiles,
  signatureFiles,
} from '@tombolo/onboarding';
import type { JsonObject } from '@tombolo/store/port';
import { connectToServer } from '../../installation/server-connection.ts';
import { CommandError } from '../../shell/command-error.ts';
import { agentToHandOut, howToHaveAgent } from './agent-to-hand-out.ts';
import { orInvalid } from './onboarding-of.ts';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Throws InvalidArgument where there is no agent, NotRunning. */
export const offlineBundle = async (
  onboarding: Onboarding,
  directory: string,
): Promise<readonly BundleFile[]> => {
  const server = connectToServer(directory);
  const bytes = agentToHandOut(server.state);
  if (bytes === undefined)
    throw new CommandError(
      'InvalidArgument',
      'There is no agent to put into the bundle.',
      `${howToHaveAgent}.`,
    );
  const script = orInvalid(() => bundleScript(onboarding));
  const names = onboarding.privateLink?.names ?? [];
  const files = bundleFiles({
    onboarding,
    agent: { version: agentVersion, sha256: sha256(bytes), bytes },
    hosts:
      names.length === 0
        ? ''
        : blockText(
            names.flatMap(({ name, addresses }) => addresses.map((address) => `${address} ${name}`)),
            '\n',
          ),
  });
  const checksums = checksumList(
    Object.fromEntries(files.map(({ name, content }) => [name, sha256(content)])),
  );
  const answer = (await server.ask('POST', '/onboarding/signature', { checksums })) as JsonObject;
  return [
    script,
    ...files,
    ...signatureFiles(checksums, {
      certificate: String(answer.certificate),
      signature: Buffer.from(String(answer.signature), 'base64'),
    }),
    ...profileFiles(onboarding.profile),
  ];
};
