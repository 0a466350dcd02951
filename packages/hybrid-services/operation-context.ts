/** What an operation of the services is given, and what it parses and answers with. */

import type { CloudProfile } from '@tombolo/private-link';
import type { z } from 'zod';
import type { MachineCaller, RegistrationStatement } from './caller.ts';
import { serviceError } from './errors.ts';
import type { HeartbeatBuffer } from './heartbeat-buffer.ts';
import type { ServiceName } from './host.ts';
import type { HybridState, Machine } from './projection.ts';
import type { RegistrationAuthority } from './registration-authority.ts';
import type { Downloads, ServiceRequest, ServiceResponse } from './request.ts';

interface OperationServices {
  readonly profile: Pick<CloudProfile, 'suffixes' | 'regions'>;
  readonly state: HybridState;
  readonly downloads?: Downloads;
  /** Archives of extension packages, each named by its SHA-256. */
  readonly packageDirectory?: string;
  readonly authority: RegistrationAuthority;
  readonly heartbeats: HeartbeatBuffer;
  readonly newGuid: () => string;
  /** Until this process has applied a feed number; false when it takes too long. */
  readonly applied: (feed: number) => Promise<boolean>;
  readonly onFailureLog: (entry: Readonly<Record<string, string>>, source: string) => void;
}

export interface OperationContext extends OperationServices {
  readonly request: ServiceRequest;
  readonly service: ServiceName;
  /** Decoded path parameters. */
  readonly parameters: readonly string[];
  readonly now: number;
  /** How the machine came, as heartbeats record it. */
  readonly route: { readonly kind: 'public' | 'private'; readonly connectionId?: string };
}

export type MachineContext = OperationContext & { readonly caller: MachineCaller; readonly machine: Machine };
export type RegistrationContext = OperationContext & { readonly statement: RegistrationStatement };

export const ok = (body: unknown, headers: Readonly<Record<string, string>> = {}): ServiceResponse => ({
  status: 200,
  body,
  headers,
});

/** @throws ArmError 400 naming the first field that is wrong */
export const parseJson = <T>(schema: z.ZodType<T>, body: string): T => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw serviceError('InvalidRequest', ['the body is no JSON.']);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'body';
  throw serviceError('InvalidRequest', [`${field}: ${issue?.message ?? 'invalid'}.`], { target: field });
};
