/** Properties of a machine extension that people write. */

import type { Json } from '@tombolo/store/port';
import { z } from 'zod';

const text = (longest = 256) => z.string().max(longest).nullish();
const flag = z.boolean().nullish();

/** As much as a script in line needs (Learn, "Custom Script Extension for Linux": 256 KB). */
const longestSettings = 262_144;

const settings = z
  .record(z.string().max(256), z.json() as z.ZodType<Json>)
  .refine(
    (value) => JSON.stringify(value).length <= longestSettings,
    `longer than ${longestSettings} characters`,
  )
  .nullish();

export const extensionProperties = z.object({
  forceUpdateTag: text(),
  publisher: text(),
  type: text(),
  typeHandlerVersion: z
    .string()
    .regex(/^\d{1,5}(\.\d{1,9}){0,3}$/, 'it has to be numbers with dots between')
    .nullish(),
  enableAutomaticUpgrade: flag,
  autoUpgradeMinorVersion: flag,
  settings,
  /** Never stored as they are, never answered. */
  protectedSettings: settings,
});

export type ExtensionProperties = z.infer<typeof extensionProperties>;
