/** ClientHellos that real clients send, and the means to cut them up again. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';

/** The first `settle` of a real client's bytes: a whole hello is there once its record length is. */
const captureHello = async (start: (port: number) => () => void): Promise<Buffer> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = start((server.address() as AddressInfo).port);
  const [socket] = (await once(server, 'connection')) as [Socket];
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt16BE(3)) break;
  }
  socket.destroy();
  server.close();
  stop();
  return bytes;
};

export const nodeHello = (options: {
  servername?: string;
  ALPNProtocols?: string[];
  minVersion?: 'TLSv1.2';
  maxVersion?: 'TLSv1.2';
}): Promise<Buffer> =>
  captureHello((port) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    socket.on('error', () => {});
    return () => socket.destroy();
  });

export const opensslHello = (args: readonly string[]): Promise<Buffer> =>
  captureHello((port) => {
    const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...args], {
      stdio: 'ignore',
    });
    return () => child.kill();
  });

/** The same handshake message in records of the given payload lengths (the last one repeats). */
export const splitRecords = (hello: Uint8Array, lengths: readonly number[]): Buffer => {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0, index = 0; at < message.length; index++) {
    const length = Math.min(lengths[Math.min(index, lengths.length - 1)] ?? 1, message.length - at);
    records.push(
      Buffer.from([22, 3, 1, length >> 8, length & 0xff]),
      Buffer.from(message.subarray(at, at + length)),
    );
    at += length;
  }
  return Buffer.concat(records);
};

const u16 = (n: number) => [n >> 8, n & 0xff];
const v16 = (bytes: readonly number[]) => [...u16(bytes.length), ...bytes];
const ascii = (text: string) => [...Buffer.from(text, 'latin1')];

export const serverNameExtension = (...names: string[]): number[] => [
  ...u16(0),
  ...v16(v16(names.flatMap((name) => [0, ...v16(ascii(name))]))),
];

/** A hello written by hand, with these extensions. */
export const handmadeHello = (extensions: readonly number[], version = 0x0303): Uint8Array => {
  const body = [
    ...u16(version),
    ...Array<number>(32).fill(7),
    0,
    ...v16([0x0a, 0x0a, 0x13, 0x01]),
    1,
    0,
    ...v16(extensions),
  ];
  const message = [1, 0, ...u16(body.length), ...body];
  return Uint8Array.from([22, 3, 1, ...v16(message)]);
};
