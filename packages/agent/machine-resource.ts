/** The machine's ARM resource: read, create, delete. */

import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { accepted, type HttpAnswer, type HttpsClient } from './https-client.ts';

const apiVersion = '2025-01-13';

/** What is there under the machine's name: an earlier connection's, or made ahead of the agent. */
export interface FoundMachine {
  readonly tags?: Readonly<Record<string, string>>;
  readonly kind?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface MachineResourceClient {
  /** Undefined where there is none, or where we may not look. */
  read(): Promise<FoundMachine | undefined>;
  /** @returns the feed number of the write, where the service says it */
  create(body: object): Promise<number | undefined>;
  /** What is gone already is no error. */
  delete(): Promise<void>;
}

/** Every method throws NetworkFault or ServiceRefusal. */
export const createMachineResourceClient = (options: {
  readonly client: HttpsClient;
  readonly resourceManager: string;
  readonly machineId: string;
  readonly accessToken: string;
  readonly correlationId: string;
}): MachineResourceClient => {
  const send = (method: string, body?: object): Promise<HttpAnswer> =>
    options.client.send({
      method,
      url: `${options.resourceManager}${options.machineId}?api-version=${apiVersion}`,
      headers: {
        authorization: `Bearer ${options.accessToken}`,
        'x-ms-correlation-request-id': options.correlationId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    read: async () => {
      const answer = await send('GET');
      // Onboarding principals may create but not read: then the write decides.
      if (answer.status === 404 || answer.status === 403) return undefined;
      return accepted(answer, [200]).body as FoundMachine;
    },
    create: async (body) => {
      const feed = Number(accepted(await send('PUT', body), [200, 201]).headers['x-tombolo-feed']);
      return Number.isSafeInteger(feed) ? feed : undefined;
    },
    delete: async () => {
      accepted(await send('DELETE'), [200, 202, 204, 404]);
    },
  };
};

/** Whose it is; undefined: nobody's yet. */
export const ownerOf = (found: FoundMachine | undefined): string | undefined => {
  const vmId = found?.properties?.vmId;
  return typeof vmId === 'string' && vmId !== '' ? vmId : undefined;
};

/** A PUT replaces: what was written of the machine is said again. Its scope stays where the PUT does not speak of it. */
export const takenOver = (found: FoundMachine | undefined): FoundMachine => {
  const { privateLinkScopeResourceId: _, ...properties } = found?.properties ?? {};
  return { ...(found?.kind === undefined ? {} : { kind: found.kind }), tags: found?.tags ?? {}, properties };
};

const osRelease = (): Readonly<Record<string, string>> => {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return Object.fromEntries(
      lines.flatMap((line) => {
        const [, name, value] = /^([A-Z_]+)="?([^"]*)"?$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
      }),
    );
  } catch {
    return {};
  }
};

/** What the machine says of itself at creation. */
export const operatingSystem = (): Readonly<Record<string, string>> => {
  const { ID, PRETTY_NAME } = osRelease();
  return {
    osName: process.platform,
    osType: process.platform === 'win32' ? 'windows' : 'linux',
    osVersion: release(),
    ...(ID === undefined ? {} : { osEdition: ID }),
    ...(PRETTY_NAME === undefined ? {} : { osSku: PRETTY_NAME }),
    machineFqdn: hostname(),
  };
};
