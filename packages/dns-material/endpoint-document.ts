/** Reads an endpoint from a file: as described by hand, as a "DNS configuration" list, or as ARM answers a GET. */

import { type CloudSuffixes, findRegion, members, realClouds, regions } from '@tombolo/private-link';
import { nearestNames } from '@tombolo/private-link/nearest-names';
import { z } from 'zod';
import { readAnswer } from './arm-answers.ts';
import { checkForm, isObject, none, type Read, row, shortRow, together } from './document-form.ts';
import { type EndpointDns, endpointDns } from './endpoint.ts';
import { isHostName } from './host-name.ts';
import { MaterialProblem } from './problem.ts';

const suffix = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => isHostName(text) && !text.startsWith('privatelink.'), {
    error: 'is no public suffix like his.arc.azure.com',
  });
const addresses = z.union([z.string(), z.array(z.string()).min(1)], {
  error: 'has to be an address or a list of addresses',
});
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

const suffixesOf = (document: z.infer<typeof described>): CloudSuffixes => {
  if (document.suffixes) return document.suffixes;
  const name = document.cloud ?? 'AzureCloud';
  const cloud = Object.hasOwn(realClouds, name) ? realClouds[name] : undefined;
  if (cloud) return cloud.suffixes;
  throw new MaterialProblem(
    `cloud: ${JSON.stringify(name.slice(0, 60))} is not known.`,
    `Use ${Object.keys(realClouds).join(', ')}, or give "suffixes".`,
  );
};

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Names from member names need the region (R4): the short code and the geography are in its row. */
const readMembers = (document: z.infer<typeof described>, suffixes: CloudSuffixes): Read => {
  if (!document.members) return none;
  const region = findRegion(document.region ?? '');
  if (!region)
    throw new MaterialProblem(
      document.region === undefined
        ? 'region: is needed to know the names of members.'
        : `region: ${JSON.stringify(document.region.slice(0, 60))} is not known.`,
      `Did you mean ${nearestNames(
        document.region ?? '',
        regions.map(({ name }) => name),
      ).join(', ')}? Otherwise give the names in "dnsConfiguration".`,
    );
  const known = members(region, suffixes);
  const names = Object.entries(document.members).map(([given, value]) => {
    const member = known.find(({ memberName }) => memberName.toLowerCase() === given.toLowerCase());
    if (!member)
      throw new MaterialProblem(
        `members: ${JSON.stringify(given.slice(0, 80))} is no member of an endpoint in ${region.name}.`,
        `Members are ${known.map(({ memberName }) => memberName).join(', ')}.`,
      );
    return { fqdn: member.fqdn, ipAddresses: listOf(value), where: `members.${member.memberName}` };
  });
  const guessed = known[1]!;
  const derived = !region.verified && names.some(({ fqdn }) => fqdn === guessed.fqdn);
  return {
    names,
    warnings: derived
      ? [
          {
            code: 'derived-name',
            message: `${guessed.fqdn}: the short code of ${region.name} is derived, not seen in a public record. Compare it with the endpoint's DNS configuration.`,
          },
        ]
      : [],
  };
};

const readConfiguration = (document: z.infer<typeof described>): Read => {
  const { dnsConfiguration: list } = document;
  if (list === undefined) return none;
  if (!Array.isArray(list))
    return {
      ...none,
      names: Object.entries(list).map(([fqdn, value]) => ({
        fqdn,
        ipAddresses: listOf(value),
        where: 'dnsConfiguration',
      })),
    };
  return {
    ...none,
    names: list.map((entry, index) => ({
      fqdn: entry.fqdn,
      ipAddresses: 'ipAddresses' in entry ? entry.ipAddresses : [entry.ipAddress],
      where: `dnsConfiguration[${index}]`,
    })),
  };
};

/**
 * The endpoint of a parsed JSON document in any of the forms above. Throws MaterialProblem: an unknown form, bad names
 * or addresses, one name with two answers, no names at all.
 */
export const readEndpointDocument = (value: unknown): EndpointDns => {
  if (
    isObject(value) &&
    ['members', 'dnsConfiguration', 'suffixes', 'cloud', 'region', 'answers'].some((key) => key in value)
  ) {
    const document = checkForm(described, value, '');
    const suffixes = suffixesOf(document);
    const read = together([
      readMembers(document, suffixes),
      readConfiguration(document),
      document.answers ? readAnswer(document.answers, 'answers') : none,
    ]);
    return endpointDns(read.names, suffixes, read.warnings);
  }
  const read = readAnswer(value, '');
  return endpointDns(read.names, realClouds.AzureCloud!.suffixes, read.warnings);
};
