/** `tombolo az` and `tombolo terraform`: a client that is on the machine, run within this installation's environment. */

import { signInWithAz } from '../installation/az-sign-in.ts';
import { environmentForClient } from '../installation/client-environment.ts';
import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { type AddCommand, helpText, stateOption } from '../shell/command.ts';
import { runProgram } from '../shell/foreground-program.ts';
import type { Output } from '../shell/output.ts';

interface Client {
  readonly program: string;
  readonly description: string;
  readonly fix: string;
  readonly notes: readonly string[];
  readonly examples: readonly string[];
  readonly prepare?: (server: ServerConnection, env: NodeJS.ProcessEnv, output: Output) => Promise<void>;
}

/** What stands behind the client's first word is the client's, flags too. */
const addClient =
  ({ program: name, description, fix, notes, examples, prepare }: Client): AddCommand =>
  (program, runner) =>
    program
      .enablePositionalOptions()
      .command(name)
      .description(description)
      .option(...stateOption)
      .argument('[words...]', `what ${name} is to do`)
      .passThroughOptions()
      // Terraform's `-chdir=DIR` stands before its first word.
      .allowUnknownOption()
      .addHelpText(
        'after',
        helpText({
          notes: [...notes, `Any other exit code is ${name}'s own.`],
          exits: {
            0: `as ${name} ends`,
            5: 'not running',
            ...(prepare === undefined ? {} : { 8: `${name} could not sign in` }),
          },
          examples,
        }),
      )
      .action((words: readonly string[], options: { state: string }) =>
        runner(false, async (output) => {
          const server = connectToServer(options.state);
          await server.ask('GET', '/status');
          const env = environmentForClient(server, process.env);
          await prepare?.(server, env, output);
          return (await runProgram(name, words, { env, fix })).code;
        }),
      );

const azFix = 'Install the Azure CLI (2.45 or later) so that "az" is on the PATH.';

export const addAz: AddCommand = addClient({
  program: 'az',
  description: 'run az within this installation: a cloud, a sign-in and settings of its own',
  fix: azFix,
  notes: [
    'The first time registers the cloud and signs in, in a directory of the state directory (AZURE_CONFIG_DIR): the user’s',
    'own az is not touched. Flags behind the first word are az’s.',
  ],
  examples: ['./tombolo az group list', './tombolo az --state /tmp/ci resource list --output table'],
  prepare: (server, env, output) =>
    signInWithAz(
      server,
      (words, more) => runProgram('az', words, { env: { ...env, ...more }, fix: azFix, quiet: true }),
      output.progress,
    ),
});

export const addTerraform: AddCommand = addClient({
  program: 'terraform',
  description: 'run Terraform within this installation: azurerm finds cloud, credentials and authority',
  fix: 'Install Terraform so that "terraform" is on the PATH.',
  notes: ['Flags behind the first word are Terraform’s.'],
  examples: ['./tombolo terraform version', './tombolo terraform plan -out plan'],
});
