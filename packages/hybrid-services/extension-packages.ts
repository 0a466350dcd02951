/** Extension packages for machines: with an instruction what vouches for the one it means, and the archives themselves (R12). */

import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageHost } from '@tombolo/private-link';
import { packageFor } from '@tombolo/store/extension-package';
import { serviceError } from './errors.ts';
import type { MachineWork } from './machine-work-index.ts';
import type { MachineContext, OperationContext } from './operation-context.ts';
import type { ServiceResponse } from './request.ts';

/** The port that the request came to: the services have one. */
const portOf = (host: string): string => /:\d+$/.exec(host)?.[0] ?? '';

/** What the machine fetches, and by which name: the one it came by where a private endpoint is on the way, else blob storage's. */
export const packageOf = (
  { state, request }: Pick<MachineContext, 'state' | 'request'>,
  { kind, properties }: Pick<MachineWork, 'kind' | 'properties'>,
) => {
  const found = kind === 'extensions' ? packageFor(state.packages(), properties) : undefined;
  if (found === undefined) return {};
  const { publisher, type, version, manifest, certificate, signature } = found;
  const host = request.arrival.kind === 'private' ? request.host : `${packageHost}${portOf(request.host)}`;
  const url = `https://${host}/extensions/${publisher}/${type}/${version}`;
  return { package: { url, manifest, certificate, signature } };
};

/** No secrets: a package is what its signature says, whoever fetches it. @throws ArmError 404 */
export const servePackage = async (context: OperationContext): Promise<ServiceResponse> => {
  const { service, request, state, parameters, packageDirectory } = context;
  const name = parameters.join('/').toLowerCase();
  const found = state
    .packages()
    .find(({ publisher, type, version }) => `${publisher}/${type}/${version}`.toLowerCase() === name);
  // R12: the regional name has them behind a private endpoint only.
  const here = service.kind === 'blob' || request.arrival.kind === 'private';
  if (found === undefined || packageDirectory === undefined || !here)
    throw serviceError('NotFound', [`The extension package '${name}' at ${service.fqdn}`]);
  const file = join(packageDirectory, found.sha256);
  if (statSync(file, { throwIfNoEntry: false })?.size !== found.size)
    throw serviceError('NotFound', [
      `The file of the extension package '${name}' (its operator adds it again with "./tombolo extension add"): it`,
    ]);
  // Of its signed size, whatever the file becomes meanwhile.
  const content = { length: found.size, open: () => createReadStream(file, { end: found.size - 1 }) };
  const download = { type: 'application/zip', content };
  return { status: 200, headers: { 'cache-control': 'no-cache' }, download };
};
