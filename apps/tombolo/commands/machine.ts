/** `tombolo machine`: the machine resources of the running installation, listed and deleted. */

import { parseResourceId } from '@tombolo/arm/resource-id';
import type { JsonObject } from '@tombolo/store/port';
import { deleteMachine, machineIdOf, machinesUnder } from '../installation/machine-list.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { table } from '../shell/output.ts';
import { resourceGroup, valued } from '../shell/values.ts';

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly status: string;
  readonly privateLinkScope?: string;
}

const shownOf = (machine: JsonObject): Shown => {
  const { status, privateLinkScopeResourceId: scope } = (machine.properties ?? {}) as JsonObject;
  return {
    id: String(machine.id),
    name: String(machine.name),
    resourceGroup: parseResourceId(String(machine.id))?.resourceGroup ?? '',
    location: String(machine.location),
    status: String(status),
    ...(typeof scope === 'string' && scope !== '' ? { privateLinkScope: scope } : {}),
  };
};

export const addMachine: AddCommand = (program, runner) => {
  const machine = program
    .command('machine')
    .description('the machine resources of the running installation')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo machine list',
        './tombolo machine delete server-1 --resource-group quickstart',
      ),
    );
  machine
    .command('list')
    .description('machines with their status and scope')
    .addOption(valued('-g, --resource-group <name>', 'only of this resource group', resourceGroup))
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'listed', 5: 'not running', 8: 'refused' },
        examples: ['./tombolo machine list', './tombolo machine list --resource-group quickstart --json'],
      }),
    )
    .action((options: { resourceGroup?: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        const arm = server.arm();
        try {
          const subscription = `/subscriptions/${server.credentials.subscriptionId}`;
          const found = await machinesUnder(
            arm,
            options.resourceGroup === undefined
              ? subscription
              : `${subscription}/resourceGroups/${encodeURIComponent(options.resourceGroup)}`,
          );
          const machines = found.map(shownOf);
          output.result(machines, () =>
            machines.length === 0
              ? 'There are no machines.'
              : table(
                  ['machine', 'resource group', 'location', 'status', 'scope'],
                  machines.map((each) => [
                    each.name,
                    each.resourceGroup,
                    each.location,
                    each.status,
                    parseResourceId(each.privateLinkScope ?? '')?.name ?? 'none',
                  ]),
                ),
          );
          return 0;
        } finally {
          arm.close();
        }
      }),
    );
  machine
    .command('delete')
    .description('delete machine resources: their certificates are revoked, their names are free again')
    .argument('<names...>', 'the machines')
    .addOption(
      valued(
        '-g, --resource-group <name>',
        'the resource group that they are in',
        resourceGroup,
      ).makeOptionMandatory(),
    )
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'An agent that ran for one of them is refused from then on: "./tombolo-agent disconnect --force-local-only" makes it forget.',
        ],
        exits: { 0: 'deleted', 5: 'not running', 8: 'refused, or there is no such machine' },
        examples: ['./tombolo machine delete warehouse roaming --resource-group quickstart'],
      }),
    )
    .action((names: readonly string[], options: { resourceGroup: string; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const server = connectToServer(options.state);
        const arm = server.arm();
        const group = `/subscriptions/${server.credentials.subscriptionId}/resourceGroups/${encodeURIComponent(options.resourceGroup)}`;
        try {
          const deleted: string[] = [];
          for (const name of names) {
            if (!(await deleteMachine(arm, machineIdOf(group, name))))
              throw new CommandError(
                'RequestRefused',
                `There is no machine '${name}' in resource group '${options.resourceGroup}'${deleted.length === 0 ? '' : `; deleted before: ${deleted.join(', ')}`}.`,
                '"./tombolo machine list" shows those that are there.',
              );
            deleted.push(name);
          }
          output.result({ deleted }, () => deleted.map((name) => `deleted ${name}`).join('\n'));
          return 0;
        } finally {
          arm.close();
        }
      }),
    );
  return machine;
};
