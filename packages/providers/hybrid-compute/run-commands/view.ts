/** What a client sees of a run command: what was asked, and what came of it; never what is protected. */

import { propertiesOf, withValues } from '@tombolo/store/document';
import type { MachineReport } from '@tombolo/store/machine-report';
import { workOf } from '@tombolo/store/machine-report';
import type { Document, JsonObject } from '@tombolo/store/port';
import { progressOf } from '../machine-work/progress.ts';

const stateOf = (document: Document, report: MachineReport | undefined): string => {
  if (progressOf(document, report).ended?.code === 'MachineDidNotReport') return 'Unknown';
  if (report === undefined || report.generation !== workOf(document)?.generation) return 'Pending';
  return (
    report.executionState ??
    { running: 'Running', succeeded: 'Succeeded', failed: 'Failed', removed: 'Canceled' }[report.phase]
  );
};

const instanceViewOf = (document: Document, report: MachineReport | undefined): JsonObject => {
  const executionState = stateOf(document, report);
  const { gaveUp } = workOf(document) ?? {};
  if (executionState === 'Pending') return { executionState };
  const executionMessage = executionState === 'Unknown' ? gaveUp?.message : report?.message;
  const { exitCode, output, error, startTime, endTime } = report ?? {};
  return withValues({
    executionState,
    executionMessage,
    exitCode,
    output,
    error,
    startTime,
    endTime,
    statuses: [],
  });
};

export const shownRunCommand = (document: Document, report: MachineReport | undefined): JsonObject => {
  const { work: _, ...stored } = propertiesOf(document);
  const progress = progressOf(document, report);
  const begunIsDone =
    stored.asyncExecution === true && progress.ended === undefined && progress.begunAt !== undefined;
  return {
    ...document.body,
    properties: {
      ...stored,
      provisioningState: begunIsDone ? 'Succeeded' : progress.state,
      instanceView: instanceViewOf(document, report),
    },
  };
};
