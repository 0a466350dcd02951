/** A list of service tags with REST's names, where PowerShell printed it; what it says is judged by its own reader. */

import { isObject } from '@tombolo/store/document';
import { canonicalForm, type Fields, fieldsOf } from './canonical-form.ts';
import { foundDocuments, wantedDocuments } from './found-documents.ts';

const tagBody = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  const { id, name, serviceTagChangeNumber, ...properties } = value;
  return { id, name, serviceTagChangeNumber, properties };
};

/** A list of tags may be the only one in a list of lists; a list of tags by themselves is none of lists. */
const onlyList = (given: unknown): unknown => {
  const list = isObject(given) ? fieldsOf(given, '').value : given;
  if (!Array.isArray(list) || list.length !== 1) return given;
  const [only] = list;
  return isObject(only) && 'values' in fieldsOf(only, '') ? only : given;
};

/**
 * `properties` are where REST has them, and names are as it writes them. Anything else is left as it is. Throws
 * DocumentProblem (Contradictory, Incomplete).
 */
export const serviceTagListForm = (given: unknown): unknown => {
  const value = onlyList(given);
  if (!isObject(value) || 'values' in value || 'value' in value) return value;
  const { values } = fieldsOf(value, '');
  if (values === undefined) return value;
  const form = canonicalForm(value) as Fields;
  return Array.isArray(form.values) ? { ...form, values: form.values.map(tagBody) } : value;
};

/** Throws DocumentProblem (WrongKind) that says what it is, where it is known to be something else. */
export const requireServiceTags = (value: unknown): void => {
  wantedDocuments(foundDocuments(value), ['service-tags']);
};
