/** `tombolo quickstart` (npm start): the whole system once, on real input, and what came of it. */

import { mkdirSync } from 'node:fs';
import { cloudProfile } from '../installation/installation.ts';
import { connectToServer, type ServerConnection } from '../installation/server-connection.ts';
import { openStateDirectory } from '../installation/state-directory.ts';
import { type ConnectOutcome, createServer, type QuickstartServer } from '../quickstart/agents.ts';
import { runChecks } from '../quickstart/checks.ts';
import { ask, askAll } from '../quickstart/names.ts';
import { type AgentRow, check, describeOutcome, type Outcome } from '../quickstart/outcome.ts';
import { createTopology, type Topology } from '../quickstart/topology.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { type AddCommand, helpText } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { aborted, endingSignal } from '../shell/ending-signal.ts';
import { createLog } from '../shell/log.ts';
import type { Output } from '../shell/output.ts';
import { addServerOptions, configurationOf, readyDocument, type ServerFlags, serverExits } from './up.ts';

export const addQuickstart: AddCommand = (program, runner) =>
  addServerOptions(
    program
      .command('quickstart')
      .description('start an installation with a private endpoint and three servers, and show who gets in'),
  )
    .option(
      '--check',
      'change policy, look at who gets in each time, and end: exit code 0 only if all came out as expected',
    )
    .addHelpText(
      'after',
      helpText({
        notes: ['Stays up until Ctrl-C (without --check) and cleans up after itself.'],
        exits: { ...serverExits, 0: 'as expected', 9: 'not as expected' },
        examples: [
          'npm start',
          'npm start -- --check --json',
          './tombolo quickstart --state /tmp/try --https-port 0 --dns-port 0',
        ],
      }),
    )
    .action((flags: ServerFlags & { check?: boolean }) =>
      runner(flags.json === true, async (output) => {
        const ending = endingSignal();
        let giveUp: (reason: string) => void = () => {};
        const failed = new Promise<string>((resolve) => {
          giveUp = resolve;
        });
        const configuration = configurationOf(flags);
        if (configuration.strict) throw refusedByStrict();
        const logs = openStateDirectory(flags.state).file('logs');
        mkdirSync(logs, { recursive: true, mode: 0o700 });
        const running = await startServer({
          directory: flags.state,
          configuration,
          log: flags.json ? () => {} : createLog('tombolo'),
          logDirectory: logs,
          progress: output.progress,
          ending,
          onGiveUp: (name, reason) =>
            giveUp(`the ${name} process kept failing (${reason}); see ${logs}/${name}.ndjson`),
        });
        if (!running) return 0;
        const servers: QuickstartServer[] = [];
        try {
          const work = perform(running, flags.state, flags.check === true, servers, output);
          const outcome = await Promise.race([work, aborted(ending), failed.then(fail)]);
          if (outcome === undefined) return 0;
          output.result(outcome, () => describeOutcome(outcome, flags.state));
          if (flags.check || !outcome.ok) return outcome.ok ? 0 : 9;
          output.progress('\nRunning. Ctrl-C ends everything.');
          await Promise.race([aborted(ending), failed.then(fail)]);
          return 0;
        } finally {
          await Promise.all(servers.map((server) => server.close()));
          await running.stop();
        }
      }),
    );

const fail = (reason: string): never => {
  throw new CommandError('Failed', `Ended: ${reason}.`, 'The log says why.');
};

/** Its listeners need addresses that every host has, and Azure takes no network of those. */
const refusedByStrict = (): CommandError =>
  new CommandError(
    'InvalidConfiguration',
    "The quickstart's virtual network is in 127.0.0.0/8, which strict refuses, as Azure does.",
    'Start it without; or run "./tombolo up --strict --realize lo", and make a topology of RFC 1918 addresses there.',
  );

const probeNames = ['gbl.his.arc.azure.com', 'agentserviceapi.guestconfiguration.azure.com'];

const perform = async (
  running: RunningServer,
  directory: string,
  checking: boolean,
  servers: QuickstartServer[],
  output: Output,
): Promise<Outcome> => {
  const server = connectToServer(directory);
  const arm = server.arm();
  try {
    output.progress('Creating the quickstart topology through the ARM API…');
    const topology = await createTopology(arm, server.installation, output);
    await server.ask('GET', '/wait?timeout=30');
    output.progress('Connecting three servers…');
    const site = await connectServers(server, topology, servers, checking ? 1 : 10);
    const publicNameServer = `${server.installation.addresses.dns}:${server.installation.ports.dns}`;
    const names = await askAll(probeNames, [
      { view: 'the network', nameServer: topology.networkNameServers[0]! },
      { view: 'the internet', nameServer: publicNameServer },
    ]);
    const basics = [
      check(
        'the network resolves the endpoint',
        topology.addresses.get(probeNames[0]!) ?? 'an address',
        await ask(topology.networkNameServers[0]!, probeNames[0]!),
      ),
      check(
        'the internet resolves the public address',
        server.installation.addresses.services,
        await ask(publicNameServer, probeNames[0]!),
      ),
      ...site.checks,
    ];
    const world = {
      server,
      arm,
      topology,
      privateServer: site.associated,
      publicServer: site.publicRoute,
      progress: output.progress,
    };
    const checks = checking ? [...basics, ...(await runChecks(world))] : basics;
    const ready = readyDocument(running);
    return {
      ok: checks.every((entry) => entry.ok),
      resourceManager: ready.resourceManager,
      services: ready.services,
      dns: ready.dns,
      names,
      agents: site.rows,
      checks: checking ? checks : checks.filter((entry) => !entry.ok),
    };
  } finally {
    arm.close();
  }
};

const connectServers = async (
  server: ServerConnection,
  topology: Topology,
  servers: QuickstartServer[],
  heartbeatSeconds: number,
) => {
  const { installation, certificateAuthority } = server;
  const inNetwork = cloudProfile(installation, certificateAuthority, topology.networkNameServers);
  const outside = cloudProfile(installation, certificateAuthority, [
    `${installation.addresses.dns}:${installation.ports.dns}`,
  ]);
  const associated = createServer(server, {
    name: 'server-1',
    profile: inNetwork,
    scopeId: topology.scopeId,
  });
  const stranger = createServer(server, { name: 'server-2', profile: inNetwork });
  const publicRoute = createServer(server, { name: 'server-3', profile: outside, scopeId: topology.scopeId });
  servers.push(associated, stranger, publicRoute);
  const [first, third] = await Promise.all([associated.connect(), publicRoute.connect()]);
  const warned = await stranger.connect();
  const refused = await stranger.connect('--ignore-network-check');
  for (const [entry, outcome] of [
    [associated, first],
    [publicRoute, third],
  ] as const)
    if (outcome.exitCode === 0) entry.run(heartbeatSeconds);
  const rows = [
    await connectedRow(associated, first, 'quickstart-scope'),
    {
      name: stranger.name,
      scope: 'none',
      route: 'private endpoint',
      result: warned.result,
      why: 'resolves private addresses and names no scope: nothing was created',
    },
    {
      name: stranger.name,
      scope: 'none',
      route: 'private endpoint',
      result: refused.result,
      why: 'with --ignore-network-check: the service refuses it',
    },
    await connectedRow(publicRoute, third, 'quickstart-scope'),
  ];
  const checks = [
    check(
      'server-1 is Connected through the endpoint',
      'Connected private endpoint',
      `${rows[0]!.result} ${rows[0]!.route}`,
    ),
    check(
      'server-1 has a certificate and a heartbeat',
      'yes',
      associated.status()?.certificate && associated.status()?.lastHeartbeat ? 'yes' : 'no',
    ),
    check('server-2 is warned before anything is created', 'AZCM0026', warned.result),
    check('server-2 is refused through the endpoint', 'MachineNotAssociated', refused.result),
    check(
      'server-3 is Connected by the public route',
      'Connected public',
      `${rows[3]!.result} ${rows[3]!.route}`,
    ),
  ];
  return { associated, publicRoute, rows, checks };
};

const connectedRow = async (
  server: QuickstartServer,
  outcome: ConnectOutcome,
  scope: string,
): Promise<AgentRow> => {
  if (outcome.exitCode !== 0)
    return { name: server.name, scope, route: '', result: outcome.result, why: outcome.message };
  const status = await server.until(
    'connected',
    (seen) => seen.status === 'Connected' && seen.lastHeartbeat !== undefined,
  );
  const route = status.route?.kind === 'private' ? 'private endpoint' : 'public';
  const why =
    route === 'public'
      ? 'its scope allows public network access'
      : 'it is associated with the scope of the endpoint';
  return { name: server.name, scope, route, result: status.status, why };
};
