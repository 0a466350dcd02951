/** `tombolo env`: what Azure clients need, as shell exports or one JSON object. */

import { Option } from 'commander';
import { azSignIn, writeSecret } from '../installation/az-sign-in.ts';
import { clientEnvironment } from '../installation/client-environment.ts';
import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { shellWord } from '../shell/shell-word.ts';

export const addEnv: AddCommand = (program, runner) =>
  program
    .command('env')
    .description('print the environment in which Azure clients use this installation')
    .addOption(
      new Option('--az [authority]', 'also print the lines that register the cloud with az and sign in')
        .choices(['entra', 'adfs'])
        .preset('entra'),
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Fails until the server is ready. az has a directory of its own there: the user’s az is not touched.',
          '"--az adfs" is for az before 2.54, which asks the public cloud where the authority is no AD FS.',
        ],
        exits: { 0: 'printed', 5: 'not running' },
        examples: [
          'eval "$(./tombolo env)"',
          './tombolo env --az',
          './tombolo env --az adfs',
          './tombolo env --json',
        ],
      }),
    )
    .action((options: { az?: 'entra' | 'adfs'; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        await server.ask('GET', '/status');
        const variables = clientEnvironment(server);
        output.result(variables, () =>
          [
            ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
            ...(options.az ? azLines(server, options.az === 'adfs') : []),
          ].join('\n'),
        );
        return 0;
      }),
    );

/** The secret is in a file that the line names: it is in no argument list. */
const azLines = (server: ServerConnection, before254: boolean): readonly string[] => {
  writeSecret(server);
  return azSignIn(server, before254).map((words) => ['az', ...words.map(shellWord)].join(' '));
};
