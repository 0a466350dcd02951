/** `disconnect` */

import {
  type ConnectFlags,
  disconnect,
  selectCredentials,
  selectProfile,
  withoutInvisible,
} from '@tombolo/agent';
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
  const { info, result } = consoleOf(flags, host);
  const merged = withoutInvisible(flags);
  const tenantId = merged.userTenantId ?? merged.tenantId;
  const state = await stateOf(flags, host);
  const release = await state.lock('change');
  try {
    const named = merged.cloud !== undefined || merged.cloudProfile !== undefined;
    const done = await disconnect({
      state,
      env,
      now,
      newGuid,
      info,
      ...(merged.forceLocalOnly ? {} : { credentials: selectCredentials(merged, env) }),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(named ? { profile: selectProfile(merged) } : {}),
    });
    result({ status: 'Disconnected', resourceId: done.machineId ?? null });
  } finally {
    await release();
  }
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
