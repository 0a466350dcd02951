/** The commands, in the order of the help; one file each. */

import type { AddCommand } from '../command.ts';
import { addCheck } from './check.ts';
import { addConfig } from './config.ts';
import { addConnect } from './connect.ts';
import { addDisconnect } from './disconnect.ts';
import { addExtension } from './extension.ts';
import { addGenkey } from './genkey.ts';
import { addLicense } from './license.ts';
import { addLogs } from './logs.ts';
import { addRun } from './run.ts';
import { addShow } from './show.ts';
import { addUpgrade } from './upgrade.ts';
import { addVersion } from './version.ts';

export const commands: readonly AddCommand[] = [
  addCheck,
  addConnect,
  addDisconnect,
  addRun,
  addShow,
  addConfig,
  addExtension,
  addLogs,
  addGenkey,
  addLicense,
  addUpgrade,
  addVersion,
];
