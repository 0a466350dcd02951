/** The control side of registration: identity documents in the store, certificates by the installation's authority. */

import { renewalDueMs } from '@tombolo/arm/machine-life';
import type { CertificateAuthority } from '@tombolo/identity/certificate-authority';
import { CertificateRequestRefused, keyOfRequest } from '@tombolo/identity/certificate-request';
import { issueMachineCertificate } from '@tombolo/identity/machine-certificate';
import { normalSerial } from '@tombolo/identity/serial-number';
import { nameOf, propertiesOf, stringAt, textAt } from '@tombolo/store/document';
import { heartbeatKey, sinceOf } from '@tombolo/store/heartbeat-fact';
import type { Batch, Committed, Document, JsonObject, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { serviceError } from './errors.ts';
import {
  registrationBody,
  registrationIdOf,
  registrationsOf,
  registrationType,
} from './machine-registrations.ts';
import { reportRecorder } from './machine-reports.ts';
import type { MachineIdentity } from './projection.ts';
import { identityIdOf, identityOf, identityType } from './projection.ts';
import type { PublicKeyJwk } from './public-key.ts';
import { parseClientPublicKey, publicKeyOfSpki, thumbprint } from './public-key.ts';
import type {
  IssuedCertificate,
  RecordedHeartbeat,
  RegistrationAuthority,
} from './registration-authority.ts';

export interface MachineRegistryOptions {
  readonly store: Store;
  readonly certificateAuthority: CertificateAuthority;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const attempts = 5;

const machineType = 'microsoft.hybridcompute/machines';

const identityBody = (identity: MachineIdentity, registeredAt: number): JsonObject => ({
  properties: {
    machineId: identity.machineId,
    ...(identity.vmId === undefined ? {} : { vmId: identity.vmId }),
    keyThumbprint: identity.keyThumbprint,
    publicKeyJwk: { ...identity.publicKeyJwk },
    certificates: identity.certificates.map(({ serial, notAfter }) => ({ serial, notAfter })),
    registeredAt,
  },
  ...(identity.formerIds === undefined ? {} : { formerIds: identity.formerIds }),
});

/** The key of a request, once the request is proven to be signed by it. @throws ArmError 400 */
const keyOf = async (csr: string): Promise<PublicKeyJwk> => {
  const key = await keyOfRequest(csr).catch((error: unknown) => {
    if (error instanceof CertificateRequestRefused)
      throw serviceError('InvalidCertificateRequest', [error.message]);
    throw error;
  });
  const jwk = publicKeyOfSpki(key.rawData);
  if (jwk === undefined) throw serviceError('InvalidCertificateRequest', ['its key is not EC P-256']);
  return jwk;
};

/** Implements the port on a store; used by the control process's routes, or directly in one process. */
export const createMachineRegistry = (
  options: MachineRegistryOptions,
): Omit<RegistrationAuthority, 'identityToken'> => {
  const { store, certificateAuthority, now } = options;

  /** Decides on what is there and commits; decides anew where others were faster. */
  const commit = async <T>(
    what: string,
    decide: () => Promise<{ readonly batch: Batch; readonly result: T }>,
  ): Promise<{ readonly committed: Committed; readonly result: T }> => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { batch, result } = await decide();
      try {
        return { committed: await store.commit(batch), result };
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
      }
    }
    throw serviceError('Conflict', [what]);
  };

  const machineDocument = async (machineId: string): Promise<Document> => {
    const document = await store.get(machineId);
    if (document?.type.toLowerCase() !== machineType) throw serviceError('MachineNotFound', [machineId]);
    return document;
  };

  const issue = async (csr: string, machine: Document) => {
    const issued = await issueMachineCertificate(certificateAuthority, {
      request: csr,
      // A resource made by a template may have no vmId: the machine's name stands in.
      vmId: textAt(propertiesOf(machine), 'vmId') ?? nameOf(machine.id),
      machineId: machine.id,
      now: now(),
    });
    return {
      certificate: issued.certificate,
      serial: normalSerial(issued.serialNumber),
      notAfter: issued.notAfter,
    };
  };
  const answer = (
    issued: { readonly certificate: string; readonly serial: string; readonly notAfter: number },
    feed: number,
  ): IssuedCertificate => ({ ...issued, chain: certificateAuthority.chain, feed });

  const register: RegistrationAuthority['register'] = async ({ machineId, csr, registrationId }) => {
    const jwk = await keyOf(csr);
    const { committed, result } = await commit(`Machine '${machineId}'`, async () => {
      const [machine, there, registered] = await Promise.all([
        machineDocument(machineId),
        store.get(identityIdOf(machineId)),
        store.get(registrationIdOf(machineId)),
      ]);
      const before = there && identityOf(there);
      const taken = registered === undefined ? [] : registrationsOf(registered);
      const expected = parseClientPublicKey(propertiesOf(machine).clientPublicKey);
      if (expected === undefined || thumbprint(expected) !== thumbprint(jwk)) {
        throw serviceError('MachineKeyMismatch', [machine.id], { target: 'properties.clientPublicKey' });
      }
      const again = taken.find((each) => each.id === registrationId);
      if (again) {
        const { issued } = again;
        if (issued === undefined || !before?.certificates.some(({ serial }) => serial === issued.serial))
          throw serviceError('AuthenticationFailed', ['this registration was taken before']);
        // The answer was lost, or somebody repeats it: nothing changes, and nobody is evicted.
        return { batch: {}, result: issued };
      }
      const issued = await issue(csr, machine);
      const vmId = stringAt(propertiesOf(machine), 'vmId');
      const identity: MachineIdentity = {
        machineId: machine.id,
        keyThumbprint: thumbprint(jwk),
        publicKeyJwk: jwk,
        // Registering anew revokes what was issued before.
        certificates: [{ serial: issued.serial, notAfter: issued.notAfter }],
        ...(vmId === undefined ? {} : { vmId }),
        // Its agent may still go by them.
        ...(before?.formerIds === undefined ? {} : { formerIds: before.formerIds }),
      };
      const ids = { identity: identityIdOf(machine.id), registration: registrationIdOf(machine.id) };
      const batch: Batch = {
        // The resource may be deleted meanwhile, or made anew with another key: nothing is left behind for that one.
        expect: [
          { id: machine.id, version: machine.version },
          { id: ids.identity, version: there?.version ?? 'absent' },
          { id: ids.registration, version: registered?.version ?? 'absent' },
        ],
        puts: [
          { id: ids.identity, type: identityType, body: identityBody(identity, now()) },
          {
            id: ids.registration,
            type: registrationType,
            body: registrationBody(taken, { id: registrationId, at: now(), issued }),
          },
        ],
      };
      return { batch, result: issued };
    });
    return answer(result, committed.feed);
  };

  const identityDocument = async (
    machineId: string,
  ): Promise<{ document: Document; identity: MachineIdentity }> => {
    const document = await store.get(identityIdOf(machineId));
    const identity = document && identityOf(document);
    if (document === undefined || identity === undefined) {
      throw serviceError('AuthenticationFailed', [`machine '${machineId}' is not registered`]);
    }
    return { document, identity };
  };
  const registeredAt = (document: Document): number => Number(propertiesOf(document).registeredAt ?? 0);
  const putIdentity = (document: Document, identity: MachineIdentity): Batch => ({
    expect: [{ id: document.id, version: document.version }],
    puts: [{ id: document.id, type: identityType, body: identityBody(identity, registeredAt(document)) }],
  });

  const renew: RegistrationAuthority['renew'] = async ({ machineId, csr, serial }) => {
    const jwk = await keyOf(csr);
    const { committed, result } = await commit(`The identity of '${machineId}'`, async () => {
      const machine = await machineDocument(machineId);
      const { document, identity } = await identityDocument(machineId);
      if (identity.keyThumbprint !== thumbprint(jwk)) throw serviceError('MachineKeyMismatch', [machine.id]);
      const used = identity.certificates.find((entry) => entry.serial === serial);
      if (used === undefined || used.notAfter <= now()) {
        throw serviceError('AuthenticationFailed', [`certificate ${serial} is revoked or expired`]);
      }
      if (used.notAfter - now() > renewalDueMs) {
        throw serviceError('RenewalNotDue', [String(Math.floor((used.notAfter - now()) / 86_400_000))]);
      }
      const issued = await issue(csr, machine);
      // The answer may be lost: the one in use stays good until the new one is used. A third never lives.
      const certificates = [used, { serial: issued.serial, notAfter: issued.notAfter }];
      return { batch: putIdentity(document, { ...identity, certificates }), result: issued };
    });
    return answer(result, committed.feed);
  };

  const disconnect: RegistrationAuthority['disconnect'] = async ({ machineId, serial }) => {
    const { committed } = await commit(`The identity of '${machineId}'`, async () => {
      const { document, identity } = await identityDocument(machineId);
      // A registration since then is not what this certificate may end.
      if (!identity.certificates.some((entry) => entry.serial === serial))
        throw serviceError('AuthenticationFailed', [`certificate ${serial} is revoked`]);
      const expect = [{ id: document.id, version: document.version }];
      // What was registered stays known: a repeated one does not bring the machine back.
      return { batch: { expect, deletes: [document.id] }, result: undefined };
    });
    return { feed: committed.feed };
  };

  /** The first use of the newest certificate retires those before it. */
  const retireOlder = async (heartbeat: RecordedHeartbeat, document: Document): Promise<void> => {
    const identity = identityOf(document);
    const newest = identity?.certificates.at(-1);
    if (identity === undefined || newest === undefined || identity.certificates.length < 2) return;
    if (newest.serial !== heartbeat.serial) return;
    await store.commit(putIdentity(document, { ...identity, certificates: [newest] }));
  };
  /** An upgraded agent shows in the ARM resource. */
  const updateVersion = async (heartbeat: RecordedHeartbeat, machine: Document): Promise<void> => {
    const properties = propertiesOf(machine);
    if (properties.agentVersion === heartbeat.agentVersion) return;
    await store.commit({
      expect: [{ id: machine.id, version: machine.version }],
      puts: [
        {
          id: machine.id,
          type: machine.type,
          body: { ...machine.body, properties: { ...properties, agentVersion: heartbeat.agentVersion } },
        },
      ],
    });
  };
  /** Whoever was faster has newer knowledge; the next heartbeat looks again. */
  const unlessConflict = async (write: Promise<void>): Promise<void> => {
    await write.catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
    });
  };

  const recordHeartbeats: RegistrationAuthority['recordHeartbeats'] = async (batch) => {
    const documents = await store.getMany(
      batch.flatMap(({ machineId }) => [machineId, identityIdOf(machineId)]),
    );
    const identityAt = (machineId: string) => documents.get(identityIdOf(machineId).toLowerCase());
    // A machine that was moved or deleted since it spoke left its name, and another may have it by now.
    const known = batch.filter(({ machineId, serial }) => {
      const identity = identityAt(machineId);
      const own = identity && identityOf(identity)?.certificates.some((each) => each.serial === serial);
      return own === true && documents.has(machineId.toLowerCase());
    });
    const before = await store.facts(known.map(({ machineId }) => heartbeatKey(machineId)));
    await store.recordFacts(
      known.map(({ machineId, at, serial, agentVersion, value }) => {
        const key = heartbeatKey(machineId);
        const since = sinceOf(before.get(key), at, value.status);
        return { key, at, value: { ...value, agentVersion, serial, since } };
      }),
    );
    // All at once, so that they share commits: after an upgrade of a fleet's agents each machine has something to write.
    await Promise.all(
      known.flatMap((heartbeat) => {
        const machine = documents.get(heartbeat.machineId.toLowerCase());
        const identity = identityAt(heartbeat.machineId);
        return [
          identity && unlessConflict(retireOlder(heartbeat, identity)),
          machine && unlessConflict(updateVersion(heartbeat, machine)),
        ];
      }),
    );
  };
  return { register, renew, disconnect, recordHeartbeats, recordReport: reportRecorder(store) };
};
