/** From a plan to the files of one form. */

import { didYouMean, nearestNames } from '@tombolo/private-link';
import { type Fitted, fit } from './fit.ts';
import { azureFirewall } from './formats/azure-firewall.ts';
import { cisco } from './formats/cisco.ts';
import { csv, json, markdown } from './formats/documents.ts';
import { addressList, domainList } from './formats/external-list.ts';
import type { Format, OutputFile, RenderOptions } from './formats/format.ts';
import { fortigate } from './formats/fortigate.ts';
import { haproxy } from './formats/haproxy.ts';
import { iptables } from './formats/iptables.ts';
import { nftables } from './formats/nftables.ts';
import { pac } from './formats/pac.ts';
import { securityGroup } from './formats/security-group.ts';
import { squid } from './formats/squid.ts';
import { terraform } from './formats/terraform.ts';
import { windowsFirewall } from './formats/windows-firewall.ts';
import type { FirewallPlan, Unexpressed } from './plan.ts';
import { FirewallProblem } from './problem.ts';
import { hostAddress } from './safe-text.ts';

export const formats: readonly Format[] = [
  nftables,
  iptables,
  azureFirewall,
  securityGroup,
  terraform,
  squid,
  haproxy,
  pac,
  windowsFirewall,
  cisco,
  fortigate,
  addressList,
  domainList,
  json,
  csv,
  markdown,
];

/** @throws FirewallProblem UnknownFormat with the nearest names */
export const findFormat = (name: string): Format => {
  const found = formats.find((format) => format.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = formats.map((format) => format.name);
  const nearest = nearestNames(name, names);
  throw new FirewallProblem(
    'UnknownFormat',
    `There is no format '${name.slice(0, 40)}'.`,
    `${didYouMean(nearest)}All: ${names.join(', ')}.`,
    nearest,
  );
};

export type ExportOptions = Partial<RenderOptions>;

export interface ExportedRules {
  readonly format: Format;
  readonly files: readonly OutputFile[];
  readonly unexpressed: readonly Unexpressed[];
  readonly rules: { readonly names: number; readonly tags: number; readonly prefixes: number };
}

const invalid = (option: string, value: string, fix: string): FirewallProblem =>
  new FirewallProblem('InvalidOption', `${option} '${value.slice(0, 64)}' cannot stand in rules.`, fix);

/** Every option ends up in generated text: each has a strict form. @throws FirewallProblem InvalidOption */
export const checkOptions = (options: ExportOptions): RenderOptions => {
  const { name = 'tombolo', proxy, directory, location } = options;
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name))
    throw invalid('The name', name, 'Give up to 12 lower-case letters and digits, a letter first.');
  if (proxy !== undefined && !isProxy(proxy))
    throw invalid('The proxy', proxy, 'Give host:port, such as proxy.example.org:3128.');
  if (directory !== undefined && !/^\/[A-Za-z0-9._/-]{0,200}$/.test(directory))
    throw invalid('The directory', directory, 'Give an absolute path of letters, digits, hyphens and dots.');
  if (location !== undefined && !/^[a-z0-9]{1,40}$/.test(location))
    throw invalid('The location', location, 'Give a region name such as japaneast.');
  return { enforce: false, tlsInspection: false, otherwise: 'direct', ...options, name };
};

const isProxy = (text: string): boolean => {
  const parts = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(text);
  if (parts === null) return false;
  const [, host = '', port] = parts;
  if (host.startsWith('[') && hostAddress(host) === undefined) return false;
  return Number(port) >= 1 && Number(port) <= 65_535;
};

const counted = ({ names, tags, addresses }: Fitted): ExportedRules['rules'] => ({
  names: names.length,
  tags: tags.length,
  prefixes: addresses.reduce((sum, { prefixes }) => sum + prefixes.v4.length + prefixes.v6.length, 0),
});

/**
 * Pure. Rules without one entry are refused: some firewalls take an empty list for "everything", others for "nothing".
 * @throws FirewallProblem OptionMissing, InvalidOption, NothingExpressed
 */
export const exportRules = (
  plan: FirewallPlan,
  format: Format,
  options: ExportOptions = {},
): ExportedRules => {
  const complete = checkOptions(options);
  for (const option of format.needs ?? []) {
    if (complete[option] === undefined)
      throw new FirewallProblem(
        'OptionMissing',
        `The format ${format.name} needs a ${option}.`,
        `Give --${option}, such as --${option} proxy.example.org:3128.`,
      );
  }
  const fitted = fit(plan, format.can, complete.tlsInspection);
  const rules = counted(fitted);
  const routed = format.name === 'pac' ? fitted.privateNames.length : 0;
  if (format.document !== true && rules.names + rules.tags + rules.prefixes + routed === 0) {
    const [first] = fitted.unexpressed;
    throw new FirewallProblem(
      'NothingExpressed',
      `Nothing of the plan can be said as ${format.name}: ${fitted.unexpressed.length} hosts are left${first === undefined ? '' : `, the first ${first.host}: ${first.reason}`}.`,
      format.can.names
        ? 'Export it as json or markdown, which show every entry.'
        : 'Give --service-tags (and --file, --dns for a private endpoint), or take a format that knows names.',
    );
  }
  return { format, files: format.render(fitted, complete, format), unexpressed: fitted.unexpressed, rules };
};
