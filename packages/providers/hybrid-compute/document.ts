/** Members as they are stored. */

import type { Json, JsonObject } from '@tombolo/store/port';

/** The members that have a value. */
export const withValues = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== null));
