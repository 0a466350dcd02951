/** A proxy auto-configuration file: the proxy for public names, DIRECT for the private endpoint's and bypassed ones. */

import { patternSource } from '../safe-text.ts';
import { commented, type Format, headLines } from './format.ts';

const list = (entries: readonly string[]): string =>
  `[${entries.map((entry) => `\n  ${JSON.stringify(entry)}`).join(',')}${entries.length > 0 ? '\n' : ''}]`;

const patterns = (hosts: readonly string[]): readonly string[] =>
  hosts.filter((host) => host.includes('*')).map((host) => `^${patternSource(host)}$`);
const exact = (hosts: readonly string[]): readonly string[] => hosts.filter((host) => !host.includes('*'));

/** The file decides the way of a name, not whether it is allowed: ports and paths are not looked at. */
export const pac: Format = {
  name: 'pac',
  title: 'Proxy auto-configuration (PAC) file',
  // Browsers hide the path of an https address from the script.
  can: { names: true, patterns: 'any', paths: 'inspected', addresses: false, tags: false, literals: true },
  checkedBy: 'pac-resolver',
  needs: ['proxy'],
  render: (fitted, { name, proxy = '', otherwise }, format) => {
    const proxied = [...new Set(fitted.names.map(({ host }) => host))];
    const [direct, through] = [fitted.privateNames, proxied];
    // ECMAScript 3: what every evaluator of such files has.
    const text = `${commented('//', headLines(fitted, format))}
var directNames = ${list(exact(direct))};
var directPatterns = ${list(patterns(direct))};
// Names at and below these go past the proxy, as the agent's proxy.bypass has it.
var bypass = ${list(fitted.plan.bypass)};
var proxyNames = ${list(exact(through))};
var proxyPatterns = ${list(patterns(through))};

function isListed(host, names, patterns) {
  var i;
  for (i = 0; i < names.length; i++) if (host === names[i]) return true;
  for (i = 0; i < patterns.length; i++) if (new RegExp(patterns[i]).test(host)) return true;
  return false;
}

function isBelow(host, suffix) {
  var at = host.length - suffix.length;
  return host === suffix || (at > 0 && host.charAt(at - 1) === '.' && host.substring(at) === suffix);
}

function FindProxyForURL(url, host) {
  var i;
  host = host.toLowerCase().replace(/\\.$/, '');
  if (isListed(host, directNames, directPatterns)) return 'DIRECT';
  for (i = 0; i < bypass.length; i++) if (isBelow(host, bypass[i])) return 'DIRECT';
  if (isListed(host, proxyNames, proxyPatterns)) return ${JSON.stringify(`PROXY ${proxy}`)};
  return ${otherwise === 'proxy' ? JSON.stringify(`PROXY ${proxy}`) : "'DIRECT'"};
}
`;
    return [{ name: `${name}.pac`, text }];
  },
};
