/** What may be written of a link from a ruleset to a network (published 2025-05-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { linkedNetworkInRegion } from '../../references.ts';

export const rulesetLinkProperties = z.object({
  virtualNetwork: linkedNetworkInRegion,
  metadata: optional(z.record(z.string().max(256), z.string().max(1024))),
});
export type RulesetLinkProperties = z.output<typeof rulesetLinkProperties>;
