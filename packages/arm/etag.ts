/** Entity tags of stored resources and the conditions that requests put on them (RFC 9110 §13). */

import type { Document } from '@tombolo/store/port';
import { conditionError } from './errors.ts';
import type { ArmRequest } from './message.ts';

/** A GUID-shaped weak tag of (id, version): a resource deleted and created again never has a version that it had. */
export const etagOf = (document: Document): string => {
  const text = `${document.id.toLowerCase()}|${document.version}`;
  const hex = fnv1a(text, [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b]);
  return `W/"${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}"`;
};

/** Four hashes of 32 bits in one pass: a list has an etag for each resource. */
const fnv1a = (text: string, [a, b, c, d]: readonly [number, number, number, number]): string => {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = mixed(a, code);
    b = mixed(b, code);
    c = mixed(c, code);
    d = mixed(d, code);
  }
  return [a, b, c, d].map((hash) => (hash >>> 0).toString(16).padStart(8, '0')).join('');
};

const mixed = (hash: number, code: number): number => {
  const product = Math.imul(hash ^ code, 0x01000193);
  return product ^ (product >>> 13);
};

const tagsOf = (header: string): readonly string[] =>
  header.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''));

const matches = (header: string, document: Document | undefined): boolean => {
  if (document === undefined) return false;
  if (header.trim() === '*') return true;
  const own = etagOf(document).replace(/^W\//, '').replace(/"/g, '');
  return tagsOf(header).includes(own);
};

/** Throws 412 where `If-Match` or `If-None-Match` of a write does not hold. */
export const checkWriteConditions = (request: ArmRequest, existing: Document | undefined): void => {
  const ifMatch = request.headers.get('if-match');
  if (ifMatch !== undefined && !matches(ifMatch, existing)) {
    throw conditionError('PreconditionFailed', [
      existing
        ? 'If-Match does not name the current etag.'
        : 'If-Match was sent but the resource does not exist.',
    ]);
  }
  const ifNoneMatch = request.headers.get('if-none-match');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, existing)) {
    throw conditionError('PreconditionFailed', ['If-None-Match was sent and the resource exists.']);
  }
};

/** May a GET be answered 304? */
export const notModified = (request: ArmRequest, document: Document): boolean => {
  const header = request.headers.get('if-none-match');
  return header !== undefined && matches(header, document);
};
