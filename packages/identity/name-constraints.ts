/**
 * The name-constraints extension (RFC 5280 §4.2.1.10): what a leaked authority could not sign for. It limits each
 * kind of name by itself: without `ipv4`, addresses are not limited.
 */
import { isIPv4 } from 'node:net';
import { Extension } from './x509.ts';

export interface NameConstraints {
  /** Permitted DNS subtrees, e.g. `arc.example`; names outside are refused by every verifier. */
  readonly dns?: readonly string[];
  /** Permitted IPv4 prefixes, e.g. `127.0.0.0/8`. */
  readonly ipv4?: readonly string[];
}

const der = (tag: number, content: Buffer): Buffer => {
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

const subtree = (tag: number, content: Buffer): Buffer => der(0x30, der(tag, content));

const ipv4Subtree = (prefix: string): Buffer => {
  const [address = '', bits = '32'] = prefix.split('/');
  const width = Number(bits);
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || width > 32) {
    throw new RangeError(`'${prefix}' is no IPv4 prefix`);
  }
  const mask = Buffer.alloc(4);
  mask.writeUInt32BE(width === 0 ? 0 : (0xffffffff << (32 - width)) >>> 0);
  return subtree(0x87, Buffer.concat([Buffer.from(address.split('.').map(Number)), mask]));
};

/** Critical, as RFC 5280 demands; permitted subtrees only. */
export const nameConstraintsExtension = (constraints: NameConstraints): Extension => {
  const permitted = [
    ...(constraints.dns ?? []).map((name) => subtree(0x82, Buffer.from(name, 'ascii'))),
    ...(constraints.ipv4 ?? []).map(ipv4Subtree),
  ];
  if (permitted.length === 0 || permitted.length > 200) {
    throw new RangeError(`name constraints take 1 to 200 subtrees, not ${permitted.length}`);
  }
  const value = der(0x30, der(0xa0, Buffer.concat(permitted)));
  return new Extension('2.5.29.30', true, new Uint8Array(value));
};
