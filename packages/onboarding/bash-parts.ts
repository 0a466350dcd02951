/** What the scripts for Linux share: their first lines, messages, downloads, and the certificates that they trust. */

import { exitLines } from './exit-codes.ts';

/** `about`: what the script does, a line each. Other shells than bash are refused before anything is done. */
export const bashHead = (about: readonly string[]): string => `#!/usr/bin/env bash
${about.map((line) => `# ${line}`).join('\n')}
#
# Exit codes:
${exitLines()
  .map((line) => `#   ${line}`)
  .join('\n')}

# Words are what was chosen, typographic quotes and all; functions are called by others.
# shellcheck disable=SC1112,SC2317
if [ -z "\${BASH_VERSION:-}" ]; then
  echo 'ERROR: run this script with bash.' >&2
  exit 120
fi
set -u
set -o pipefail
umask 077
`;

/** \`fail CODE TYPE SENTENCE ADVICE\` ends the script; \`report\` is for the script to define. */
export const bashMessages = `say() { printf '%s\\n' "$*"; }

fail() { # exit code, message type, what happened, what to do
  printf 'ERROR: %s\\n       %s\\n' "$3" "$4" >&2
  report "$2" "$3"
  exit "$1"
}

require_root() {
  if [ "$(id -u)" -ne 0 ]; then
    fail 18 NotRoot 'This script has to run as root.' "Run it as root: sudo bash '$0'"
  fi
}

make_work() {
  work=$(mktemp -d) || fail 122 NoTemporaryFolder 'No temporary folder can be made.' 'See that /tmp, or TMPDIR, can be written.'
  trap 'rm -rf -- "$work"' EXIT
}

last_error() { # the last line of a program's output that says what went wrong
  local line
  line=$(grep -a 'ERROR' "$1" | tail -n 1 | sed 's/^.*ERROR:\\{0,1\\} *//')
  if [ -z "$line" ]; then line=$(tail -n 1 "$1"); fi
  printf '%s' "$line"
}
`;

/**
 * `download URL FILE`, with curl or wget; proxies and certificates come by their options. A server that was reached
 * and refuses says why in its answer: that is shown, and no advice about the network.
 */
export const bashDownload = `refusal() { # file: what a server said in Azure's form, if it did
  head -c 4096 "$1" 2>/dev/null | tr '\\n' ' ' | tr -cd ' -~' |
    sed -n 's/^.*"message" *: *"\\(\\([^"\\\\]\\|\\\\.\\)*\\)".*$/\\1/p' | sed 's/\\\\\\(.\\)/\\1/g'
}

download() { # URL, file
  local failed said
  say "Downloading $1"
  if command -v curl >/dev/null 2>&1; then
    if curl "\${curl_options[@]}" --output "$2" "$1" 2>"$work/download.txt"; then return 0; else failed=$?; fi
    if [ "$failed" -eq 22 ]; then
      failed=refused
      curl "\${curl_options[@]}" --no-fail --max-time 20 --output "$2" "$1" 2>/dev/null
    fi
  elif command -v wget >/dev/null 2>&1; then
    if wget "\${wget_options[@]}" --content-on-error --output-document="$2" "$1" 2>"$work/download.txt"; then return 0; else failed=$?; fi
    if [ "$failed" -eq 8 ]; then failed=refused; fi
  else
    fail 120 NoDownloadProgram 'Neither curl nor wget is on this server.' 'Install one of them and run this again.'
  fi
  said=$(tail -n 1 "$work/download.txt")
  if [ "$failed" = refused ]; then
    fail 122 DownloadScriptFailed "$1 could not be downloaded: $said $(refusal "$2")" \\
      'It was reached, or a proxy in its place, and refuses: who runs it has to mend that. Run this again then.'
  fi
  fail 26 DownloadScriptFailed "$1 could not be downloaded: $said" \\
    'Let this server resolve that name and reach it: look at DNS, firewall and proxy.'
}
`;

export const bashDownloadOptions = `curl_options=(--fail --silent --show-error --proto '=https' --tlsv1.2 --connect-timeout 30 --max-time 600)
wget_options=(--no-verbose --https-only --secure-protocol=TLSv1_2 --timeout=30 --tries=2)
`;

/** TLS inspection stays possible (R18): the system's own certificates count, too. */
export const bashTrust = `trust() { # PEM file: trusted beside the system's certificates
  local store
  for store in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem; do
    if [ -r "$store" ]; then
      cat -- "$store" >"$work/authorities.pem"
      break
    fi
  done
  cat -- "$1" >>"$work/authorities.pem"
  curl_options+=(--cacert "$work/authorities.pem")
  wget_options+=("--ca-certificate=$work/authorities.pem")
}
`;
