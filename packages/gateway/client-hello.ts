/** Reads server name, ALPN and highest offered version from a TLS ClientHello without consuming it (RFC 8446 4.1.2, RFC 6066 3, RFC 7301). */

import { isIP } from 'node:net';
import { isHostName } from '@tombolo/dns-records/host-name';
import { ByteReader } from './byte-reader.ts';

interface ClientHello {
  /** In lower case, without a trailing dot. */
  readonly serverName: string;
  readonly alpn: readonly string[];
  /** The highest version that the client offers, GREASE aside: 0x0301 is TLS 1.0, 0x0303 TLS 1.2, 0x0304 TLS 1.3 (R16 is judged where TLS ends). */
  readonly maxVersion: number;
}

type HelloRefusal =
  | 'not-tls'
  | 'malformed'
  | 'too-long'
  | 'no-server-name'
  | 'several-server-names'
  | 'bad-server-name'
  | 'ip-literal';

export type HelloReading =
  /** Nothing can be said before there are `atLeast` bytes in all. */
  | { readonly status: 'need-more'; readonly atLeast: number }
  | { readonly status: 'hello'; readonly hello: ClientHello }
  | { readonly status: 'error'; readonly reason: HelloRefusal };

/** Bound on all records that make up a ClientHello, their headers included. */
export const maximumHelloLength = 16 * 1024;

const recordHeaderLength = 5;
const handshakeHeaderLength = 4;
const handshakeRecord = 22;
const clientHelloMessage = 1;
const extension = { serverName: 0, alpn: 16, supportedVersions: 43 } as const;

/** Reads the hello at the start of `bytes`; call it again with more on `need-more`. Total: it never throws. */
export const readClientHello = (bytes: Uint8Array): HelloReading => {
  const message = assembleMessage(bytes);
  if (!(message instanceof Uint8Array)) return message;
  try {
    return parseBody(new ByteReader(message));
  } catch (error) {
    if (error instanceof RangeError) return refuse('malformed');
    throw error;
  }
};

/** The ClientHello's body, put together from its records, or why there is none (yet). */
const assembleMessage = (bytes: Uint8Array): Uint8Array | HelloReading => {
  const message = new Uint8Array(Math.min(bytes.length, maximumHelloLength));
  let have = 0;
  for (let at = 0; ; ) {
    const [type, major, minor, high, low] = bytes.subarray(at, at + recordHeaderLength);
    if (type !== undefined && type !== handshakeRecord) return refuse(at === 0 ? 'not-tls' : 'malformed');
    if (major !== undefined && major !== 3) return refuse(at === 0 ? 'not-tls' : 'malformed');
    if (minor !== undefined && minor > 4) return refuse(at === 0 ? 'not-tls' : 'malformed');
    if (high === undefined || low === undefined) return needMore(at + recordHeaderLength);
    const length = (high << 8) | low;
    // RFC 8446 5.1: no empty fragments of handshake messages, at most 2^14 bytes.
    if (length === 0) return refuse('malformed');
    if (length > 2 ** 14) return refuse('malformed');
    const fragment = bytes.subarray(at + recordHeaderLength, at + recordHeaderLength + length);
    if (have + fragment.length > maximumHelloLength) return refuse('too-long');
    message.set(fragment, have);
    have += fragment.length;
    if (have > 0 && message[0] !== clientHelloMessage) return refuse(at === 0 ? 'not-tls' : 'malformed');
    if (have >= handshakeHeaderLength) {
      const wanted =
        handshakeHeaderLength + (((message[1] ?? 0) << 16) | ((message[2] ?? 0) << 8) | (message[3] ?? 0));
      if (at + recordHeaderLength + wanted - (have - fragment.length) > maximumHelloLength)
        return refuse('too-long');
      // A ClientHello ends its record: keys change after it (RFC 8446 5.1).
      if (have - fragment.length + length > wanted) return refuse('malformed');
      if (have === wanted) return message.subarray(handshakeHeaderLength, have);
    }
    if (fragment.length < length) return needMore(at + recordHeaderLength + length);
    at += recordHeaderLength + length;
  }
};

const needMore = (atLeast: number): HelloReading =>
  atLeast > maximumHelloLength ? refuse('too-long') : { status: 'need-more', atLeast };

const parseBody = (body: ByteReader): HelloReading => {
  let maxVersion = body.uint16();
  if (maxVersion >> 8 !== 3) return refuse('malformed');
  body.take(32);
  if (body.vector8().length > 32) return refuse('malformed');
  const cipherSuites = body.vector16();
  if (cipherSuites.length < 2 || cipherSuites.length % 2 !== 0) return refuse('malformed');
  if (body.vector8().length === 0) return refuse('malformed');
  if (body.atEnd) return refuse('no-server-name');
  const extensions = new ByteReader(body.vector16());
  if (!body.atEnd) return refuse('malformed');
  const seen = new Set<number>();
  let names: readonly Uint8Array[] = [];
  let alpn: readonly string[] = [];
  while (!extensions.atEnd) {
    const type = extensions.uint16();
    const content = new ByteReader(extensions.vector16());
    // RFC 8446 4.2: not more than one extension of a type. Two server names must never be a matter of taste.
    if (seen.has(type)) return refuse('malformed');
    seen.add(type);
    if (type === extension.serverName) names = readServerNames(content);
    else if (type === extension.alpn) alpn = readAlpn(content);
    else if (type === extension.supportedVersions) maxVersion = readVersions(content);
  }
  if (names.length > 1) return refuse('several-server-names');
  const [name] = names;
  if (!name) return refuse('no-server-name');
  const serverName = String.fromCharCode(...name.subarray(0, 256)).toLowerCase();
  if (isIP(serverName) !== 0) return refuse('ip-literal');
  if (!isHostName(serverName, { underscores: true })) return refuse('bad-server-name');
  return { status: 'hello', hello: { serverName, alpn, maxVersion } };
};

const readServerNames = (content: ByteReader): readonly Uint8Array[] => {
  const list = new ByteReader(content.vector16());
  const names: Uint8Array[] = [];
  while (!list.atEnd) {
    if (list.uint8() !== 0) throw new RangeError('only host names are known (RFC 6066)');
    names.push(list.vector16());
  }
  if (!content.atEnd || names.length === 0) throw new RangeError('server name list');
  return names;
};

const readAlpn = (content: ByteReader): readonly string[] => {
  const list = new ByteReader(content.vector16());
  const protocols: string[] = [];
  while (!list.atEnd) {
    const protocol = list.vector8();
    if (protocol.length === 0) throw new RangeError('empty protocol name (RFC 7301)');
    protocols.push(String.fromCharCode(...protocol));
  }
  if (!content.atEnd || protocols.length === 0) throw new RangeError('protocol name list');
  return protocols;
};

const readVersions = (content: ByteReader): number => {
  const list = new ByteReader(content.vector8());
  let max = 0;
  while (!list.atEnd) {
    const version = list.uint16();
    // GREASE values are 0x?A?A (RFC 8701); only 3.x has ever been TLS.
    if (version >> 8 === 3 && version > max) max = version;
  }
  if (!content.atEnd) throw new RangeError('supported versions');
  return max;
};

const refuse = (reason: HelloRefusal): HelloReading => ({ status: 'error', reason });
