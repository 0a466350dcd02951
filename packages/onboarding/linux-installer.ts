/** What an installation hands out as `/azcmagent-linux`: installs its agent, whose checksum is in the script. */

import { type AgentPackage, executableArchitectures } from './agent-package.ts';
import { bashDownload, bashDownloadOptions, bashHead, bashMessages, bashTrust } from './bash-parts.ts';
import { bashWord } from './bash-word.ts';

/** Where there is no program with Node inside for it, the agent runs on the server's Node. */
const leastNode = 24;

const options = `certificate_authority=''
package=''
while [ "$#" -gt 0 ]; do
  case $1 in
    --certificate-authority | --package | --proxy | --resolve)
      if [ "$#" -lt 2 ]; then
        printf 'ERROR: %s needs a value.\\n' "$1" >&2
        exit 23
      fi
      case $1 in
        --certificate-authority) certificate_authority=$2 ;;
        --package) package=$2 ;;
        --proxy)
          curl_options+=(--proxy "$2")
          wget_options+=(-e use_proxy=yes -e "https_proxy=$2")
          ;;
        --resolve) curl_options+=(--resolve "$2") ;;
      esac
      shift 2
      ;;
    *)
      printf 'ERROR: %s is no option of this script.\\n' "$1" >&2
      exit 23
      ;;
  esac
done
`;

const steps = `find_node() {
  local found
  if ! node=$(command -v node); then
    fail 120 NodeMissing 'This agent runs on Node.js ${leastNode} or later, and there is no node on this server.' \\
      'Install Node.js ${leastNode} (https://nodejs.org), so that "node --version" answers for root, and run this again.'
  fi
  found=$("$node" --version 2>/dev/null)
  found=\${found#v}
  case \${found%%.*} in
    '' | *[!0-9]*) found='an unknown version' ;;
    *) if [ "\${found%%.*}" -ge ${leastNode} ]; then return 0; fi ;;
  esac
  fail 120 NodeTooOld "This agent runs on Node.js ${leastNode} or later, and $node is $found." \\
    'Install Node.js ${leastNode} (https://nodejs.org), so that "node --version" answers for root, and run this again.'
}

has_sha256() { # file, checksum
  if command -v sha256sum >/dev/null 2>&1; then
    [ "$(sha256sum <"$1" | cut -d ' ' -f 1)" = "$2" ]
  else
    [ "$(openssl dgst -sha256 -r <"$1" | cut -d ' ' -f 1)" = "$2" ]
  fi
}

require_sha256() { # file, checksum
  if has_sha256 "$1" "$2"; then return 0; fi
  fail 121 ChecksumMismatch "The package of the agent has not the checksum $2." \\
    'Download it again; if that is the same, look who changes it on its way. Nothing was installed.'
}

find_executable() { # the program with Node inside for this processor, if the installation has one
  case $(uname -m) in
    x86_64 | amd64) executable_sha256=$sha256_x64 executable_url=$url_x64 ;;
    aarch64 | arm64) executable_sha256=$sha256_arm64 executable_url=$url_arm64 ;;
  esac
  [ -n "$executable_sha256" ] && [ -z "$package" ]
}

install_executable() { # 1: it does not start on this system
  (umask 022 && mkdir -p /opt/tombolo-agent /usr/local/bin) &&
    install -m 0755 "$work/tombolo-agent" /opt/tombolo-agent/.tombolo-agent ||
    fail 122 NotInstalled 'The agent could not be installed into /opt/tombolo-agent.' 'The line above says why.'
  # Not from the folder of temporary files, where programs may not be allowed.
  if ! /opt/tombolo-agent/.tombolo-agent version >/dev/null 2>"$work/start.txt"; then
    rm -f /opt/tombolo-agent/.tombolo-agent
    say "It does not start on this system: $(head -n 1 "$work/start.txt")"
    return 1
  fi
  mv -f /opt/tombolo-agent/.tombolo-agent /opt/tombolo-agent/tombolo-agent &&
    rm -f /opt/tombolo-agent/tombolo-agent.mjs &&
    ln -sf /opt/tombolo-agent/tombolo-agent /usr/local/bin/tombolo-agent ||
    fail 122 NotInstalled 'The agent could not be installed into /opt/tombolo-agent.' 'The line above says why.'
}

install_files() {
  (umask 022 && mkdir -p /opt/tombolo-agent /usr/local/bin) &&
    install -m 0644 "$work/tombolo-agent.mjs" /opt/tombolo-agent/.tombolo-agent.mjs &&
    printf '#!/bin/sh\\nexec "%s" /opt/tombolo-agent/tombolo-agent.mjs "$@"\\n' "$node" >"$work/tombolo-agent" &&
    install -m 0755 "$work/tombolo-agent" /opt/tombolo-agent/.tombolo-agent &&
    mv -f /opt/tombolo-agent/.tombolo-agent.mjs /opt/tombolo-agent/tombolo-agent.mjs &&
    mv -f /opt/tombolo-agent/.tombolo-agent /opt/tombolo-agent/tombolo-agent &&
    ln -sf /opt/tombolo-agent/tombolo-agent /usr/local/bin/tombolo-agent
}

install_bundle() {
  find_node
  if [ -r /opt/tombolo-agent/tombolo-agent.mjs ] && [ -x /opt/tombolo-agent/tombolo-agent ] &&
    has_sha256 /opt/tombolo-agent/tombolo-agent.mjs "$sha256"; then
    say "The agent $version is installed already."
    exit 0
  fi
  if [ -n "$package" ]; then
    cp -- "$package" "$work/tombolo-agent.mjs" || fail 122 PackageUnreadable "$package cannot be read." 'Name the package of this installation.'
  else
    download "$url" "$work/tombolo-agent.mjs"
  fi
  require_sha256 "$work/tombolo-agent.mjs" "$sha256"
  say "Installing the agent $version into /opt/tombolo-agent, for $node"
  install_files || fail 122 NotInstalled 'The agent could not be installed into /opt/tombolo-agent.' 'The line above says why.'
}

install_unit() {
  printf '%s\\n' "$unit" >"$work/tombolo-agent.service" &&
    install -m 0644 "$work/tombolo-agent.service" /etc/systemd/system/tombolo-agent.service &&
    systemctl daemon-reload
}

main() {
  require_root
  make_work
  if [ -e /opt/azcmagent/bin/himds ]; then
    fail 27 OtherAgent 'The Azure Connected Machine agent is on this server.' \\
      'Both use the same local address: disconnect and remove azcmagent first.'
  fi
  if [ -e /var/lib/dpkg/info/tombolo-agent.list ]; then
    say 'The agent is installed as a package of this system: it is left as it is.'
    return 0
  fi
  if find_executable && [ -x /opt/tombolo-agent/tombolo-agent ] &&
    has_sha256 /opt/tombolo-agent/tombolo-agent "$executable_sha256"; then
    say "The agent $version is installed already."
    return 0
  fi
  if [ -n "$certificate_authority" ]; then trust "$certificate_authority"; fi
  if find_executable; then
    download "$executable_url" "$work/tombolo-agent"
    require_sha256 "$work/tombolo-agent" "$executable_sha256"
    say "Installing the agent $version into /opt/tombolo-agent"
    install_executable || install_bundle
  else
    install_bundle
  fi
  if [ -d /run/systemd/system ]; then
    install_unit || fail 122 NotInstalled 'The unit tombolo-agent.service could not be installed.' 'The line above says why.'
  fi
  say "Installed the agent $version."
}
`;

const unit = `[Unit]
Description=Tombolo agent
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/opt/tombolo-agent/tombolo-agent run
Restart=on-failure
RestartSec=10

[Install]
WantedBy=multi-user.target`;

const executableLines = (executables: NonNullable<AgentPackage['executables']>): string =>
  executableArchitectures
    .map((name) => {
      const { sha256 = '', url = '' } = executables[name] ?? {};
      return `sha256_${name}=${bashWord(sha256)}\nurl_${name}=${bashWord(url)}\n`;
    })
    .join('');

export const linuxInstaller = ({ version, sha256, url, executables = {} }: AgentPackage): string =>
  `${bashHead([
    'Installs the agent of a Tombolo installation. Run it as root; run again it changes nothing.',
    'Options: --certificate-authority FILE, --proxy URL, --resolve HOST:PORT:ADDRESS, --package FILE (instead of a download).',
  ])}
version=${bashWord(version)}
sha256=${bashWord(sha256)}
url=${bashWord(url)}
${executableLines(executables)}executable_sha256=''
executable_url=''
unit=${bashWord(unit)}
work=''
node=''
${bashDownloadOptions}${options}
report() { :; } # who runs this script reports

${bashMessages}
${bashDownload}
${bashTrust}
${steps}
main
`;
