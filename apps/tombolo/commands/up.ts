/** `tombolo up`: runs an installation until it is told to end. */

import type { Command } from 'commander';
import { readConfiguration } from '../installation/configuration.ts';
import { processNames } from '../installation/state-directory.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { aborted, endingSignal } from '../shell/ending-signal.ts';
import { createLog } from '../shell/log.ts';
import { port, valued } from '../shell/values.ts';

/** The flags that start an installation, shared with `quickstart`. */
export const addServerOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'configuration file (JSON; docs/configuration.md)')
    .addOption(valued('--https-port <port>', 'HTTPS port on all addresses; 0: any free one', port))
    .addOption(valued('--dns-port <port>', 'DNS port; 0: any free one', port))
    .option('--arm-address <address>', 'address of the ARM API and sign-in')
    .option('--services-address <address>', 'public address of the hybrid services')
    .option('--dns-address <address>', 'address of the public DNS view')
    .option('--timing <mode>', 'immediate, or azure: associations take effect as late as in Azure')
    .option('--strict', 'refuse what is kinder than Azure; includes --strict-api-versions')
    .option('--strict-dns', 'refuse what replaces records of others or takes names from linked networks')
    .option('--strict-api-versions', 'refuse api-versions newer than ours')
    .option('--skip-polling-delay', "tell Terraform's azurerm to poll without pauses (for tests)")
    .option('--realize <interface>', 'lo: add private-endpoint addresses to the loopback interface (root)')
    .option(...stateOption)
    .option(...jsonOption);

export interface ServerFlags {
  readonly config?: string;
  readonly httpsPort?: number;
  readonly dnsPort?: number;
  readonly armAddress?: string;
  readonly servicesAddress?: string;
  readonly dnsAddress?: string;
  readonly timing?: string;
  readonly strict?: boolean;
  readonly strictDns?: boolean;
  readonly strictApiVersions?: boolean;
  readonly skipPollingDelay?: boolean;
  readonly realize?: string;
  readonly state: string;
  readonly json?: boolean;
}

export const configurationOf = (flags: ServerFlags) =>
  readConfiguration(
    flags.config,
    {
      httpsPort: flags.httpsPort,
      dnsPort: flags.dnsPort,
      armAddress: flags.armAddress,
      servicesAddress: flags.servicesAddress,
      dnsAddress: flags.dnsAddress,
      timing: flags.timing,
      strict: flags.strict,
      strictDns: flags.strictDns,
      strictApiVersions: flags.strictApiVersions,
      skipPollingDelay: flags.skipPollingDelay,
      realize: flags.realize,
    },
    process.env,
  );

/** What `up --json` prints when it is ready. */
export const readyDocument = (server: RunningServer) => ({
  ready: true,
  pid: process.pid,
  resourceManager: server.origin,
  services: `${server.installation.addresses.services}:${server.installation.ports.https}`,
  dns: `${server.installation.addresses.dns}:${server.installation.ports.dns}`,
  state: server.state.path,
  processes: Object.fromEntries(processNames.map((name) => [name, server.supervisor.pid(name)])),
});

/** How whatever runs a server ends. */
export const serverExits = {
  0: 'ended as asked',
  1: 'a process kept failing',
  2: 'bad flag or configuration',
  3: 'state directory',
  4: 'already running',
  6: 'port taken',
} as const;

export const addUp: AddCommand = (program, runner) =>
  addServerOptions(
    program.command('up').description('run an installation: ARM API, DNS, gateway and hybrid services'),
  )
    .addHelpText(
      'after',
      helpText({
        notes: ['Stays in the foreground; Ctrl-C drains and ends it. Logs are NDJSON on standard error.'],
        exits: serverExits,
        examples: [
          './tombolo up',
          './tombolo up --state /var/lib/tombolo --https-port 443 --dns-port 53',
          './tombolo up --state /tmp/ci --https-port 0 --dns-port 0 --json',
        ],
      }),
    )
    .action((flags: ServerFlags) =>
      runner(flags.json === true, async (output) => {
        const ending = endingSignal();
        let giveUp: (reason: string) => void = () => {};
        const failed = new Promise<string>((resolve) => {
          giveUp = resolve;
        });
        const server = await startServer({
          directory: flags.state,
          configuration: configurationOf(flags),
          log: createLog('tombolo'),
          progress: output.progress,
          ending,
          onGiveUp: (name, reason) => giveUp(`the ${name} process kept failing (${reason})`),
        });
        if (!server) return 0;
        const ready = readyDocument(server);
        output.ready(
          ready,
          `Ready. ARM and sign-in ${ready.resourceManager}, services ${ready.services}, DNS ${ready.dns}.`,
        );
        const reason = await Promise.race([aborted(ending), failed]);
        await server.stop();
        if (reason === undefined) return 0;
        throw new CommandError('Failed', `Ended: ${reason}.`, 'Its log lines above say why.');
      }),
    );
