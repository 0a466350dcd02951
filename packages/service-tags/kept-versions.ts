/** Versions of the service tags in a directory: one file each, whole or not at all, with where and when it came from. */

import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { limits, prefixCountOf, type ServiceTagDocument, toFile } from './document.ts';
import { compareVersions, newestByCloud, type VersionFacts } from './freshness.ts';
import { readDocumentTexts } from './read-document.ts';
import { ServiceTagRefusal } from './refusal.ts';

/** First line of a kept file; the second is the document in the downloadable file's form. */
const headShape = z.object({
  format: z.literal(1),
  cloud: z.string(),
  changeNumber: z.string(),
  form: z.enum(['file', 'arm-list', 'arm-details', 'generated']),
  source: z.string(),
  fetchedAt: z.iso.datetime(),
  publishedAt: z.iso.datetime().optional(),
  tagCount: z.number().int(),
  prefixCount: z.number().int(),
  sha256: z.string().length(64),
});
type Head = z.infer<typeof headShape>;

const headRoom = 4096;
const extension = '.jsonl';

export interface KeptVersion extends VersionFacts {
  readonly path: string;
  /** Of the document's line. */
  readonly sha256: string;
}

export interface KeptVersions {
  /** By cloud, oldest first. */
  readonly versions: readonly KeptVersion[];
  /** Files that are none of ours or damaged: never deleted, never used. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

const pathOf = (directory: string, cloud: string, changeNumber: string): string =>
  join(directory, cloud, `${changeNumber}${extension}`);

/** The head line of a file; a sentence where there is none. */
const readHead = (path: string): Head | string => {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(headRoom);
    const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, headRoom, 0));
    const parsed = headShape.safeParse(JSON.parse(text.slice(0, Math.max(0, text.indexOf('\n')))));
    return parsed.success
      ? parsed.data
      : `its first line is not ours (${parsed.error.issues[0]?.path.join('.')})`;
  } catch (error) {
    return `its first line cannot be read (${(error as Error).message})`;
  } finally {
    closeSync(descriptor);
  }
};

const versionOf = (head: Head, path: string): KeptVersion => ({
  cloud: head.cloud,
  changeNumber: head.changeNumber,
  form: head.form,
  source: head.source,
  fetchedAt: Date.parse(head.fetchedAt),
  ...(head.publishedAt === undefined ? {} : { publishedAt: Date.parse(head.publishedAt) }),
  tagCount: head.tagCount,
  prefixCount: head.prefixCount,
  path,
  sha256: head.sha256,
});

/** Reads first lines only. A directory that is not there has no versions. Throws the system's error. */
export const listVersions = (directory: string): KeptVersions => {
  const versions: KeptVersion[] = [];
  const problems: { path: string; message: string }[] = [];
  if (!existsSync(directory)) return { versions, problems };
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const name of readdirSync(join(directory, entry.name))) {
      if (!name.endsWith(extension)) continue;
      const path = join(directory, entry.name, name);
      const head = readHead(path);
      if (typeof head === 'string') problems.push({ path, message: head });
      else versions.push(versionOf(head, path));
    }
  }
  versions.sort((a, b) => (a.cloud === b.cloud ? compareVersions(a, b) : a.cloud < b.cloud ? -1 : 1));
  return { versions, problems };
};

/** The whole document. Throws {@link ServiceTagRefusal}: Damaged. */
export const readVersion = (version: KeptVersion): ServiceTagDocument => {
  const damaged = (why: string) =>
    new ServiceTagRefusal(
      'Damaged',
      `${version.path} is damaged: ${why}.`,
      'Move it away, and import the list again.',
    );
  if (statSync(version.path).size > limits.bytes + headRoom) throw damaged('it is too large');
  const text = readFileSync(version.path, 'utf8');
  const body = text.slice(text.indexOf('\n') + 1).trimEnd();
  if (digestOf(body) !== version.sha256) throw damaged('its checksum is another');
  return { ...readDocumentTexts([body]).document, form: version.form };
};

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export type KeepOutcome = 'kept' | 'same' | 'replaced';

/**
 * Writes a version. The same content again is `same`: only its dates move on. Other content under a number that is kept is
 * refused (OtherContent) unless `replace`. Throws the system's error where the directory cannot be written.
 */
export const keepVersion = (
  directory: string,
  document: ServiceTagDocument,
  facts: Pick<VersionFacts, 'source' | 'fetchedAt' | 'publishedAt'>,
  options: { readonly replace?: boolean } = {},
): { readonly version: KeptVersion; readonly outcome: KeepOutcome } => {
  const path = pathOf(directory, document.cloud, document.changeNumber);
  const body = JSON.stringify(toFile(document));
  const sha256 = digestOf(body);
  const before = existsSync(path) ? readHead(path) : undefined;
  const isSame = typeof before === 'object' && before.sha256 === sha256;
  if (before !== undefined && !isSame && options.replace !== true)
    throw new ServiceTagRefusal(
      'OtherContent',
      `Change number ${document.changeNumber} of ${document.cloud} is kept with other content, in ${path}.`,
      'Compare the files; add --replace to keep this one instead.',
    );
  const published = facts.publishedAt ?? (isSame ? dateOf(before.publishedAt) : undefined);
  const head: Head = {
    format: 1,
    cloud: document.cloud,
    changeNumber: document.changeNumber,
    form: document.form,
    source: facts.source.slice(0, 512),
    fetchedAt: new Date(facts.fetchedAt).toISOString(),
    ...(published === undefined ? {} : { publishedAt: new Date(published).toISOString() }),
    tagCount: document.tags.length,
    prefixCount: prefixCountOf(document),
    sha256,
  };
  writeWhole(path, `${JSON.stringify(head)}\n${body}\n`);
  return {
    version: versionOf(head, path),
    outcome: before === undefined ? 'kept' : isSame ? 'same' : 'replaced',
  };
};

const dateOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

/** Beside, synced, renamed: a crash leaves the file of before. */
const writeWhole = (path: string, content: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};

/**
 * A kept version by name: `newest`, `previous`, or a change number; `cloud` where there are several. Throws
 * {@link ServiceTagRefusal}: NotKept, with what is kept.
 */
export const findVersion = (kept: KeptVersions, name: string, cloud?: string): KeptVersion => {
  const clouds = newestByCloud(kept.versions).map((version) => version.cloud);
  const wanted = cloud ?? (clouds.length === 1 ? clouds[0] : undefined);
  const refuse = (message: string, fix: string) => new ServiceTagRefusal('NotKept', message, fix);
  if (clouds.length === 0)
    throw refuse('No service tags are kept.', 'Import a list first: ./tombolo service-tags import FILE.');
  if (wanted === undefined)
    throw refuse(`Lists of several clouds are kept: ${clouds.join(', ')}.`, 'Choose one with --cloud.');
  const own = kept.versions.filter((version) => version.cloud.toLowerCase() === wanted.toLowerCase());
  const at = { newest: -1, previous: -2 }[name];
  const found = at === undefined ? own.find((version) => version.changeNumber === name) : own.at(at);
  if (found) return found;
  const numbers = own.map((version) => version.changeNumber).join(', ');
  throw refuse(
    `There is no ${name} version of ${wanted}; kept are: ${numbers || `none (clouds: ${clouds.join(', ')})`}.`,
    'Name one of these, newest or previous, or import the list first.',
  );
};
