/** `tombolo fleet simulate`: many agents in one process against the running server. */

import { figuresText, wentWell } from '../fleet/figures-text.ts';
import { simulateFleet } from '../fleet/simulation.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { endingSignal } from '../shell/ending-signal.ts';
import {
  duration,
  invalid,
  type ReadValue,
  region,
  resourceGroup,
  resourceId,
  seconds,
  valued,
  wholeNumber,
} from '../shell/values.ts';

/** Keys and their state of so many are some hundred megabytes; the names have room for the number. */
const mostAgents = 20_000;

const prefix: ReadValue<string> = (text, flag) => {
  if (/^[a-zA-Z0-9_.-]{1,48}$/.test(text)) return text;
  throw invalid(
    `${flag} '${text.slice(0, 64)}' is no beginning of a machine's name.`,
    "Use 1 to 48 letters, digits, '-', '_' or '.'.",
  );
};

const networkId = resourceId('Microsoft.Network/virtualNetworks');
const networkName: ReadValue<string> = (text, flag) => {
  if (/^[a-zA-Z0-9_.-]{1,80}$/.test(text)) return text;
  return networkId(text, flag);
};

interface Flags {
  readonly count: number;
  readonly prefix: string;
  readonly resourceGroup: string;
  readonly location?: string;
  readonly privateLinkScope?: string;
  readonly network?: string;
  readonly heartbeat: number;
  readonly for?: number;
  readonly keep?: boolean;
  readonly state: string;
  readonly json?: boolean;
}

export const addFleet: AddCommand = (program, runner) => {
  const fleet = program
    .command('fleet')
    .description('many agents at once, to see what the running installation bears')
    .addHelpText('after', groupHelpText('./tombolo fleet simulate --count 100 --for 1m'));
  fleet
    .command('simulate')
    .description('connect many agents from this process, let them beat, and say what it took')
    .addOption(valued('--count <number>', 'how many agents', wholeNumber(1, mostAgents), 10))
    .addOption(valued('--prefix <name>', 'machines are called NAME-1, NAME-2, …', prefix, 'sim'))
    .addOption(
      valued(
        '-g, --resource-group <name>',
        'their resource group; made where it is missing',
        resourceGroup,
        'fleet',
      ),
    )
    .addOption(
      valued(
        '-l, --location <region>',
        "default: the scope's, else the group's, else the installation's first",
        region,
      ),
    )
    .addOption(
      valued(
        '--private-link-scope <id>',
        'associate them with this scope',
        resourceId('Microsoft.HybridCompute/privateLinkScopes'),
      ),
    )
    .addOption(
      valued(
        '--network <id>',
        'virtual network (id or name) whose name servers they ask; default: the public view',
        networkName,
      ),
    )
    .addOption(valued('--heartbeat <seconds>', 'between the heartbeats of an agent', seconds(86_400), 300))
    .addOption(
      valued(
        '--for <duration>',
        'how long they beat once all have connected, e.g. 90s, 5m, 2h; default: until Ctrl-C',
        duration,
      ),
    )
    .option('--keep', 'leave the machine resources; default: they are removed at the end')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          "Each agent connects and beats as tombolo-agent does, with its code; its state is in memory, and ends with this process. It takes no extensions and no run commands: they would run on this host. They sign in as the installation's operator.",
        ],
        exits: {
          0: 'every agent connected, and every heartbeat was taken',
          2: 'a flag is refused, or there is no such network',
          5: 'not running',
          8: 'ARM refused the group, the network, the scope or a removal',
          9: 'an agent was refused, when it connected or later; or it was ended before all had connected',
        },
        examples: [
          './tombolo fleet simulate --count 100 --for 1m',
          './tombolo fleet simulate --count 20 --network quickstart-network --private-link-scope /subscriptions/…/privateLinkScopes/quickstart-scope --heartbeat 10',
          './tombolo fleet simulate --count 1000 --prefix load --resource-group load --for 5m --keep --json',
        ],
      }),
    )
    .action((flags: Flags) =>
      runner(flags.json === true, async (output) => {
        const server = connectToServer(flags.state);
        const arm = server.arm();
        const heartbeatMs = flags.heartbeat * 1000;
        const { count, resourceGroup: group, location, privateLinkScope, network } = flags;
        try {
          const result = await simulateFleet(server, arm, {
            ...{ count, prefix: flags.prefix, group, heartbeatMs, keep: flags.keep === true },
            ...(location === undefined ? {} : { location }),
            ...(privateLinkScope === undefined ? {} : { privateLinkScopeId: privateLinkScope }),
            ...(network === undefined ? {} : { network }),
            ...(flags.for === undefined ? {} : { forMs: flags.for * 1000 }),
            ending: endingSignal(),
            progress: output.progress,
          });
          output.result(result, () => figuresText(result, heartbeatMs));
          return wentWell(result) ? 0 : 9;
        } finally {
          arm.close();
        }
      }),
    );
  return fleet;
};
