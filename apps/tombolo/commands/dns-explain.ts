/** `tombolo dns explain`: which zone, forwarding rule or server answers for a name, as a network sees it or the internet. */

import { explainedTypes } from '@tombolo/dns';
import { parseName } from '@tombolo/dns-records';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { invalid, oneOf, type ReadValue, resourceId, valued } from '../shell/values.ts';

const domainName: ReadValue<string> = (text, flag) => {
  if (parseName(text) !== undefined && text !== '') return text;
  throw invalid(
    `${flag} '${text.slice(0, 200)}' is no domain name.`,
    'Write the name that does not resolve, e.g. gbl.his.arc.azure.com.',
  );
};

/** Adds itself to the command `dns`, which has to be there. */
export const addDnsExplain: AddCommand = (program, runner) => {
  const dns = program.commands.find((command) => command.name() === 'dns') ?? program.command('dns');
  return dns
    .command('explain')
    .description('say which zone, rule or server answers for a name, and why it fails')
    .argument('<name>', 'the name that is asked for')
    .addOption(
      valued(
        '--network <id>',
        'as this virtual network sees it; default: as the internet does',
        resourceId('Microsoft.Network/virtualNetworks'),
      ),
    )
    .addOption(valued('--type <type>', 'of the record', oneOf('type', explainedTypes), 'A'))
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Nobody is asked: what is said follows from zones, links, rules and configuration as they are now.',
        ],
        exits: { 0: 'explained', 5: 'not running', 8: 'there is no such network' },
        examples: [
          './tombolo dns explain gbl.his.arc.azure.com',
          './tombolo dns explain gbl.his.arc.azure.com --network /subscriptions/…/virtualNetworks/hub --json',
        ],
      }),
    )
    .action((name: string, options: { network?: string; type: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const query = new URLSearchParams({
          name: domainName(name, 'The argument name'),
          type: options.type,
          ...(options.network === undefined ? {} : { network: options.network }),
        });
        const answer = await connectToServer(options.state).ask('GET', `/dns/explain?${query}`);
        // Control's own document; both are of one version.
        const steps = answer.steps as unknown as readonly { readonly text: string }[];
        // The same document.
        const own = answer.customDnsServers as unknown as readonly string[];
        output.result(answer, () =>
          [
            ...steps.map(({ text }) => text),
            String(answer.result),
            ...(own.length === 0
              ? []
              : [
                  `Machines of this network ask ${own.join(', ')} (dhcpOptions), which may answer otherwise.`,
                ]),
          ].join('\n'),
        );
        return 0;
      }),
    );
};
