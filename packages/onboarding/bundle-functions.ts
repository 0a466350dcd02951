/** How the script of an offline bundle verifies what lies beside it, before anything of it runs. */

import { bundleSignerName } from './bundle-signer.ts';

/** All is copied first: what is run is what was verified. */
export const bundleFunctions = `verify_bundle() {
  local here file
  here=$(cd -- "$(dirname -- "$0")" && pwd)
  if ! command -v openssl >/dev/null 2>&1; then
    fail 120 NoOpenssl 'openssl is not on this server, and it is needed to verify the bundle.' 'Install it and run this again.'
  fi
  say 'Verifying the bundle'
  for file in install.sh tombolo-agent.mjs hosts SHA256SUMS SHA256SUMS.pem SHA256SUMS.sig; do
    cp -- "$here/$file" "$work/$file" ||
      fail 121 BundleIncomplete "$file is not beside this script." 'Copy the whole folder of the bundle.'
  done
  if ! openssl verify -partial_chain -CAfile "$work/authority.pem" -untrusted "$work/SHA256SUMS.pem" \\
    -verify_hostname ${bundleSignerName} "$work/SHA256SUMS.pem" >"$work/verify.txt" 2>&1; then
    fail 121 BundleNotOurs "The bundle is not signed by this installation: $(tail -n 1 "$work/verify.txt")" \\
      'Make it anew; a bundle is good for 397 days. Nothing of it was run.'
  fi
  openssl x509 -in "$work/SHA256SUMS.pem" -pubkey -noout >"$work/signer.pem" &&
    openssl dgst -sha256 -verify "$work/signer.pem" -signature "$work/SHA256SUMS.sig" "$work/SHA256SUMS" >/dev/null 2>&1 &&
    (cd -- "$work" && sha256sum --check --status --strict SHA256SUMS) ||
    fail 121 BundleChanged 'The bundle is not what the installation signed.' 'Copy it again; if that is the same, look who changed it. Nothing of it was run.'
}

write_hosts() { # the private endpoint's names, once
  if grep -q '^# BEGIN tombolo' /etc/hosts; then
    say '/etc/hosts has a block of tombolo: left as it is.'
  else
    say "Writing the private endpoint's names into /etc/hosts"
    cat -- "$work/hosts" >>/etc/hosts
  fi
}

`;
