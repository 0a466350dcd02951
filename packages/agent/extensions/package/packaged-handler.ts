/** The handler of an extension that came as a package: fetched, vouched for, unpacked, and run by the contract of docs/extensions.md. */

import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions } from '@tombolo/private-link';
import { z } from 'zod';
import {
  type ExtensionHandler,
  type HandlerContext,
  type HandlerOutcome,
  HandlerRefusal,
} from '../handler.ts';
import type { ScriptResult } from '../script-runner.ts';
import type { Instruction } from '../work.ts';
import { ArchiveRefused } from './archive.ts';
import {
  forgetInstalled,
  type Installed,
  readInstalled,
  unpack,
  versionDirectory,
  writeInstalled,
} from './installed.ts';
import { checksumOf, type PackageManifest, PackageRefused, verifyManifest } from './manifest.ts';

export interface PackagedHandlerOptions {
  readonly publisher: string;
  readonly type: string;
  /** `typeHandlerVersion`, as it was asked for. */
  readonly asked?: string | undefined;
  /** Absent: the installation has none for it. */
  readonly offered?: Instruction['package'];
  /** PEM: the cloud profile's. */
  readonly authorities: readonly string[];
  readonly now: () => number;
}

type Verb = 'install' | 'enable' | 'disable' | 'uninstall';
const timeoutS: Readonly<Record<Verb, number>> = {
  install: 900,
  enable: 3_600,
  disable: 300,
  uninstall: 900,
};
/** A connection that was cut off: begun anew. */
const fetches = 3;
const longestStatus = 65_536;

const statusShape = z.object({
  status: z.enum(['success', 'error']),
  code: z.union([z.string().max(64), z.number().int()]).optional(),
  message: z.string().max(4_096).optional(),
});
type Status = z.infer<typeof statusShape>;

/** Undefined: it wrote none. */
const readStatus = async (file: string): Promise<Status | undefined> => {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(longestStatus), 0, longestStatus, 0);
    return statusShape.parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
  } catch {
    return {
      status: 'error',
      code: 'UnreadableStatus',
      message: 'The handler left a status file that cannot be read.',
    };
  } finally {
    await handle.close();
  }
};

const why = (verb: Verb, { ended, exitCode }: ScriptResult): string =>
  ended === 'timed-out'
    ? `'${verb}' took longer than ${timeoutS[verb]} s and was ended with all its children`
    : ended === 'stopped'
      ? `'${verb}' was ended, because the extension was changed or deleted or the agent stopped`
      : exitCode === undefined
        ? `'${verb}' was ended by a signal`
        : `'${verb}' ended with exit code ${exitCode}`;

const runVerb = async (
  context: HandlerContext,
  { version, entry }: Installed,
  verb: Verb,
): Promise<HandlerOutcome> => {
  const home = versionDirectory(context.directory, version);
  const statusFile = join(context.directory, 'status.json');
  await rm(statusFile, { force: true });
  const { settings, protectedSettings } = context;
  const result = await context
    .run({
      command: [join(home, entry), verb],
      cwd: home,
      env: { TOMBOLO_STATUS_FILE: statusFile, TOMBOLO_EXTENSION_NAME: context.name },
      // On standard input: neither an argument list nor a file has what is secret.
      input: verb === 'enable' ? JSON.stringify({ settings, protectedSettings }) : '',
      timeoutMs: timeoutS[verb] * 1_000,
    })
    .catch((error: Error) => {
      throw new HandlerRefusal(
        'CannotExecute',
        `The handler '${entry}' could not be started: ${error.message}`,
      );
    });
  const status = await readStatus(statusFile);
  const succeeded = result.ended === 'itself' && result.exitCode === 0 && status?.status !== 'error';
  const said =
    status?.message ?? (succeeded ? `'${verb}' succeeded.` : `The handler's ${why(verb, result)}.`);
  return {
    phase: succeeded ? 'succeeded' : 'failed',
    code: String(status?.code ?? (result.ended === 'timed-out' ? 'TimedOut' : (result.exitCode ?? 'Ended'))),
    message: said,
    handlerVersion: version,
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    output: result.stdout,
    error: result.stderr,
  };
};

const refuse = (code: string, message: string): never => {
  throw new HandlerRefusal(code, `${message} Nothing of it was run.`);
};

/** The archive as its manifest says that it is, in memory: what is unpacked is what was checked. */
const fetchArchive = async (
  context: HandlerContext,
  url: string,
  manifest: PackageManifest,
): Promise<Buffer> => {
  const file = join(context.directory, 'package.partial');
  for (let left = fetches - 1; ; left -= 1) {
    try {
      await context.download(url, file);
      const { size } = await stat(file);
      const archive = size === manifest.size ? await readFile(file) : undefined;
      const is = archive && checksumOf(archive);
      if (archive !== undefined && is === manifest.sha256) return archive;
      return refuse(
        'ChecksumMismatch',
        `The package at ${url} has ${size} bytes${is === undefined ? '' : ` and the SHA-256 ${is}`}; its signed manifest says ${manifest.size} bytes and ${manifest.sha256}.`,
      );
    } catch (error) {
      if (error instanceof HandlerRefusal) throw error;
      if (left <= 0 || context.signal.aborted)
        return refuse(
          'DownloadFailed',
          `The package at ${url} could not be downloaded: ${(error as Error).message}.`,
        );
    } finally {
      await rm(file, { force: true });
    }
  }
};

const vouchedFor = (
  options: PackagedHandlerOptions,
  offered: NonNullable<Instruction['package']>,
): PackageManifest => {
  const { publisher, type, authorities, now } = options;
  try {
    const manifest = verifyManifest(offered, { authorities, now: now() });
    if (`${manifest.publisher}/${manifest.type}`.toLowerCase() === `${publisher}/${type}`.toLowerCase())
      return manifest;
    return refuse(
      'PackageRefused',
      `The package is ${manifest.publisher}/${manifest.type}, and ${publisher}/${type} was asked for.`,
    );
  } catch (error) {
    if (error instanceof PackageRefused) return refuse('PackageRefused', `${error.message}.`);
    throw error;
  }
};

const takeDown = async (context: HandlerContext, before: Installed): Promise<void> => {
  await runVerb(context, before, 'disable').catch(() => undefined);
  await runVerb(context, before, 'uninstall').catch(() => undefined);
  await forgetInstalled(context.directory, before);
};

export const packagedHandler = (options: PackagedHandlerOptions): ExtensionHandler => {
  const { publisher, type, asked, offered } = options;

  const enable = async (context: HandlerContext): Promise<HandlerOutcome> => {
    if (offered === undefined)
      return refuse(
        'HandlerNotFound',
        `The installation has no package of ${publisher}/${type}${asked === undefined ? '' : ` ${asked}`}; its operator adds one with "./tombolo extension add".`,
      );
    const manifest = vouchedFor(options, offered);
    const before = await readInstalled(context.directory);
    const order = before === undefined ? 1 : (compareVersions(manifest.version, before.version) ?? -1);
    if (before !== undefined && order < 0 && asked !== manifest.version)
      refuse(
        'OlderVersion',
        `Version ${before.version} of ${publisher}/${type} is installed, and the package is ${manifest.version}: an older one has to be asked for by its whole version (typeHandlerVersion).`,
      );
    if (before?.complete && order === 0) return runVerb(context, before, 'enable');
    const archive = await fetchArchive(context, offered.url, manifest);
    const { version, entry } = manifest;
    // The same version again has its directory taken by what takes the former one down.
    if (before !== undefined && order === 0) await takeDown(context, before);
    await unpack(context.directory, { version, entry }, archive).catch((error: Error) => {
      if (error instanceof ArchiveRefused) refuse('PackageRefused', `${error.message}.`);
      throw error;
    });
    if (before !== undefined && order !== 0) await takeDown(context, before);
    // Before it runs: what has begun to be installed is uninstalled when the extension goes.
    const next = { version, entry, complete: false };
    await writeInstalled(context.directory, next);
    const installed = await runVerb(context, next, 'install');
    if (installed.phase === 'failed') return installed;
    await writeInstalled(context.directory, { ...next, complete: true });
    return runVerb(context, next, 'enable');
  };

  return {
    publisher,
    type,
    version: '',
    enable,
    remove: async (context) => {
      const before = await readInstalled(context.directory);
      if (before !== undefined) await takeDown(context, before);
    },
  };
};
