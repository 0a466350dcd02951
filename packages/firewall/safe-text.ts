/** What may stand in generated rules: names and addresses are checked here once, so that no format has to trust its input. */

import { isHostName } from '@tombolo/dns-records/host-name';
import { isRefusal, type Prefix, readPrefix } from '@tombolo/ip/prefix';
import { FirewallProblem } from './problem.ts';

const placeholder = /<region>|\{[a-z-]+\}/g;

/**
 * A host name, pattern or address of the catalogue or of an endpoint's list, in lower case; placeholders may be left in it.
 * @throws FirewallProblem InvalidHost for anything that could end a line, a string or a list of some format
 */
export const safeHost = (text: string): string => {
  const host = text.trim().toLowerCase().replace(/\.$/, '');
  const bare = host.replaceAll(placeholder, 'x');
  if (host.length <= 253 && isHostName(bare, { underscores: true, wildcards: true })) return host;
  if (hostAddress(host) !== undefined) return host;
  throw new FirewallProblem(
    'InvalidHost',
    `'${text.slice(0, 80)}' is no host name that a rule can be made of.`,
    'Names have letters, digits and hyphens between dots; check the file that it comes from.',
  );
};

/** The address that a host is, as the prefix of it alone; undefined: it is a name. */
export const hostAddress = (host: string): Prefix | undefined => {
  if (host.includes('/')) return undefined;
  const read = readPrefix(host.replace(/^\[(.*)\]$/, '$1'));
  return isRefusal(read) ? undefined : read;
};

/** @throws FirewallProblem InvalidAddress where the text is not one address */
export const addressOf = (text: string, what: string): Prefix => {
  const address = hostAddress(text);
  if (address !== undefined) return address;
  throw new FirewallProblem(
    'InvalidAddress',
    `${what} '${text.slice(0, 64)}' is not an IPv4 or IPv6 address.`,
    'Give one address, without a port, such as 10.0.2.4.',
  );
};

/** A path of the catalogue. @throws FirewallProblem InvalidHost */
export const safePath = (path: string): string => {
  if (/^(\/[A-Za-z0-9_~%-][A-Za-z0-9._~%-]*)+$/.test(path)) return path;
  throw new FirewallProblem(
    'InvalidHost',
    `'${path.slice(0, 80)}' is no path that a rule can be made of.`,
    'Paths have letters, digits and hyphens between slashes.',
  );
};

/** `$`, `.`, `*` and the rest made literal, for regular expressions. */
export const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Exactly what a table's pattern covers: `*.` one or more labels, `*` part of one. Without anchors. */
export const patternSource = (pattern: string): string =>
  pattern
    .split(/(^\*\.|\*)/)
    .map((part) =>
      part === '*.' ? '([a-z0-9_-]+\\.)+' : part === '*' ? '[a-z0-9_-]*' : part.replaceAll('.', '\\.'),
    )
    .join('');

/** One line of a comment, whatever the text was. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
