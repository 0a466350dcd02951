/** Where a command takes a private endpoint from: a running installation's public API, or a file. */

import { readFileSync, statSync } from 'node:fs';
import { type EndpointDns, MaterialProblem, readEndpointDocument } from '@tombolo/dns-material';
import { CommandError } from '../command-error.ts';
import { connectToServer } from '../server-connection.ts';

export interface EndpointSource {
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
  'private endpoint described as JSON: its DNS configuration, or what ARM answers for it',
] as const;

const mostBytes = 1024 * 1024;

/** What the packages refuse, as this command line says it. */
export const refusals = async <T>(act: () => T | Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof MaterialProblem) throw new CommandError('InvalidArgument', error.message, error.fix);
    throw error;
  }
};

/** Throws InvalidArgument, NotRunning or RequestRefused. */
export const readEndpoint = async (source: EndpointSource): Promise<EndpointDns> => {
  if ((source.endpoint === undefined) === (source.file === undefined))
    throw new CommandError(
      'InvalidArgument',
      'One of --endpoint and --file is needed.',
      'Give the id of a private endpoint, or a file that describes one.',
    );
  const { file } = source;
  if (file !== undefined) {
    const document = readDocument(file);
    return refusals(() => {
      try {
        return readEndpointDocument(document);
      } catch (error) {
        if (error instanceof MaterialProblem)
          throw new MaterialProblem(`${file}: ${error.message}`, error.fix);
        throw error;
      }
    });
  }
  return readFromServer(source.endpoint!, source.state);
};

const readFromServer = async (id: string, state: string): Promise<EndpointDns> => {
  if (
    !/^\/subscriptions\/[^/?#]+\/resourceGroups\/[^/?#]+\/providers\/Microsoft\.Network\/privateEndpoints\/[^/?#]+$/i.test(
      id,
    )
  )
    throw new CommandError(
      'InvalidArgument',
      `'${id}' is not the id of a private endpoint.`,
      'Write /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateEndpoints/NAME.',
    );
  const arm = connectToServer(state).arm();
  try {
    const version = 'api-version=2024-05-01';
    const endpoint = await arm.send('GET', `${id}?${version}`);
    const groups = await arm.send('GET', `${id}/privateDnsZoneGroups?${version}`);
    return await refusals(() => readEndpointDocument([endpoint.body, groups.body]));
  } finally {
    arm.close();
  }
};

const readDocument = (file: string): unknown => {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > mostBytes)
      throw new CommandError(
        'InvalidArgument',
        `${file} has ${size} octets; a description of an endpoint has at most ${mostBytes}.`,
        'Give one private endpoint.',
      );
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'InvalidArgument',
      `${file} cannot be read: ${(error as Error).message}`,
      'Name a file with JSON in it.',
    );
  }
  try {
    // PowerShell's own redirection writes a byte order mark.
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${file} is no JSON: ${(error as Error).message}`,
      'Correct the file.',
    );
  }
};
