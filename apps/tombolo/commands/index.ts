/** Every command of `tombolo`, in the order of its help. */

import type { AddCommand } from '../shell/command.ts';
import { addActivity } from './activity.ts';
import { addApply } from './apply.ts';
import { addBackup, addRestore } from './backup.ts';
import { addDns } from './dns.ts';
import { addDnsExport } from './dns-export.ts';
import { addEnv } from './env.ts';
import { addFirewall } from './firewall.ts';
import { addHosts } from './hosts.ts';
import { addPrincipal } from './principal.ts';
import { addProfile } from './profile.ts';
import { addQuickstart } from './quickstart.ts';
import { addRequirements } from './requirements.ts';
import { addReset } from './reset.ts';
import { addServiceTags } from './service-tags.ts';
import { addStatus } from './status.ts';
import { addUp } from './up.ts';
import { addVersion } from './version.ts';
import { addWait } from './wait.ts';

export const commands: readonly AddCommand[] = [
  addUp,
  addQuickstart,
  addStatus,
  addWait,
  addActivity,
  addApply,
  addEnv,
  addProfile,
  addPrincipal,
  addDns,
  addDnsExport,
  addHosts,
  addRequirements,
  addFirewall,
  addServiceTags,
  addReset,
  addBackup,
  addRestore,
  addVersion,
];
