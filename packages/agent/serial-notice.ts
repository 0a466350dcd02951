/** Certificates with a negative serial number: RFC 5280 §4.1.2.2 forbids them, inspecting proxies make them, and clients begin to refuse them. */

import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

const longestChain = 10;

const chainOf = (socket: TLSSocket): readonly DetailedPeerCertificate[] => {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
    next !== undefined && next.subject !== undefined && chain.length < longestChain && !chain.includes(next);
    next = next.issuerCertificate
  )
    chain.push(next);
  return chain;
};

const subjectOf = ({ subject }: DetailedPeerCertificate): string =>
  [subject.CN ?? subject.O ?? '?'].flat().join(', ');

/** Looks at each host's chain once, and says once what it found there. */
export const createSerialNotice = (onNotice: (message: string) => void) => {
  const looked = new Set<string>();
  return (host: string, socket: TLSSocket): void => {
    if (looked.has(host) || looked.size > 100) return;
    looked.add(host);
    const found = chainOf(socket).find(({ serialNumber }) => serialNumber.startsWith('-'));
    if (found === undefined) return;
    onNotice(
      `The certificate '${subjectOf(found)}' in the chain of ${host} has a negative serial number (RFC 5280 §4.1.2.2). Azure's agents refuse such from February 2027 on: let whoever inspects TLS issue another.`,
    );
  };
};
