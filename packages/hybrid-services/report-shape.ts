/** What an agent sends when it reports on a piece of work, and how much of it. */

import { workPhases } from '@tombolo/store/machine-report';
import { z } from 'zod';

/** The last 4 KB of each stream are kept, as Azure's instance views have them. */
const longestOutput = 4_096;
/** Both streams, and what is said around them. */
const longestMessage = 3 * longestOutput;

export const reportShape = z.object({
  generation: z.string().min(1).max(64),
  phase: z.enum(workPhases),
  code: z.string().max(64),
  message: z.string().max(longestMessage),
  handlerVersion: z.string().max(64).exactOptional(),
  executionState: z
    .enum(['Unknown', 'Pending', 'Running', 'Failed', 'Succeeded', 'TimedOut', 'Canceled'])
    .exactOptional(),
  exitCode: z.number().int().exactOptional(),
  output: z.string().max(longestOutput).exactOptional(),
  error: z.string().max(longestOutput).exactOptional(),
  startTime: z.iso.datetime().exactOptional(),
  endTime: z.iso.datetime().exactOptional(),
});
