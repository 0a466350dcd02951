/** Host patterns as the tables write them: what they match, and which region a name is of. */

import { regionNames } from './region.ts';

/** `*.` at the start stands for one or more labels, `*` elsewhere for part of one, `<region>` for a region's segment. */
const source = (pattern: string): string =>
  pattern
    .toLowerCase()
    .split(/(^\*\.|\*|<region>|\{[a-z-]+\})/)
    .map((part) => {
      if (part === '*.') return '(?:[a-z0-9_-]+\\.)+';
      if (part === '*') return '[a-z0-9_-]*';
      if (part === '<region>') return '(?<region>[a-z0-9]+)';
      // A parameter is the reader's own address: no name that somebody asks about is known to be it.
      if (part.startsWith('{')) return '(?!)';
      return part.replaceAll(/[.\-+?^$()|[\]\\]/g, '\\$&');
    })
    .join('');

const compiled = new Map<string, RegExp>();
const expression = (pattern: string): RegExp => {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(`^${source(pattern)}$`, 'i');
  // Patterns come from the catalogue; the bound is for catalogues of others.
  if (compiled.size < 5_000) compiled.set(pattern, made);
  return made;
};

export interface HostMatch {
  /** The region that stands where the pattern says `<region>`. */
  readonly region?: string;
}

/** @returns undefined where the pattern does not cover the host, or its region segment is no region's name */
export const matchHost = (pattern: string, host: string): HostMatch | undefined => {
  const found = expression(pattern).exec(host);
  if (found === null) return undefined;
  const region = found.groups?.region?.toLowerCase();
  if (region === undefined) return {};
  return regionNames.some((entry) => entry.name === region) ? { region } : undefined;
};

/** `*` or a placeholder is in it: no firewall without wildcards takes it as it is. */
export const isPattern = (host: string): boolean => /[*<{]/.test(host);
