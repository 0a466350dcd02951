/** `tombolo principal create`: a service principal, with a role if one is named. */

import { randomUUID } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { JsonObject } from '@tombolo/store/port';
import type { ArmClient } from '../installation/arm-client.ts';
import { withSecretFile } from '../installation/secret-file.ts';
import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { anyId, valued, wholeNumber } from '../shell/values.ts';

interface PrincipalFlags {
  readonly role?: string;
  readonly scope?: string;
  readonly administrator?: boolean;
  readonly certificate?: string;
  readonly secretFile?: string;
  readonly days: number;
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
  principal
    .command('create <name>')
    .description('create a service principal; its secret is shown once')
    .option('--role <name>', 'role to assign, e.g. "Azure Connected Machine Onboarding"')
    .addOption(valued('--scope <id>', 'where the role is assigned; default: the subscription', anyId))
    .option('--administrator', 'another administrator: Owner of everything, at the scope /')
    .option('--certificate <file>', 'PEM certificate to sign in with, instead of a secret')
    .option('--secret-file <file>', 'write the secret to this file (0600) instead of showing it')
    .addOption(
      valued('--days <number>', 'how long the secret is good, up to 3650', wholeNumber(1, 3_650), 365),
    )
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
        if (flags.secretFile !== undefined) checkFolder(flags.secretFile);
        const certificate =
          flags.certificate === undefined ? {} : { certificate: readCertificate(flags.certificate) };
        const server = connectToServer(flags.state);
        const arm = server.arm();
        try {
          const scope = flags.administrator
            ? ''
            : (flags.scope ?? `/subscriptions/${server.credentials.subscriptionId}`);
          const roleName = flags.administrator ? 'Owner' : flags.role;
          const role = roleName === undefined ? undefined : await findRole(arm, scope, roleName);
          const create = async (given: JsonObject): Promise<JsonObject> => {
            const made = await server.ask('POST', '/principals', {
              ...{ displayName: name, days: flags.days, ...certificate, ...given },
            });
            if (role !== undefined) await assignOrUndo({ server, arm, scope, role, made });
            return made;
          };
          const made =
            flags.secretFile === undefined || flags.certificate !== undefined
              ? await create({})
              : await withSecretFile(flags.secretFile, (random) => create({ random }));
          const { clientSecret, ...rest } = made;
          const shown: JsonObject = {
            ...{ ...rest, tenantId: server.credentials.tenantId },
            ...(flags.secretFile === undefined && clientSecret !== undefined ? { clientSecret } : {}),
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

/** Before anything is made: a secret that cannot be written is lost. */
export const checkFolder = (file: string): void => {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `The secret cannot be written to ${file}: ${(error as Error).message}. Nothing was created.`,
      'Name a file in a folder that is there and that this user can write.',
    );
  }
};

export const readCertificate = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `The certificate cannot be read: ${(error as Error).message}.`,
      'Name a PEM file that this user can read.',
    );
  }
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
