/** How documents are checked: their forms, the row of a DNS configuration, and what was read of a part. */

import { z } from 'zod';
import type { NamedAddresses } from './endpoint.ts';
import { MaterialProblem, type MaterialWarning } from './problem.ts';

export const forms =
  'Give {"region", "members": {"HybridCompute.Global": "10.0.1.4", …}}, {"dnsConfiguration": {"gbl.his.arc.azure.com": "10.0.1.4", …}}, ' +
  'or what GET answers for the private endpoint, its zone group or its network interface (or a list of such answers).';

export const row = z.object({ fqdn: z.string(), ipAddresses: z.array(z.string()) });
export const shortRow = z.object({ fqdn: z.string(), ipAddress: z.string() });

/** Throws MaterialProblem that names the place. */
export const checkForm = <T>(schema: z.ZodType<T>, value: unknown, where: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [where, ...(issue?.path ?? []).map(String)].filter(Boolean).join('.');
  throw new MaterialProblem(`${path || 'The document'}: ${issue?.message}.`, forms);
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Read {
  readonly names: readonly NamedAddresses[];
  readonly warnings: readonly MaterialWarning[];
}

export const none: Read = { names: [], warnings: [] };
export const together = (parts: readonly Read[]): Read => ({
  names: parts.flatMap(({ names }) => names),
  warnings: parts.flatMap(({ warnings }) => warnings),
});
