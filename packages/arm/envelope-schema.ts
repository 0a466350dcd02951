/** The members of ARM's envelope beside location, tags and properties: the form and the bounds of each. */

import { z } from 'zod';
import { parseResourceId } from './resource-id.ts';

const text = (longest: number) => z.string().min(1).max(longest);
const resourceId = z
  .string()
  .max(2048)
  .refine((id) => parseResourceId(id) !== undefined, 'it has to be a resource id');

const identityTypes = ['None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned'] as const;

/** Far above what Azure gives a resource. */
const mostUserAssigned = 100;

/** ARM's common types (v3 to v6), by the name of the member; a type says which of them it takes. */
export const envelopeSchemas = {
  sku: z.object({
    name: text(128),
    tier: text(64).nullish(),
    size: text(64).nullish(),
    family: text(64).nullish(),
    capacity: z.number().int().min(0).max(1_000_000).nullish(),
  }),
  plan: z.object({
    name: text(128),
    publisher: text(128),
    product: text(128),
    promotionCode: text(128).nullish(),
    version: text(128).nullish(),
  }),
  identity: z.object({
    // `SystemAssigned, UserAssigned` has a blank in some clients.
    type: z
      .string()
      .max(64)
      .refine(
        (given) =>
          identityTypes.some((known) => known.toLowerCase() === given.replaceAll(' ', '').toLowerCase()),
        `it has to be one of ${identityTypes.join('; ')}`,
      ),
    userAssignedIdentities: z
      .record(resourceId, z.object({}).nullable())
      .refine((map) => Object.keys(map).length <= mostUserAssigned, `there are at most ${mostUserAssigned}`)
      .nullish(),
    /** Given by the service; clients echo them. */
    principalId: z.string().max(64).nullish(),
    tenantId: z.string().max(64).nullish(),
  }),
  extendedLocation: z.object({ name: text(2048), type: text(64).nullish() }),
  zones: z.array(text(16)).max(16),
  kind: z
    .string()
    .max(64)
    .regex(/^[-\w._,()]*$/, 'it has letters, digits and - . _ , ( ) only'),
  managedBy: resourceId,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type EnvelopeMember = keyof typeof envelopeSchemas;
