/** Before anything is installed: does this server's resolver know the names, and are they at the private endpoint (seed 001)? */

import { bashWord } from './bash-word.ts';
import { globalHost } from './hosts.ts';
import type { Onboarding } from './onboarding.ts';

/** Where the profile names name servers of its own, the agent asks those, and checks by itself (R9). */
const usesSystemResolver = ({ profile, downloadAddress }: Onboarding): boolean =>
  (profile.nameServers ?? []).length === 0 && downloadAddress === undefined;

/** A proxy resolves for who goes through it. */
const resolvesItself = ({ proxy }: Onboarding): boolean =>
  proxy === undefined || proxy.bypass.includes('Arc');

/** Calls, one a line. */
export const nameChecks = (onboarding: Onboarding): readonly string[] => {
  if (!usesSystemResolver(onboarding) || !resolvesItself(onboarding)) return [];
  // Of the Kubernetes zone the guide says that it is optional.
  const names = (onboarding.privateLink?.names ?? []).filter(
    ({ name }) => !name.endsWith(`.${onboarding.profile.suffixes.kubernetesConfiguration}`),
  );
  return names.length === 0
    ? [`check_name ${bashWord(globalHost(onboarding.profile))} ''`]
    : names.map(({ name, addresses }) => `check_name ${bashWord(name)} ${bashWord(addresses.join(' '))}`);
};

const functions = `check_name() { # name, the addresses that are right; none: any
  local answers address
  if ! command -v getent >/dev/null 2>&1; then return 0; fi
  answers=$(getent ahosts "$1" | awk '{print $1}' | sort -u | tr '\\n' ' ')
  if [ -z "$answers" ]; then
    fail 26 NameNotResolved "This server's DNS has no address for $1." \\
      'Let its name server forward that name to the DNS of the private endpoint, or write its names into /etc/hosts; for a public connection it has to resolve in the internet.'
  fi
  if [ -z "$2" ]; then return 0; fi
  for address in $2; do
    case " $answers" in *" $address "*) return 0 ;; esac
  done
  fail 26 NameNotPrivate "$1 is \${answers% } for this server, and not $2, where the private endpoint is." \\
    'Let its name server forward that name to the DNS of the private endpoint, or write its names into /etc/hosts.'
}

`;

export const nameFunctions = (onboarding: Onboarding): string =>
  nameChecks(onboarding).length === 0 ? '' : functions;
