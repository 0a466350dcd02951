/** Custom Script for Linux (Microsoft.Azure.Extensions/CustomScript): a command or a script, with files that it needs. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { builtInHandlers } from '@tombolo/private-link';
import { z } from 'zod';
import {
  type ExtensionHandler,
  type HandlerContext,
  type HandlerOutcome,
  HandlerRefusal,
} from './handler.ts';

/** Learn, "Custom Script Extension for Linux": 90 minutes; a script in line of 256 KB at most. */
const longestRunS = 5_400;
const longestScript = 262_144;
const mostFiles = 32;

const shape = z.object({
  commandToExecute: z.string().min(1).max(longestScript).exactOptional(),
  script: z.string().min(1).max(longestScript).exactOptional(),
  fileUris: z.array(z.string().max(4_096)).max(mostFiles).exactOptional(),
  timeoutInSeconds: z.coerce.number().int().min(1).max(longestRunS).exactOptional(),
});
type Settings = z.infer<typeof shape>;

const refuse = (message: string): never => {
  throw new HandlerRefusal('InvalidSettings', message);
};

const read = (where: string, value: Readonly<Record<string, unknown>>): Settings => {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse(`${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'cannot be read'}.`);
};

/** One of each, from either place: in both it would be open which is meant. */
const chosen = <K extends 'commandToExecute' | 'script' | 'fileUris'>(
  key: K,
  open: Settings,
  secret: Settings,
): Settings[K] => {
  if (open[key] !== undefined && secret[key] !== undefined)
    refuse(`'${key}' is both in settings and in protectedSettings: keep one of them.`);
  return secret[key] ?? open[key];
};

/** Base64, gzipped or not, as `gzip -9 | base64 -w 0` makes it. */
const decodeScript = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || !/^[A-Za-z0-9+/=\s]+$/.test(text)) refuse("'script' is not base64.");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    // RFC 1952 §2.3.1: a gzip member. Bounded: some kilobytes may unpack to any size.
    return gunzipSync(bytes, { maxOutputLength: 4 * 1024 * 1024 });
  } catch {
    return refuse("'script' is gzipped and cannot be unpacked, or is larger than 4 MiB.");
  }
};

interface FileToFetch {
  readonly url: string;
  /** Without what may be secret in it. */
  readonly shown: string;
  readonly name: string;
  readonly sha256?: string;
}

/** The last segment of the path, and the checksum that a fragment `#sha256=…` says. */
const fileOf = (uri: string): FileToFetch => {
  // A user, a password and a signature in the query are secrets: they are not told.
  const url = URL.parse(uri) ?? refuse('An entry of fileUris is no address.');
  if (url.protocol !== 'https:')
    refuse(`'${url.origin}' of fileUris is not https, and files are taken over nothing else.`);
  const name = basename(decodeURIComponent(url.pathname));
  if (name === '' || name === '.' || name === '..')
    refuse(`'${url.origin}${url.pathname}' of fileUris names no file.`);
  const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(url.hash)?.[1]?.toLowerCase();
  if (url.hash !== '' && sha256 === undefined)
    refuse(
      `What follows # of '${url.origin}${url.pathname}' is no checksum: append #sha256= and 64 hexadecimal digits, or nothing.`,
    );
  url.hash = '';
  return {
    url: url.href,
    shown: `${url.origin}${url.pathname}`,
    name,
    ...(sha256 === undefined ? {} : { sha256 }),
  };
};

const checksumOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

const fetchFiles = async (context: HandlerContext, uris: readonly string[], into: string): Promise<void> => {
  const files = uris.map(fileOf);
  for (const { url, shown, name, sha256 } of files) {
    const target = join(into, name);
    await context.download(url, target).catch((error: Error) => {
      throw new HandlerRefusal(
        'DownloadFailed',
        `Enable failed: '${shown}' could not be downloaded: ${error.message}`,
      );
    });
    const is = sha256 === undefined ? undefined : await checksumOf(target);
    if (is !== sha256) {
      await rm(target, { force: true });
      throw new HandlerRefusal(
        'ChecksumMismatch',
        `Enable failed: '${shown}' has the SHA-256 ${is}, and not the ${sha256} that fileUris says. Nothing was run.`,
      );
    }
    await chmod(target, 0o700);
  }
};

/** As the Linux extension words it. */
const streams = (stdout: string, stderr: string): string => `\n[stdout]\n${stdout}\n[stderr]\n${stderr}`;

/** It may be of the protected settings. */
const commandFile = 'command.sh';

const enable = async (context: HandlerContext): Promise<HandlerOutcome> => {
  const open = read('settings', context.settings);
  const secret = read('protectedSettings', context.protectedSettings);
  const command = chosen('commandToExecute', open, secret);
  const script = chosen('script', open, secret);
  const uris = chosen('fileUris', open, secret) ?? [];
  if (command !== undefined && script !== undefined)
    refuse("'commandToExecute' and 'script' exclude each other.");
  if (command === undefined && script === undefined)
    refuse("Neither 'commandToExecute' nor 'script' is there: there is nothing to run.");
  const into = join(context.directory, 'download');
  await mkdir(into, { recursive: true, mode: 0o700 });
  await fetchFiles(context, uris, into);
  // In a file: an argument list can be read by every user of the machine.
  const file = join(context.directory, commandFile);
  const content = script === undefined ? `${command}\n` : decodeScript(script);
  const timeoutS = secret.timeoutInSeconds ?? open.timeoutInSeconds ?? longestRunS;
  try {
    await writeFile(file, content, { mode: 0o700 });
    const result = await context.run({
      command: script === undefined ? ['/bin/sh', file] : [file],
      cwd: into,
      timeoutMs: timeoutS * 1_000,
    });
    const { exitCode, stdout, stderr } = result;
    const said = streams(stdout, stderr);
    if (exitCode === 0)
      return {
        phase: 'succeeded',
        code: '0',
        message: `Enable succeeded: ${said}`,
        exitCode,
        output: stdout,
        error: stderr,
      };
    const why =
      result.ended === 'timed-out'
        ? `command took longer than ${timeoutS} s and was ended with all its children`
        : result.ended === 'stopped'
          ? 'command was ended with all its children, because the extension was changed or deleted or the agent stopped'
          : exitCode === undefined
            ? 'command was ended by a signal'
            : `command terminated with exit status=${exitCode}`;
    return {
      phase: 'failed',
      code: result.ended === 'timed-out' ? 'TimedOut' : String(exitCode ?? 'Ended'),
      message: `Enable failed: failed to execute command: ${why}${said}`,
      ...(exitCode === undefined ? {} : { exitCode }),
      output: stdout,
      error: stderr,
    };
  } catch (error) {
    throw new HandlerRefusal(
      'CannotExecute',
      `Enable failed: the script could not be started: ${(error as Error).message}`,
    );
  } finally {
    await rm(file, { force: true });
  }
};

export const customScript: ExtensionHandler = {
  ...builtInHandlers[0],
  enable,
  abandoned: (directory) => rm(join(directory, commandFile), { force: true }),
};
