/** `connect` */

import { type ConnectFlags, checkConnect, connect } from '@tombolo/agent';
import { changing } from '../changing.ts';
import {
  type AddCommand,
  agentStateOf,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  statedVersion,
} from '../command.ts';
import { withCredentialFlags } from '../credential-flags.ts';

const run = async (flags: CommonFlags & ConnectFlags, host: CommandHost): Promise<void> => {
  const { env, now, newGuid } = host.surroundings;
  const { debug, info, progress, result } = consoleOf(flags, host);
  const request = checkConnect(flags, env, newGuid);
  const state = await agentStateOf(flags, host);
  const options = { request, state, env, now, newGuid, debug, info, progress, ...statedVersion(host) };
  const connected = await changing(state, host.surroundings, () => connect(options));
  result({
    status: 'Connected',
    resourceId: connected.state.machineId,
    route: connected.route ?? null,
    resolved: connected.resolved,
    certificate: connected.state.certificate,
  });
};

export const addConnect: AddCommand = (host) => {
  const command = newCommand(host.program, 'connect', 'create the machine resource and connect', [
    'connect --cloud-profile site.json -s SUBSCRIPTION -t TENANT \\\n    -g arc -l japaneast -i CLIENT --service-principal-secret-file secret',
    'connect --config connect.json --json \\\n    --private-link-scope /subscriptions/…/privateLinkScopes/site',
  ]);
  withCredentialFlags(command)
    .option('-s, --subscription-id <id>', 'subscription, by id or by name')
    .option('-g, --resource-group <name>', 'resource group')
    .option('-n, --resource-name <name>', 'name of the machine resource (default: the host name)')
    .option('-l, --location <region>', 'region, e.g. japaneast')
    .option('--private-link-scope <id>', 'resource id of the private link scope')
    .option('--tags <tags>', `"A=B,C='D E'"`)
    .option('--correlation-id <guid>', 'for tracing')
    .option('--enable-automatic-upgrade', 'the machine asks for upgrades of its agent')
    .option('--gateway-id <id>', 'an Arc gateway (refused: there is none here)')
    .option('--automanage-profile <id>', 'an Automanage profile (refused: there is none here)')
    .option('--ignore-network-check', 'connect even where the network check fails')
    .action((flags: CommonFlags & ConnectFlags) => run(flags, host));
};
