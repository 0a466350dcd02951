/** The archives of a Debian package (deb(5), tar(5), ar(5)): everything is root's, of one time, in the order given. */

import { constants, gzipSync } from 'node:zlib';

const block = 512;
const fileType = '0';
const linkType = '2';
const folderType = '5';

const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;

const padded = (bytes, to) => Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);

const headerOf = ({ name, mode, size, time, type, target = '' }) => {
  if (Buffer.byteLength(name) > 100) throw new Error(`'${name}' is too long for a tar header.`);
  const header = Buffer.alloc(block);
  const put = (text, offset) => header.write(text, offset, 'latin1');
  put(name, 0);
  put(octal(mode, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(time, 12), 136);
  // The sum is made with spaces in its own place.
  put('        ', 148);
  put(type, 156);
  put(target, 157);
  put('ustar\x0000', 257);
  put('root', 265);
  put('root', 297);
  put(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  );
  return header;
};

const foldersOf = (path) =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => `${parts.slice(0, index + 1).join('/')}/`);

/** @param entries paths from the root, each with `content` and `mode`, or a symbolic link's `target` */
const tarOf = (entries, time) => {
  const folders = [...new Set(entries.flatMap(({ path }) => foldersOf(path)))];
  return Buffer.concat([
    ...['', ...folders].map((path) =>
      headerOf({ name: `./${path}`, mode: 0o755, size: 0, time, type: folderType }),
    ),
    ...entries.flatMap(({ path, content, mode, target }) =>
      target === undefined
        ? [
            headerOf({ name: `./${path}`, mode, size: content.length, time, type: fileType }),
            padded(content, block),
          ]
        : [headerOf({ name: `./${path}`, mode: 0o777, size: 0, time, type: linkType, target })],
    ),
    Buffer.alloc(2 * block),
  ]);
};

/** Node writes neither name nor time into its header; which system made it is the same byte everywhere. */
const gzip = (bytes) => {
  const packed = gzipSync(bytes, { level: constants.Z_DEFAULT_COMPRESSION });
  packed[9] = 255;
  return packed;
};

const member = (name, bytes, time) =>
  Buffer.concat([
    Buffer.from(
      `${name.padEnd(16)}${String(time).padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`,
    ),
    padded(bytes, 2),
  ]);

/** @param time seconds since 1970, of all that is in it */
export const debianArchive = (control, data, time) =>
  Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n'), time),
    member('control.tar.gz', gzip(tarOf(control, time)), time),
    member('data.tar.gz', gzip(tarOf(data, time)), time),
  ]);
