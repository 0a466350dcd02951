/** iptables and ip6tables with ipset: the sets, and a save file for each family that refers to them. */

import { formatAddress4, formatAddress6 } from '@tombolo/ip/address';
import type { Fitted } from '../fit.ts';
import { type AddressRule, portRange, ruleName } from '../plan.ts';
import {
  addressesOnly,
  commented,
  type Format,
  headLines,
  prefixTexts,
  type RenderOptions,
  withoutNameServer,
} from './format.ts';

/** At most 31 characters, ipset's limit: twelve of the name, eighteen of leg, protocol, port and family. */
const setName = (name: string, rule: AddressRule, family: 4 | 6): string =>
  `${name}-${ruleName(rule)}-${family}`;

/** hash:net takes no prefix of length 0: two halves say the same. */
const entries = (rule: AddressRule, family: 4 | 6): readonly string[] =>
  prefixTexts(rule, family).flatMap((prefix) => {
    if (!prefix.endsWith('/0')) return [prefix];
    return family === 4
      ? [`${formatAddress4(0)}/1`, `${formatAddress4(2 ** 31)}/1`]
      : [`${formatAddress6(0n)}/1`, `${formatAddress6(1n << 127n)}/1`];
  });

const ipset = (fitted: Fitted, name: string): string =>
  ([4, 6] as const)
    .flatMap((family) =>
      fitted.addresses.flatMap((rule) => {
        const members = entries(rule, family);
        if (members.length === 0) return [];
        const set = setName(name, rule, family);
        // Filled aside and swapped in, so that a running firewall never sees a half-filled set.
        const kind = `hash:net family inet${family === 6 ? '6' : ''} maxelem ${Math.max(65_536, members.length)}`;
        return [
          `create -exist ${set} ${kind}`,
          `create -exist ${name}-new ${kind}`,
          `flush ${name}-new`,
          ...members.map((member) => `add ${name}-new ${member}`),
          `swap ${name}-new ${set}`,
          `destroy ${name}-new`,
        ];
      }),
    )
    .map((line) => `${line}\n`)
    .join('');

const neighbours = [133, 135, 136, 143].map(
  (type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`,
);

/** Chains of others and, without `enforce`, policies are left as they are. */
const save = (fitted: Fitted, { name, enforce }: RenderOptions, format: Format, family: 4 | 6): string => {
  const chain = name.toUpperCase();
  const program = family === 4 ? 'iptables-restore' : 'ip6tables-restore';
  const rules = fitted.addresses.filter((rule) => entries(rule, family).length > 0);
  const policies = enforce ? [':FORWARD DROP [0:0]', ':OUTPUT DROP [0:0]'] : [];
  // What a policy of DROP would stop besides: replies, the machine itself, and IPv6 as a whole (RFC 4890 4.4.1).
  const besides = enforce
    ? [
        '-o lo -j ACCEPT',
        '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        ...(family === 6 ? neighbours : []),
      ]
    : [];
  return [
    commented('#', [
      ...headLines(fitted, format),
      `Load the sets first (ipset restore < ${name}.ipset), then this: ${program} --noflush. Without --noflush the filter table is emptied before, INPUT included.`,
      ...(enforce ? withoutNameServer(fitted) : []),
    ]),
    ...[
      '*filter',
      ...policies,
      `:${chain} - [0:0]`,
      `-I OUTPUT -j ${chain}`,
      `-I FORWARD -j ${chain}`,
      ...besides.map((rule) => `-A ${chain} ${rule}`),
      ...rules.map(
        (rule) =>
          `-A ${chain} -p ${rule.protocol} -m set --match-set ${setName(name, rule, family)} dst -m ${rule.protocol} --dport ${portRange(rule, ':')} -j ACCEPT`,
      ),
      'COMMIT',
    ].map((line) => `${line}\n`),
  ].join('');
};

export const iptables: Format = {
  name: 'iptables',
  title: 'iptables-save and ip6tables-save files with ipset',
  can: addressesOnly,
  checkedBy: 'ipset restore, iptables-restore --test',
  render: (fitted, options, format) => [
    { name: `${options.name}.ipset`, text: ipset(fitted, options.name) },
    { name: `${options.name}.rules.v4`, text: save(fitted, options, format, 4) },
    { name: `${options.name}.rules.v6`, text: save(fitted, options, format, 6) },
  ],
};
