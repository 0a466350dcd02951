/** The control side of reports: a document below the resource that asked for the work. */

import { reportBody, reportIdOf, reportOf, reportType, workOf } from '@tombolo/store/machine-report';
import type { Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import type { RegistrationAuthority } from './registration-authority.ts';

const attempts = 5;

/** Nobody waits for a report on what is not wanted any more, or has been reported on to its end. */
export const reportRecorder =
  (store: Store): RegistrationAuthority['recordReport'] =>
  async ({ machineId, kind, name, report }) => {
    const id = `${machineId}/${kind}/${name}`;
    for (let attempt = 1; ; attempt += 1) {
      const found = await store.getMany([id, reportIdOf(id)]);
      const resource = found.get(id.toLowerCase());
      const before = reportOf(found.get(reportIdOf(id).toLowerCase()));
      if (resource === undefined || workOf(resource)?.generation !== report.generation)
        return { accepted: false };
      if (before?.generation === report.generation && before.phase !== 'running') return { accepted: false };
      try {
        await store.commit({
          // The resource may be changed or deleted meanwhile: then this is about something else.
          expect: [{ id: resource.id, version: resource.version }],
          puts: [{ id: reportIdOf(resource.id), type: reportType, body: reportBody(report) }],
        });
        return { accepted: true };
      } catch (error) {
        if (!(error instanceof StoreConflict) || attempt === attempts) throw error;
      }
    }
  };
