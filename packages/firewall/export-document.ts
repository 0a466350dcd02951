/** A plan as JSON: everything that is in it, and what address rules alone cannot say; read back to be compared. */

import { formatPrefix } from '@tombolo/ip/prefix';
import { type PrefixSet, parsePrefixSet } from '@tombolo/ip/prefix-set';
import { z } from 'zod';
import { fit } from './fit.ts';
import { documentForm } from './formats/format.ts';
import type { AddressRule, FirewallPlan, TransportProtocol } from './plan.ts';
import { FirewallProblem } from './problem.ts';

export interface PrefixTexts {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

const prefixTexts = (set: PrefixSet): PrefixTexts => ({
  v4: set.v4.map(formatPrefix),
  v6: set.v6.map(formatPrefix),
});

const addressTexts = (rule: AddressRule) => ({ ...rule, prefixes: prefixTexts(rule.prefixes) });

/** The form of `--format json`. */
export const exportDocument = (plan: FirewallPlan) => {
  const byAddress = fit(plan, documentForm);
  return {
    ...plan,
    tags: plan.tags.map(({ prefixes, ...rule }) =>
      prefixes === undefined ? rule : { ...rule, prefixes: prefixTexts(prefixes) },
    ),
    given: plan.given.map(addressTexts),
    /** Aggregated over tags and given addresses: what a firewall of addresses has to allow. */
    addresses: byAddress.addresses.map(addressTexts),
    /** What that firewall cannot be told. */
    unexpressed: byAddress.unexpressed,
  };
};

const text = z.string().max(512);
const port = z.int().min(0).max(65_535);
const prefixes = z.object({
  v4: z.array(z.string().max(49)).max(1_000_000),
  v6: z.array(z.string().max(49)).max(1_000_000),
});
const shape = z.object({
  format: z.literal(1),
  hosts: z
    .array(
      z.object({
        leg: z.enum(['internet', 'endpoint', 'site']),
        host: text,
        path: text.optional(),
        protocol: z.enum(['tcp', 'udp']).default('tcp'),
        port,
        through: port.optional(),
        inbound: z.boolean().default(false),
        optional: z.boolean(),
        requirements: z.array(text).max(1_000),
      }),
    )
    .max(100_000),
  tags: z
    .array(z.object({ tag: text, port, protocol: z.literal('tcp'), prefixes: prefixes.optional() }))
    .max(20_000),
  addresses: z
    .array(
      z.object({
        leg: z.enum(['internet', 'endpoint', 'dns', 'site']),
        protocol: z.enum(['tcp', 'udp']),
        port,
        through: port.optional(),
        inbound: z.literal(true).optional(),
        prefixes,
        of: z.array(text).max(20_000),
      }),
    )
    .max(20_000),
});

/** What of an export is compared. */
export interface ComparedExport {
  readonly hosts: readonly {
    readonly leg: string;
    readonly host: string;
    readonly path?: string | undefined;
    readonly protocol: TransportProtocol;
    readonly port: number;
    readonly through?: number | undefined;
    readonly inbound: boolean;
    readonly optional: boolean;
    readonly requirements: readonly string[];
  }[];
  readonly tags: readonly { readonly tag: string; readonly port: number; readonly prefixes?: PrefixSet }[];
  readonly addresses: readonly AddressRule[];
}

/** @throws FirewallProblem InvalidExport */
export const readExport = (json: unknown, name: string): ComparedExport => {
  const refuse = (why: string): FirewallProblem =>
    new FirewallProblem(
      'InvalidExport',
      `${name} is no export of firewall rules: ${why}.`,
      'Name a file that "./tombolo firewall export --format json" wrote.',
    );
  const parsed = shape.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message}`);
  }
  const set = (texts: PrefixTexts): PrefixSet => {
    try {
      return parsePrefixSet([...texts.v4, ...texts.v6]);
    } catch (error) {
      throw refuse((error as Error).message.replace(/\.$/, ''));
    }
  };
  const { hosts, tags, addresses } = parsed.data;
  return {
    hosts,
    tags: tags.map(({ prefixes: given, ...rule }) =>
      given === undefined ? rule : { ...rule, prefixes: set(given) },
    ),
    addresses: addresses.map(({ through, inbound, ...rule }) => ({
      ...rule,
      ...(through === undefined ? {} : { through }),
      ...(inbound === undefined ? {} : { inbound }),
      prefixes: set(rule.prefixes),
    })),
  };
};

export const comparable = (plan: FirewallPlan): ComparedExport => ({
  hosts: plan.hosts,
  tags: plan.tags,
  addresses: fit(plan, documentForm).addresses,
});
