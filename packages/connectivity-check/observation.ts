/** What was seen of one endpoint, as facts: judged in `judgement.ts`, made in `probe.ts`. */

export interface SeenCertificate {
  /** Common names, or the whole name where there is none. */
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly serialNumber: string;
}

/** `not used`: no proxy is set; `bypassed`: one is set, and not for this name. */
export type ProxyStatus = 'not used' | 'used' | 'bypassed';

/** How far the attempt came; `tunnel`: the proxy was reached, and asked for a connection. */
export type Step = 'resolve' | 'connect' | 'proxy' | 'tunnel' | 'tls' | 'done';

export interface Observation {
  readonly step: Step;
  readonly proxyStatus: ProxyStatus;
  /** Absent: nobody here resolved the name, the proxy does. */
  readonly addresses?: readonly string[];
  readonly aliases?: readonly string[];
  /** `TLS 1.3`. */
  readonly tls?: string;
  readonly certificate?: SeenCertificate;
  /** What Node says of a chain that does not verify: `CERT_HAS_EXPIRED`. */
  readonly untrusted?: string;
  /** The error that ended it: a code of Node's, of OpenSSL's, or `ProxyRefused`, `ProxyAuthenticationRequired`, `ProxyFailed`, `ProxyUnreachable`. */
  readonly fault?: { readonly code: string; readonly message: string };
  /** Milliseconds from the first question to the end. */
  readonly took: number;
}
