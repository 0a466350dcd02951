/** What the service-tag commands read: files within bounds, kept versions by name, durations and dates; refusals as command errors. */

import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { requireServiceTags } from '@tombolo/azure-documents';
import { parsePrefix } from '@tombolo/ip/prefix';
import {
  acceptedLists,
  findVersion,
  type KeptVersions,
  listVersions,
  type ReadDocument,
  type ReadOptions,
  readDocument,
  readVersion,
  type ServiceTagDocument,
  ServiceTagRefusal,
  tagFileBounds,
} from '@tombolo/service-tags';
import { CommandError } from '../../shell/command-error.ts';
import type { ReadValue } from '../../shell/values.ts';
import { orRefused, placeOf, readDocumentFile, standardInput } from '../documents/document-file.ts';

/** Runs it; service-tag refusals and the system's errors become command errors with a fix. */
export const orCommandError = <T>(run: () => T): T => {
  try {
    return run();
  } catch (error) {
    if (error instanceof ServiceTagRefusal)
      throw new CommandError('InvalidArgument', error.message, error.fix);
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (
      code !== undefined &&
      ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'ENOENT', 'EEXIST'].includes(code)
    )
      throw new CommandError(
        'StateDirectory',
        `${path ?? 'The directory'} cannot be used: ${message}.`,
        'Name a directory that this user can read and write with --directory.',
      );
    throw error;
  }
};

/** A list in the files of its pages, in any form that clients print. Throws InvalidArgument. */
export const readFiles = (files: readonly string[], options: ReadOptions): ReadDocument =>
  readTags(
    files.map((file) => readDocumentFile(file, tagFileBounds, acceptedLists)),
    files.map(placeOf).join(', '),
    options,
  );

/** The same of what was parsed already. Where it is another document, that is said, not what a list would have. */
export const readTags = (pages: readonly unknown[], place: string, options: ReadOptions = {}): ReadDocument =>
  orCommandError(() => {
    try {
      return readDocument(pages, options);
    } catch (error) {
      if (error instanceof ServiceTagRefusal && error.code === 'NotServiceTags')
        for (const page of pages) orRefused(place, () => requireServiceTags(page));
      throw error;
    }
  });

export const keptIn = (directory: string): KeptVersions => orCommandError(() => listVersions(directory));

/** `newest`, `previous`, a change number, or a file's path. */
export const documentNamed = (
  kept: KeptVersions,
  name: string,
  options: { readonly cloud?: string; readonly normalise?: boolean },
): { readonly document: ServiceTagDocument; readonly label: string } => {
  if (name === standardInput || /[/\\]|\.json$/i.test(name) || (existsSync(name) && statSync(name).isFile()))
    return { document: readFiles([name], options).document, label: basename(placeOf(name)) };
  return orCommandError(() => {
    const version = findVersion(kept, name, options.cloud);
    return { document: readVersion(version), label: `${version.cloud} ${version.changeNumber}` };
  });
};

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `14d`, `36h`, `90m`: milliseconds. Throws InvalidArgument. */
export const readDuration = (text: string): number => {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0)
    throw new CommandError('InvalidArgument', `${text} is not a duration.`, 'Write 14d, 36h or 90m.');
  return Number(count) * units[unit as keyof typeof units];
};

/** An ISO date or time: epoch milliseconds. Throws InvalidArgument for others and for the future. */
export const readMoment = (text: string, what: string, now: number): number => {
  const at = /^\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || at > now)
    throw new CommandError(
      'InvalidArgument',
      `${what} ${text} is not a date of the past.`,
      'Write 2026-08-10 or 2026-08-10T12:00:00Z.',
    );
  return at;
};

/** `Storage=10.0.9.0/24,10.0.10.0/24`. Throws InvalidArgument. */
export const readTagAddresses = (text: string): readonly [string, readonly string[]] => {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name))
    throw new CommandError(
      'InvalidArgument',
      `${text} names no tag.`,
      'Write --tag Storage=10.0.9.0/24,10.0.10.0/24.',
    );
  return [name, readAddresses(text.slice(at + 1))];
};

/** `10.0.9.0/24,10.0.10.4`. Throws InvalidArgument. */
export const readAddresses = (text: string): readonly string[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        parsePrefix(part);
        return part;
      } catch (error) {
        throw new CommandError(
          'InvalidArgument',
          (error as Error).message,
          'Write addresses and prefixes with commas between them: 10.0.9.0/24,10.0.10.4.',
        );
      }
    });

/** The number of a list's version. Throws InvalidArgument. */
export const changeNumber: ReadValue<string> = (text, flag) => {
  if (/^\d{1,15}$/.test(text)) return text;
  throw new CommandError(
    'InvalidArgument',
    `${flag} '${text.slice(0, 40)}' is not a change number.`,
    'Give a whole number.',
  );
};
