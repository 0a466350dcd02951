/** `tombolo principal list`, `show`, `rotate`, `disable`, `enable`, `delete`: who may sign in here, and until when. */

import type { JsonObject } from '@tombolo/store/port';
import type { Command } from 'commander';
import { addCredentialOptions, type CredentialFlags, newCredential } from '../installation/new-credential.ts';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, helpText, jsonOption, type Runner, stateOption } from '../shell/command.ts';
import { table } from '../shell/output.ts';

interface CommonFlags {
  readonly state: string;
  readonly json?: boolean;
}

interface RotateFlags extends CommonFlags, CredentialFlags {
  readonly keep?: boolean;
}

const said = (shown: JsonObject): string => {
  const credentials = (kind: string, name: string): readonly string[] =>
    ((shown[kind] ?? []) as readonly JsonObject[]).map(
      (each) => `${name}: ${each.hint ?? each.thumbprint}…, until ${each.endDateTime}, ${each.keyId}`,
    );
  return [
    ...Object.entries(shown)
      .filter(([, value]) => !Array.isArray(value))
      .map(([key, value]) => `${key}: ${value}`),
    ...credentials('secrets', 'secret'),
    ...credentials('certificates', 'certificate'),
  ].join('\n');
};

const addList = (group: Command, runner: Runner): void => {
  group
    .command('list')
    .description('every service principal that may sign in here')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'listed', 5: 'not running' },
        examples: ['./tombolo principal list', './tombolo principal list --json'],
      }),
    )
    .action((flags: CommonFlags) =>
      runner(flags.json === true, async (output) => {
        const { value } = await connectToServer(flags.state).ask('GET', '/principals');
        const principals = value as readonly JsonObject[];
        output.result(principals, () =>
          table(
            ['principal', 'application id', 'object id', 'signs in'],
            principals.map((each) => [
              String(each.displayName),
              String(each.appId),
              String(each.objectId),
              each.enabled ? (each.operator ? 'yes, the commands' : 'yes') : 'disabled',
            ]),
          ),
        );
        return 0;
      }),
    );
};

/** Those that take a name and nothing else. */
const simple = {
  show: ['a principal with its secrets and certificates, by their ends', 'shown', 'show onboarding'],
  disable: [
    'end its tokens at once; it signs in no more until it is enabled',
    'disabled',
    'disable onboarding',
  ],
  enable: ['let it sign in again; its former tokens stay over', 'enabled', 'enable onboarding'],
  delete: ['delete it with its application; its tokens end at once', 'deleted', 'delete onboarding'],
} as const;

const addSimple = (group: Command, runner: Runner, what: keyof typeof simple): void => {
  const [description, done, example] = simple[what];
  group
    .command(`${what} <name>`)
    .description(description)
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: ['NAME is a display name, an application id or an object id.'],
        exits: { 0: done, 5: 'not running', 8: 'refused, or there is no such principal' },
        examples: [`./tombolo principal ${example}`],
      }),
    )
    .action((name: string, flags: CommonFlags) =>
      runner(flags.json === true, async (output) => {
        const shown = await connectToServer(flags.state).ask('POST', `/principals/${what}`, { name });
        output.result(shown, () => (what === 'show' ? said(shown) : `${done} ${shown.displayName}`));
        return 0;
      }),
    );
};

const addRotate = (group: Command, runner: Runner): void => {
  const command = group
    .command('rotate <name>')
    .description('give it a new secret; what it had, and its tokens, end at once')
    .option('--keep', 'what it has stays good beside the new one, and so do its tokens');
  addCredentialOptions(command)
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The operator\'s own ("Tombolo operator") is written to credentials.json of the state directory, where the commands read it.',
        ],
        exits: {
          0: 'rotated',
          2: 'bad argument',
          5: 'not running',
          8: 'refused, or there is no such principal',
        },
        examples: [
          './tombolo principal rotate onboarding --secret-file secret',
          './tombolo principal rotate "Tombolo operator" --days 3650',
        ],
      }),
    )
    .action((name: string, flags: RotateFlags) =>
      runner(flags.json === true, async (output) => {
        const withCredential = newCredential(flags);
        const server = connectToServer(flags.state);
        const shown = await withCredential((given) =>
          server.ask('POST', '/principals/rotate', { name, keep: flags.keep === true, ...given }),
        );
        output.result(shown, () => said(shown));
        return 0;
      }),
    );
};

export const addPrincipalAdministration: AddCommand = (program, runner) => {
  const group = program.commands.find((command) => command.name() === 'principal')!;
  addList(group, runner);
  addSimple(group, runner, 'show');
  addRotate(group, runner);
  for (const what of ['disable', 'enable', 'delete'] as const) addSimple(group, runner, what);
  return group;
};
