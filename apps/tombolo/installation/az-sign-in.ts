/** az in a directory of its own: the cloud registered and signed in once, and anew when the installation is another. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../shell/command-error.ts';
import { azDirectory } from './client-environment.ts';
import type { ServerConnection } from './server-connection.ts';
import { writePrivateFile } from './state-directory.ts';

const cloud = 'Tombolo';

/** `core.instance_discovery` came with az 2.54: an earlier one asks the public cloud, unless the authority is AD FS. */
const asksPublicCloud = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 2 || (major === 2 && minor < 54);
};

/** Where the secret is, for az's `@FILE`: it is in no argument list. */
const secretFile = (server: ServerConnection): string => join(azDirectory(server), 'secret');

/** What an earlier az does not find out by itself. */
const earlier = (origin: string): Record<string, string> => ({
  resource_manager: origin,
  active_directory: `${origin}/adfs`,
  microsoft_graph_resource_id: `${origin}/`,
});

/** The words of each line, without `az`; `before254`: for a version that asks the public cloud. */
export const azSignIn = (server: ServerConnection, before254: boolean): readonly (readonly string[])[] => {
  const { origin, credentials } = server;
  const { clientId, tenantId } = credentials;
  return [
    before254
      ? [
          'cloud',
          'register',
          '--name',
          cloud,
          '--cloud-config',
          JSON.stringify({ endpoints: earlier(origin) }),
        ]
      : ['cloud', 'register', '--name', cloud, '--endpoint-resource-manager', origin],
    ['cloud', 'set', '--name', cloud],
    [
      ...['login', '--service-principal', '--username', clientId, '--password', `@${secretFile(server)}`],
      ...['--tenant', tenantId, '--output', 'none'],
    ],
  ];
};

/** Makes the directory (0700) and the secret in it (0600). */
export const writeSecret = (server: ServerConnection): void => {
  mkdirSync(azDirectory(server), { recursive: true, mode: 0o700 });
  writePrivateFile(secretFile(server), server.credentials.clientSecret);
};

/** What az knows of clouds and sign-ins; settings and extensions stay. */
const forgotten = [
  'clouds.config',
  'azureProfile.json',
  'service_principal_entries.json',
  'service_principal_entries.bin',
  'msal_token_cache.json',
  'msal_token_cache.bin',
  'msal_http_cache.bin',
];

const stampOf = ({ origin, credentials }: ServerConnection): string =>
  createHash('sha256')
    .update(JSON.stringify([origin, credentials.tenantId, credentials.clientId, credentials.clientSecret]))
    .digest('hex');

const readStamp = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** `az account clear` and `az logout` leave a profile without subscriptions. az writes it with a byte order mark. */
const isSignedIn = (server: ServerConnection): boolean => {
  try {
    const text = readFileSync(join(azDirectory(server), 'azureProfile.json'), 'utf8');
    const { subscriptions } = JSON.parse(text.replace(/^\uFEFF/, '')) as { subscriptions?: unknown };
    return Array.isArray(subscriptions) && subscriptions.length > 0;
  } catch {
    return false;
  }
};

interface AzRun {
  readonly code: number;
  readonly said: string;
}

/** "az version" looks for a newer one on the web: at a port of this machine where nobody is, it finds out at once that it cannot. */
const noProxy = 'http://127.0.0.1:9';
const noWeb = { HTTPS_PROXY: noProxy, https_proxy: noProxy, NO_PROXY: '', no_proxy: '' };

/**
 * `az`: runs it with these words in the environment of the installation, and `more` over it. Says what it does, where it
 * does something.
 */
export const signInWithAz = async (
  server: ServerConnection,
  az: (words: readonly string[], more?: Readonly<Record<string, string>>) => Promise<AzRun>,
  progress: (text: string) => void,
): Promise<void> => {
  const stampFile = join(azDirectory(server), 'signed-in');
  const known = readStamp(stampFile) === stampOf(server);
  if (known && isSignedIn(server)) return;
  progress(
    known
      ? `az has signed out of ${server.origin}: signing in…`
      : `az has not used ${server.origin} yet: registering the cloud and signing in…`,
  );
  writeSecret(server);
  for (const name of forgotten) rmSync(join(azDirectory(server), name), { force: true });
  const asked = await az(['version', '--output', 'json'], noWeb);
  const version = /"azure-cli": "([\d.]+)"/.exec(asked.said)?.[1] ?? '2.54.0';
  for (const words of azSignIn(server, asksPublicCloud(version))) {
    const { code, said } = await az(words);
    if (code === 0) continue;
    throw new CommandError(
      'RequestRefused',
      `az ${version} could not sign in: "az ${words[0]} ${words[1]}" ended with ${code}: ${said.trim().slice(-1_000)}`,
      'The message is az’s own; "./tombolo env --az" prints the lines to type one by one.',
    );
  }
  writePrivateFile(stampFile, `${stampOf(server)}\n`);
};
