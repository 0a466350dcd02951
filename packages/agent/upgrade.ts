/** `upgrade`: what it would take; this agent is one file, and replaces itself by nothing that it downloaded. */

import { compareVersions } from '@tombolo/private-link';
import { AgentFailure } from './failure.ts';

export interface UpgradePlan {
  readonly version: string;
  readonly upgraded: false;
  /** What there is to do; empty: nothing. */
  readonly steps: readonly string[];
}

const steps = [
  'Get tombolo-agent.mjs from whoever runs the installation: npm run build writes it to dist/ there.',
  'Put it in place of the one that runs here, and start ./tombolo-agent run again.',
  'Key, certificate and settings stay where they are; nothing is connected again.',
];

/** @param wanted `MAJOR.MINOR`; undefined: the newest. @throws AgentFailure 23 */
export const planUpgrade = (version: string, wanted: string | undefined): UpgradePlan => {
  if (wanted === undefined) return { version, upgraded: false, steps };
  if (!/^\d{1,4}\.\d{1,4}$/.test(wanted))
    throw new AgentFailure(23, `--version '${wanted.slice(0, 50)}' has to be MAJOR.MINOR.`, {
      fix: 'For example: --version 1.67.',
    });
  const own = version.split('.').slice(0, 2).join('.');
  const difference = compareVersions(wanted, own) ?? 0;
  if (difference < 0)
    throw new AgentFailure(23, `--version ${wanted} is before ${version}, which is here.`, {
      fix: 'Upgrades go forward only: replace the file of the agent by hand to go back.',
    });
  return { version, upgraded: false, steps: difference === 0 ? [] : steps };
};
