/** `tombolo profile`: the cloud profile for agents, as seen from outside or from a virtual network. */

import { cloudProfile, type Installation } from '../installation/installation.ts';
import { nameServersOf } from '../installation/name-servers.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { resourceId, valued } from '../shell/values.ts';

export const addProfile: AddCommand = (program, runner) =>
  program
    .command('profile')
    .description('print the cloud profile that agents and tools use (tombolo-agent --cloud-profile)')
    .addOption(
      valued(
        '--network <id>',
        'id of the virtual network whose name servers the machine uses; default: the public view',
        resourceId('Microsoft.Network/virtualNetworks'),
      ),
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'printed', 2: 'the network has no name servers', 5: 'not running', 8: 'refused' },
        examples: [
          './tombolo profile > public.json',
          './tombolo profile --network /subscriptions/…/virtualNetworks/hub > site.json',
        ],
      }),
    )
    .action((options: { network?: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        const arm = server.arm();
        try {
          const servers =
            options.network === undefined
              ? publicNameServers(server.installation)
              : await nameServersOf(arm, server.installation, options.network);
          output.document(cloudProfile(server.installation, server.certificateAuthority, servers));
          return 0;
        } finally {
          arm.close();
        }
      }),
    );

const publicNameServers = (installation: Installation): readonly string[] => [
  `${installation.addresses.dns}:${installation.ports.dns}`,
];
