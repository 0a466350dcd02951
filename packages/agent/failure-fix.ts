/** What helps against the cause that a service or the network named, where more is known than the failure's number says. */

const clearAndAgain = ' Connecting again uses the machine resource that is there.';

/** By the code of the service, or of the system's error. */
const fixes: Readonly<Record<string, string>> = {
  MachineNotAssociated:
    'Connect with --private-link-scope and the id of the scope that the endpoint belongs to, or let the machine resolve the public addresses.',
  PublicNetworkAccessDisabled:
    "Let the machine resolve the scope's private endpoint (DNS), or set publicNetworkAccess of the scope to Enabled.",
  PrivateLinkScopeDeleted:
    'Connect with --private-link-scope and the id of a scope that exists, or with an empty one for none.',
  AgentVersionNotSupported: 'Update the agent: private endpoints need version 1.4 or later.',
  MachineKeyMismatch:
    'Another key is registered for this machine resource: delete the resource, or connect with the state directory that has its key.',
  MachineCertificateRejected: 'Run ./tombolo-agent disconnect --force-local-only, then connect again.',
  MachineNotFound:
    'The machine resource is gone: run ./tombolo-agent disconnect --force-local-only, then connect.',
  MachineClockWrong:
    'Set the clock (chronyc makestep, timedatectl set-ntp true), then try again: the agent goes on by itself.',
  AuthenticationFailed: "Compare the machine's clock with the service's, then connect again.",
  ECONNRESET:
    'Somebody on the way ends the connection. By a private endpoint: approve its connection on the scope. Else: look at firewall and TLS inspection.',
  ECONNREFUSED:
    'Nothing listens there: check that the service runs, and that the name resolves to the right address.',
  ENOTFOUND:
    "Let the machine's DNS server answer this name: link the privatelink zones, or forward to the resolver's inbound endpoint.",
  EAI_AGAIN: "The machine's DNS server does not answer: check /etc/resolv.conf and the way to it.",
  ETIMEDOUT: 'Let the firewall allow TCP 443 to this host, or set a route to the private endpoint.',
  EHOSTUNREACH:
    "Set a route to the address that this name resolves to: a private endpoint's needs the site's link to the network.",
  ENETUNREACH:
    "Set a route to the address that this name resolves to: a private endpoint's needs the site's link to the network.",
  ProxyAuthenticationRequired:
    "Put the proxy's user and password into its URL, percent-encoded: ./tombolo-agent config set proxy.url http://USER:PASSWORD@HOST:PORT, or HTTPS_PROXY.",
  ProxyRefused:
    'Let the proxy connect to this host on this port (CONNECT), or let the host go past it: proxy.bypass, NO_PROXY.',
  ProxyFailed:
    'Let the proxy resolve this name and reach its address, or let the host go past it: proxy.bypass, NO_PROXY.',
  ProxyUnreachable: 'Check proxy.url (or HTTPS_PROXY), that the proxy runs, and the way to it.',
  CERT_NOT_YET_VALID: "Set the machine's clock: the service's certificate begins later than now.",
  CERT_HAS_EXPIRED: "Compare the machine's clock, or have the service's certificate renewed.",
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Another server answers at this address: check what the name resolves to, and hosts files.',
};

const untrusted =
  'Trust the authority that signed: --cloud-profile of the installation has its own; for TLS inspection add its authority to the system (or NODE_EXTRA_CA_CERTS).';

const untrustedCodes = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** Undefined where the number's own fix is all there is. */
export const fixOf = (code: string, resourceStays = false): string | undefined => {
  const fix = untrustedCodes.includes(code) ? untrusted : fixes[code];
  return fix === undefined ? undefined : `${fix}${resourceStays ? clearAndAgain : ''}`;
};
