/** The change feed of the control process, as each data-plane process follows it. */

import { join } from 'node:path';
import { type Applied, type Follow, follow } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';
import type { ProcessName } from '../state-directory.ts';
import type { Child } from './child.ts';

/** What is on disk is applied first, so that the data plane stands before control answers. */
export const followControl = (
  child: Child,
  name: ProcessName,
  types: readonly string[],
  apply: (applied: Applied) => Promise<JsonObject>,
): Follow => {
  const { settings, log } = child;
  return follow({
    name,
    types,
    socketPath: join(settings.runtimeDirectory, 'control.sock'),
    token: settings.tokens[name] ?? '',
    statePath: join(settings.stateDirectory, name, 'followed.db'),
    apply,
    now: Date.now,
    log,
  });
};
