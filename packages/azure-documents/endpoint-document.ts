/** The one private endpoint of a document, in whatever form it was printed. */

import { isWithin } from '@tombolo/dns-records';
import { type CloudSuffixes, realClouds } from '@tombolo/private-link';
import { readDescribed } from './described-endpoint.ts';
import { type EndpointDns, endpointDns } from './endpoint.ts';
import type { NamedAddresses } from './endpoint-name.ts';
import {
  type EndpointPart,
  missingNames,
  otherService,
  type PartKind,
  partKinds,
  readPart,
} from './endpoint-parts.ts';
import { foundDocuments, wantedDocuments } from './found-documents.ts';
import { privateLinkSuffixes } from './host-name.ts';
import { describe, type Found, printedBy } from './kind.ts';
import { DocumentProblem, type DocumentWarning, shown } from './problem.ts';

export interface EndpointOptions {
  /** Of the cloud that the command is about; without them the names say it. */
  readonly suffixes?: CloudSuffixes;
}

const commercial = realClouds.AzureCloud!.suffixes;

const isPart = (found: Found): found is Found & { readonly kind: PartKind } =>
  partKinds.some((kind) => kind === found.kind);

interface Read {
  readonly parts: readonly EndpointPart[];
  readonly names: readonly NamedAddresses[];
  readonly warnings: readonly DocumentWarning[];
  readonly suffixes?: CloudSuffixes;
}

/** Our own form brings answers of Azure's along; they bring none of ours. */
const readAll = (found: readonly Found[], otherwise: CloudSuffixes): Read => {
  const described = found
    .filter(({ kind }) => kind === 'described')
    .map(({ value, where }) => readDescribed(value, where, otherwise));
  const answers = described.flatMap(({ answers = [] }) => foundDocuments(answers, 'answers'));
  const parts = [...found, ...answers].filter(isPart).map(readPart);
  const own = described.flatMap(({ suffixes }) => suffixes ?? []);
  return {
    parts,
    names: described.flatMap(({ names }) => names),
    warnings: described.flatMap(({ warnings }) => warnings),
    ...(own[0] === undefined ? {} : { suffixes: own[0] }),
  };
};

/** Endpoints of other services beside it, as in a list of all of a subscription, are passed over. */
const ofScopes = (parts: readonly EndpointPart[]): readonly EndpointPart[] => {
  const others = parts.filter((part) => otherService(part) !== undefined);
  const [first] = others;
  if (first === undefined) return parts;
  const rest = parts.filter((part) => !others.includes(part));
  if (rest.length > 0) return rest;
  throw new DocumentProblem(
    'WrongKind',
    `It is ${describe(first.found)} of ${otherService(first)}; wanted is one of a Private Link Scope (Microsoft.HybridCompute/privateLinkScopes).`,
    `Print that one: ${printedBy('private-endpoint')}.`,
  );
};

/** R15: an address refuses every connection until the scope's side has approved it. */
const stateWarnings = (parts: readonly EndpointPart[]): readonly DocumentWarning[] =>
  parts.flatMap(({ found, connections }) =>
    connections
      .filter(({ status }) => status !== '' && status.toLowerCase() !== 'approved')
      .map(({ status }) => ({
        code: 'connection-not-approved' as const,
        message: `The connection of ${describe(found)} is ${shown(status)}: its addresses refuse until it is Approved.`,
      })),
  );

const cloudOf = (names: readonly NamedAddresses[]): CloudSuffixes =>
  Object.values(realClouds).find(({ suffixes }) =>
    names.some(({ fqdn }) =>
      privateLinkSuffixes(suffixes).some((suffix) => isWithin(fqdn.toLowerCase().replace(/\.$/, ''), suffix)),
    ),
  )?.suffixes ?? commercial;

/**
 * The names and addresses of the private endpoint in a parsed document: the endpoint, its zone groups, its network
 * interface, rows of names, our own form, or lists, envelopes and templates with some of them. Throws DocumentProblem.
 */
export const readEndpointDocument = (value: unknown, options: EndpointOptions = {}): EndpointDns => {
  const found = wantedDocuments(foundDocuments(value), [
    'private-endpoint',
    'zone-group',
    'network-interface',
    'names',
    'described',
  ]);
  const read = readAll(found, options.suffixes ?? commercial);
  const parts = ofScopes(read.parts);
  const names = [...read.names, ...parts.flatMap((part) => part.names)];
  if (!names.some(({ ipAddresses }) => ipAddresses.length > 0)) {
    const part = parts.find(({ found: { kind } }) => kind === 'private-endpoint') ?? parts[0];
    if (part !== undefined) throw missingNames(part);
  }
  if (
    read.suffixes !== undefined &&
    options.suffixes !== undefined &&
    read.suffixes.his !== options.suffixes.his
  )
    throw new DocumentProblem(
      'Contradictory',
      `It describes an endpoint of another cloud, of names below ${read.suffixes.his}; asked is ${options.suffixes.his}.`,
      'Say the same cloud in the file and in the arguments.',
    );
  const suffixes = read.suffixes ?? options.suffixes ?? cloudOf(names);
  const endpoint = endpointDns(names, suffixes, [...read.warnings, ...stateWarnings(parts)]);
  const subnetId = parts.find((part) => part.subnetId !== undefined)?.subnetId;
  return subnetId === undefined ? endpoint : { ...endpoint, subnetId };
};
