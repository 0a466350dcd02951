/** Reads service tags from text: tolerant of a byte order mark, strict about all that rules would be made of. */

import {
  type DocumentBounds,
  DocumentProblem,
  documentBounds,
  parseDocumentText,
  serviceTagListForm,
} from '@tombolo/azure-documents';
import { formatPrefix, isRefusal, readPrefix } from '@tombolo/ip/prefix';
import { z } from 'zod';
import { type DocumentForm, limits, type ServiceTag, type ServiceTagDocument } from './document.ts';
import { mostProblems, type Problem, problemLines, ServiceTagRefusal } from './refusal.ts';

export interface ReadOptions {
  /** Clear host bits and unwrap IPv4-mapped prefixes instead of refusing them. */
  readonly normalise?: boolean;
  /** For serviceTagDetails, which does not name its cloud. */
  readonly cloud?: string;
  /** For serviceTagDetails; default: the highest change number of its tags. */
  readonly changeNumber?: string;
}

export interface ReadDocument {
  readonly document: ServiceTagDocument;
  /** What `normalise` changed. */
  readonly normalised: readonly Problem[];
}

/** Names become file names and resource ids: no separators. */
const changeNumber = z
  .union([z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER), z.string()])
  .transform(String)
  .pipe(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, 'has to be a number'));
const cloudName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'has to be a name such as Public');
const text = z.string().max(256);

const tagShape = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'is not the name of a service tag'),
  id: text.nullish(),
  serviceTagChangeNumber: changeNumber.nullish(),
  properties: z.object({
    changeNumber: changeNumber.nullish(),
    region: text.nullish(),
    regionId: z.number().int().nullish(),
    platform: text.nullish(),
    systemService: text.nullish(),
    addressPrefixes: z.array(z.string()),
    networkFeatures: z.array(text).max(64).nullish(),
    state: text.nullish(),
  }),
});
type TagShape = z.infer<typeof tagShape>;

const tagList = z.array(tagShape).max(limits.tags);
const pageShape = z.union([
  z.object({
    changeNumber,
    cloud: cloudName,
    values: tagList,
    type: text.nullish(),
    nextLink: z.string().nullish(),
  }),
  z.object({ value: tagList, nextLink: z.string().nullish() }),
]);
type Page = z.infer<typeof pageShape>;

/** Of a file with a list: far more values than any other document has. */
export const tagFileBounds: DocumentBounds = {
  ...documentBounds,
  bytes: limits.bytes,
  values: 2 * limits.prefixes + 20 * limits.tags,
};

/** What to give in place of a file that is no list. */
export const acceptedLists =
  'Give the downloaded "Azure IP Ranges and Service Tags" file, or the answer of serviceTags or serviceTagDetails.';

/** Parses one text. Throws {@link ServiceTagRefusal}: TooLarge, Truncated, NotJson. */
const parseText = (text: string): unknown => {
  try {
    return parseDocumentText(text, tagFileBounds);
  } catch (error) {
    if (!(error instanceof DocumentProblem)) throw error;
    const code = error.code === 'TooLarge' || error.code === 'Truncated' ? error.code : 'NotJson';
    throw new ServiceTagRefusal(code, error.message, error.fix);
  }
};

const readPage = (given: unknown): Page => {
  const json = serviceTagListForm(given);
  const parsed = pageShape.safeParse(json);
  if (parsed.success) return parsed.data;
  // Of the two forms, the complaint about the one that was meant.
  const isDetails = typeof json === 'object' && json !== null && 'value' in json;
  const precise = pageShape.options[isDetails ? 1 : 0].safeParse(json);
  const issues = precise.error?.issues ?? parsed.error.issues;
  const shown = issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`);
  throw new ServiceTagRefusal(
    'NotServiceTags',
    `This is no list of service tags: ${shown.join('; ')}.`,
    acceptedLists,
  );
};

/**
 * Reads the pages of one list (one page: the usual case). Throws {@link ServiceTagRefusal}; for prefixes it lists all
 * that are wrong.
 */
export const readDocument = (pages: readonly unknown[], options: ReadOptions = {}): ReadDocument => {
  const read = pages.map(readPage);
  requireAllPages(read);
  const shapes = read.flatMap((page) => ('values' in page ? page.values : page.value));
  requireBounds(shapes);
  requireUnique(shapes);
  const { tags, normalised } = readTags(shapes, options.normalise === true);
  return { document: { ...headOf(read, tags, options), tags }, normalised };
};

/** From the texts of files. */
export const readDocumentTexts = (texts: readonly string[], options: ReadOptions = {}): ReadDocument =>
  readDocument(texts.map(parseText), options);

const headOfPage = (page: Page): string =>
  'values' in page ? `${page.cloud} ${page.changeNumber}` : 'details';

const requireAllPages = (pages: readonly Page[]): void => {
  const heads = new Set(pages.map(headOfPage));
  if (heads.size > 1)
    throw new ServiceTagRefusal(
      'MixedPages',
      `The files are of different lists: ${[...heads].join(', ')}.`,
      'Import different lists one by one; several files in one import are the pages of one list.',
    );
  const open = pages.filter((page) => (page.nextLink ?? '') !== '').length;
  if (open === 0 && pages.length > 1)
    throw new ServiceTagRefusal(
      'IncompletePages',
      `The ${pages.length} files are a whole list each${heads.has('details') ? '' : `, all of ${[...heads].join(', ')}`}: none goes on at a nextLink.`,
      'Give one of them.',
    );
  const last = pages.at(-1);
  if (last === undefined || (last.nextLink ?? '') !== '' || open !== pages.length - 1)
    throw new ServiceTagRefusal(
      'IncompletePages',
      `The list goes on at its nextLink: ${pages.length} page(s) were given, ${open} of them with a next one.`,
      'Fetch every page, and give all files in order, the last one without a nextLink.',
    );
};

const requireBounds = (shapes: readonly TagShape[]): void => {
  const prefixes = shapes.reduce((sum, tag) => sum + tag.properties.addressPrefixes.length, 0);
  if (shapes.length > limits.tags || prefixes > limits.prefixes)
    throw new ServiceTagRefusal(
      'TooLarge',
      `The list has ${shapes.length} tags and ${prefixes} prefixes; at most ${limits.tags} and ${limits.prefixes} are taken.`,
      'Check which file this is.',
    );
  if (shapes.length === 0)
    throw new ServiceTagRefusal(
      'NotServiceTags',
      'The list has no tags.',
      'An empty list would remove every rule made from it: download it again.',
    );
};

const requireUnique = (shapes: readonly TagShape[]): void => {
  const seen = new Map<string, number>();
  for (const { name } of shapes) seen.set(name.toLowerCase(), (seen.get(name.toLowerCase()) ?? 0) + 1);
  const twice = shapes.filter(({ name }) => seen.get(name.toLowerCase())! > 1);
  if (twice.length === 0) return;
  const names = [...new Map(twice.map(({ name }) => [name.toLowerCase(), name])).values()];
  const problems = names
    .slice(0, mostProblems)
    .map((name) => ({ tag: name, message: `is there ${seen.get(name.toLowerCase())} times` }));
  throw new ServiceTagRefusal(
    'DuplicateTags',
    `${names.length} tag(s) are there more than once, so that their prefixes are not certain:${problemLines(problems, names.length)}`,
    'Download the file again; do not join files by hand.',
    problems,
  );
};

const readTags = (shapes: readonly TagShape[], normalise: boolean) => {
  const problems: Problem[] = [];
  const normalised: Problem[] = [];
  let wrong = 0;
  const tags = shapes.map((shape): ServiceTag => {
    const { properties: given } = shape;
    const addressPrefixes = given.addressPrefixes.map((prefixText) => {
      const prefix = readPrefix(prefixText);
      if (!isRefusal(prefix)) return formatPrefix(prefix);
      const problem = { tag: shape.name, message: prefix.message };
      if (normalise && prefix.normalised !== undefined) {
        normalised.push(problem);
        return prefix.normalised;
      }
      wrong++;
      if (problems.length < mostProblems) problems.push(problem);
      return prefixText;
    });
    const ownChange = shape.serviceTagChangeNumber ?? given.changeNumber;
    return {
      name: shape.name,
      id: shape.id ?? shape.name,
      ...(ownChange == null ? {} : { changeNumber: ownChange }),
      region: given.region ?? '',
      ...(given.regionId == null ? {} : { regionId: given.regionId }),
      ...(given.platform == null ? {} : { platform: given.platform }),
      systemService: given.systemService ?? '',
      addressPrefixes,
      ...(given.networkFeatures == null ? {} : { networkFeatures: given.networkFeatures }),
      ...(given.state == null ? {} : { state: given.state }),
    };
  });
  if (wrong > 0)
    throw new ServiceTagRefusal(
      'BadPrefixes',
      `${wrong} prefix(es) are not what a rule can be made of:${problemLines(problems, wrong)}`,
      'Where only host bits are set, --normalise clears them; else download the file again.',
      problems,
    );
  return { tags, normalised };
};

const headOf = (
  pages: readonly Page[],
  tags: readonly ServiceTag[],
  options: ReadOptions,
): { cloud: string; changeNumber: string; form: DocumentForm } => {
  const first = pages[0]!;
  if ('values' in first) {
    const form = first.type == null ? 'file' : 'arm-list';
    return { cloud: first.cloud, changeNumber: first.changeNumber, form };
  }
  const cloud = cloudName.safeParse(options.cloud);
  if (!cloud.success)
    throw new ServiceTagRefusal(
      'CloudMissing',
      'A serviceTagDetails answer does not say of which cloud it is.',
      'Name it with --cloud, for example --cloud Public.',
    );
  const numbers = tags.map((tag) => Number(tag.changeNumber ?? 0)).filter(Number.isSafeInteger);
  const highest = String(numbers.reduce((most, each) => Math.max(most, each), 0));
  return { cloud: cloud.data, changeNumber: options.changeNumber ?? highest, form: 'arm-details' };
};
