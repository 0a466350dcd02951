/** A network security group as REST has it, from whatever form it was printed in. */

import { z } from 'zod';
import { canonicalForm, type Fields } from './canonical-form.ts';
import { checkForm } from './endpoint-parts.ts';
import { foundDocuments, wantedDocuments } from './found-documents.ts';
import { describe } from './kind.ts';
import { DocumentProblem } from './problem.ts';

export interface SecurityGroupBody extends Fields {
  readonly id?: string;
  readonly name?: string;
  readonly properties: { readonly securityRules: readonly RuleBody[] };
}

interface RuleBody extends Fields {
  readonly name?: string;
  readonly properties: Fields;
}

const group = z.object({
  id: z.string().nullish(),
  name: z.string().nullish(),
  securityRules: z.array(z.record(z.string(), z.unknown())),
});

/** PowerShell's rules have lists under the names of single values: REST has other names for lists. */
const plural: Readonly<Record<string, string>> = {
  sourceAddressPrefix: 'sourceAddressPrefixes',
  destinationAddressPrefix: 'destinationAddressPrefixes',
  sourcePortRange: 'sourcePortRanges',
  destinationPortRange: 'destinationPortRanges',
};

const ruleBody = ({ id, name, type: _, ...rest }: Fields): RuleBody => ({
  ...(typeof id === 'string' ? { id } : {}),
  ...(typeof name === 'string' ? { name } : {}),
  properties: Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [Array.isArray(value) ? (plural[key] ?? key) : key, value]),
  ),
});

/**
 * The one group of a parsed document. Throws DocumentProblem: WrongKind, Incomplete, Contradictory, Invalid. What the
 * rules say is not judged here.
 */
export const readSecurityGroupDocument = (value: unknown): SecurityGroupBody => {
  const found = wantedDocuments(foundDocuments(value), ['security-group']);
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw new DocumentProblem(
      'Contradictory',
      `It holds ${found.length} groups: ${found.slice(0, 5).map(describe).join(', ')}${found.length > 5 ? ', …' : ''}.`,
      'Give one of them in a file of its own.',
    );
  const { id, name, securityRules } = checkForm(
    group,
    canonicalForm(only.value, only.where),
    only.where,
    'security-group',
  );
  return {
    ...(id ? { id } : {}),
    ...(name ? { name } : {}),
    properties: { securityRules: securityRules.map(ruleBody) },
  };
};
