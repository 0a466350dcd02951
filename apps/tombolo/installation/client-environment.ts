/** What Azure clients read of their environment to use this installation, and nothing of the user's own sign-ins. */

import type { ServerConnection } from './server-connection.ts';

/** az keeps clouds, sign-ins and settings there: not in the user's own `~/.azure`. */
export const azDirectory = (server: ServerConnection): string => server.state.file('az');

/** Variables by name; the certificate bundle is a file of the state directory. */
export const clientEnvironment = (server: ServerConnection): Record<string, string> => {
  const { credentials, origin } = server;
  const bundle = server.state.file('ca.pem');
  return {
    AZURE_TENANT_ID: credentials.tenantId,
    AZURE_CLIENT_ID: credentials.clientId,
    AZURE_CLIENT_SECRET: credentials.clientSecret,
    AZURE_AUTHORITY_HOST: origin,
    AZURE_SUBSCRIPTION_ID: credentials.subscriptionId,
    AZURE_CONFIG_DIR: azDirectory(server),
    AZURE_CORE_INSTANCE_DISCOVERY: 'false',
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    ARM_ENDPOINT: origin,
    ARM_CLIENT_ID: credentials.clientId,
    ARM_CLIENT_SECRET: credentials.clientSecret,
    ARM_TENANT_ID: credentials.tenantId,
    ARM_SUBSCRIPTION_ID: credentials.subscriptionId,
    ARM_METADATA_HOSTNAME: new URL(origin).host,
    NODE_EXTRA_CA_CERTS: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    SSL_CERT_FILE: bundle,
  };
};

/** Sign-ins and clouds of the caller's would be taken before ours: `ARM_USE_OIDC`, `AZURE_USERNAME`. */
const ofAnother = /^(ARM_|AZURE_(?!CORE_|DEFAULTS_|LOGGING_))/i;

/** The caller's environment with this installation in it, for a client that is run in it. */
export const environmentForClient = (
  server: ServerConnection,
  callers: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(callers).filter(([name]) => !ofAnother.test(name))),
  // Terraform's own look for newer versions would leave the installation.
  CHECKPOINT_DISABLE: '1',
  ...clientEnvironment(server),
});
