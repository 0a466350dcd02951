/** `disconnect` */

import {
  type ConnectFlags,
  disconnect,
  selectCredentials,
  selectProfile,
  withoutInvisible,
} from '@tombolo/agent';
import { changing } from '../changing.ts';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  stateOf,
} from '../command.ts';
import { withCredentialFlags } from '../credential-flags.ts';

type Flags = CommonFlags & ConnectFlags & { readonly forceLocalOnly?: boolean };

const run = async (flags: Flags, host: CommandHost): Promise<void> => {
  const { env, now, newGuid } = host.surroundings;
  const { debug, info, result } = consoleOf(flags, host);
  const merged = withoutInvisible(flags);
  const tenantId = merged.userTenantId ?? merged.tenantId;
  const state = await stateOf(flags, host);
  const named = merged.cloud !== undefined || merged.cloudProfile !== undefined;
  const options = {
    ...{ state, env, now, newGuid, debug, info },
    ...(merged.forceLocalOnly ? {} : { credentials: selectCredentials(merged, env) }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(named ? { profile: selectProfile(merged) } : {}),
  };
  const done = await changing(state, host.surroundings, () => disconnect(options));
  result({ status: 'Disconnected', resourceId: done.machineId ?? null });
};

export const addDisconnect: AddCommand = (host) => {
  const command = newCommand(host.program, 'disconnect', 'delete the machine resource and forget it', [
    'disconnect -i CLIENT --service-principal-secret-file secret',
    'disconnect --force-local-only',
  ]);
  withCredentialFlags(command)
    .option('-f, --force-local-only', 'only forget; the resource stays')
    .action((flags: Flags) => run(flags, host));
};
