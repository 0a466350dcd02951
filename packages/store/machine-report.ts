/** What a machine says of a piece of work that it was given: kept in a document below the resource that asked for the work. */

import { objectOf, propertiesOf, stringAt, textAt } from './document.ts';
import type { Document, JsonObject } from './port.ts';

export const reportType = 'Tombolo/machineReports';

/** Below the resource, so that it goes with it. @param resourceId of an extension or a run command */
export const reportIdOf = (resourceId: string): string => `${resourceId}/reports/current`;

/** The kinds of work, by the collection below the machine. */
export const workKinds = ['extensions', 'runCommands'] as const;
export type WorkKind = (typeof workKinds)[number];

/** `running`: taken and begun; the others end it. `removed`: nothing of it is on the machine any more. */
export const workPhases = ['running', 'succeeded', 'failed', 'removed'] as const;
type WorkPhase = (typeof workPhases)[number];

export interface MachineReport {
  /** Of which instruction it speaks: each change of what is wanted has another. */
  readonly generation: string;
  readonly phase: WorkPhase;
  /** `0`, an exit code, or a word for what was refused. */
  readonly code: string;
  readonly message: string;
  /** ISO 8601, by the service's clock. */
  readonly time: string;
  readonly handlerVersion?: string;
  readonly executionState?: string;
  readonly exitCode?: number;
  readonly output?: string;
  readonly error?: string;
  readonly startTime?: string;
  readonly endTime?: string;
}

export const reportBody = (report: MachineReport): JsonObject => ({ properties: { ...report } });

/** Undefined where the document is none that the service wrote. */
export const reportOf = (document: Document | undefined): MachineReport | undefined => {
  if (document === undefined) return undefined;
  const read = propertiesOf(document);
  const generation = textAt(read, 'generation');
  const phase = workPhases.find((known) => known === read.phase);
  if (generation === undefined || phase === undefined) return undefined;
  const texts = Object.fromEntries(
    (['handlerVersion', 'executionState', 'output', 'error', 'startTime', 'endTime'] as const).flatMap(
      (name) => {
        const value = stringAt(read, name);
        return value === undefined ? [] : [[name, value]];
      },
    ),
  );
  return {
    generation,
    phase,
    code: stringAt(read, 'code') ?? '',
    message: stringAt(read, 'message') ?? '',
    time: stringAt(read, 'time') ?? '',
    ...texts,
    ...(typeof read.exitCode === 'number' ? { exitCode: read.exitCode } : {}),
  };
};

/** What is wanted of the machine, beside what clients see of a resource: a hidden member of its properties. */
export interface WantedWork {
  readonly generation: string;
  /** What a client sees until the machine has answered. */
  readonly state: 'Creating' | 'Updating' | 'Deleting';
  /** Protected settings, encrypted to the machine's key. */
  readonly sealed?: string;
  /** The machine did not answer in time. */
  readonly gaveUp?: { readonly message: string; readonly at: string };
}

/** Of a resource's stored properties. */
export const workOf = (document: Document): WantedWork | undefined => {
  const work = objectOf(propertiesOf(document).work);
  const generation = textAt(work, 'generation');
  if (generation === undefined) return undefined;
  const state = (['Creating', 'Updating', 'Deleting'] as const).find((known) => known === work.state);
  const gaveUp = objectOf(work.gaveUp);
  const message = textAt(gaveUp, 'message');
  const sealed = textAt(work, 'sealed');
  return {
    generation,
    state: state ?? 'Updating',
    ...(sealed === undefined ? {} : { sealed }),
    ...(message === undefined ? {} : { gaveUp: { message, at: textAt(gaveUp, 'at') ?? '' } }),
  };
};
