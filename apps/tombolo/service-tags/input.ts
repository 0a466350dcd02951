/** What the service-tag commands read: files within bounds, kept versions by name, durations and dates; refusals as command errors. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  findVersion,
  type KeptVersions,
  limits,
  listVersions,
  type ReadDocument,
  type ReadOptions,
  readDocumentTexts,
  readVersion,
  type ServiceTagDocument,
  ServiceTagRefusal,
} from '@tombolo/service-tags';
import { CommandError } from '../command-error.ts';

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

/** A file's text, never more than the bound. Throws InvalidArgument. */
export const readBoundedText = (file: string): string => {
  const refuse = (why: string, fix: string) =>
    new CommandError('InvalidArgument', `${file} cannot be read: ${why}.`, fix);
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw refuse('it is not a file', 'Name the downloaded JSON file.');
    if (stat.size > limits.bytes)
      throw refuse(
        `it has ${Math.ceil(stat.size / 1024 / 1024)} MiB, at most ${limits.bytes / 1024 / 1024} are read`,
        'A list of service tags has under 10 MiB: check which file this is.',
      );
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof CommandError
      ? error
      : refuse((error as Error).message, 'Check name and permissions.');
  }
};

export const readFiles = (files: readonly string[], options: ReadOptions): ReadDocument =>
  orCommandError(() => readDocumentTexts(files.map(readBoundedText), options));

export const keptIn = (directory: string): KeptVersions => orCommandError(() => listVersions(directory));

/** `newest`, `previous`, a change number, or a file's path. */
export const documentNamed = (
  kept: KeptVersions,
  name: string,
  options: { readonly cloud?: string },
): { readonly document: ServiceTagDocument; readonly label: string } => {
  if (/[/\\]|\.json$/i.test(name) || (existsSync(name) && statSync(name).isFile()))
    return { document: readFiles([name], options).document, label: basename(name) };
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

/** `Storage=10.0.9.0/24,10.0.10.0/24`, repeated. Throws InvalidArgument. */
export const readTagAddresses = (given: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      const name = text.slice(0, Math.max(0, at));
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name))
        throw new CommandError(
          'InvalidArgument',
          `${text} names no tag.`,
          'Write --tag Storage=10.0.9.0/24,10.0.10.0/24.',
        );
      return [name, readAddresses(text.slice(at + 1))];
    }),
  );

export const readAddresses = (text: string): readonly string[] =>
  text.split(',').filter((part) => part !== '');
