/** What a client sees of an extension: its settings, and what the machine says of it; never what is protected. */

import { nameOf, propertiesOf, textAt, withValues } from '@tombolo/store/document';
import { type MachineReport, workOf } from '@tombolo/store/machine-report';
import type { Document, JsonObject } from '@tombolo/store/port';
import { progressOf } from '../machine-work/progress.ts';

/** `StatusLevelTypes` of the contract. */
const levels = { running: 'Info', succeeded: 'Info', removed: 'Info', failed: 'Error' } as const;
const labels = {
  running: 'Transitioning',
  succeeded: 'Provisioning succeeded',
  removed: 'Removed',
  failed: 'Provisioning failed',
} as const;

/** Of the newest report; one that was given up on says so. */
export const instanceViewOf = (
  document: Document,
  report: MachineReport | undefined,
): JsonObject | undefined => {
  const { gaveUp } = workOf(document) ?? {};
  if (report === undefined && gaveUp === undefined) return undefined;
  const properties = propertiesOf(document);
  const { ended } = progressOf(document, report);
  const status: JsonObject =
    ended?.code === 'MachineDidNotReport' || report === undefined
      ? {
          code: 'MachineDidNotReport',
          level: 'Error',
          displayStatus: labels.failed,
          message: gaveUp?.message ?? '',
          time: gaveUp?.at ?? '',
        }
      : {
          code: report.code,
          level: levels[report.phase],
          displayStatus: labels[report.phase],
          message: report.message,
          time: report.time,
        };
  return withValues({
    name: nameOf(document.id),
    type: textAt(properties, 'type'),
    typeHandlerVersion: report?.handlerVersion ?? textAt(properties, 'typeHandlerVersion'),
    status,
  });
};

export const shownExtension = (document: Document, report: MachineReport | undefined): JsonObject => {
  const { work: _, ...stored } = propertiesOf(document);
  const { state } = progressOf(document, report);
  const instanceView = instanceViewOf(document, report);
  return {
    ...document.body,
    properties: {
      ...stored,
      provisioningState: state,
      ...(instanceView === undefined ? {} : { instanceView }),
    },
  };
};
