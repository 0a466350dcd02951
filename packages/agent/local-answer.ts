/** What the local identity endpoint answers with, and how it refuses: azcmagent's body of an error. Pure. */

import { NetworkFault, ServiceRefusal } from './failure.ts';

export interface LocalAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LocalRefusal {
  readonly status: number;
  /** OAuth's word (RFC 6749 §5.2), as azcmagent has it in this place. */
  readonly error: string;
  readonly description: string;
}

export const refused = (status: number, error: string, description: string): LocalRefusal => ({
  status,
  error,
  description,
});

export const notConnected = refused(503, 'temporarily_unavailable', 'The machine is not connected');

/** Undefined: a fault of ours. A refusal of the services never looks like a challenge of this endpoint (401). */
export const refusalFor = (error: unknown): LocalRefusal | undefined => {
  if (error instanceof NetworkFault) return refused(503, 'temporarily_unavailable', error.message);
  if (!(error instanceof ServiceRefusal)) return undefined;
  if (error.code === 'InvalidTokenResource') return refused(400, 'invalid_resource', error.message);
  return refused(error.status === 401 ? 403 : error.status, 'unauthorized_client', error.message);
};

export const refusalAnswer = (
  { status, error, description }: LocalRefusal,
  by: { readonly now: number; readonly correlationId: string },
): LocalAnswer => ({
  status,
  ...(status === 405 ? { headers: { Allow: 'GET' } } : {}),
  body: {
    error,
    error_description: description,
    error_codes: [status],
    timestamp: new Date(by.now).toISOString(),
    trace_id: '',
    correlation_id: by.correlationId,
  },
});
