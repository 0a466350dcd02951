/** An installation to measure, with an ARM client signed in to it. */

import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type ArmClient, createArmClient } from '../apps/tombolo/installation/arm-client.ts';
import { startInstallation } from '../conformance/installation.ts';
import { processWith } from './processor-time.ts';

export interface BenchWorld {
  readonly state: string;
  readonly origin: string;
  readonly subscriptionId: string;
  readonly services: string;
  readonly dns: string;
  readonly arm: ArmClient;
  readonly certificateAuthority: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tombolo: (...args: readonly string[]) => Promise<Record<string, unknown>>;
  /** A bearer token for raw load. */
  readonly token: () => Promise<string>;
  /** The id of the control process. */
  readonly controlProcess: number;
  readonly close: () => Promise<void>;
}

/** @param state a directory of the caller's, which stays; absent: a new one, which goes with the world */
export const openWorld = async (flags: readonly string[] = [], state?: string): Promise<BenchWorld> => {
  const installation = await startInstallation(flags, state);
  const environment = (await installation.tombolo('env')) as Record<string, string>;
  const certificateAuthority = readFileSync(join(installation.state, 'ca.pem'), 'utf8');
  const origin = environment.ARM_ENDPOINT!;
  const credentials = {
    origin,
    tenantId: environment.AZURE_TENANT_ID!,
    clientId: environment.AZURE_CLIENT_ID!,
    clientSecret: environment.AZURE_CLIENT_SECRET!,
    certificateAuthority,
  };
  const arm = createArmClient(credentials);
  return {
    state: installation.state,
    origin,
    subscriptionId: environment.AZURE_SUBSCRIPTION_ID!,
    services: installation.ready.services,
    dns: installation.ready.dns,
    arm,
    certificateAuthority,
    environment,
    tombolo: installation.tombolo,
    token: () => signIn(credentials),
    controlProcess: processWith(join(installation.state, 'control', 'configuration.json'))!,
    close: async () => {
      arm.close();
      await installation.stop();
    },
  };
};

const signIn = (credentials: {
  origin: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  certificateAuthority: string;
}): Promise<string> =>
  new Promise((resolve, reject) => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope: 'https://management.azure.com/.default',
    }).toString();
    const sent = request(
      `${credentials.origin}/${credentials.tenantId}/oauth2/v2.0/token`,
      {
        method: 'POST',
        ca: credentials.certificateAuthority,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(form),
        },
      },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve((JSON.parse(text) as { access_token: string }).access_token));
      },
    );
    sent.on('error', reject);
    sent.end(form);
  });
