/** A catalogue as a JSON document, and back: whatever comes from a file or another installation is checked by schema. */

import { invisibleIn, withInvisibleShown } from '@tombolo/arm/visible-text';
import { z } from 'zod';
import type { Catalogue } from './catalogue.ts';
import { compositionsOf } from './composition.ts';
import { extensionServices, resourceManagementPrivateLink } from './lists/extension-services.ts';
import { parameters } from './lists/parameters.ts';
import { proxyBypassGroups, proxyLimits } from './lists/proxy-bypass.ts';
import { privateLinkLimits, securityRules } from './lists/security-rules.ts';
import { catchAllServiceTag, inspection, serviceTags } from './lists/service-tags.ts';
import { tlsFacts, tlsPlatforms } from './lists/transport-security.ts';
import { RequirementsProblem } from './problem.ts';
import { regionNames } from './region.ts';
import {
  cloudNames,
  directions,
  extensionNames,
  featureNames,
  operatingSystems,
  parameterNames,
  phases,
  productNames,
  protocols,
  type Requirement,
  sourceRoles,
} from './requirement.ts';

/** It is printed: nothing in it moves what stands around it, or hides. */
const text = z
  .string()
  .min(1)
  .max(1_000)
  .superRefine((value, context) => {
    const found = invisibleIn(value);
    if (found !== undefined)
      context.addIssue({ code: 'custom', message: `it has ${found.name} ${found.where}` });
  });
const version = z.string().regex(/^\d{1,9}(\.\d{1,9}){0,3}$/);
const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);
/** Labels of letters, digits, `-`, `_` and `*`; `<region>` and `{parameter}` stand in their place. */
const host = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9_*-]|<region>|\{[a-z-]+\}|\.(?!\.|$))+$/)
  .regex(/^[^.]/)
  // Each star is a choice for the matcher: patterns of others are bounded.
  .regex(/^[^*]*(?:\*[^*]*){0,3}$/);

const seedRow = z.strictObject({
  name: z.enum(['000', '001', '002', '003', '004']),
  date: date.optional(),
  table: text,
  row: z.int().min(1).max(1_000),
  footnote: z.int().min(1).optional(),
});

const pageRow = z.strictObject({
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  path: text,
  date,
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/)
    .optional(),
  knownFrom: date,
  table: text,
  row: z.int().min(1).max(10_000).optional(),
  since: date.optional(),
  withdrawn: date.optional(),
});

export const requirementSchema = z.strictObject({
  id: text,
  product: z.enum(productNames),
  cloud: z.enum(cloudNames),
  host,
  path: z
    .string()
    .regex(/^\/[\w./-]+$/)
    .max(500)
    .optional(),
  ports: z
    .array(
      z.strictObject({
        port: z.int().min(1).max(65_535),
        through: z.int().min(1).max(65_535).optional(),
        protocol: z.enum(protocols),
        tls: z.boolean(),
        webSocket: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(16),
  direction: z.enum(directions),
  local: z.boolean().optional(),
  source: z.array(z.enum(sourceRoles)).min(1),
  sourceByFeature: z
    .array(z.strictObject({ feature: z.enum(featureNames), source: z.enum(sourceRoles) }))
    .optional(),
  parameters: z.array(z.enum(parameterNames)).optional(),
  purpose: text,
  required: z.strictObject({
    phase: z.enum([...phases, 'always', 'optional']),
    alsoPhase: z.enum(phases).optional(),
    features: z.array(z.enum(featureNames)).min(1).optional(),
    allFeatures: z.array(z.enum(featureNames)).min(1).optional(),
    regions: z
      .array(z.string().regex(/^[a-z0-9]{1,64}$/))
      .min(1)
      .max(200)
      .optional(),
    operatingSystem: z.enum(operatingSystems).optional(),
    carriedByGateway: z.boolean().optional(),
    condition: text.optional(),
    exceptPrivateEndpoint: z.boolean().optional(),
  }),
  privateLink: z.enum([
    'private',
    'public',
    'public-unless-resource-management-private-link',
    'unused',
    'not-stated',
  ]),
  agentVersion: z.strictObject({ before: version.optional(), from: version.optional() }).optional(),
  extensionVersion: z
    .strictObject({
      extension: z.enum(extensionNames),
      until: z.union([date, version]).optional(),
      from: z.union([date, version]).optional(),
    })
    .optional(),
  minimumTls: z.enum(['1.2', '1.3', 'none']),
  allowsTls13: z.boolean().optional(),
  serviceTag: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9.]*$/)
    .optional(),
  note: text.optional(),
  variant: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .optional(),
  seed: seedRow.optional(),
  page: pageRow.optional(),
  alsoIn: z.array(seedRow).optional(),
  status: z.enum(['current', 'superseded', 'withdrawn']),
  supersededBy: text.optional(),
});

const catalogueSchema = z.looseObject({
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/),
  date,
  basis: text,
  requirements: z.array(requirementSchema).min(1).max(20_000),
});

/** Everything that the catalogue states; the lists beside the tables are those of today. */
export const catalogueDocument = (catalogue: Catalogue) => ({
  version: catalogue.version,
  date: catalogue.date,
  basis: catalogue.basis,
  requirements: catalogue.requirements,
  compositions: compositionsOf(catalogue),
  parameters,
  serviceTags,
  catchAllServiceTag,
  inspection,
  tlsPlatforms,
  tlsFacts,
  securityRules,
  privateLinkLimits,
  extensionServices,
  resourceManagementPrivateLink,
  proxyBypassGroups,
  proxyLimits,
  regions: regionNames,
});

/**
 * The catalogue in a document of `catalogueDocument`; its lists are not read back.
 * @throws RequirementsProblem InvalidCatalogue naming the first field that is wrong, a repeated id or a dangling supersededBy
 */
export const readCatalogue = (value: unknown): Catalogue => {
  const refuse = (why: string): RequirementsProblem =>
    new RequirementsProblem(
      'InvalidCatalogue',
      `This is no catalogue: ${withInvisibleShown(why.slice(0, 1_000))}.`,
      'Give a file that "./tombolo requirements export --format catalogue" wrote.',
    );
  const parsed = catalogueSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`);
  }
  const { requirements, ...rest } = parsed.data;
  const ids = new Set<string>();
  for (const { id } of requirements) {
    if (ids.has(id)) throw refuse(`the id ${id} is there twice`);
    ids.add(id);
  }
  for (const { id, seed, page, ports } of requirements) {
    if ((seed === undefined) === (page === undefined)) throw refuse(`${id} needs one source: seed or page`);
    const turned = ports.find(({ port, through }) => through !== undefined && through <= port);
    if (turned !== undefined) throw refuse(`${id} has a range of ports that ends before it begins`);
  }
  for (const { id, status, supersededBy } of requirements) {
    const dangling = supersededBy !== undefined && !ids.has(supersededBy);
    if (dangling || (status === 'superseded') !== (supersededBy !== undefined)) {
      throw refuse(`${id} is ${status} by ${supersededBy ?? 'nothing'}`);
    }
  }
  return {
    version: rest.version,
    date: rest.date,
    basis: rest.basis,
    requirements: requirements as readonly Requirement[],
  };
};
