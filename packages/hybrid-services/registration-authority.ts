/** The port to what writes machine identities: the control process, behind a socket or in the same process. */

import type { ManagedIdentityToken } from '@tombolo/identity/managed-identity';
import type { MachineReport, WorkKind } from '@tombolo/store/machine-report';
import type { JsonObject } from '@tombolo/store/port';

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, issuer first, up to the root. */
  readonly chain: readonly string[];
  /** Normalized: lower-case hex without leading zeros. */
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly notAfter: number;
  /** Feed number at which followers know it. */
  readonly feed: number;
}

export interface RecordedHeartbeat {
  readonly machineId: string;
  /** Epoch milliseconds at which the service took it. */
  readonly at: number;
  /** The certificate that authenticated it: using a renewed one retires those before it. */
  readonly serial: string;
  readonly agentVersion: string;
  /** What the machine said of itself, and by which route. */
  readonly value: JsonObject;
}

/** What a machine says of a piece of work; `time` is the service's. */
interface RecordedReport {
  /** The machine resource's own id. */
  readonly machineId: string;
  readonly kind: WorkKind;
  readonly name: string;
  readonly report: MachineReport;
}

/** Every method throws ArmError: the authority's refusal, or 503 `ControlUnavailable`. */
export interface RegistrationAuthority {
  register(request: {
    readonly machineId: string;
    readonly csr: string;
    readonly agentVersion: string;
    /** Of the machine's statement: the same one again is answered again, and changes nothing. */
    readonly registrationId: string;
  }): Promise<IssuedCertificate>;
  /** `serial`: the certificate that authenticated the request. */
  renew(request: {
    readonly machineId: string;
    readonly csr: string;
    readonly serial: string;
  }): Promise<IssuedCertificate>;
  /** Revokes all certificates of the machine. `serial`: the one that authenticated the request; it has to be one of them still. */
  disconnect(request: {
    readonly machineId: string;
    readonly serial: string;
  }): Promise<{ readonly feed: number }>;
  /** Of the machine's system-assigned identity, for a resource as it is asked for. `serial`: the certificate that authenticated the request. */
  identityToken(request: {
    readonly machineId: string;
    readonly serial: string;
    readonly resource: string;
  }): Promise<ManagedIdentityToken>;
  /** Of a machine that no longer has the certificate, under this name, nothing is recorded. */
  recordHeartbeats(batch: readonly RecordedHeartbeat[]): Promise<void>;
  /** False: nobody waits for it any more. */
  recordReport(report: RecordedReport): Promise<{ readonly accepted: boolean }>;
}
