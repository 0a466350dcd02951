/** The change feed of the control process, as each data-plane process follows it. */

import { join } from 'node:path';
import { type Applied, type Follow, follow, followerFile } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';
import { followedFile, type ProcessName } from '../../installation/state-directory.ts';
import type { Child } from './child.ts';
import { createCutOffReport } from './cut-off-report.ts';
import { gauge } from './metrics-text.ts';

const lookEveryMs = 10_000;

/** One line when control has not been heard for a minute, one when it is back. */
const watchStaleness = (following: Follow, log: Child['log']): void => {
  let stale = false;
  setInterval(() => {
    if (following.stale() === stale) return;
    stale = !stale;
    log(stale ? 'stale' : 'fresh again', {
      applied: following.applied(),
      lastContact: following.lastContact(),
    });
  }, lookEveryMs).unref();
};

/** What every follower tells of itself. */
export const followerMetrics = (following: Follow): string =>
  gauge('follower_applied', 'Number of the last change that is in force.', following.applied()) +
  gauge('follower_stale', '1 where control has not been heard for 60 s.', following.stale() ? 1 : 0);

/** What is on disk is applied first, so that the data plane stands before control answers. */
export const followControl = (
  child: Child,
  name: ProcessName,
  types: readonly string[],
  apply: (applied: Applied) => Promise<JsonObject>,
  /** What the process's bounds have cut off, by reason. */
  cutOffs: () => ReadonlyMap<string, number> = () => new Map(),
): Follow => {
  const { settings, log } = child;
  const cutOff = createCutOffReport({ counts: cutOffs, tell: (report) => following.tell(report) });
  const following: Follow = follow({
    name,
    types,
    socketPath: join(settings.runtimeDirectory, 'control.sock'),
    token: settings.tokens[name] ?? '',
    state: followerFile(join(settings.stateDirectory, name, followedFile)),
    apply: async (applied) => cutOff.with(await apply(applied)),
    now: Date.now,
    log,
  });
  watchStaleness(following, log);
  return {
    ...following,
    tell: (report) => following.tell(cutOff.with(report)),
    stop: async () => {
      cutOff.stop();
      await following.stop();
    },
  };
};
