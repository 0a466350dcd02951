/** A fleet's documents, as the API and registration would have written them: machines, identities, record sets, heartbeats. */

import { generateKeyPairSync } from 'node:crypto';
import { directoryObjectClaim } from '@tombolo/identity/directory-object';
import type { Batch, Claim, Document, Fact, JsonObject } from '@tombolo/store';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';

export interface FleetPattern {
  /** One of each that the API has made: what it says beside names and keys is taken over. */
  readonly machine: Document;
  readonly identity: Document;
  readonly record: Document;
}

const withName = (id: string, name: string): string => id.replace(/[^/]+$/, name);

/** Making 100,000 keys would take a minute; followers read each all the same. */
const keys = Array.from({ length: 64 }, () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ format: 'jwk' }) as JsonObject;
});

export const machineName = (index: number): string => `fleet-${String(index).padStart(6, '0')}`;
export const recordName = (index: number): string =>
  `host-${String(Math.floor(index / 10)).padStart(6, '0')}`;

const guidOf = (index: number): string => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const perBatch = 1_000;
const dayMs = 86_400_000;

/** In batches of 1,000 machines: a machine with its identity each, and a record set for every tenth. */
export function* fleetBatches(pattern: FleetPattern, count: number, now: number): Generator<Batch> {
  const { machine, identity, record } = pattern;
  for (let start = 0; start < count; start += perBatch) {
    const puts: { id: string; type: string; body: JsonObject }[] = [];
    const claims: Claim[] = [];
    for (let index = start; index < Math.min(count, start + perBatch); index++) {
      const id = withName(machine.id, machineName(index));
      const vmId = guidOf(index);
      const properties = {
        ...(machine.body.properties as JsonObject),
        vmId,
        displayName: machineName(index),
      };
      // In the directory each is a principal of its own.
      const identified = machine.body.identity && {
        identity: { ...(machine.body.identity as JsonObject), principalId: vmId },
      };
      if (identified) claims.push(directoryObjectClaim(vmId, id));
      puts.push({ id, type: machine.type, body: { ...machine.body, ...identified, properties } });
      const certificates = [{ serial: (0x1000_0000 + index).toString(16), notAfter: now + 90 * dayMs }];
      const publicKeyJwk = keys[index % keys.length]!;
      const said = { ...(identity.body.properties as JsonObject), machineId: id, vmId, certificates };
      puts.push({
        id: `${id}/identities/current`,
        type: identity.type,
        body: { ...identity.body, properties: { ...said, publicKeyJwk } },
      });
      if (index % 10 === 0)
        puts.push({ id: withName(record.id, recordName(index)), type: record.type, body: record.body });
    }
    yield { puts, claims };
  }
}

/** A heartbeat of each machine at that time. */
export const fleetHeartbeats = ({ machine }: FleetPattern, count: number, at: number): readonly Fact[] =>
  Array.from({ length: count }, (_, index) => ({
    key: heartbeatKey(withName(machine.id, machineName(index))),
    at,
    value: {
      status: 'Connected',
      agentVersion: '1.50.0',
      serial: (0x1000_0000 + index).toString(16),
      since: at,
    },
  }));
