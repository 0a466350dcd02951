/** The `tombolo-agent` command line: azcmagent's commands, flags and exit codes. */

import { randomUUID } from 'node:crypto';
import type { ConnectFlags } from '@tombolo/agent';
import {
  AgentFailure,
  agentVersion,
  checkConnect,
  connect,
  disconnect,
  openStateDirectory,
  renderShow,
  runDaemon,
  selectCredentials,
  selectProfile,
  showLines,
  stateDirectoryPath,
  withConfigFile,
} from '@tombolo/agent';
import { Command, CommanderError } from 'commander';
import { createConsole } from './console.ts';

interface CommonFlags {
  readonly stateDir?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

const now = Date.now;
const newGuid = randomUUID;
/** Tests of old agents only; documented in docs/command-line.md. */
const statedVersion = process.env.TOMBOLO_AGENT_VERSION;
const version = statedVersion === undefined ? {} : { agentVersion: statedVersion };

const common = (command: Command): Command =>
  command
    .option('--state-dir <directory>', 'where the agent keeps its key and state (or TOMBOLO_AGENT_STATE)')
    .option('-j, --json', 'print one JSON document')
    .option('-v, --verbose', 'say more')
    .option('--no-color', 'no colours');

const credentials = (command: Command): Command =>
  command
    .option('--access-token <token>', 'an ARM access token')
    .option('-i, --service-principal-id <id>', 'client id of a service principal')
    .option(
      '-p, --service-principal-secret <secret>',
      'its secret (rather: AZCMAGENT_SERVICE_PRINCIPAL_SECRET)',
    )
    .option('--service-principal-secret-file <file>', 'a file that holds the secret')
    .option('--service-principal-cert <file>', 'its certificate and key, PEM or PFX')
    .option('-t, --tenant-id <guid>', 'tenant')
    .option('--cloud <name>', 'AzureCloud, AzureUSGovernment or AzureChinaCloud')
    .option('--cloud-profile <file>', 'the cloud profile of an installation')
    .option('--config <file>', 'JSON with the same names as the flags');

const open = (flags: CommonFlags) => openStateDirectory(stateDirectoryPath(flags.stateDir, process.env));

const runConnect = async (flags: CommonFlags & ConnectFlags): Promise<void> => {
  const out = createConsole(flags);
  const request = checkConnect(flags, process.env, newGuid);
  const state = await open(flags);
  const release = await state.lock('change');
  try {
    const { info, progress } = out;
    const connected = await connect({ request, state, now, newGuid, info, progress, ...version });
    out.result({
      status: 'Connected',
      resourceId: connected.state.machineId,
      route: connected.route ?? null,
      resolved: connected.resolved,
      certificate: connected.state.certificate,
    });
  } finally {
    await release();
  }
};

const runDisconnect = async (flags: CommonFlags & ConnectFlags & { readonly forceLocalOnly?: boolean }) => {
  const out = createConsole(flags);
  const merged = withConfigFile(flags);
  const state = await open(flags);
  const release = await state.lock('change');
  try {
    const named = merged.cloud !== undefined || merged.cloudProfile !== undefined;
    const done = await disconnect({
      state,
      now,
      newGuid,
      info: out.info,
      ...(merged.forceLocalOnly ? {} : { credentials: selectCredentials(merged, process.env) }),
      ...(merged.tenantId === undefined ? {} : { tenantId: merged.tenantId }),
      ...(named ? { profile: selectProfile(merged) } : {}),
    });
    out.result({ status: 'Disconnected', resourceId: done.machineId ?? null });
  } finally {
    await release();
  }
};

const run = async (flags: CommonFlags & { readonly heartbeatInterval?: string }): Promise<void> => {
  const text = flags.heartbeatInterval ?? process.env.TOMBOLO_AGENT_HEARTBEAT_SECONDS ?? '300';
  const seconds = Number(text);
  if (!(seconds >= 0.05 && seconds <= 86_400)) {
    throw new AgentFailure(
      23,
      `--heartbeat-interval '${text}' has to be a number of seconds, at most a day.`,
    );
  }
  const state = await open(flags);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());
  await runDaemon({
    state,
    heartbeatMs: seconds * 1000,
    now,
    newGuid,
    random: Math.random,
    signal: stop.signal,
    log: (level, message, fields) => {
      process.stderr.write(
        `${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`,
      );
    },
    ...version,
  });
};

const show = async (properties: readonly string[], flags: CommonFlags): Promise<void> => {
  const state = await open(flags);
  const lines = showLines(await state.readConnected(), await state.readStatus());
  process.stdout.write(`${renderShow(lines, properties, flags.json ?? false)}\n`);
};

const program = new Command('tombolo-agent')
  .description('connects this machine to Azure Arc, or to a Tombolo installation; outbound connections only')
  .exitOverride()
  .configureHelp({ helpWidth: 80, minWidthToWrap: 20 })
  .configureOutput({ writeErr: () => {} })
  .helpCommand(true);

const exits = `Exit codes are the AZCM numbers: 0 done, 2 busy, 23 bad argument, 26 network,
41 credentials, 42 create, 43 delete, 62 refused by the service, 67 connected
already; all are in docs/command-line.md.`;

const add = (name: string, description: string, ...examples: readonly string[]): Command =>
  common(program.command(name).description(description))
    .addHelpText(
      'after',
      `\n${exits}\n\nExamples:\n${examples.map((example) => `  ./tombolo-agent ${example}`).join('\n')}`,
    )
    .exitOverride();

credentials(
  add(
    'connect',
    'create the machine resource and connect',
    'connect --cloud-profile site.json -s SUBSCRIPTION -t TENANT \\\n    -g arc -l japaneast -i CLIENT --service-principal-secret-file secret',
    'connect --config connect.json --json \\\n    --private-link-scope /subscriptions/…/privateLinkScopes/site',
  ),
)
  .option('-s, --subscription-id <guid>', 'subscription')
  .option('-g, --resource-group <name>', 'resource group')
  .option('-n, --resource-name <name>', 'name of the machine resource (default: the host name)')
  .option('-l, --location <region>', 'region, e.g. japaneast')
  .option('--private-link-scope <id>', 'resource id of the private link scope')
  .option('--tags <tags>', `"A=B,C='D E'"`)
  .option('--correlation-id <guid>', 'for tracing')
  .option('--ignore-network-check', 'connect even where the network check fails')
  .action(runConnect);
credentials(
  add(
    'disconnect',
    'delete the machine resource and forget it',
    'disconnect -i CLIENT --service-principal-secret-file secret',
    'disconnect --force-local-only',
  ),
)
  .option('-f, --force-local-only', 'only forget; the resource stays')
  .action(runDisconnect);
add('run', 'the daemon: heartbeats, desired configuration, renewal', 'run', 'run --heartbeat-interval 60')
  .option('--heartbeat-interval <seconds>', 'default 300 (or TOMBOLO_AGENT_HEARTBEAT_SECONDS)')
  .action(run);
add(
  'show [property...]',
  'what the machine is and how it fares',
  'show',
  'show status lastHeartbeat --json',
).action(show);
add('version', 'the version of the agent', 'version --json').action((flags: CommonFlags) => {
  process.stdout.write(
    flags.json ? `${JSON.stringify({ version: agentVersion })}\n` : `tombolo-agent version ${agentVersion}\n`,
  );
});

/** Commander's own refusals are bad arguments. */
const toFailure = (error: unknown): AgentFailure => {
  if (error instanceof AgentFailure) return error;
  if (error instanceof CommanderError) return new AgentFailure(23, error.message.replace(/^error: /, ''));
  return new AgentFailure(1, (error as Error)?.message ?? String(error));
};

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(0);
  const failure = toFailure(error);
  const asked = {
    json: process.argv.some((argument) => argument === '-j' || argument === '--json'),
    color: !process.argv.includes('--no-color'),
  };
  createConsole(asked).failure(failure);
  if (process.argv.includes('--verbose') && !(error instanceof AgentFailure))
    process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = failure.number;
}
