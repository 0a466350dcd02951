/** What the system says of a state directory that cannot be used, for whoever runs a command. */

import { AgentFailure } from './failure.ts';

/** What is not there is undefined. @throws AgentFailure 18 of what may not be read */
export const missing =
  (directory: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code === 'ENOENT') return undefined;
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    throw new AgentFailure(18, `The state directory '${directory}' cannot be read: it is another user's.`, {
      fix: 'Run it as that user (sudo -u USER …), or name your own directory with --state-dir.',
    });
  };

/** What a full disk and a read-only file system are to whoever runs a command. */
export const unwritable = (directory: string, error: unknown): unknown => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AgentFailure(1, `Nothing can be written to '${directory}': no space is left there.`, {
        fix: 'Make room on that file system, then run the command again: what was there before is as it was.',
      });
    case 'EROFS':
      return new AgentFailure(18, `Nothing can be written to '${directory}': its file system is read-only.`, {
        fix: 'Mount it for writing, or name another directory with --state-dir.',
      });
    default:
      return error;
  }
};
