/** Windows Firewall: a PowerShell script that replaces the rules of one group. */

import type { Fitted } from '../fit.ts';
import { portRange, ruleName } from '../plan.ts';
import { described } from './described.ts';
import {
  allPrefixes,
  commented,
  documentForm,
  type Format,
  headLines,
  inParts,
  type RenderOptions,
} from './format.ts';

/** A literal of PowerShell: nothing is expanded between single quotes; typographic ones count as quotes too. */
export const quoted = (text: string): string => `'${text.replaceAll(/['‘’‚‛]/g, (mark) => mark + mark)}'`;

/** More addresses in a rule make it slow to load. */
const largest = 1_000;

const render = (fitted: Fitted, options: RenderOptions, format: Format) => {
  const group = quoted(options.name);
  const rules = fitted.addresses.flatMap((rule) => {
    const parts = inParts(allPrefixes(rule), largest);
    return parts.map((addresses, at) => {
      const name = `${options.name}-${ruleName(rule)}${parts.length > 1 ? `-${at + 1}` : ''}`;
      return [
        '',
        '$addresses = @(',
        addresses.map((address) => `    ${quoted(address)}`).join(',\n'),
        ')',
        `New-NetFirewallRule -Name ${quoted(name)} -DisplayName ${quoted(name)} -Group ${group} -Description ${quoted(described(rule.of, 200))} -Direction ${rule.inbound === true ? 'Inbound' : 'Outbound'} -Action Allow -Profile Any -Protocol ${rule.protocol.toUpperCase()} ${rule.inbound === true ? '-LocalPort' : '-RemotePort'} ${portRange(rule)} -RemoteAddress $addresses | Out-Null`,
      ].join('\n');
    });
  });
  const enforce = options.enforce
    ? '\n# Everything else that leaves is blocked, unless another rule allows it.\nSet-NetFirewallProfile -All -DefaultOutboundAction Block\n'
    : '';
  const text = `${commented('#', headLines(fitted, format))}#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
Get-NetFirewallRule -Group ${group} -ErrorAction SilentlyContinue | Remove-NetFirewallRule
${rules.join('\n')}
${enforce}`;
  // Windows PowerShell reads a script without a byte order mark in the machine's code page; this is ASCII.
  return [{ name: `${options.name}-windows-firewall.ps1`, text: text.replaceAll('\n', '\r\n') }];
};

export const windowsFirewall: Format = {
  name: 'windows-firewall',
  title: 'Windows Firewall (PowerShell)',
  can: documentForm,
  render,
};
