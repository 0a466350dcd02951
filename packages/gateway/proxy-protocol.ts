/** PROXY protocol version 2: encoding, and a strict, bounded, incremental decoder (HAProxy's proxy-protocol.txt, section 2.2). */

import { addressOfBytes, bytesOf, formatAddress, readAddress } from '@tombolo/ip/address';
import { isLinkIdentifier } from '@tombolo/private-link';

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Tlv {
  /** 0–255; Azure's link identifier is 0xEE. */
  readonly type: number;
  readonly value: Uint8Array;
}

export type ProxyHeader =
  /** A proxied connection; both addresses are of one family. */
  | {
      readonly command: 'PROXY';
      readonly source: Endpoint;
      readonly destination: Endpoint;
      readonly tlvs: readonly Tlv[];
    }
  /** The proxy's own connection (a health probe): the receiver uses the socket's own addresses, whatever the block says. */
  | { readonly command: 'LOCAL' };

export type ProxyDecoding =
  /** Nothing can be said before there are `atLeast` bytes in all. */
  | { readonly status: 'need-more'; readonly atLeast: number }
  /** `length` bytes belong to the header; what follows is the client's. */
  | { readonly status: 'header'; readonly header: ProxyHeader; readonly length: number }
  | { readonly status: 'error'; readonly reason: string };

const signature = Uint8Array.of(0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a);
const prefixLength = 16;
const families = { 17: 4, 33: 16 } as const;

/** Longest header that the decoder takes, in bytes, prefix included: ours have 40 or less, so this is generous. */
export const maximumProxyHeaderLength = 1024;

/** Azure's TLV type for Private Link (Learn, "Private Link service overview", TCP proxy v2). */
const azureTlvType = 0xee;
const azureLinkIdentifierSubtype = 0x01;

/** The TLV that carries a private endpoint's link identifier: 0xEE, then 0x01 and the uint32 in little-endian order. */
export const linkIdentifierTlv = (linkIdentifier: number): Tlv => {
  if (!isLinkIdentifier(linkIdentifier)) {
    throw new RangeError(
      `link identifier ${linkIdentifier} is refused: it has to be an integer from 0 to 4294967295`,
    );
  }
  const value = new Uint8Array(5);
  value[0] = azureLinkIdentifierSubtype;
  new DataView(value.buffer).setUint32(1, linkIdentifier, true);
  return { type: azureTlvType, value };
};

/** The link identifier of a decoded header; undefined where it is absent, malformed or there more than once. */
export const linkIdentifierOf = (header: ProxyHeader): number | undefined => {
  if (header.command === 'LOCAL') return undefined;
  const found = header.tlvs.filter(
    (tlv) => tlv.type === azureTlvType && tlv.value[0] === azureLinkIdentifierSubtype,
  );
  const value = found[0]?.value;
  if (found.length !== 1 || value?.length !== 5) return undefined;
  return new DataView(value.buffer, value.byteOffset, 5).getUint32(1, true);
};

/** Encodes a header. Throws a RangeError for addresses of different families, ports or TLVs out of range. */
export const encodeProxyHeader = (header: ProxyHeader): Uint8Array => {
  if (header.command === 'LOCAL') return Uint8Array.of(...signature, 0x20, 0x00, 0x00, 0x00);
  const { source, destination, tlvs } = header;
  const [from, to] = [readAddress(source.address), readAddress(destination.address)];
  if (from === undefined || to === undefined || from.family !== to.family) {
    throw new RangeError(
      `PROXY header refused: ${source.address} and ${destination.address} are not of one address family`,
    );
  }
  const v4 = from.family === 4;
  const size = v4 ? 4 : 16;
  const body = 2 * size + 4 + tlvs.reduce((sum, tlv) => sum + 3 + tlv.value.length, 0);
  if (prefixLength + body > maximumProxyHeaderLength)
    throw new RangeError(`PROXY header refused: ${body} bytes of addresses and TLVs`);
  const bytes = new Uint8Array(prefixLength + body);
  const view = new DataView(bytes.buffer);
  bytes.set(signature);
  bytes[12] = 0x21;
  bytes[13] = v4 ? 0x11 : 0x21;
  view.setUint16(14, body);
  bytes.set(bytesOf(from), prefixLength);
  bytes.set(bytesOf(to), prefixLength + size);
  let at = prefixLength + 2 * size;
  for (const { port } of [source, destination]) {
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new RangeError(`PROXY header refused: port ${port}`);
    view.setUint16(at, port);
    at += 2;
  }
  for (const tlv of tlvs) {
    if (!Number.isInteger(tlv.type) || tlv.type < 0 || tlv.type > 255)
      throw new RangeError(`PROXY header refused: TLV type ${tlv.type}`);
    bytes[at] = tlv.type;
    view.setUint16(at + 1, tlv.value.length);
    bytes.set(tlv.value, at + 3);
    at += 3 + tlv.value.length;
  }
  return bytes;
};

/**
 * Decodes the header at the start of `bytes`; call it again with more bytes on `need-more`. It refuses at the first
 * byte that can't belong to a version 2 header, so that a peer that speaks something else is known at once.
 * Only TCP over IPv4 and IPv6 is taken for the PROXY command: what comes without addresses has no place here.
 */
export const decodeProxyHeader = (bytes: Uint8Array): ProxyDecoding => {
  const known = Math.min(bytes.length, signature.length);
  for (let index = 0; index < known; index++) {
    if (bytes[index] !== signature[index]) return refuse('no PROXY version 2 signature');
  }
  const versionAndCommand = bytes[12];
  if (versionAndCommand === undefined) return { status: 'need-more', atLeast: prefixLength };
  if (versionAndCommand !== 0x21 && versionAndCommand !== 0x20)
    return refuse(`version and command 0x${hex(versionAndCommand)}`);
  const local = versionAndCommand === 0x20;
  const family = bytes[13];
  if (family === undefined) return { status: 'need-more', atLeast: prefixLength };
  const size = family === 0x11 || family === 0x21 ? families[family] : undefined;
  if (!local && size === undefined)
    return refuse(`address family and protocol 0x${hex(family)}: only TCP over IPv4 or IPv6 is taken`);
  if (bytes.length < prefixLength) return { status: 'need-more', atLeast: prefixLength };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = prefixLength + view.getUint16(14);
  if (length > maximumProxyHeaderLength)
    return refuse(`${length} bytes long, more than ${maximumProxyHeaderLength}`);
  if (!local && length < prefixLength + 2 * (size ?? 0) + 4) return refuse('too short for its addresses');
  if (bytes.length < length) return { status: 'need-more', atLeast: length };
  // "The receiver must […] discard the protocol block including the family" for LOCAL.
  if (local || size === undefined) return { status: 'header', header: { command: 'LOCAL' }, length };
  const ports = prefixLength + 2 * size;
  const tlvs = readTlvs(bytes.subarray(ports + 4, length));
  if (!tlvs) return refuse('a TLV runs past the end of the header');
  const address = (at: number) => formatAddress(addressOfBytes(bytes.subarray(at, at + size)));
  return {
    status: 'header',
    header: {
      command: 'PROXY',
      source: { address: address(prefixLength), port: view.getUint16(ports) },
      destination: { address: address(prefixLength + size), port: view.getUint16(ports + 2) },
      tlvs,
    },
    length,
  };
};

const readTlvs = (bytes: Uint8Array): Tlv[] | undefined => {
  const tlvs: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [type, high, low] = bytes.subarray(at, at + 3);
    if (type === undefined || high === undefined || low === undefined) return undefined;
    const end = at + 3 + (high << 8) + low;
    if (end > bytes.length) return undefined;
    // Copied, so that a header kept for a connection's life keeps no receive buffer with it (a Buffer's slice shares).
    tlvs.push({ type, value: Uint8Array.from(bytes.subarray(at + 3, end)) });
    at = end;
  }
  return tlvs;
};

const refuse = (why: string): ProxyDecoding => ({ status: 'error', reason: `PROXY header refused: ${why}` });
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
