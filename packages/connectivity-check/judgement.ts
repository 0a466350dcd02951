/** From what was seen of an endpoint to azcmagent's columns, and to what is wrong with it and who can mend it. Pure. */

import { addressKind } from '@tombolo/ip/address-kind';
import type { Observation, ProxyStatus, SeenCertificate } from './observation.ts';
import type { ExpectedEndpoint } from './question.ts';

/** `unknown` is what could not be found out; it is never shown as false. */
export type Known = boolean | 'unknown';

interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly fix: string;
}

export interface CheckedEndpoint {
  readonly endpoint: ExpectedEndpoint;
  /** `https://gbl.his.arc.azure.com`, with the port where it is not 443. */
  readonly url: string;
  readonly reachable: Known;
  readonly required: boolean;
  readonly private: Known;
  /** `TLS 1.3`, or why there is none to tell. */
  readonly tls: string;
  readonly proxyStatus: ProxyStatus;
  readonly addresses: readonly string[];
  readonly aliases: readonly string[];
  readonly certificate?: SeenCertificate;
  /** Milliseconds; absent: it was not tried. */
  readonly took?: number;
  readonly problem?: Problem;
}

const problems = {
  NameNotFound: {
    is: (host: string) => `${host} has no address.`,
    fix: "Let the machine's DNS server answer it: allow it in a filtering resolver, link the private DNS zones to the network, or forward to the resolver's inbound endpoint.",
  },
  ResolverFailed: {
    is: (host: string, why: string) => `The DNS server did not answer for ${host} (${why}).`,
    fix: 'Check that the name server of this machine is up and reachable on port 53, over UDP and TCP.',
  },
  NoAnswer: {
    is: (host: string, why: string) => `${host} did not answer (${why}).`,
    fix: 'Something on the way drops the packets: allow outbound TCP to this name and port in firewall, security group and route.',
  },
  Refused: {
    is: (host: string) => `${host} refused the connection: nothing listens at that address and port.`,
    fix: 'Compare the address with what the name should have: a stale hosts file or a hand-copied record leads to the wrong machine.',
  },
  Unreachable: {
    is: (host: string, why: string) => `There is no route to ${host} (${why}).`,
    fix: "Add a route to the address, or let the machine's own firewall pass it.",
  },
  Reset: {
    is: (host: string) => `The connection to ${host} was cut during the TLS handshake.`,
    fix: 'A firewall that inspects names cuts it, or the private endpoint connection is not Approved: allow the name, or approve the connection.',
  },
  TlsTooOld: {
    is: (host: string) => `What answers for ${host} speaks no TLS 1.2 or later.`,
    fix: 'A proxy or an old appliance answers in its place: let it pass TLS 1.2 and 1.3 unchanged.',
  },
  CertificateExpired: {
    is: (host: string, why: string) => `The certificate of ${host} is not valid now (${why}).`,
    fix: "Compare this machine's clock with the right time; where it is right, the certificate has to be renewed.",
  },
  WrongName: {
    is: (host: string, why: string) => `What answers for ${host} has a certificate for other names (${why}).`,
    fix: 'The name leads to another service: look at the addresses beside those of the private endpoint or of the service.',
  },
  NotTrusted: {
    is: (host: string, why: string) =>
      `The certificate of ${host} is signed by an authority that this machine does not trust (${why}).`,
    fix: "Where TLS inspection is meant to be, put its authority into the system's trust store; where it is not, except this name from it.",
  },
  ProxyRefused: {
    is: (host: string, why: string) => `The proxy refused ${host} (${why}).`,
    fix: 'Allow the name in the proxy, or give it the user that it asks for (config set proxy.url).',
  },
  ProxyFailed: {
    is: (host: string, why: string) => `The proxy got no connection to ${host} (${why}).`,
    fix: 'The proxy has to resolve this name and reach its address; or let the name go past it (proxy.bypass, NO_PROXY).',
  },
  ProxyUnreachable: {
    is: (host: string, why: string) => `The proxy could not be used for ${host} (${why}).`,
    fix: 'Check the address in proxy.url (or HTTPS_PROXY), and that the proxy is up.',
  },
  TlsFailed: {
    is: (host: string, why: string) => `The TLS handshake with ${host} failed (${why}).`,
    fix: 'Something on the way answers in its place, or cipher suites have nothing in common.',
  },
  NotPrivate: {
    is: (host: string, why: string) =>
      `${host} has the public address ${why} where a private one is expected.`,
    fix: "Link the private DNS zones of the scope's private endpoint to this machine's network, or forward the name to a resolver there.",
  },
  Private: {
    is: (host: string, why: string) =>
      `${host} has the private address ${why}, and a public one is expected.`,
    fix: 'Check with --enable-pls-check where the machine is to use a private link scope; else unlink the private DNS zones from its network.',
  },
} as const;
type ProblemCode = keyof typeof problems;

const problem = (code: ProblemCode, host: string, why = ''): Problem => ({
  code,
  message: problems[code].is(host, why),
  fix: problems[code].fix,
});

const ofResolver = (host: string, { code, message }: Fault): Problem =>
  code === 'ENOTFOUND' || code === 'ENODATA'
    ? problem('NameNotFound', host)
    : problem('ResolverFailed', host, code === 'ETIMEDOUT' ? message : code);

type Fault = NonNullable<Observation['fault']>;

const ofConnection = (host: string, { code, message }: Fault): Problem => {
  switch (code) {
    case 'ECONNREFUSED':
      return problem('Refused', host);
    case 'ETIMEDOUT':
      return problem('NoAnswer', host, message);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EACCES':
    case 'EPERM':
      return problem('Unreachable', host, code);
    case 'ECONNRESET':
      return problem('Reset', host);
    default:
      return problem('NoAnswer', host, code);
  }
};

/** OpenSSL's words for a peer that offers less than our floor, and for one that refuses what we offer. */
const tooOld = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER|VERSION_TOO_LOW/;

const ofHandshake = (host: string, fault: Fault): Problem => {
  if (tooOld.test(fault.code)) return problem('TlsTooOld', host);
  if (fault.code === 'ECONNRESET' || fault.code === 'EPIPE') return problem('Reset', host);
  if (fault.code === 'ETIMEDOUT') return problem('NoAnswer', host, fault.message);
  return problem('TlsFailed', host, fault.code);
};

const ofProxy = (host: string, { code, message }: Fault, asked: boolean): Problem => {
  if (code === 'ProxyFailed' || (asked && code === 'ETIMEDOUT')) return problem('ProxyFailed', host, message);
  if (code === 'ProxyRefused' || code === 'ProxyAuthenticationRequired')
    return problem('ProxyRefused', host, message);
  return problem('ProxyUnreachable', host, message);
};

const ofFault = (host: string, step: Observation['step'], fault: Fault): Problem => {
  switch (step) {
    case 'resolve':
      return ofResolver(host, fault);
    case 'proxy':
    case 'tunnel':
      return ofProxy(host, fault, step === 'tunnel');
    case 'tls':
      return ofHandshake(host, fault);
    case 'connect':
    case 'done':
      return ofConnection(host, fault);
  }
};

const ofCertificate = (
  host: string,
  untrusted: string,
  certificate: SeenCertificate | undefined,
): Problem => {
  switch (untrusted) {
    case 'CERT_HAS_EXPIRED':
      return problem('CertificateExpired', host, `until ${certificate?.validTo}`);
    case 'CERT_NOT_YET_VALID':
      return problem('CertificateExpired', host, `from ${certificate?.validFrom}`);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return problem('WrongName', host, certificate?.subject ?? untrusted);
    default:
      return problem('NotTrusted', host, `issuer ${certificate?.issuer ?? 'unknown'}, ${untrusted}`);
  }
};

/** One private address among public ones counts, as in the check before `connect` (R9). */
const isPrivate = (addresses: readonly string[] | undefined, publicAddresses: readonly string[]): Known => {
  if (addresses === undefined || addresses.length === 0) return 'unknown';
  return addresses.some((address) => addressKind(address, publicAddresses) === 'private');
};

const ofRoute = (
  { host, private: expected }: ExpectedEndpoint,
  found: Known,
  addresses: readonly string[],
): Problem | undefined => {
  if (expected === undefined || found === 'unknown' || found === expected) return undefined;
  return problem(expected ? 'NotPrivate' : 'Private', host, addresses.join(', '));
};

const urlOf = ({ host, port }: ExpectedEndpoint): string =>
  port === 443 ? `https://${host}` : `https://${host}:${port}`;

/**
 * @param seen undefined: it is a pattern, and there is no name to try
 * @param publicAddresses that are public whatever their range says (a cloud profile's)
 */
export const judgeEndpoint = (
  endpoint: ExpectedEndpoint,
  seen: Observation | undefined,
  publicAddresses: readonly string[],
): CheckedEndpoint => {
  const { host, required } = endpoint;
  const shown = { endpoint, url: urlOf(endpoint), required };
  if (seen === undefined) {
    const nothing = { addresses: [], aliases: [], proxyStatus: 'not used' as const };
    return { ...shown, ...nothing, reachable: 'unknown', private: 'unknown', tls: 'unknown' };
  }
  const { addresses, aliases = [], certificate, fault, untrusted, step, proxyStatus, took } = seen;
  const found = isPrivate(addresses, publicAddresses);
  const failed =
    fault !== undefined
      ? ofFault(host, step, fault)
      : untrusted === undefined
        ? undefined
        : ofCertificate(host, untrusted, certificate);
  const what = failed ?? ofRoute(endpoint, found, addresses ?? []);
  return {
    ...shown,
    reachable: failed === undefined,
    private: found,
    tls: seen.tls ?? 'unknown',
    proxyStatus,
    addresses: addresses ?? [],
    aliases,
    took,
    ...(certificate === undefined ? {} : { certificate }),
    ...(what === undefined ? {} : { problem: what }),
  };
};

/** Does it keep the machine from working? */
export const isFailure = ({ required, problem: found }: CheckedEndpoint): boolean =>
  required && found !== undefined;
