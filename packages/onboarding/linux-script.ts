/** The onboarding script for Linux: checks names, installs the agent, connects; run again it changes nothing. */

import { isInstallation } from '@tombolo/private-link';
import { bashDownload, bashDownloadOptions, bashHead, bashMessages, bashTrust } from './bash-parts.ts';
import { bashWord } from './bash-word.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { globalHost, globalOrigin } from './hosts.ts';
import { installed } from './linux-agent.ts';
import { linuxCredentials } from './linux-credentials.ts';
import { nameChecks, nameFunctions } from './linux-names.ts';
import { linuxReport } from './linux-report.ts';
import { checkOnboarding, type Onboarding } from './onboarding.ts';
import { OnboardingProblem } from './problem.ts';
import { tagsArgument } from './tags.ts';

const values = (onboarding: Onboarding): readonly (readonly [name: string, value: string])[] => {
  const { subscriptionId, tenantId, resourceGroup, resourceName, location, correlationId } = onboarding;
  return [
    ['origin', globalOrigin(onboarding.profile)],
    ['subscription_id', subscriptionId],
    ['tenant_id', tenantId],
    ['resource_group', resourceGroup],
    ...(resourceName === undefined ? [] : [['resource_name', resourceName] as const]),
    ['location', location],
    ...(Object.keys(onboarding.tags).length === 0 ? [] : [['tags', tagsArgument(onboarding.tags)] as const]),
    ['correlation_id', correlationId],
    ...(isInstallation(onboarding.profile) ? [] : [['cloud', onboarding.profile.name] as const]),
    ...(onboarding.privateLink === undefined
      ? []
      : [['private_link_scope', onboarding.privateLink.scopeId] as const]),
    ...(onboarding.proxy === undefined ? [] : [['proxy_url', onboarding.proxy.url] as const]),
    ...(onboarding.proxy === undefined || onboarding.proxy.bypass.length === 0
      ? []
      : [['proxy_bypass', onboarding.proxy.bypass.join(',')] as const]),
  ];
};

/** A download goes past the proxy where the agent's own calls to Arc will. */
const reach = (onboarding: Onboarding): string => {
  const { proxy, downloadAddress, profile } = onboarding;
  const direct = proxy?.bypass.includes('Arc');
  return [
    ...(proxy === undefined
      ? []
      : direct
        ? ["curl_options+=(--noproxy '*')", 'wget_options+=(--no-proxy)']
        : [
            'curl_options+=(--proxy "$proxy_url")',
            'wget_options+=(-e use_proxy=yes -e "https_proxy=$proxy_url")',
          ]),
    ...(downloadAddress === undefined
      ? []
      : [
          `curl_options+=(--resolve ${bashWord(`${globalHost(profile)}:${profile.ports.https}:${downloadAddress}`)})`,
        ]),
  ]
    .map((line) => `${line}\n`)
    .join('');
};

const configured = ({ proxy }: Onboarding): string => {
  if (proxy === undefined) return '';
  const set = (property: string, variable: string): string =>
    `  "$agent" config set ${property} "$${variable}" >"$work/config.txt" 2>&1 ||
    fail 27 ProxyRefused "The agent did not take the proxy: $(last_error "$work/config.txt")" 'See what it says, and make the script anew.'
`;
  return `
configure_proxy() {
  say "Setting the proxy $proxy_url"
${set('proxy.url', 'proxy_url')}${proxy.bypass.length === 0 ? '' : set('proxy.bypass', 'proxy_bypass')}}
`;
};

const connecting = (onboarding: Onboarding): string => {
  const own = isInstallation(onboarding.profile);
  const { argumentLines } = linuxCredentials(onboarding.authentication);
  const lines = [
    '--subscription-id "$subscription_id"',
    '--tenant-id "$tenant_id"',
    '--resource-group "$resource_group"',
    ...(onboarding.resourceName === undefined ? [] : ['--resource-name "$resource_name"']),
    '--location "$location"',
    own ? '--cloud-profile "$work/profile.json"' : '--cloud "$cloud"',
    ...(onboarding.privateLink === undefined ? [] : ['--private-link-scope "$private_link_scope"']),
    ...(Object.keys(onboarding.tags).length === 0 ? [] : ['--tags "$tags"']),
    '--correlation-id "$correlation_id"',
    ...argumentLines,
  ];
  return `
connect() {
  local code
  say 'Connecting'
  "$agent" connect \\
    ${lines.join(' \\\n    ')} 2>&1 | tee "$work/connect.txt"
  code=\${PIPESTATUS[0]}
  if [ "$code" -ne 0 ]; then
    fail "$code" ConnectFailed "This server was not connected: $(last_error "$work/connect.txt")" 'Remove that cause and run this again.'
  fi
}
`;
};

/** Azure's packages bring their services; ours is a unit that begins once there is something to be connected as. */
const started = `
start_agent() {
  if [ -d /run/systemd/system ]; then
    systemctl enable --quiet --now tombolo-agent.service ||
      fail 122 ServiceNotStarted 'The service tombolo-agent did not start.' 'See: journalctl -u tombolo-agent'
  else
    say "There is no systemd here: let this system start '$agent run', so that the server stays connected."
  fi
}
`;

const main = (onboarding: Onboarding, offline: boolean): string => {
  const own = isInstallation(onboarding.profile);
  const checks = nameChecks(onboarding);
  const credentials = linuxCredentials(onboarding.authentication);
  const pem = onboarding.profile.certificateAuthorities;
  const lines = [
    'require_root',
    'make_work',
    ...(own
      ? [
          `printf '%s\\n' ${bashWord(JSON.stringify(onboarding.profile))} >"$work/profile.json"`,
          ...(pem.length === 0
            ? []
            : [
                `printf '%s\\n' ${bashWord(pem.map((text) => text.trim()).join('\n'))} >"$work/authority.pem"`,
                'trust "$work/authority.pem"',
              ]),
        ]
      : []),
    `if connected_already; then${own ? '\n    start_agent' : ''}\n    return 0\n  fi`,
    ...(offline ? ['verify_bundle', `if [ "\${1:-}" = --hosts ]; then write_hosts; fi`] : []),
    ...(checks.length === 0 ? [] : ["say 'Checking names'", ...checks]),
    ...(credentials.prepare === undefined ? [] : ['prepare_credentials']),
    'if ! find_agent; then install_agent; fi',
    ...(onboarding.proxy === undefined ? [] : ['configure_proxy']),
    'connect',
    ...(own ? ['start_agent'] : []),
    `say "Connected to $resource_group: the machine's status there is Connected."`,
  ];
  return `
main() {
${lines.map((line) => `  ${line}`).join('\n')}
}

main${offline ? ' "$@"' : ''}
`;
};

/**
 * @param way `offline`: a script that stands in a bundle and downloads nothing.
 * @throws OnboardingProblem
 */
export const linuxScript = (given: Onboarding, way: 'online' | 'offline' = 'online'): string => {
  const onboarding = checkOnboarding(given);
  const own = isInstallation(onboarding.profile);
  const { prepare } = linuxCredentials(onboarding.authentication);
  const offline = way === 'offline';
  if (offline && !own)
    throw new OnboardingProblem(
      "There is no bundle of a real cloud's agent.",
      'Download its package where there is internet, install it on the server, and run the script: it installs only what is missing.',
    );
  return [
    bashHead([
      own
        ? 'Connects this server to a Tombolo installation. Run it as root: sudo bash FILE'
        : 'Connects this server to Azure Arc. Run it as root: sudo bash FILE',
      'Run again it changes nothing. Nothing in it is secret.',
    ]),
    `\n# What was chosen, one word each.\n`,
    ...values(onboarding).map(([name, value]) => `${name}=${bashWord(value)}\n`),
    "work=''\nagent=''\n",
    bashDownloadOptions,
    reach(onboarding),
    `\n${linuxReport(onboarding)}\n`,
    `${bashMessages}\n`,
    `${bashDownload}\n`,
    own && onboarding.profile.certificateAuthorities.length > 0 ? `${bashTrust}\n` : '',
    nameFunctions(onboarding),
    offline ? bundleFunctions : '',
    installed(onboarding, offline),
    prepare === undefined ? '' : `\n${prepare}`,
    configured(onboarding),
    connecting(onboarding),
    own ? started : '',
    main(onboarding, offline),
  ].join('');
};
