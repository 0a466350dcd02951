/** Whether Microsoft's agent is on this machine: nobody takes its place unasked. */

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AgentFailure } from './failure.ts';
import { machineStateDirectory } from './state-directory.ts';

const place = 'opt/azcmagent/bin/azcmagent';

/** A link or a script of that name that calls ours is ours. */
const isOurs = (beginning: string): boolean => /tombolo/i.test(beginning);

const beginningOf = (path: string): string | undefined => {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    // What may not be read is there nevertheless.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : '';
  }
  try {
    const buffer = Buffer.alloc(4096);
    return buffer.subarray(0, readSync(descriptor, buffer)).toString('latin1');
  } finally {
    closeSync(descriptor);
  }
};

/**
 * Who keeps its state in the machine's own place is the machine's agent; one with a directory of its own stands beside another.
 * @param root where the machine's file system is
 * @throws AgentFailure 27
 */
export const refuseBesideForeignAgent = (stateDirectory: string, root = '/'): void => {
  if (stateDirectory !== machineStateDirectory) return;
  const beginning = beginningOf(join(root, place));
  if (beginning === undefined || isOurs(beginning)) return;
  throw new AgentFailure(27, `Microsoft's azcmagent is installed here (/${place}): its place is not taken.`, {
    fix: 'Disconnect and remove it first (azcmagent disconnect, then the package azcmagent), or keep this agent apart with --state-dir.',
  });
};
