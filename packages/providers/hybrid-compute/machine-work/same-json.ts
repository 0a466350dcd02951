/** Whether two JSON values say the same, in whatever order their members are. */

import { isObject } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';

const ordered = (_: string, value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

export const sameJson = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one, ordered) === JSON.stringify(other, ordered);
