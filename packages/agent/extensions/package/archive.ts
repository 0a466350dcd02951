/** A package's archive (ZIP, PKWARE APPNOTE 6.3): read from memory within bounds; what could leave its directory is refused. Pure. */

import { crc32, inflateRawSync } from 'node:zlib';

export const archiveLimits = {
  /** Of the file. */
  bytes: 64 * 1024 * 1024,
  entries: 2_000,
  /** Of all that comes out of it. */
  unpacked: 256 * 1024 * 1024,
  nameLength: 240,
} as const;

export interface ArchiveFile {
  /** Relative, with `/` between; no segment is empty, `.` or `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  /** The archive says so (§4.4.15, the upper half as stat(2) has it). */
  readonly executable: boolean;
}

/** It cannot be read, or is not what may be unpacked. */
export class ArchiveRefused extends Error {}

const refuse = (why: string): never => {
  throw new ArchiveRefused(`the archive ${why}`);
};

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** stat(2): what kind of a file the upper half of the external attributes says it is. */
const kindMask = 0o170000;
const regularFile = 0o100000;
const directory = 0o040000;

/** §4.3.16: the last record, behind which a comment of 64 KiB may stand. */
const findEnd = (bytes: Buffer): number => {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at -= 1)
    if (bytes.readUInt32LE(at) === endSignature && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length)
      return at;
  return refuse('has no end of its directory: it is no ZIP file, or was cut off');
};

const checkedPath = (name: string): string => {
  const shown = JSON.stringify(name.slice(0, 80));
  if (name.length === 0 || name.length > archiveLimits.nameLength)
    refuse(`has a name of ${name.length} characters (1 to ${archiveLimits.nameLength} may be)`);
  if (!/^[A-Za-z0-9 _.\-+@/]+$/.test(name))
    refuse(`has the name ${shown}: letters, digits and " _.-+@/" may be in one`);
  const segments = name.replace(/\/$/, '').split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..'))
    refuse(`has the name ${shown}, which leads out of its directory`);
  return segments.join('/');
};

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly executable: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly local: number;
}

/** §4.3.12. */
const readEntry = (bytes: Buffer, at: number): readonly [Entry, number] => {
  if (bytes.readUInt32LE(at) !== entrySignature) refuse('has a damaged directory');
  const nameLength = bytes.readUInt16LE(at + 28);
  const name = bytes.toString('latin1', at + 46, at + 46 + nameLength);
  const path = checkedPath(name);
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0) refuse(`has '${path}' encrypted`);
  const mode = bytes.readUInt16LE(at + 40);
  const kind = mode & kindMask;
  const isDirectory = name.endsWith('/');
  if (kind !== 0 && kind !== (isDirectory ? directory : regularFile))
    refuse(`has '${path}', which is neither a file nor a directory: links and devices are not unpacked`);
  const entry = {
    path,
    isDirectory,
    executable: (mode & 0o111) !== 0,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed: bytes.readUInt32LE(at + 20),
    size: bytes.readUInt32LE(at + 24),
    local: bytes.readUInt32LE(at + 42),
  };
  return [entry, at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)];
};

const contentOf = (bytes: Buffer, entry: Entry): Uint8Array => {
  const { path, local, packed, size, method } = entry;
  if (bytes.readUInt32LE(local) !== localSignature) refuse(`has no '${path}' where its directory says`);
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  if (from + packed > bytes.length) refuse(`has '${path}' cut off`);
  const raw = bytes.subarray(from, from + packed);
  if (method !== 0 && method !== 8)
    refuse(`has '${path}' by method ${method}: stored and deflated are unpacked`);
  // One byte more than it says would be an error of zlib's: nothing grows beyond what was counted.
  const content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: Math.max(1, size) });
  if (content.length !== size || crc32(content) !== entry.crc) refuse(`has '${path}' damaged`);
  return content;
};

/** @throws ArchiveRefused */
export const readArchive = (archive: Uint8Array): readonly ArchiveFile[] => {
  if (archive.length > archiveLimits.bytes) refuse(`is longer than ${archiveLimits.bytes} bytes`);
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  try {
    if (bytes.length < 22) refuse('is no ZIP file');
    const end = findEnd(bytes);
    const count = bytes.readUInt16LE(end + 10);
    if (count > archiveLimits.entries) refuse(`has ${count} entries; ${archiveLimits.entries} are the most`);
    const entries: Entry[] = [];
    let at = bytes.readUInt32LE(end + 16);
    for (let index = 0; index < count; index += 1) {
      const [entry, next] = readEntry(bytes, at);
      entries.push(entry);
      at = next;
    }
    const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
    if (unpacked > archiveLimits.unpacked)
      refuse(`unpacks to ${unpacked} bytes; ${archiveLimits.unpacked} are the most`);
    const files = entries.filter(({ isDirectory }) => !isDirectory);
    // Without regard to case: a file system may have none.
    const names = new Set(files.map(({ path }) => path.toLowerCase()));
    if (names.size !== files.length) refuse('has a name twice');
    for (const { path } of files)
      for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
        if (names.has(path.slice(0, cut).toLowerCase()))
          refuse(`has '${path.slice(0, cut)}' as a file and as a directory`);
    return files.map((entry) => ({
      path: entry.path,
      executable: entry.executable,
      content: contentOf(bytes, entry),
    }));
  } catch (error) {
    if (error instanceof ArchiveRefused) throw error;
    // Offsets that lead beyond its end, or a stream that zlib cannot read.
    return refuse(`is damaged: ${(error as Error).message.slice(0, 120)}`);
  }
};
