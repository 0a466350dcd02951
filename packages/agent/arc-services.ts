/** The agent's side of the hybrid services: region, registration, token, heartbeat, configuration, renewal. */

import { refuseForClock } from './clock-fault.ts';
import { type Instruction, instruction, type WorkKind, type WorkReport } from './extensions/work.ts';
import { ServiceRefusal } from './failure.ts';
import { accepted, type HttpAnswer, type HttpAsk, type HttpsClient } from './https-client.ts';
import type { IdentityToken } from './local-token.ts';
import type { MachineKey } from './machine-key.ts';

interface RegionalHosts {
  readonly his: string;
  readonly ats: string;
  readonly gas: string;
  readonly dp: string;
}

interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly notAfter: number;
  readonly feed: number;
}

interface HeartbeatAnswer {
  readonly route?: { readonly kind: 'public' | 'private'; readonly connectionId?: string };
}

export interface ArcServices {
  lookUpRegion(global: string, location: string): Promise<RegionalHosts>;
  register(hosts: RegionalHosts, feed: number | undefined): Promise<Certificate>;
  /** @param feed the number since which the certificate is known; the service waits for it within bounds */
  token(
    hosts: RegionalHosts,
    serial: string,
    feed?: number,
  ): Promise<{ readonly token: string; readonly expiresAt: number }>;
  heartbeat(hosts: RegionalHosts, token: string, body: object): Promise<HeartbeatAnswer>;
  /** Undefined: unchanged since `etag`. */
  configuration(
    hosts: RegionalHosts,
    token: string,
    etag: string | undefined,
  ): Promise<{ readonly etag: string; readonly value: unknown } | undefined>;
  renew(hosts: RegionalHosts, token: string): Promise<Certificate>;
  /** Where a WebSocket for notifications is opened, and with what. */
  notifications(
    host: string,
    token: string,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>;
  /** Of the machine's system-assigned identity. */
  identityToken(hosts: RegionalHosts, token: string, resource: string): Promise<IdentityToken>;
  /** The instruction whole, of which the configuration has a line. */
  instruction(hosts: RegionalHosts, token: string, kind: WorkKind, name: string): Promise<Instruction>;
  /** False: nobody waits for it any more. */
  report(
    hosts: RegionalHosts,
    token: string,
    work: { readonly kind: WorkKind; readonly name: string; readonly report: WorkReport },
  ): Promise<boolean>;
}

export interface ArcServicesOptions {
  readonly client: HttpsClient;
  readonly key: MachineKey;
  readonly machineId: string;
  readonly vmId: string;
  readonly agentVersion: string;
  readonly now: () => number;
  readonly newGuid: () => string;
}

interface MachineRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const certificateOf = (answer: HttpAnswer): Certificate => {
  const body = answer.body as { certificate: string; serial: string; notAfter: string; feed: number };
  const { certificate, serial, feed } = body;
  return { certificate, serial, notAfter: Date.parse(body.notAfter), feed };
};

const workPath = (kind: WorkKind, name: string): string => `/work/${kind}/${encodeURIComponent(name)}`;

const readInstruction = (body: unknown): Instruction => {
  const read = instruction.safeParse(body);
  if (read.success) return read.data;
  throw new ServiceRefusal(
    200,
    'UnreadableInstruction',
    'The instruction has another shape than this agent knows.',
  );
};

/** Every method throws NetworkFault or ServiceRefusal. */
export const createArcServices = (options: ArcServicesOptions): ArcServices => {
  const { client, key, machineId, agentVersion, now, newGuid } = options;
  const send = async (ask: HttpAsk): Promise<HttpAnswer> => {
    const answer = await client.send(ask);
    refuseForClock(answer, now());
    return answer;
  };
  const proof = (method: string, url: string, accessToken?: string): Promise<string> =>
    key.proof({
      method,
      url,
      at: now(),
      jti: newGuid(),
      ...(accessToken === undefined ? {} : { accessToken }),
    });
  /** With the machine's token and the proof of its key. */
  const authorized = async (
    token: string,
    { method, host, path, body, headers }: MachineRequest,
  ): Promise<HttpAnswer> => {
    const url = client.serviceUrl(host, path);
    return send({
      method,
      url,
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await proof(method, url, token),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return {
    lookUpRegion: async (global, location) => {
      const url = client.serviceUrl(global, `/regions/${encodeURIComponent(location)}`);
      const answer = accepted(await send({ method: 'GET', url }), [200]);
      return (answer.body as { readonly hosts: RegionalHosts }).hosts;
    },
    register: async (hosts, feed) => {
      const url = client.serviceUrl(hosts.his, '/machines/register');
      const csr = await key.certificateRequest(options.vmId);
      const statement = { machineId, csr, publicKeyJwk: key.publicJwk, agentVersion, aud: url };
      const body = await key.sign(
        { ...statement, ...(feed === undefined ? {} : { feed }) },
        now(),
        newGuid(),
      );
      const headers = { 'content-type': 'application/jose' };
      return certificateOf(accepted(await send({ method: 'POST', url, headers, body }), [200]));
    },
    token: async (hosts, serial, feed) => {
      const url = client.serviceUrl(hosts.ats, '/oauth2/token');
      const claims = { iss: machineId, sub: machineId, aud: url, serial, agent_version: agentVersion };
      const form = new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await key.sign(claims, now(), newGuid()),
      });
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        dpop: await proof('POST', url),
        ...(feed === undefined ? {} : { 'x-tombolo-feed': String(feed) }),
      };
      const answer = accepted(await send({ method: 'POST', url, headers, body: form.toString() }), [200]);
      const body = answer.body as { readonly access_token: string; readonly expires_in: number };
      return { token: body.access_token, expiresAt: now() + body.expires_in * 1000 };
    },
    heartbeat: async ({ his: host }, token, body) => {
      const answer = await authorized(token, { method: 'POST', host, path: '/machines/heartbeats', body });
      return accepted(answer, [200]).body as HeartbeatAnswer;
    },
    configuration: async ({ gas: host }, token, etag) => {
      const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
      const answer = await authorized(token, { method: 'GET', host, path: '/configuration', headers });
      const { status, body } = accepted(answer, [200, 304]);
      return status === 304 ? undefined : { etag: answer.headers.etag ?? '', value: body };
    },
    identityToken: async ({ ats: host }, token, resource) => {
      const ask = { method: 'POST', host, path: '/identity/token', body: { resource } };
      const body = accepted(await authorized(token, ask), [200]).body as {
        readonly access_token: string;
        readonly expires_on: number;
      };
      return { accessToken: body.access_token, expiresOn: body.expires_on, resource };
    },
    instruction: async ({ gas: host }, token, kind, name) => {
      const answer = await authorized(token, { method: 'GET', host, path: workPath(kind, name) });
      return readInstruction(accepted(answer, [200]).body);
    },
    report: async ({ gas: host }, token, { kind, name, report }) => {
      const path = `${workPath(kind, name)}/report`;
      const answer = await authorized(token, { method: 'POST', host, path, body: report });
      return (accepted(answer, [200]).body as { readonly accepted?: boolean }).accepted === true;
    },
    notifications: async (host, token) => {
      const url = client.serviceUrl(host, '/notifications');
      const headers = { authorization: `DPoP ${token}`, dpop: await proof('GET', url, token) };
      return { url: url.replace(/^https:/, 'wss:'), headers };
    },
    renew: async ({ his: host }, token) => {
      const body = { csr: await key.certificateRequest(options.vmId) };
      const answer = await authorized(token, { method: 'POST', host, path: '/machines/renew', body });
      return certificateOf(accepted(answer, [200]));
    },
  };
};
