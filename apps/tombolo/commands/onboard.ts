/** `tombolo onboard`: scripts that connect servers, and what they need where nothing can be downloaded. */

import { createHash } from 'node:crypto';
import {
  ansibleRole,
  type BundleFile,
  cloudInit,
  linuxScript,
  type Onboarding,
  windowsScript,
} from '@tombolo/onboarding';
import { Option } from 'commander';
import { connectToServer } from '../installation/server-connection.ts';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { writeOutFile } from '../shell/out-file.ts';
import { invalid, oneOf, valued } from '../shell/values.ts';
import { agentToHandOut, downloadWarnings } from '../toolbox/onboarding/agent-to-hand-out.ts';
import { addOnboardFlags, type OnboardFlags } from '../toolbox/onboarding/flags.ts';
import { offlineBundle } from '../toolbox/onboarding/offline-bundle.ts';
import { type OperatingSystem, onboardingOf, orInvalid } from '../toolbox/onboarding/onboarding-of.ts';
import { writeFolder } from '../toolbox/onboarding/write-folder.ts';

const forms = ['script', 'cloud-init', 'group-policy'] as const;
const folders = ['offline', 'ansible'] as const;

interface ScriptFlags extends OnboardFlags {
  readonly os: OperatingSystem;
  readonly as: (typeof forms)[number];
  readonly out?: string;
  readonly json?: boolean;
}

interface BundleFlags extends OnboardFlags {
  readonly as: (typeof folders)[number];
  readonly folder: string;
  readonly json?: boolean;
}

const textOf = (onboarding: Onboarding, { os, as: form }: ScriptFlags): string => {
  if (form === 'group-policy' && os !== 'windows')
    throw invalid('Group Policy is of Windows.', 'Give --os windows.');
  if (form === 'cloud-init' && os !== 'linux') throw invalid('cloud-init is of Linux.', 'Give --os linux.');
  if (os === 'windows') return windowsScript(onboarding, { groupPolicy: form === 'group-policy' });
  const script = linuxScript(onboarding);
  return form === 'cloud-init' ? cloudInit(script) : script;
};

/** A real cloud has its agent. */
const warningsOf = ({ cloud, state }: OnboardFlags): readonly string[] =>
  cloud === undefined ? downloadWarnings(agentToHandOut(connectToServer(state).state)) : [];

export const addOnboard: AddCommand = (program, runner) => {
  const onboard = program
    .command('onboard')
    .description('scripts that connect servers')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo onboard script --os linux -g arc -l japaneast --out onboard.sh',
        './tombolo onboard bundle --as offline -g arc -l japaneast --folder bundle',
      ),
    );
  addOnboardFlags(
    onboard
      .command('script')
      .description('make the script that installs the agent on a server and connects it')
      .addOption(
        valued(
          '--os <name>',
          'linux, or windows (for a real cloud)',
          oneOf('operating system', ['linux', 'windows'] as const),
        ).makeOptionMandatory(),
      ),
  )
    .addOption(valued('--as <form>', `what to make: ${forms.join(', ')}`, oneOf('form', forms), 'script'))
    .option('--out <path>', 'write it into this new file instead of printing it')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The script has no secret in it: the server reads it from --credential-file. Its own exit codes are at its head.',
        ],
        exits: { 0: 'made', 2: 'bad argument, or the file is there', 5: 'not running', 8: 'refused' },
        examples: [
          './tombolo onboard script --os linux -g arc -l japaneast --out onboard.sh',
          './tombolo onboard script --os linux -g arc --private-link-scope /subscriptions/…/privateLinkScopes/site --service-principal-id … --tag Datacenter=Osaka',
          './tombolo onboard script --os windows --cloud AzureCloud -s … -t … -g arc -l japaneast --proxy http://proxy.example:3128',
        ],
      }),
    )
    .action((flags: ScriptFlags) =>
      runner(flags.json === true, async (output) => {
        const onboarding = await onboardingOf(flags, flags.os);
        const script = orInvalid(() => textOf(onboarding, flags));
        const warnings = warningsOf(flags);
        for (const warning of warnings) output.progress(`Warning: ${warning}`);
        if (flags.out === undefined && !output.json) {
          output.verbatim(script);
          return 0;
        }
        if (flags.out !== undefined) writeOutFile(flags.out, script, 'new');
        const place = flags.out === undefined ? { script } : { file: flags.out };
        const { correlationId } = onboarding;
        output.result({ os: flags.os, correlationId, ...place, warnings }, () => `Wrote ${flags.out}.`);
        return 0;
      }),
    );
  addOnboardFlags(
    onboard
      .command('bundle')
      .description('make a folder for servers without downloads (offline), or a role for Ansible')
      .addOption(
        new Option('--as <form>', `what to make: ${folders.join(', ')}`)
          .argParser((text) => oneOf('kind of bundle', folders)(text, '--as'))
          .makeOptionMandatory(),
      ),
  )
    .requiredOption('--folder <path>', 'the new folder')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: ['Both are for Linux. The offline bundle is of the running installation, which signs it.'],
        exits: { 0: 'made', 2: 'bad argument, or the folder is there', 5: 'not running', 8: 'refused' },
        examples: [
          './tombolo onboard bundle --as offline -g arc -l japaneast --folder bundle',
          './tombolo onboard bundle --as ansible -g arc -l japaneast --folder roles/arc',
        ],
      }),
    )
    .action((flags: BundleFlags) =>
      runner(flags.json === true, async (output) => {
        if (flags.as === 'offline' && flags.cloud !== undefined)
          throw invalid(
            "There is no bundle of a real cloud's agent.",
            'Leave --cloud out, or give --as ansible.',
          );
        const onboarding = await onboardingOf(flags, 'linux');
        const files: readonly BundleFile[] =
          flags.as === 'ansible'
            ? orInvalid(() => ansibleRole(onboarding))
            : await offlineBundle(onboarding, flags.state);
        const warnings = flags.as === 'ansible' ? warningsOf(flags) : [];
        for (const warning of warnings) output.progress(`Warning: ${warning}`);
        writeFolder(flags.folder, files);
        const script = files.find(({ name }) => name.endsWith('onboard.sh'))!;
        const sha256 = createHash('sha256').update(script.content).digest('hex');
        output.result(
          {
            folder: flags.folder,
            files: files.map(({ name }) => name),
            script: { name: script.name, sha256 },
            warnings,
          },
          () => `Wrote ${files.length} files into ${flags.folder}. SHA-256 of ${script.name}: ${sha256}`,
        );
        return 0;
      }),
    );
  return onboard;
};
