/** What each service offers: host kind, method, path, how the caller is known, and what is done. */

import { createHash } from 'node:crypto';
import { findRegion } from '@tombolo/private-link';
import { z } from 'zod';
import { allowList } from './allow-list.ts';
import { serviceError } from './errors.ts';
import { servePackage } from './extension-packages.ts';
import type { ServiceKind } from './host.ts';
import { offeredRegions } from './host.ts';
import { issueToken, tokenLifetimeSeconds } from './machine-token.ts';
import { instruct, takeReport, workOfMachine } from './machine-work.ts';
import {
  type MachineContext,
  type OperationContext,
  ok,
  parseJson,
  type RegistrationContext,
} from './operation-context.ts';
import { hostsOnRoute, regionalHosts } from './regional-hosts.ts';
import type { IssuedCertificate } from './registration-authority.ts';
import type { ServiceResponse } from './request.ts';

type Place = { readonly kind: ServiceKind; readonly method: string; readonly path: RegExp };
export type Operation = Place &
  (
    | { readonly access: 'listening' }
    | {
        readonly access: 'open' | 'bootstrap';
        readonly run: (context: OperationContext) => Promise<ServiceResponse>;
      }
    | {
        readonly access: 'registration';
        readonly run: (context: RegistrationContext) => Promise<ServiceResponse>;
      }
    | {
        readonly access: 'token' | 'request';
        readonly run: (context: MachineContext) => Promise<ServiceResponse>;
      }
  );

const short = z.string().max(256);
/** The fields that the onboarding scripts send. */
const failureLog = z.object({
  subscriptionId: short.optional(),
  resourceGroup: short.optional(),
  tenantId: short.optional(),
  location: short.optional(),
  correlationId: short.optional(),
  authType: short.optional(),
  operation: short.optional(),
  messageType: short.optional(),
  message: z.string().max(4096).optional(),
});

const renewal = z.object({ csr: z.string().min(1).max(8192) });

/** ARM's `networkProfile`: 64 interfaces with 16 addresses each at most, as the body's limit has room for. */
const networkProfile = z.object({
  networkInterfaces: z
    .array(
      z.object({
        name: z.string().max(64),
        macAddress: z.string().max(64),
        ipAddresses: z
          .array(
            z.object({
              address: z.union([z.ipv4(), z.ipv6()]),
              ipAddressVersion: z.enum(['IPv4', 'IPv6']),
              subnet: z.object({ addressPrefix: z.string().max(64) }),
            }),
          )
          .max(16),
      }),
    )
    .max(64),
});

const heartbeat = z.object({
  agentVersion: z.string().min(1).max(64),
  status: z.enum(['Connected', 'Error', 'Disconnecting']),
  errorCode: z.string().max(64).optional(),
  errorDetails: z.string().max(1024).optional(),
  osName: z.string().max(64).optional(),
  osType: z.string().max(64).optional(),
  machineFqdn: z.string().max(255).optional(),
  certificateNotAfter: z.number().optional(),
  networkProfile: networkProfile.optional(),
});

const certificateAnswer = async (
  context: OperationContext,
  issued: IssuedCertificate,
): Promise<ServiceResponse> => {
  // So that the request which follows finds the certificate in this process's state.
  await context.applied(issued.feed);
  const { certificate, chain, serial, notAfter, feed } = issued;
  return ok({ certificate, chain, serial, notAfter: new Date(notAfter).toISOString(), feed });
};

const lookUpRegion = async (context: OperationContext): Promise<ServiceResponse> => {
  const { parameters, profile, request, state } = context;
  const [location = ''] = parameters;
  const region = findRegion(location);
  const offered = offeredRegions(profile);
  if (region === undefined || !offered.includes(region)) {
    throw serviceError('LocationNotFound', [location, offered.map((entry) => entry.name).join(', ')], {
      target: 'location',
    });
  }
  return ok({ location: region.name, hosts: hostsOnRoute(region, profile.suffixes, request.arrival, state) });
};

/** What the seeds name for the translation of wildcards into names: a JSON array of hosts. */
const listHosts = async ({ request, profile }: OperationContext): Promise<ServiceResponse> =>
  ok(allowList(request.query ?? '', profile), { 'cache-control': 'no-cache' });

const recordFailure = async ({ request, onFailureLog }: OperationContext): Promise<ServiceResponse> => {
  const entry = parseJson(failureLog, await request.readBody());
  onFailureLog(entry as Readonly<Record<string, string>>, request.arrival.source);
  return ok({});
};

const register = async (context: RegistrationContext): Promise<ServiceResponse> => {
  const { feed: _, keyThumbprint: __, ...asked } = context.statement;
  return certificateAnswer(context, await context.authority.register(asked));
};

const renew = async (context: MachineContext): Promise<ServiceResponse> => {
  const { csr } = parseJson(renewal, await context.request.readBody());
  const { machineId, serial } = context.caller;
  return certificateAnswer(context, await context.authority.renew({ machineId, csr, serial }));
};

const beat = async (context: MachineContext): Promise<ServiceResponse> => {
  const value = parseJson(heartbeat, await context.request.readBody());
  const { caller, now, route } = context;
  context.heartbeats.add({
    machineId: caller.machineId,
    at: now,
    serial: caller.serial,
    agentVersion: value.agentVersion,
    value: { ...value, route: { ...route } },
  });
  return ok({ accepted: true, route });
};

const disconnect = async ({ authority, caller, heartbeats }: MachineContext): Promise<ServiceResponse> => {
  const { machineId, serial } = caller;
  // What it said last is recorded while its certificate still is.
  await heartbeats.flush();
  return ok({ feed: (await authority.disconnect({ machineId, serial })).feed });
};

const grantToken = async ({ caller, state, now, newGuid }: MachineContext): Promise<ServiceResponse> => {
  const accessToken = await issueToken(caller, state, now, newGuid);
  // RFC 9449 §5: token_type DPoP.
  const body = { access_token: accessToken, token_type: 'DPoP', expires_in: tokenLifetimeSeconds };
  return ok(body, { 'cache-control': 'no-store' });
};

const identityRequest = z.object({ resource: z.string().min(1).max(1024) });

/** The machine's identity towards everything else: a bearer token, as what takes it knows no proofs. */
const grantIdentityToken = async (context: MachineContext): Promise<ServiceResponse> => {
  const { resource } = parseJson(identityRequest, await context.request.readBody());
  const { machineId, serial } = context.caller;
  const token = await context.authority.identityToken({ machineId, serial, resource });
  const body = {
    ...{ token_type: 'Bearer', access_token: token.accessToken, resource: token.resource },
    ...{ expires_in: token.expiresInSeconds, expires_on: token.expiresOn },
  };
  return ok(body, { 'cache-control': 'no-store' });
};

const regionalService = async ({ machine, profile }: MachineContext): Promise<ServiceResponse> => {
  const region = findRegion(machine.location);
  if (region === undefined) {
    throw serviceError('LocationNotFound', [machine.location, profile.regions.join(', ')], {
      target: machine.id,
    });
  }
  return ok({ location: region.name, serviceHost: regionalHosts(region, profile.suffixes).gas });
};

/** What the machine should be; polled with If-None-Match, so that no change costs one 304. */
const desiredConfiguration = async (context: MachineContext): Promise<ServiceResponse> => {
  const { machine, request } = context;
  const body = {
    machineId: machine.id,
    location: machine.location,
    ...workOfMachine(context),
    agent: { ...machine.agentConfiguration },
    tags: { ...machine.tags },
    privateLinkScopeResourceId: machine.privateLinkScopeResourceId ?? null,
  };
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 27)}"`;
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((entry) => entry.trim().replace(/^W\//, ''));
  const headers = { etag, 'cache-control': 'no-cache' };
  return known.includes(etag) ? { status: 304, headers } : ok(body, headers);
};

/** Nothing of it is secret, and who asks is no machine yet. */
const serveDownload = async ({ request, downloads }: OperationContext): Promise<ServiceResponse> => {
  const download = downloads?.get(request.path);
  if (download !== undefined)
    return { status: 200, headers: { 'cache-control': 'no-cache' }, download: await download() };
  throw serviceError('NotImplemented', [
    `The download of the agent (GET ${request.path})`,
    'This installation found no agent to hand out: make it with "npm run build", or name it by agentBundle in the configuration, and start again.',
  ]);
};

/** One line an operation; README.md has the same table for readers. */
export const operations: readonly Operation[] = [
  { kind: 'gbl', method: 'GET', path: /^\/regions\/([^/]+)$/, access: 'bootstrap', run: lookUpRegion },
  { kind: 'gbl', method: 'PUT', path: /^\/log$/, access: 'bootstrap', run: recordFailure },
  {
    kind: 'gbl',
    method: 'GET',
    path: /^\/(?:azcmagent-(?:linux|windows)|tombolo-agent(?:\.mjs|-linux-(?:x64|arm64)))$/,
    access: 'bootstrap',
    run: serveDownload,
  },
  { kind: 'his', method: 'POST', path: /^\/machines\/register$/, access: 'registration', run: register },
  { kind: 'his', method: 'POST', path: /^\/machines\/renew$/, access: 'request', run: renew },
  { kind: 'his', method: 'POST', path: /^\/machines\/heartbeats$/, access: 'request', run: beat },
  { kind: 'his', method: 'POST', path: /^\/machines\/disconnect$/, access: 'request', run: disconnect },
  { kind: 'ats', method: 'POST', path: /^\/oauth2\/token$/, access: 'token', run: grantToken },
  { kind: 'ats', method: 'POST', path: /^\/identity\/token$/, access: 'request', run: grantIdentityToken },
  {
    kind: 'agentserviceapi',
    method: 'GET',
    path: /^\/configuration$/,
    access: 'request',
    run: regionalService,
  },
  { kind: 'gas', method: 'GET', path: /^\/configuration$/, access: 'request', run: desiredConfiguration },
  { kind: 'gas', method: 'GET', path: /^\/work\/([^/]+)\/([^/]+)$/, access: 'request', run: instruct },
  {
    kind: 'gas',
    method: 'POST',
    path: /^\/work\/([^/]+)\/([^/]+)\/report$/,
    access: 'request',
    run: takeReport,
  },
  ...(['gas', 'blob'] as const).map(
    (kind): Operation => ({
      kind,
      method: 'GET',
      path: /^\/extensions\/([^/]+)\/([^/]+)\/([^/]+)$/,
      access: 'bootstrap',
      run: servePackage,
    }),
  ),
  {
    kind: 'dp',
    method: 'GET',
    path: /^\/configurations$/,
    access: 'request',
    run: async () => ok({ value: [] }),
  },
  { kind: 'gns', method: 'GET', path: /^\/$/, access: 'open', run: async () => ok({ status: 'Healthy' }) },
  { kind: 'relay', method: 'GET', path: /^\/notifications$/, access: 'listening' },
  { kind: 'gns', method: 'GET', path: /^\/urls\/allowlist$/, access: 'bootstrap', run: listHosts },
];
