/** One installation for a test file, with signed-in clients, fresh resource groups and raw requests. */

import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { ClientSecretCredential, type TokenCredential } from '@azure/identity';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { runInProcess } from '../apps/tombolo/commands/command-line.testkit.ts';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { armScope, type Clients, createClients } from './clients.ts';
import { type Installation, startInstallation } from './installation.ts';
import { guardThisProcess, type LeakGuard } from './leak-guard.ts';

interface RawRequest {
  readonly method?: string;
  /** Sent exactly as given, with query. */
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the operator's token; `null`: none. */
  readonly token?: string | null;
}

/** What ARM answers with, as far as the tests look. */
interface ArmBody {
  readonly error?: { readonly code: string; readonly message: string; readonly target?: string };
  readonly value?: readonly ArmBody[];
  readonly nextLink?: string;
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed; empty where it is no JSON object. */
  readonly json: ArmBody;
}

interface Principal {
  readonly appId: string;
  readonly objectId: string;
  readonly clientSecret?: string;
}

export interface World extends Clients {
  /** What its clients asked for beyond this machine: a test file in which they did fails. */
  readonly guard: LeakGuard;
  readonly installation: Installation;
  /** What `tombolo env --json` gives. */
  readonly environment: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly ca: string;
  readonly credential: TokenCredential;
  /** Signs in with a secret, at the installation's own authority. */
  readonly signIn: (clientId: string, secret: string) => TokenCredential;
  /** A service principal without any role; with a certificate (PEM) it has no secret. */
  readonly createPrincipal: (displayName: string, certificate?: string) => Promise<Principal>;
  readonly clientsFor: (credential: TokenCredential) => Clients;
  readonly send: (request: RawRequest) => Promise<RawAnswer>;
  /** A new resource group of a name that no test used; the name. */
  readonly createGroup: (location?: string) => Promise<string>;
  /** Resolves when DNS, gateway and services have applied everything written so far. */
  readonly settled: () => Promise<void>;
}

/** By the command line, without a process of its own. */
const environmentOf = async (state: string): Promise<Readonly<Record<string, string>>> => {
  const { code, out, err } = await runInProcess('env', '--state', state, '--json');
  if (code !== 0) throw new Error(`tombolo env: ${out}${err}`);
  return JSON.parse(out) as Record<string, string>;
};

/** Top-level await this in a test file; the installation ends after its tests. */
export const openWorld = async (flags: readonly string[] = []): Promise<World> => {
  const guard = guardThisProcess();
  const installation = await startInstallation(flags, undefined, endsWithFile);
  const environment = await environmentOf(installation.state);
  const operator = connectToServer(installation.state);
  const origin = environment.ARM_ENDPOINT!;
  const tenantId = environment.AZURE_TENANT_ID!;
  const subscriptionId = environment.AZURE_SUBSCRIPTION_ID!;
  const ca = readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8');
  const tlsOptions = { ca };
  const signIn = (clientId: string, secret: string) =>
    new ClientSecretCredential(tenantId, clientId, secret, {
      authorityHost: environment.AZURE_AUTHORITY_HOST!,
      disableInstanceDiscovery: true,
      retryOptions: { maxRetries: 0 },
      tlsOptions,
    });
  const credential = signIn(environment.AZURE_CLIENT_ID!, environment.AZURE_CLIENT_SECRET!);
  const clientsFor = (who: TokenCredential) =>
    createClients({ endpoint: origin, subscriptionId, credential: who, ca });
  const clients = clientsFor(credential);
  let groups = 0;
  return {
    ...clients,
    guard,
    installation,
    environment,
    origin,
    tenantId,
    subscriptionId,
    ca,
    credential,
    signIn,
    clientsFor,
    send: async (request) => {
      const token = request.token === undefined ? (await credential.getToken(armScope)).token : request.token;
      return sendRaw(origin, ca, request, token);
    },
    createGroup: async (location = 'westeurope') => {
      groups += 1;
      const name = `rg-${process.pid}-${groups}`;
      await clients.resources.resourceGroups.createOrUpdate(name, { location });
      return name;
    },
    createPrincipal: async (displayName, certificate) =>
      (await operator.ask('POST', '/principals', {
        displayName,
        ...(certificate === undefined ? {} : { certificate }),
      })) as unknown as Principal,
    settled: async () => {
      const { converged } = await operator.ask('GET', '/wait?timeout=150');
      if (converged !== true) throw new Error('The followers did not converge.');
    },
  };
};

let shared: Promise<World> | undefined;
/**
 * {@link openWorld} for files that keep to resource groups and addresses of their own, and ask for nothing that is there once in an
 * installation: where they run in one process (scripts/test-programs.mjs), they share one.
 */
export const shareWorld = (): Promise<World> => {
  shared ??= openWorld();
  return shared;
};

const sendRaw = (
  origin: string,
  ca: string,
  { method = 'GET', path, body, headers = {} }: RawRequest,
  token: string | null,
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const request = httpsRequest(
      {
        hostname,
        port,
        path,
        method,
        ca,
        agent: false,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined
            ? {}
            : {
                'content-type': 'application/json',
                ...('transfer-encoding' in headers
                  ? {}
                  : { 'content-length': String(Buffer.byteLength(body)) }),
              }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode!, headers: response.headers, text, json: parse(text) });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

const parse = (text: string): ArmBody => {
  try {
    return JSON.parse(text) as ArmBody;
  } catch {
    return {};
  }
};
