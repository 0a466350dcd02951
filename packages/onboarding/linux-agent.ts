/** The part of a script for Linux that finds the agent, looks what the server is connected as, and installs. */

import { isInstallation } from '@tombolo/private-link';
import { bashWord } from './bash-word.ts';
import { downloadPaths, globalHost } from './hosts.ts';
import type { Onboarding } from './onboarding.ts';

const installArguments = (onboarding: Onboarding): string => {
  const { proxy, downloadAddress, profile } = onboarding;
  const own = isInstallation(profile);
  return [
    ...(own && profile.certificateAuthorities.length > 0
      ? ['--certificate-authority "$work/authority.pem"']
      : []),
    ...(own && downloadAddress !== undefined
      ? [`--resolve ${bashWord(`${globalHost(profile)}:${profile.ports.https}:${downloadAddress}`)}`]
      : []),
    ...(proxy === undefined || (own && proxy.bypass.includes('Arc')) ? [] : ['--proxy "$proxy_url"']),
  ]
    .map((word) => ` ${word}`)
    .join('');
};

/** What differs between Azure's agent and an installation's. */
const agentOf = (onboarding: Onboarding) =>
  isInstallation(onboarding.profile)
    ? { command: 'tombolo-agent', path: '/opt/tombolo-agent/tombolo-agent' }
    : { command: 'azcmagent', path: '/opt/azcmagent/bin/azcmagent' };

export const installed = (onboarding: Onboarding, offline: boolean): string => {
  const { command, path } = agentOf(onboarding);
  return `find_agent() { agent=$(command -v ${command}) || { agent=${path} && [ -x "$agent" ]; }; }

field() { # a property of "show --json", in lower case
  tr ',{}' '\\n\\n\\n' <"$work/show.json" |
    sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*$/\\1/p' | head -n 1 | tr '[:upper:]' '[:lower:]'
}

lower() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }

connected_already() {
  local name group subscription
  find_agent && "$agent" show --json >"$work/show.json" 2>/dev/null || return 1
  name=$(field resourceName)
  group=$(field resourceGroup)
  subscription=$(field subscriptionId)
  if [ -z "$name" ]; then return 1; fi
  if [ "$subscription" = "$(lower "$subscription_id")" ] && [ "$group" = "$(lower "$resource_group")" ]${
    onboarding.resourceName === undefined ? '' : ' &&\n    [ "$name" = "$(lower "$resource_name")" ]'
  }; then
    say "This server is connected already, as $name in the resource group $group: nothing was changed."
    return 0
  fi
  fail 27 ConnectedElsewhere "This server is connected already, as $name in the resource group $group of subscription $subscription." \\
    "If that is wrong, disconnect it first: $agent disconnect"
}

install_agent() {
  local code
  ${offline ? '' : `download "$origin${downloadPaths.linux}" "$work/install.sh"\n  `}say 'Installing the agent'
  bash "$work/install.sh"${offline ? ' --package "$work/tombolo-agent.mjs"' : installArguments(onboarding)} 2>&1 | tee "$work/install.txt"
  code=\${PIPESTATUS[0]}
  if [ "$code" -ne 0 ]; then
    case $code in 18 | 26 | 27 | 120 | 121) ;; *) code=122 ;; esac
    fail "$code" InstallationFailed "The agent was not installed: $(last_error "$work/install.txt")" 'Remove that cause and run this again.'
  fi
  find_agent || fail 122 InstallationFailed 'The agent is not where its installer puts it.' 'Look at the lines above.'
}
`;
};
