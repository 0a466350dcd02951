/** Where a command takes a private endpoint from: a running installation's public API, or a document in a file. */

import { existsSync } from 'node:fs';
import { parseResourceId } from '@tombolo/arm/resource-id';
import {
  type EndpointDns,
  type EndpointOptions,
  kinds,
  readEndpointDocument,
} from '@tombolo/azure-documents';
import type { JsonObject } from '@tombolo/store/port';
import { endpointAnswers } from '../../installation/endpoint-answers.ts';
import { connectToServer } from '../../installation/server-connection.ts';
import { CommandError } from '../../shell/command-error.ts';
import { orRefused, placeOf, readDocumentFile } from './document-file.ts';

/** What the flags say; the same two in every command that takes an endpoint. */
export interface EndpointFlags {
  readonly endpoint?: string;
  readonly file?: string;
  readonly state: string;
}

export const endpointOption = [
  '--endpoint <id>',
  'id of a private endpoint of the running installation',
] as const;
export const endpointFileOption = [
  '--file <file>',
  "a private endpoint's JSON as az, REST, PowerShell or the portal shows it, or described by hand; - is standard input",
] as const;

export type EndpointSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'installation'; readonly id: string };

const invalid = (message: string, fix: string): CommandError =>
  new CommandError('InvalidArgument', message, fix);

const isEndpointId = (text: string): boolean =>
  parseResourceId(text)?.type.toLowerCase() === kinds['private-endpoint'].type.toLowerCase();

/** Undefined where no flag names one. A file is taken under `--endpoint`, too. Throws InvalidArgument. */
export const endpointSource = ({
  endpoint,
  file,
}: Omit<EndpointFlags, 'state'>): EndpointSource | undefined => {
  if (endpoint !== undefined && file !== undefined)
    throw invalid('Both --endpoint and --file name a private endpoint.', 'Give one of them.');
  if (file !== undefined) return { kind: 'file', file };
  if (endpoint === undefined) return undefined;
  if (isEndpointId(endpoint)) return { kind: 'installation', id: endpoint };
  if (existsSync(endpoint)) return { kind: 'file', file: endpoint };
  throw invalid(
    `'${endpoint.slice(0, 200)}' is not the id of a private endpoint.`,
    'Write /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateEndpoints/NAME, or --file FILE.',
  );
};

/** Throws InvalidArgument, NotRunning or RequestRefused. */
export const readEndpointFrom = async (
  source: EndpointSource,
  state: string,
  options: EndpointOptions = {},
): Promise<EndpointDns> => {
  if (source.kind === 'file') {
    const document = readDocumentFile(source.file);
    return orRefused(placeOf(source.file), () => readEndpointDocument(document, options));
  }
  const answers = await answersOf(source.id, state);
  return orRefused(source.id, () => readEndpointDocument(answers, options));
};

/** Throws InvalidArgument where no flag names an endpoint, too. */
export const readEndpoint = async (flags: EndpointFlags): Promise<EndpointDns> => {
  const source = endpointSource(flags);
  if (source === undefined)
    throw invalid(
      'One of --endpoint and --file is needed.',
      'Give the id of a private endpoint, or a file that has one.',
    );
  return readEndpointFrom(source, flags.state);
};

const answersOf = async (id: string, state: string): Promise<readonly JsonObject[]> => {
  const arm = connectToServer(state).arm();
  try {
    return await endpointAnswers(arm, id);
  } finally {
    arm.close();
  }
};
