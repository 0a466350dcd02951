/** What work for a machine is read with: its key, its newest report, its siblings. */

import type { OperationContext, ResourceId } from '@tombolo/arm';
import { parentIdOf, propertiesOf, textAt } from '@tombolo/store/document';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { type MachineReport, reportIdOf, reportOf, reportType } from '@tombolo/store/machine-report';
import type { Document, JsonObject, Reads, StoreReader } from '@tombolo/store/port';
import { createdAtOf, machineStatus } from '../machines/machine-status.ts';

export interface WorkSurroundings {
  /** Of the same kind and machine; 0 where it is there already. */
  readonly others: number;
  readonly report: MachineReport | undefined;
  /** What is secret in the request: encrypted; `refused` where the machine has no key to encrypt to. */
  readonly sealed: string | 'refused' | undefined;
  /** A PATCH: what it does not name stays. */
  readonly patches: boolean;
}

/** In the first of two round trips. */
export const workReads = (type: string, { text, parent }: ResourceId, method: string): Reads => ({
  documents: [reportIdOf(text), parent!.text],
  ...(method === 'PUT' ? { lists: [{ type, under: parent!.text }] } : {}),
  ...(method === 'DELETE' ? { facts: [heartbeatKey(parent!.text)] } : {}),
});

/** A secret is encrypted as soon as it is here: nothing that is stored, logged or shown has it. */
export const loadWork = async (
  { store, request, seal }: OperationContext,
  {
    id,
    existing,
    type,
    secret,
  }: {
    readonly id: ResourceId;
    readonly existing: Document | undefined;
    readonly type: string;
    readonly secret: JsonObject | undefined;
  },
): Promise<WorkSurroundings> => {
  const parent = id.parent!.text;
  const [machine, report, siblings] = await Promise.all([
    store.get(parent),
    store.get(reportIdOf(id.text)),
    existing === undefined ? store.list({ type, under: parent }) : [],
  ]);
  const key = machine && textAt(propertiesOf(machine), 'clientPublicKey');
  const sealed = secret && key !== undefined ? await seal(key, JSON.stringify(secret)) : undefined;
  return {
    others: siblings.length,
    report: reportOf(report),
    sealed: secret === undefined ? undefined : (sealed ?? 'refused'),
    patches: request.method === 'PATCH',
  };
};

/** Nobody is there to remove anything, and nobody would say that it was. */
export const isAway = async ({ store, now }: OperationContext, existing: Document): Promise<boolean> => {
  const machineId = parentIdOf(existing.id);
  const [machine, facts] = await Promise.all([store.get(machineId), store.facts([heartbeatKey(machineId)])]);
  if (machine === undefined) return true;
  const { status } = machineStatus(createdAtOf(machine), facts.get(heartbeatKey(machineId)), now);
  return status === 'AwaitingConnection' || status === 'Expired';
};

/** Of documents of one machine, in their order. */
export const withReports = async <T>(
  store: StoreReader,
  documents: readonly Document[],
  show: (document: Document, report: MachineReport | undefined) => T,
): Promise<readonly T[]> => {
  const [first, ...others] = documents;
  if (first === undefined) return [];
  const reports =
    others.length === 0
      ? await store.getMany([reportIdOf(first.id)])
      : new Map(
          (await store.list({ type: reportType, under: parentIdOf(first.id) })).map((each) => [
            each.id.toLowerCase(),
            each,
          ]),
        );
  return documents.map((document) =>
    show(document, reportOf(reports.get(reportIdOf(document.id).toLowerCase()))),
  );
};
