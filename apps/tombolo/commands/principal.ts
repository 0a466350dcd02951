/** `tombolo principal create`: a service principal, with a role if one is named. */

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@tombolo/store/port';
import type { ArmClient } from '../installation/arm-client.ts';
import { addCredentialOptions, type CredentialFlags, newCredential } from '../installation/new-credential.ts';
import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { anyId, valued } from '../shell/values.ts';

interface PrincipalFlags extends CredentialFlags {
  readonly role?: string;
  readonly scope?: string;
  readonly administrator?: boolean;
  readonly state: string;
  readonly json?: boolean;
}

export const addPrincipal: AddCommand = (program, runner) => {
  const principal = program
    .command('principal')
    .description('service principals')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo principal create onboarding --role "Azure Connected Machine Onboarding"',
        './tombolo principal list',
      ),
    );
  const create = principal
    .command('create <name>')
    .description('create a service principal; its secret is shown once')
    .option('--role <name>', 'role to assign, e.g. "Azure Connected Machine Onboarding"')
    .addOption(valued('--scope <id>', 'where the role is assigned; default: the subscription', anyId))
    .option('--administrator', 'another administrator: Owner of everything, at the scope /');
  addCredentialOptions(create)
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'created', 2: 'bad argument', 5: 'not running', 8: 'refused' },
        examples: [
          './tombolo principal create onboarding --role "Azure Connected Machine Onboarding"',
          './tombolo principal create second --administrator --secret-file secret',
          './tombolo principal create reader --role Reader --scope /subscriptions/…/resourceGroups/arc --json',
        ],
      }),
    )
    .action((name: string, flags: PrincipalFlags) =>
      runner(flags.json === true, async (output) => {
        if (flags.administrator && (flags.role ?? flags.scope) !== undefined)
          throw new CommandError(
            'InvalidArgument',
            '--administrator says the role and the scope itself.',
            'Leave --role and --scope out, or --administrator.',
          );
        const withCredential = newCredential(flags);
        const server = connectToServer(flags.state);
        const arm = server.arm();
        try {
          const scope = flags.administrator
            ? ''
            : (flags.scope ?? `/subscriptions/${server.credentials.subscriptionId}`);
          const roleName = flags.administrator ? 'Owner' : flags.role;
          const role = roleName === undefined ? undefined : await findRole(arm, scope, roleName);
          const { clientSecret, ...rest } = await withCredential(async (given) => {
            const made = await server.ask('POST', '/principals', { displayName: name, ...given });
            if (role !== undefined) await assignOrUndo({ server, arm, scope, role, made });
            return made;
          });
          const shown: JsonObject = {
            ...{ ...rest, tenantId: server.credentials.tenantId },
            ...(clientSecret === undefined ? {} : { clientSecret }),
          };
          output.result(shown, () =>
            Object.entries(shown)
              .map(([key, value]) => `${key}: ${value}`)
              .join('\n'),
          );
          return 0;
        } finally {
          arm.close();
        }
      }),
    );
  return principal;
};

const findRole = async (arm: ArmClient, scope: string, name: string): Promise<string> => {
  const filter = encodeURIComponent(`roleName eq '${name.replaceAll("'", "''")}'`);
  const found = await arm.send(
    'GET',
    `${scope}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=${filter}`,
  );
  const [role] = found.body.value as readonly { id: string }[];
  if (!role)
    throw new CommandError(
      'InvalidArgument',
      `There is no role named '${name}'.`,
      'List them at {scope}/providers/Microsoft.Authorization/roleDefinitions.',
    );
  return role.id;
};

/** Without the role that it was asked for, a principal is not left behind, with a secret that nobody was told. */
const assignOrUndo = async (options: {
  readonly server: ServerConnection;
  readonly arm: ArmClient;
  readonly scope: string;
  readonly role: string;
  readonly made: JsonObject;
}): Promise<void> => {
  const { server, arm, scope, role, made } = options;
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
  const properties = {
    ...{ roleDefinitionId: role, principalId: String(made.objectId), principalType: 'ServicePrincipal' },
  };
  try {
    await arm.send('PUT', `${path}?api-version=2022-04-01`, { properties });
  } catch (error) {
    await server.ask('POST', '/principals/delete', { name: String(made.appId) });
    throw error;
  }
};
