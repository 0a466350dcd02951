/** The onboarding script for Windows, for azcmagent of a real cloud; PowerShell 5.1 or later, run again it changes nothing. */

import { isInstallation } from '@tombolo/private-link';
import { exitLines } from './exit-codes.ts';
import { downloadPaths, globalHost, globalOrigin } from './hosts.ts';
import { authTypeOf, checkOnboarding, type Onboarding } from './onboarding.ts';
import { powershellLiteral } from './powershell-literal.ts';
import { OnboardingProblem } from './problem.ts';
import { tagsArgument } from './tags.ts';
import { windowsFunctions } from './windows-functions.ts';

export interface WindowsOptions {
  /** For a computer startup script of Group Policy: nobody to ask, no window to look at, a transcript instead. */
  readonly groupPolicy?: boolean;
}

/** Options of `connect` by their names: they go into a file, so that no value meets Windows' quoting of argument lists. */
const connectOptions = (onboarding: Onboarding): readonly (readonly [string, string])[] => {
  const { authentication, privateLink, resourceName, tags } = onboarding;
  return [
    ['subscription-id', onboarding.subscriptionId],
    ['tenant-id', onboarding.tenantId],
    ['resource-group', onboarding.resourceGroup],
    ...(resourceName === undefined ? [] : [['resource-name', resourceName] as const]),
    ['location', onboarding.location],
    ['cloud', onboarding.profile.name],
    ...(privateLink === undefined ? [] : [['private-link-scope', privateLink.scopeId] as const]),
    ...(Object.keys(tags).length === 0 ? [] : [['tags', tagsArgument(tags)] as const]),
    ['correlation-id', onboarding.correlationId],
    ...('clientId' in authentication ? [['service-principal-id', authentication.clientId] as const] : []),
    ...(authentication.kind === 'certificate'
      ? [['service-principal-cert', authentication.file] as const]
      : []),
  ];
};

const credential = ({ authentication }: Onboarding): readonly string[] => {
  switch (authentication.kind) {
    case 'secret':
      return [
        `    $options['service-principal-secret'] = Read-Credential 'client secret' ${powershellLiteral(authentication.file)}`,
      ];
    case 'token':
      return [
        `    $options['access-token'] = Read-Credential 'access token' ${powershellLiteral(authentication.file)}`,
      ];
    case 'device-code':
      return ["    $options['use-device-code'] = $true"];
    default:
      return [];
  }
};

const checks = (onboarding: Onboarding): readonly string[] => {
  const { proxy, privateLink, profile } = onboarding;
  if (proxy !== undefined && !proxy.bypass.includes('Arc')) return [];
  const names = (privateLink?.names ?? []).filter(
    ({ name }) => !name.endsWith(`.${profile.suffixes.kubernetesConfiguration}`),
  );
  const list = (addresses: readonly string[]): string => `@(${addresses.map(powershellLiteral).join(', ')})`;
  return names.length === 0
    ? [`    Test-Name ${powershellLiteral(globalHost(profile))} @()`]
    : names.map(({ name, addresses }) => `    Test-Name ${powershellLiteral(name)} ${list(addresses)}`);
};

/** @throws OnboardingProblem */
export const windowsScript = (given: Onboarding, { groupPolicy = false }: WindowsOptions = {}): string => {
  const onboarding = checkOnboarding(given);
  const { authentication, profile, proxy } = onboarding;
  if (isInstallation(profile))
    throw new OnboardingProblem(
      'The agent of an installation does not run on Windows, so there is no script for one.',
      'Use a Linux server, or --cloud with the name of a real cloud.',
    );
  if (groupPolicy && (authentication.kind === 'device-code' || authentication.kind === 'interactive'))
    throw new OnboardingProblem(
      `At startup nobody is there to sign in by ${authentication.kind}.`,
      'Use a service principal with a secret or a certificate.',
    );
  const direct = proxy?.bypass.includes('Arc');
  const values: readonly (readonly [string, string])[] = [
    ['origin', globalOrigin(profile)],
    ['subscriptionId', onboarding.subscriptionId],
    ['resourceGroup', onboarding.resourceGroup],
    ['resourceName', onboarding.resourceName ?? ''],
    ['tenantId', onboarding.tenantId],
    ['location', onboarding.location],
    ['correlationId', onboarding.correlationId],
    ['authType', authTypeOf(authentication)],
    ['proxyUrl', proxy?.url ?? ''],
    ['proxyBypass', proxy?.bypass.join(',') ?? ''],
    ['downloadProxy', proxy === undefined || direct ? '' : proxy.url],
  ];
  return [
    '# Connects this server to Azure Arc. Run it in a PowerShell of an administrator.',
    '# Run again it changes nothing. Nothing in it is secret.',
    '#',
    '# Exit codes:',
    ...exitLines().map((line) => `#   ${line}`),
    '',
    "$ErrorActionPreference = 'Stop'",
    "$ProgressPreference = 'SilentlyContinue'",
    '',
    '# What was chosen, one string each.',
    ...values.map(([name, value]) => `$${name} = ${powershellLiteral(value)}`),
    '$options = [ordered]@{}',
    ...connectOptions(onboarding).map(
      ([name, value]) => `$options[${powershellLiteral(name)}] = ${powershellLiteral(value)}`,
    ),
    `$unattended = ${groupPolicy ? '$true' : '$false'}`,
    "$agent = Join-Path $env:ProgramW6432 'AzureConnectedMachineAgent\\azcmagent.exe'",
    '$work = $null',
    '',
    windowsFunctions,
    ...(groupPolicy
      ? [
          "$transcript = Join-Path $env:ProgramData 'onboarding.log'",
          'Start-Transcript -LiteralPath $transcript -Append | Out-Null',
          '',
        ]
      : []),
    'try {',
    '    Test-Administrator',
    '    if (Test-Connected) { exit 0 }',
    '    New-Work',
    ...(checks(onboarding).length === 0 ? [] : ["    Write-Output 'Checking names'", ...checks(onboarding)]),
    ...credential(onboarding),
    `    if (-not (Test-Path -LiteralPath $agent)) { Install-Agent "$origin${downloadPaths.windows}" }`,
    ...(proxy === undefined ? [] : ['    Set-AgentProxy']),
    '    Connect-Agent',
    `    Write-Output "Connected to $($resourceGroup): the machine's status there is Connected."`,
    '} catch {',
    '    Stop-Onboarding 122 $_.FullyQualifiedErrorId "$_" \'Remove that cause and run this again.\'',
    '} finally {',
    '    if ($work) { Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue }',
    ...(groupPolicy ? ['    Stop-Transcript | Out-Null'] : []),
    '}',
    '',
  ].join('\r\n');
};
