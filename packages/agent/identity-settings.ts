/** Where the local identity endpoint is: port, directory of challenges, who may read them. */

import { readFileSync } from 'node:fs';
import { AgentFailure } from './failure.ts';

export interface IdentitySettings {
  readonly port: number;
  /** Where challenges are; clients insist on azcmagent's. */
  readonly tokensDirectory: string;
  /** Whose members get tokens beside root; absent: the process's own group. */
  readonly group?: number;
}

/** What every client library asks, and where it insists that challenges are. */
const azcmagentPort = 40_342;
const tokensDirectory = '/var/opt/azcmagent/tokens';

/** azcmagent's group of programs that may ask (Microsoft Learn, "Authenticate against Azure resources with Azure Arc-enabled servers"). */
const groupName = 'himds';

/** Only root may give files to a group that it is not in. */
const groupId = (): number | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const lines = readFileSync('/etc/group', 'utf8').split('\n');
    const found = lines.map((line) => line.split(':')).find(([name]) => name === groupName)?.[2];
    return found !== undefined && /^\d{1,9}$/.test(found) ? Number(found) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * `--identity-port`. A machine has one endpoint: an agent with a state directory of its own, one of several perhaps, has none unless it
 * is told to.
 * @throws AgentFailure 23
 */
export const identitySettings = (
  port: string | undefined,
  stateDirectory: string | undefined,
  env: NodeJS.ProcessEnv,
): IdentitySettings | undefined => {
  const own = stateDirectory === undefined && env.TOMBOLO_AGENT_STATE === undefined;
  const wanted = port ?? (own ? String(azcmagentPort) : 'off');
  if (wanted === 'off') return undefined;
  const number = Number(wanted);
  if (!/^\d{1,5}$/.test(wanted) || number > 65_535)
    throw new AgentFailure(23, `--identity-port '${wanted}' has to be a port from 0 to 65535, or off.`);
  const group = groupId();
  return { port: number, tokensDirectory, ...(group === undefined ? {} : { group }) };
};
