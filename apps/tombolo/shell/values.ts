/** What the values of flags may be: each is read with the command line, before anything is asked, written or sent. */

import { isIP } from 'node:net';
import { isGuid } from '@tombolo/arm/guid';
import { parseResourceId } from '@tombolo/arm/resource-id';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';
import { didYouMean, findRegion, nearestNames, regions } from '@tombolo/private-link';
import { Option } from 'commander';
import { CommandError } from './command-error.ts';

/** Throws InvalidArgument; `flag` is what the message calls it. */
export type ReadValue<T> = (text: string, flag: string) => T;

const shown = (text: string): string => `'${text.slice(0, 200)}'`;

export const invalid = (message: string, fix: string): CommandError =>
  new CommandError('InvalidArgument', message, fix);

/** A flag whose value is read so; `otherwise` is the value without it. */
export const valued = <T>(
  flags: string,
  description: string,
  read: ReadValue<T>,
  otherwise?: NoInfer<T>,
): Option => {
  const option = new Option(flags, description);
  option.argParser((text) => read(text, option.long ?? flags));
  return otherwise === undefined ? option : option.default(otherwise);
};

/** The same for one that may be given again: a list of what was read. */
export const repeated = <T>(flags: string, description: string, read: ReadValue<T>): Option => {
  const option = new Option(flags, description);
  return option
    .argParser((text, before: readonly T[]) => [...before, read(text, option.long ?? flags)])
    .default([]);
};

/** The same, where one value may have several, with commas between them. */
export const listed = <T>(flags: string, description: string, read: ReadValue<T>): Option => {
  const option = new Option(flags, description);
  return option
    .argParser((text, before: readonly T[]) => [
      ...before,
      ...text
        .split(',')
        .filter((part) => part.trim() !== '')
        .map((part) => read(part.trim(), option.long ?? flags)),
    ])
    .default([]);
};

/** ARM's rule of the names of resource groups. */
export const resourceGroup: ReadValue<string> = (text, flag) => {
  if (/^[\p{L}\p{N}_.()-]{1,90}$/u.test(text)) return text;
  throw invalid(
    `${flag} '${text.slice(0, 100)}' is no name of a resource group.`,
    "Use up to 90 letters, digits, '-', '_', '.', '(' or ')'.",
  );
};

export const wholeNumber =
  (least: number, most: number): ReadValue<number> =>
  (text, flag) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalid(
      `${flag} ${shown(text)} is no whole number from ${least} to ${most}.`,
      `Write decimal digits, ${least} to ${most}.`,
    );
  };

/** Fractions are good, too. */
export const seconds =
  (most: number): ReadValue<number> =>
  (text, flag) => {
    const value = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (value > 0 && value <= most) return value;
    throw invalid(
      `${flag} ${shown(text)} is no time from 0.001 to ${most} seconds.`,
      `Write seconds: 30, or 0.5; at most ${most}.`,
    );
  };

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };
const longestDuration = 7 * 86_400;

/** In seconds; bare numbers are seconds, too. */
export const duration: ReadValue<number> = (text, flag) => {
  const [, number, unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const value = Number(number) * (unitSeconds[unit] ?? 1);
  if (value > 0 && value <= longestDuration) return value;
  throw invalid(
    `${flag} ${shown(text)} is no duration from 1s to 168h.`,
    'Write a whole number with s, m or h: 90s, 5m, 2h.',
  );
};

export const port: ReadValue<number> = (text) => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 65_535) return value;
  throw invalid(`${shown(text)} is not a port.`, 'Ports are numbers from 0 to 65535.');
};

export const oneOf =
  <T extends string>(what: string, names: readonly T[]): ReadValue<T> =>
  (text) => {
    const found = names.find((name) => name.toLowerCase() === text.trim().toLowerCase());
    if (found !== undefined) return found;
    throw invalid(
      `There is no ${what} ${shown(text)}.`,
      `${didYouMean(nearestNames(text, names))}There are: ${names.join(', ')}.`,
    );
  };

/** The id of a resource of that type, as ARM writes it. */
export const resourceId =
  (type: string): ReadValue<string> =>
  (text, flag) => {
    if (parseResourceId(text)?.type.toLowerCase() === type.toLowerCase()) return text;
    throw invalid(
      `${flag} ${shown(text)} is not the id of a ${type} resource.`,
      `Write ${flag} /subscriptions/…/resourceGroups/…/providers/${type}/NAME.`,
    );
  };

/** The id of whatever has one: a resource, a group, a subscription. */
export const anyId: ReadValue<string> = (text, flag) => {
  if (parseResourceId(text) !== undefined) return text;
  throw invalid(
    `${flag} ${shown(text)} is not the id of a resource, a resource group or a subscription.`,
    `Write ${flag} /subscriptions/…/resourceGroups/…/providers/NAMESPACE/TYPE/NAME.`,
  );
};

/** Whatever this reader, which is not the command line's own, takes. */
export const readableBy =
  (read: (text: string) => unknown, fix: string): ReadValue<string> =>
  (text, flag) => {
    try {
      read(text);
      return text;
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw invalid(
        `${flag} ${shown(text)} is refused: ${(error as Error).message.replace(/\.$/, '')}.`,
        fix,
      );
    }
  };

export const ipAddress: ReadValue<string> = (text, flag) => {
  if (isIP(text) !== 0) return text;
  throw invalid(`${flag} ${shown(text)} is no address.`, 'Write it like 10.0.2.4 or fd00::4.');
};

export const addressPrefix: ReadValue<string> = (text, flag) => {
  if (isIP(text) !== 0 || readAddressPrefix(text) !== undefined) return text;
  throw invalid(`${flag} ${shown(text)} is no prefix.`, 'Write it like 10.0.0.0/16 or fd00::/64.');
};

/** Of any cloud: which of them an installation serves it says itself. */
export const region: ReadValue<string> = (text) => {
  if (findRegion(text) !== undefined) return text;
  const names = regions.map(({ name }) => name);
  throw invalid(
    `There is no region '${text.slice(0, 64)}'.`,
    `${didYouMean(nearestNames(text, names))}"./tombolo requirements show regions" lists them all.`,
  );
};

export const guid: ReadValue<string> = (text, flag) => {
  if (isGuid(text)) return text;
  throw invalid(`${flag} ${shown(text)} is no GUID.`, 'Write it like 00000000-0000-4000-8000-000000000001.');
};
