/** An endpoint that somebody described by hand: member names of a region, or names with addresses. */

import {
  type CloudSuffixes,
  didYouMean,
  discoveryCall,
  findRegion,
  isPrivateLinkZone,
  members,
  nearestNames,
  realClouds,
  regions,
} from '@tombolo/private-link';
import { z } from 'zod';
import type { NamedAddresses } from './endpoint-name.ts';
import { checkForm } from './endpoint-parts.ts';
import { isSafeHostName } from './host-name.ts';
import { DocumentProblem, type DocumentWarning, shown } from './problem.ts';

const suffix = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => isSafeHostName(text) && !isPrivateLinkZone(text), {
    error: 'is no public suffix like his.arc.azure.com',
  });
const addresses = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'has to be an address or a list of addresses',
});
const row = z.object({ fqdn: z.string(), ipAddresses: z.array(z.string()) });
const shortRow = z.object({ fqdn: z.string(), ipAddress: z.string() });
const described = z.strictObject({
  cloud: z.string().optional(),
  suffixes: z
    .strictObject({ his: suffix, guestConfiguration: suffix, kubernetesConfiguration: suffix })
    .optional(),
  region: z.string().optional(),
  members: z.record(z.string(), addresses).optional(),
  dnsConfiguration: z
    .union([z.record(z.string(), addresses), z.array(z.union([row, shortRow]))], {
      error: 'has to be {name: address} or [{"fqdn", "ipAddresses": [address]}]',
    })
    .optional(),
  answers: z.array(z.unknown()).optional(),
});

type Described = z.infer<typeof described>;

export interface DescribedEndpoint {
  readonly names: readonly NamedAddresses[];
  readonly warnings: readonly DocumentWarning[];
  /** Where it says its cloud. */
  readonly suffixes?: CloudSuffixes;
  /** Documents that Azure printed, under "answers". */
  readonly answers?: readonly unknown[];
}

const suffixesOf = ({ suffixes, cloud }: Described): CloudSuffixes | undefined => {
  if (suffixes !== undefined || cloud === undefined) return suffixes;
  const known = Object.hasOwn(realClouds, cloud) ? realClouds[cloud] : undefined;
  if (known !== undefined) return known.suffixes;
  throw new DocumentProblem(
    'Invalid',
    `cloud: ${shown(cloud)} is not known.`,
    `Use ${Object.keys(realClouds).join(', ')}, or give "suffixes".`,
  );
};

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Names from member names need the region (R4): the short code and the geography are in its row. */
const readMembers = (document: Described, suffixes: CloudSuffixes): Omit<DescribedEndpoint, 'suffixes'> => {
  if (!document.members) return { names: [], warnings: [] };
  const region = findRegion(document.region ?? '');
  if (!region)
    throw new DocumentProblem(
      'Invalid',
      document.region === undefined
        ? 'region: is needed to know the names of members.'
        : `region: ${shown(document.region)} is not known.`,
      `${didYouMean(
        nearestNames(
          document.region ?? '',
          regions.map(({ name }) => name),
        ),
      )}Name a region of Azure such as japaneast, or give the names in "dnsConfiguration".`,
    );
  const known = members(region, suffixes);
  const names = Object.entries(document.members).map(([given, value]) => {
    const member = known.find(({ memberName }) => memberName.toLowerCase() === given.toLowerCase());
    if (!member)
      throw new DocumentProblem(
        'Invalid',
        `members: ${shown(given)} is no member of an endpoint in ${region.name}.`,
        `Members are ${known.map(({ memberName }) => memberName).join(', ')}.`,
      );
    if (member.made)
      throw new DocumentProblem(
        'Invalid',
        `members: the name of ${member.memberName} in ${region.name} is unknown: it has a code that was not seen anywhere.`,
        `Give the names in "dnsConfiguration", as the private endpoint lists them; ${discoveryCall(region, suffixes)} tells them too.`,
      );
    return { fqdn: member.fqdn, ipAddresses: listOf(value), where: `members.${member.memberName}` };
  });
  const guessed = known[1]!;
  const derived = region.his?.evidence === 'third-party' && names.some(({ fqdn }) => fqdn === guessed.fqdn);
  return {
    names,
    warnings: derived
      ? [
          {
            code: 'derived-name',
            message: `${guessed.fqdn}: the short code of ${region.name} is from a third party's script, not from Microsoft's pages. Compare it with the endpoint's DNS configuration.`,
          },
        ]
      : [],
  };
};

const readConfiguration = ({ dnsConfiguration: list }: Described): readonly NamedAddresses[] => {
  if (list === undefined) return [];
  if (!Array.isArray(list))
    return Object.entries(list).map(([fqdn, value]) => ({
      fqdn,
      ipAddresses: listOf(value),
      where: 'dnsConfiguration',
    }));
  return list.map((entry, index) => ({
    fqdn: entry.fqdn,
    ipAddresses: 'ipAddresses' in entry ? entry.ipAddresses : [entry.ipAddress],
    where: `dnsConfiguration[${index}]`,
  }));
};

/** `otherwise`: the cloud where it says none. Throws DocumentProblem (Invalid). */
export const readDescribed = (value: unknown, where: string, otherwise: CloudSuffixes): DescribedEndpoint => {
  const document = checkForm(described, value, where, 'described');
  const suffixes = suffixesOf(document);
  const { names, warnings } = readMembers(document, suffixes ?? otherwise);
  return {
    names: [...names, ...readConfiguration(document)],
    warnings,
    ...(suffixes === undefined ? {} : { suffixes }),
    ...(document.answers === undefined ? {} : { answers: document.answers }),
  };
};
