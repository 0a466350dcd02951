/** All documents in one file: lists, `{value}` envelopes, answers of Resource Graph and templates are taken apart. */

import { parseResourceId } from '@tombolo/arm/resource-id';
import { isObject } from '@tombolo/store/document';
import { canonicalForm, type Fields, fieldsOf } from './canonical-form.ts';
import { classify, describe, type Found, type Kind, kindOfType, kinds, printedBy } from './kind.ts';
import { DocumentProblem, shown } from './problem.ts';

/** A subscription has at most this many of a kind; more is no list that a command is for. */
const mostDocuments = 10_000;

/** Throws DocumentProblem: ErrorAnswer, Incomplete, Contradictory, TooLarge. */
export const foundDocuments = (value: unknown, where = ''): readonly Found[] => {
  if (Array.isArray(value)) return each(value, where);
  if (!isObject(value)) return [{ kind: 'other', where, value }];
  const fields = fieldsOf(value, where);
  if (isObject(fields.error)) throw errorAnswer(fields.error, where);
  const list = listIn(value, fields);
  if (list !== undefined) {
    if (typeof fields.nextLink === 'string' && fields.nextLink !== '')
      throw new DocumentProblem(
        'Incomplete',
        `${where || 'The list'} goes on at its nextLink.`,
        'Print the resource itself, or use az, which follows the links.',
      );
    return each(list.entries, where === '' ? list.name : `${where}.${list.name}`);
  }
  // What `az network nsg create` and `az network nic create` print.
  const made = fields.newNSG ?? fields.newNIC;
  if (isObject(made)) return foundDocuments(made, where);
  const found = classify(value, fields, where);
  // A template nests children below their parent.
  return Array.isArray(fields.resources) ? [found, ...each(fields.resources, `${where}.resources`)] : [found];
};

const listIn = (
  value: Fields,
  fields: Fields,
): { readonly name: string; readonly entries: readonly unknown[] } | undefined => {
  if (Array.isArray(fields.value)) return { name: 'value', entries: fields.value };
  if (Array.isArray(fields.data) && typeof fields.type !== 'string')
    return { name: 'data', entries: fields.data };
  if (typeof value.$schema !== 'string') return undefined;
  // Templates of language version 2.0 name their resources.
  const { resources } = fields;
  if (Array.isArray(resources)) return { name: 'resources', entries: resources };
  return isObject(resources) ? { name: 'resources', entries: Object.values(resources) } : undefined;
};

const each = (entries: readonly unknown[], where: string): readonly Found[] => {
  const found: Found[] = [];
  for (const [index, entry] of entries.entries()) {
    found.push(...foundDocuments(entry, `${where}[${index}]`));
    if (found.length > mostDocuments)
      throw new DocumentProblem(
        'TooLarge',
        `It holds more than ${mostDocuments} documents.`,
        'Print one resource.',
      );
  }
  return found;
};

const errorAnswer = (error: Fields, where: string): DocumentProblem => {
  const { code, message } = canonicalForm(error) as Fields;
  const said = [code, message].filter((text) => typeof text === 'string').join(': ');
  return new DocumentProblem(
    'ErrorAnswer',
    `${where || 'It'} is an error answer, ${shown(said)}, and no document.`,
    'Repeat the GET until it succeeds.',
  );
};

/**
 * Those of the kinds that are wanted; others beside them, as in a template, are passed over. Throws DocumentProblem:
 * WrongKind where there is none (what it is, and what prints the wanted one), Incomplete where one lacks its properties.
 */
export const wantedDocuments = (
  found: readonly Found[],
  wanted: readonly [Kind, ...Kind[]],
): readonly Found[] => {
  const fitting = found.filter(({ kind }) => wanted.some((each) => each === kind));
  const [main] = wanted;
  const broken = fitting.filter(({ problem }) => problem !== undefined);
  const { problem } = broken.find(({ kind }) => kind === main) ?? broken[0] ?? {};
  if (problem !== undefined) throw problem;
  if (fitting.length > 0) return fitting;
  const titles = found.slice(0, 3).map(describe);
  const what =
    found.length === 0
      ? 'an empty list'
      : found.length === 1
        ? titles[0]
        : `a list of ${found.length}: ${titles.join(', ')}${found.length > titles.length ? ', …' : ''}`;
  throw new DocumentProblem(
    'WrongKind',
    `It is ${what}; wanted is ${kinds[main].title}.`,
    `Print one with ${printedBy(main, ownerOf(found, main))}.${others(wanted)}`,
  );
};

/** A rule stands below its group; a connection, on the scope's side, and an interface say which endpoint's they are. */
const ownerOf = ([first]: readonly Found[], wanted: Kind): string | undefined => {
  const { privateEndpoint } = isObject(first?.value) ? fieldsOf(first.value, '') : {};
  const named = isObject(privateEndpoint) ? privateEndpoint.id : undefined;
  let id = parseResourceId(typeof named === 'string' ? named : (first?.id ?? ''));
  while (id !== undefined && kindOfType(id.type) !== wanted) id = id.parent;
  return id?.text;
};

const others = ([, ...rest]: readonly Kind[]): string =>
  rest.length === 0 ? '' : ` Also taken: ${rest.map((kind) => kinds[kind].title).join(', ')}.`;
