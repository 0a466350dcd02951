/** `tombolo env`: what Azure clients need, as shell exports or one JSON object. */

import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { shellWord } from '../shell/shell-word.ts';

export const addEnv: AddCommand = (program, runner) =>
  program
    .command('env')
    .description('print the environment in which Azure clients use this installation')
    .option('--az', 'also print the lines that register the cloud with az and sign in')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: ['Fails until the server is ready.'],
        exits: { 0: 'printed', 5: 'not running' },
        examples: ['eval "$(./tombolo env)"', './tombolo env --az', './tombolo env --json'],
      }),
    )
    .action((options: { az?: boolean; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        await server.ask('GET', '/status');
        const variables = clientEnvironment(server);
        output.result(variables, () =>
          [
            ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
            ...(options.az ? azLines(server) : []),
          ].join('\n'),
        );
        return 0;
      }),
    );

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

const azLines = (server: ServerConnection): readonly string[] => [
  `az cloud register --name Tombolo --endpoint-resource-manager ${server.origin}`,
  'az cloud set --name Tombolo',
  'az config set core.instance_discovery=false',
  'az login --service-principal --username "$AZURE_CLIENT_ID" --password "$AZURE_CLIENT_SECRET" --tenant "$AZURE_TENANT_ID"',
];
