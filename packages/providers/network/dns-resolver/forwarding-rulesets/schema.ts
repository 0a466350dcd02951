/** What may be written of a DNS forwarding ruleset (published 2025-05-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { outboundEndpointReference } from '../../references.ts';

export const rulesetProperties = z.object({
  dnsResolverOutboundEndpoints: optional(z.array(outboundEndpointReference).min(1).max(2)),
});
export type RulesetProperties = z.output<typeof rulesetProperties>;
export const rulesetReadOnly = ['resourceGuid'] as const;
