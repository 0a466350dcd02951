/** `upgrade`: the agent that the installation hands out, in place of the one that runs, where it is newer. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageOf } from '@tombolo/onboarding/agent-package';
import { downloadPaths, globalHost } from '@tombolo/onboarding/hosts';
import { type CloudProfile, compareVersions } from '@tombolo/private-link';
import { AgentFailure, NetworkFault } from './failure.ts';
import { fixOf } from './failure-fix.ts';
import type { HttpsClient } from './https-client.ts';
import { syncPath } from './whole-file.ts';

export interface UpgradeOptions {
  /** The version that runs. */
  readonly version: string;
  /** `MAJOR.MINOR`; undefined: the newest. */
  readonly wanted: string | undefined;
  /** The file that runs; undefined: it runs from a clone. */
  readonly program: string | undefined;
  /** Of the program, where Node is in it; undefined: a Node runs it. */
  readonly architecture?: string | undefined;
  /** Undefined: nobody has said where an installation is. */
  readonly source:
    | {
        readonly client: Pick<HttpsClient, 'send' | 'serviceUrl' | 'download'>;
        readonly profile: CloudProfile;
      }
    | undefined;
}

export interface Upgrade {
  readonly version: string;
  readonly upgraded: boolean;
  readonly from?: string;
  readonly file?: string;
  /** What there is to do; empty: nothing. */
  readonly steps: readonly string[];
}

type Offer = NonNullable<ReturnType<typeof packageOf>>;

const byHand = [
  'Get the agent from whoever runs the installation: npm run build writes it to dist/ there.',
  'Put it in place of the one that runs here, and start ./tombolo-agent run again.',
  'Key, certificate and settings stay where they are; nothing is connected again.',
];
const inClone = [
  'This agent runs from a clone of the project: update the clone, and start ./tombolo-agent run again.',
];

const majorMinor = (version: string): string => version.split('.').slice(0, 2).join('.');

/** @throws AgentFailure 23 */
const checkWanted = (wanted: string | undefined): void => {
  if (wanted === undefined || /^\d{1,4}\.\d{1,4}$/.test(wanted)) return;
  throw new AgentFailure(23, `--version '${wanted.slice(0, 50)}' has to be MAJOR.MINOR.`, {
    fix: 'For example: --version 1.67.',
  });
};

const getting = async (
  { client, profile }: NonNullable<UpgradeOptions['source']>,
  path: string,
): Promise<string | undefined> => {
  try {
    const url = client.serviceUrl(globalHost(profile), path);
    const { status, text } = await client.send({ method: 'GET', url, deadlineMs: 300_000 });
    if (status === 200) return text;
    // Nothing to hand out, or no such thing.
    if (status === 404 || status === 501) return undefined;
    throw new AgentFailure(26, `${url} answered ${status}.`);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    const fix = fixOf(error.reason);
    throw new AgentFailure(26, error.message, fix === undefined ? {} : { fix });
  }
};

/** It has to start here, and to be what was announced, before anything is replaced. @throws AgentFailure 121 */
const tryOut = async (command: readonly string[], version: string): Promise<void> => {
  const [program = '', ...words] = command;
  const ran = await promisify(execFile)(program, [...words, 'version', '--json'], {
    timeout: 60_000,
  }).catch((error: Error) => {
    throw new AgentFailure(
      121,
      `The agent ${version} does not start here: ${error.message.split('\n')[0]}.`,
      {
        fix: 'See what it needs of this system; the agent that is here stays as it was.',
      },
    );
  });
  if (ran.stdout.includes(`"${version}"`)) return;
  throw new AgentFailure(121, `What was downloaded does not say that it is the agent ${version}.`);
};

type Source = NonNullable<UpgradeOptions['source']>;

/** More than any Node. */
const longestExecutable = 512 * 1024 * 1024;

/** @throws AgentFailure 26 */
const fetchInto = async (file: string, source: Source, architecture: string | undefined): Promise<void> => {
  if (architecture === undefined) {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile((await getting(source, downloadPaths.agent)) ?? '');
    } finally {
      await handle.close();
    }
    return;
  }
  const { client, profile } = source;
  const url = client.serviceUrl(globalHost(profile), `${downloadPaths.executable}${architecture}`);
  const signal = AbortSignal.timeout(600_000);
  await client.download({ url, file, longest: longestExecutable, signal }).catch((error: Error) => {
    throw new AgentFailure(26, `${url} could not be downloaded: ${error.message}.`);
  });
};

/** @throws AgentFailure 121 */
const checkSum = async (file: string, { version, sha256 }: Offer): Promise<void> => {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  if (hash.digest('hex') === sha256) return;
  throw new AgentFailure(121, `What was downloaded as the agent ${version} has another checksum.`);
};

/** Whole or not at all. @throws AgentFailure 26, 121, 122 */
const replace = async (
  program: string,
  source: Source,
  offer: Offer,
  architecture: string | undefined,
): Promise<void> => {
  const temporary = join(
    dirname(program),
    `.tombolo-agent.${process.pid}${architecture === undefined ? '.mjs' : ''}`,
  );
  try {
    const { mode } = await stat(program);
    await fetchInto(temporary, source, architecture);
    await checkSum(temporary, offer);
    await chmod(temporary, mode & 0o777);
    await syncPath(temporary);
    await tryOut(architecture === undefined ? [process.execPath, temporary] : [temporary], offer.version);
    await rename(temporary, program);
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof AgentFailure) throw error;
    throw new AgentFailure(122, `'${program}' could not be replaced: ${(error as Error).message}.`);
  }
};

/** @throws AgentFailure 23, 26, 121, 122 */
export const upgradeAgent = async (options: UpgradeOptions): Promise<Upgrade> => {
  const { version, wanted, program, source, architecture } = options;
  checkWanted(wanted);
  const asItIs = (steps: readonly string[]): Upgrade => ({ version, upgraded: false, steps });
  if (wanted === majorMinor(version)) return asItIs([]);
  if (program === undefined) return asItIs(inClone);
  const installer = source === undefined ? undefined : await getting(source, downloadPaths.linux);
  const offered = installer === undefined ? undefined : packageOf(installer, architecture);
  if (source === undefined || offered === undefined) return asItIs(byHand);
  if (wanted !== undefined && wanted !== majorMinor(offered.version))
    throw new AgentFailure(23, `The installation hands out the agent ${offered.version}, and no ${wanted}.`, {
      fix: 'Leave --version out, or ask whoever runs the installation.',
    });
  if ((compareVersions(offered.version, version) ?? 0) <= 0) return asItIs([]);
  await replace(program, source, offered, architecture);
  return {
    ...{ version: offered.version, upgraded: true, from: version, file: program },
    steps: [
      'Start ./tombolo-agent run again (systemctl restart tombolo-agent): the former one runs until then.',
    ],
  };
};
