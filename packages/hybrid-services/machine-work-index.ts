/** What is wanted of each machine, kept by machine: a poll looks at its own and at no other's. */

import { nameOf, parentIdOf, propertiesOf } from '@tombolo/store/document';
import { type WantedWork, type WorkKind, workOf } from '@tombolo/store/machine-report';
import type { Document, JsonObject } from '@tombolo/store/port';

export const workTypes = {
  extensions: 'Microsoft.HybridCompute/machines/extensions',
  runCommands: 'Microsoft.HybridCompute/machines/runCommands',
} as const;

export interface MachineWork extends WantedWork {
  readonly kind: WorkKind;
  readonly name: string;
  readonly machineId: string;
  /** As stored, without what is only ours. */
  readonly properties: JsonObject;
}

/** Undefined where nothing is wanted by it. */
export const machineWorkOf = (document: Document): MachineWork | undefined => {
  const work = workOf(document);
  if (work === undefined) return undefined;
  const { work: _, ...properties } = propertiesOf(document);
  const kind = document.type === workTypes.extensions ? 'extensions' : 'runCommands';
  return { ...work, kind, name: nameOf(document.id), machineId: parentIdOf(document.id), properties };
};

export interface WorkIndex {
  /** `id`: the document's, in lower case. Undefined: it is gone. */
  set(id: string, work: MachineWork | undefined): void;
  clear(): void;
  ofMachine(machineId: string): readonly MachineWork[];
}

export const createWorkIndex = (): WorkIndex => {
  const byMachine = new Map<string, Map<string, MachineWork>>();
  return {
    set: (id, work) => {
      const machineId = parentIdOf(id);
      const own = byMachine.get(machineId);
      if (work !== undefined) {
        if (own) own.set(id, work);
        else byMachine.set(machineId, new Map([[id, work]]));
      } else if (own?.delete(id) && own.size === 0) byMachine.delete(machineId);
    },
    clear: () => byMachine.clear(),
    ofMachine: (machineId) =>
      [...(byMachine.get(machineId.toLowerCase())?.entries() ?? [])]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, work]) => work),
  };
};
