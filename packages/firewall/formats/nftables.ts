/** nftables: one table of its own with interval sets; accepts in output and forward, and drops the rest when enforced. */

import type { Fitted } from '../fit.ts';
import { type AddressRule, portRange, ruleName } from '../plan.ts';
import {
  commented,
  documentForm,
  type Format,
  headLines,
  prefixTexts,
  type RenderOptions,
  withoutNameServer,
} from './format.ts';

const setName = (rule: AddressRule, family: 4 | 6): string =>
  `${ruleName(rule).replaceAll('-', '_')}_v${family}`;

const families = [4, 6] as const;

const sets = (rule: AddressRule): string =>
  families
    .filter((family) => prefixTexts(rule, family).length > 0)
    .map(
      (family) =>
        `\tset ${setName(rule, family)} {\n\t\ttype ipv${family}_addr\n\t\tflags interval\n\t\telements = {\n${prefixTexts(
          rule,
          family,
        )
          .map((prefix) => `\t\t\t${prefix}`)
          .join(',\n')}\n\t\t}\n\t}\n`,
    )
    .join('');

const accepts = (rule: AddressRule): readonly string[] =>
  families
    .filter((family) => prefixTexts(rule, family).length > 0)
    .map(
      (family) =>
        `${family === 4 ? 'ip' : 'ip6'} ${rule.inbound === true ? 'saddr' : 'daddr'} @${setName(rule, family)} ${rule.protocol} dport ${portRange(rule)} counter accept`,
    );

const chain = (hook: 'output' | 'forward' | 'input', rules: readonly string[], enforce: boolean): string => {
  const lines = [
    `type filter hook ${hook} priority filter; policy ${enforce ? 'drop' : 'accept'};`,
    'ct state established,related accept',
    ...(hook === 'output' ? ['oifname "lo" accept'] : []),
    // Without neighbour discovery there is no IPv6 at all (RFC 4890 4.4.1).
    ...(enforce
      ? [
          'icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-report, mld2-listener-report } accept',
        ]
      : []),
    ...rules,
  ];
  return `\tchain ${hook} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
};

const render = (fitted: Fitted, { name, enforce }: RenderOptions, format: Format) => {
  const outward = fitted.addresses.filter(({ inbound }) => inbound !== true).flatMap(accepts);
  const inward = fitted.addresses.filter(({ inbound }) => inbound === true).flatMap(accepts);
  const mode = enforce
    ? 'Everything else that leaves or passes is dropped.'
    : 'Nothing is dropped by this table: an accept here does not undo a drop in another one. --enforce drops the rest.';
  const text = [
    commented('#', [...headLines(fitted, format), mode, ...(enforce ? withoutNameServer(fitted) : [])]),
    // Declared first, so that the delete below works the first time too; the file is one transaction.
    `table inet ${name}\ndelete table inet ${name}\ntable inet ${name} {\n`,
    ...fitted.addresses.map(sets),
    chain('output', outward, enforce),
    chain('forward', [...outward, ...inward], enforce),
    // What comes in is nobody's to drop here: an accept says what another table must not refuse.
    ...(inward.length === 0 ? [] : [chain('input', inward, false)]),
    '}\n',
  ].join('');
  return [{ name: `${name}.nft`, text }];
};

export const nftables: Format = {
  name: 'nftables',
  title: 'nftables ruleset (nft -f)',
  can: documentForm,
  checkedBy: 'nft -c -f',
  render,
};
