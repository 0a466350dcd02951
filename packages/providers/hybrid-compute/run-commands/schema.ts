/** Properties of a run command (2024-11-10-preview and later) that people write. */

import { z } from 'zod';

const text = (longest = 256) => z.string().max(longest).nullish();
/** As of an extension's settings. */
const longestScript = 262_144;
const uri = text(4_096);

const parameters = z
  .array(z.object({ name: z.string().min(1).max(256), value: z.string().max(16_384) }))
  .max(100)
  .nullish();

export const runCommandProperties = z.object({
  source: z.object({ script: text(longestScript), scriptUri: uri, commandId: text() }).nullish(),
  parameters,
  /** Never stored as they are, never answered. */
  protectedParameters: parameters,
  asyncExecution: z.boolean().nullish(),
  runAsUser: text(64),
  /** As protected parameters; Linux needs none. */
  runAsPassword: text(1_024),
  timeoutInSeconds: z.number().int().min(1).max(86_400).nullish(),
  outputBlobUri: uri,
  errorBlobUri: uri,
});

export type RunCommandProperties = z.infer<typeof runCommandProperties>;
