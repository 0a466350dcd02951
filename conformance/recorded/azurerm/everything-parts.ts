/** What the pieces of `everything` have in common: their bodies, and how a change of tags is written. */

import type { JsonObject } from '@tombolo/store/port';
import { putBack } from './resource.ts';

export const revised = { revision: '2' };
export const retag = (seen: JsonObject): JsonObject => putBack(seen, { tags: revised });
export const retagKnown = (seen: JsonObject): JsonObject =>
  putBack(seen, { tags: revised, systemData: null });
export const placed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  location: 'japaneast',
  tags: {},
  ...more,
  properties,
});
