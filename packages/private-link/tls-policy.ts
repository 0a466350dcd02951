/** R16: everything speaks TLS 1.2 or later; every listener and every client takes its bound from here. */

/** As `node:tls` spells it. */
export const minVersion = 'TLSv1.2';

/** Protocol versions as `tls.TLSSocket.getProtocol()` names them, with the wire value of the record layer's version. */
export const protocolVersions = {
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
} as const;

/** R16: may a peer that negotiated this protocol go on? An unknown name (SSLv3, null) may not. */
export const isAcceptedProtocol = (protocol: string | null): boolean => {
  const versions: Readonly<Record<string, number>> = protocolVersions;
  return (
    protocol !== null &&
    Object.hasOwn(versions, protocol) &&
    (versions[protocol] ?? 0) >= protocolVersions[minVersion]
  );
};
