/** The daemon's log as files of bounded size in the state directory, newest last. */

import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** `agent.log` and this many before it. */
const keptLogFiles = 5;

const defaultLimit = 1024 * 1024;

/** A log that cannot be written ends nothing: standard error has the same lines. */
export const openLogFile = (path: string, limit = defaultLimit): ((line: string) => void) => {
  const sizeOf = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const rotate = (): void => {
    for (let number = keptLogFiles; number > 0; number -= 1) {
      const from = number === 1 ? path : `${path}.${number - 1}`;
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${path}.${number}`);
    }
  };
  return (line) => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (sizeOf() + line.length > limit) rotate();
      appendFileSync(path, line, { mode: 0o600 });
    } catch {}
  };
};
