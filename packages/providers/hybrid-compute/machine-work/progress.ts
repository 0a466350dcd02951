/** How far a machine has come with what is wanted of it: derived from the resource and the machine's newest report. */

import { type MachineReport, type WantedWork, workOf } from '@tombolo/store/machine-report';
import type { Document } from '@tombolo/store/port';

type ProvisioningState = WantedWork['state'] | 'Succeeded' | 'Failed';

export interface Progress {
  readonly state: ProvisioningState;
  /** Taken by the machine, and begun. */
  readonly begunAt?: number;
  /** What ended it; absent: the machine has still to answer. */
  readonly ended?: {
    readonly phase: 'succeeded' | 'failed' | 'removed';
    readonly code: string;
    readonly message: string;
  };
}

/** A script that ran and failed did what was asked: what came of it is in the instance view. */
const ranToItsEnd = (document: Document, report: MachineReport): boolean =>
  document.type.endsWith('/runCommands') && report.exitCode !== undefined;

export const progressOf = (document: Document, report: MachineReport | undefined): Progress => {
  const work = workOf(document);
  if (work === undefined)
    return { state: 'Succeeded', ended: { phase: 'succeeded', code: '0', message: '' } };
  const { gaveUp, generation, state } = work;
  if (report?.generation === generation) {
    const { code, message, phase } = report;
    switch (phase) {
      case 'running': {
        const begunAt = Date.parse(report.time);
        if (gaveUp === undefined) return { state, ...(Number.isNaN(begunAt) ? {} : { begunAt }) };
        break;
      }
      case 'succeeded':
      case 'removed':
        return { state: phase === 'removed' ? state : 'Succeeded', ended: { phase, code, message } };
      case 'failed':
        return ranToItsEnd(document, report)
          ? { state: 'Succeeded', ended: { phase: 'succeeded', code, message } }
          : { state: 'Failed', ended: { phase, code, message } };
    }
  }
  if (gaveUp === undefined) return { state };
  return {
    state: 'Failed',
    ended: { phase: 'failed', code: 'MachineDidNotReport', message: gaveUp.message },
  };
};
