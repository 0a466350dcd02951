/** The daemon's local identity endpoint: opened where it is asked for, tried again while its port is another's. */

import type { DaemonLog } from './daemon-log.ts';
import type { IdentitySettings } from './identity-settings.ts';
import { instanceMetadata } from './instance-metadata.ts';
import { type LocalIdentity, openLocalIdentity } from './local-identity.ts';
import { operatingSystem } from './machine-resource.ts';
import { type Session, withToken } from './session.ts';
import type { AgentStatus } from './state-directory.ts';

interface DaemonIdentityOptions {
  readonly settings: IdentitySettings | undefined;
  readonly session: () => Session | undefined;
  readonly status: () => Partial<AgentStatus>;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly log: DaemonLog;
}

/** For the status file. */
export interface EndpointStatus {
  readonly identityEndpoint: string | undefined;
  readonly identityEndpointError: string | undefined;
}

interface DaemonIdentity {
  /** Opens it where it is not open; sweeps where it is. */
  readonly tend: () => Promise<EndpointStatus>;
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** The last configuration that the machine got says its tags. */
const tagsOf = (status: Partial<AgentStatus>): Readonly<Record<string, string>> => {
  const { tags } = (status.configuration?.value ?? {}) as {
    readonly tags?: Readonly<Record<string, string>>;
  };
  return tags ?? {};
};

export const createDaemonIdentity = (options: DaemonIdentityOptions): DaemonIdentity => {
  const { settings, session, status, now, newGuid, log } = options;
  let open: LocalIdentity | undefined;
  let told = '';
  const system = operatingSystem();

  const start = (wanted: IdentitySettings): Promise<LocalIdentity> =>
    openLocalIdentity({
      port: wanted.port,
      directory: wanted.tokensDirectory,
      group: wanted.group,
      now,
      newGuid,
      status: () => (session() === undefined ? 'Disconnected' : (status().status ?? 'Disconnected')),
      metadata: () => {
        const connected = session()?.connected;
        return connected && instanceMetadata(connected, tagsOf(status()), system);
      },
      newToken: async (resource) => {
        const of = session();
        if (of === undefined) return undefined;
        const token = await withToken(of, now(), (machineToken) =>
          of.services.identityToken(of.connected.hosts, machineToken, resource),
        );
        of.client.release();
        // It may have been disconnected, or connected as another machine, meanwhile.
        return session() === of ? token : undefined;
      },
      onFault: (error) => log('error', 'the identity endpoint failed', { error: String(error) }),
    });

  return {
    forget: () => open?.forget(),
    tend: async () => {
      const none = { identityEndpoint: undefined, identityEndpointError: undefined };
      if (settings === undefined) return none;
      await open?.sweep();
      try {
        open ??= await start(settings);
        if (told !== open.address) log('info', 'identity endpoint', { address: open.address });
        told = open.address;
        return { ...none, identityEndpoint: open.address };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const why =
          code === 'EADDRINUSE'
            ? `Port ${settings.port} of 127.0.0.1 is another program's; is azcmagent installed here?`
            : message;
        if (told !== why) log('warn', 'no identity endpoint', { why });
        told = why;
        return { ...none, identityEndpointError: why };
      }
    },
    close: async () => {
      await open?.close();
      open = undefined;
    },
  };
};
