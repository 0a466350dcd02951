/** What a client makes of an answer: what it misses in it, and what in it is not what it wrote. */

import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';

/** What a client would stop at, or a plan would show. */
export class Unaccepted extends Error {
  override readonly name = 'Unaccepted';
}

const at = (value: Json | undefined, steps: readonly string[]): boolean => {
  const [step, ...rest] = steps;
  if (step === undefined) return value !== undefined && value !== null;
  const every = step.endsWith('[]');
  const inner = isObject(value) ? value[every ? step.slice(0, -2) : step] : undefined;
  if (!every) return at(inner, rest);
  return Array.isArray(inner) && inner.every((item: Json) => at(item, rest));
};

/**
 * Those of `fields` that the answer does not have: `properties.subnets[].name` is there where there is an array, and
 * each of its items has the name.
 */
export const lacking = (answer: JsonObject, fields: readonly string[]): readonly string[] =>
  fields.filter((field) => !at(answer, field.split('.')));

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

/** A plan reads one prefix in a list and the prefix alone as the same. */
const single = (got: JsonObject, key: string): Json | undefined =>
  key === 'addressPrefixes' && got.addressPrefix !== undefined ? [got.addressPrefix] : undefined;

/** Members that are the server's, whoever sends them back. */
const serversOwn = new Set([
  'etag',
  'provisioningState',
  'systemData',
  'createdOn',
  'updatedOn',
  'updatedBy',
]);

/** Paths in `sent` at which `got` says something else; what was sent empty may be left out. Lists have no order. */
export const differing = (sent: Json, got: Json | undefined, path = ''): readonly string[] => {
  if (isEmpty(sent)) return isEmpty(got) ? [] : [path];
  if (Array.isArray(sent)) {
    const items = Array.isArray(got) ? (got as readonly Json[]) : [];
    if (items.length !== sent.length) return [path];
    return sent.flatMap((item: Json, index) =>
      items.some((other) => differing(item, other).length === 0) ? [] : [`${path}[${index}]`],
    );
  }
  if (isObject(sent)) {
    const inside = isObject(got) ? got : {};
    return Object.entries(sent).flatMap(([key, value]) =>
      serversOwn.has(key)
        ? []
        : differing(value!, inside[key] ?? single(inside, key), path === '' ? key : `${path}.${key}`),
    );
  }
  return sent === got ? [] : [path];
};
